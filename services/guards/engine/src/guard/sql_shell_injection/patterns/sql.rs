//! Breaking out of SQL: conditions that always hold, added queries and statements, and ways to read an
//! answer that is not shown.

use super::{Kind, pattern, read};
use crate::guard::sql_shell_injection::{delay, tautology};
use crate::pattern::Edge::{Any, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    read(Kind::Tautology, "condition that always holds", 0.95,
        &["' or ", "'or ", "\" or ", "\"or ", "') or ", "')or ", "\") or ", "'||", "' || ", "'/**/or/**/", "'+or+", "' or(", "'or'", "' or'", "' or\"", "\" or\"", "\"or\"", "')or(", "'or(", "' xor ", "'%20or%20", "')) or ", "\")) or "],
        Any, tautology::find),
    read(Kind::Tautology, "condition on constants after a closed quote", 0.85,
        &["' and ", "'and ", "\" and ", "\"and ", "') and ", "\") and ", "'/**/and/**/", "'+and+", "' && ", "'&&", "' and(", "'and'", "\"and\"", "' and'", "'&&'", "\"&&\""],
        Any, tautology::find_probe),
    read(Kind::Tautology, "condition that always holds", 0.8,
        &["or ", "or(", "and ", "/**/or/**/", "+or+", "%20or%20", "|| "],
        Any, tautology::find_after_number),
    pattern(Kind::Tautology, "condition that always holds", 0.8, &["or true--", "or true --", "or true#", "or true/*"], Word,
        r"(?i:or true ?(?:--|#|/\*))"),
    read(Kind::Stacked, "SQL cut off by a comment", 0.8,
        &["'--", "' --", "'#", "' #", "'/*", "' /*", "\"--", "\" --", "\"#", "\" #", "')--", "') --", "')#", "\")--"],
        Any, tautology::find_cut),
    pattern(Kind::Union, "UNION SELECT", 0.9, &["union"], Word,
        r#"(?i)union(?:\s|\(|/\*.{0,20}?\*/|\+|%20|%0[9a-d]|%a0)+(?:(?:all|distinct)(?:\s|\(|/\*.{0,20}?\*/|\+|%20|%0[9a-d]|%a0)+)?(?:/\*!\d*)?select(?:\*/)?(?:\s|\(|/\*.{0,20}?\*/|\+|%20|%0[9a-d]|%a0|\*/)+(?:null|\d+\s*(?:,|--|#|$)|@@|['"][^'"\n]{0,60}['"]?\s*,|0x[0-9a-f]{2}|\*\s*from\s|[\w.()@*`, ]{1,160}\sfrom\s|(?:char|chr|concat|concat_ws|group_concat|load_file|version|user|database|schema|hex|cast|convert|sleep|unhex|string_agg|table_name|column_name)\b)"#),
    pattern(Kind::Stacked, "second SQL statement", 0.95, &["';", "');", "\";", "\");", "1;", "0;"], Any,
        r#"(?i)['"\d]\)?;\s*(?:drop\s+(?:table|database|schema|view)\s|delete\s+from\s|truncate\s+(?:table\s)?|update\s+\w+\s+set\s|insert\s+into\s|alter\s+(?:table|user|role)\s|create\s+user\s|grant\s+\w+\s|exec(?:ute)?\s+(?:xp_|sp_|master)|shutdown\b|copy\s+|declare\s+@|select\s+[\w*(])[^\n]{0,120}?(?:--|#|;|$)"#),
    pattern(Kind::Stacked, "second SQL statement", 0.85, &["2;", "3;", "4;", "5;", "6;", "7;", "8;", "9;"], Any,
        r"(?i)\d;\s*(?:drop\s+(?:table|database|schema|view)|delete\s+from|truncate|update\s+\w+\s+set|insert\s+into|alter\s+(?:table|user|role)|create\s+user|grant\s+\w+|exec(?:ute)?|shutdown|select)\b[^\n]{0,120}?(?:--|#|/\*)"),
    pattern(Kind::Stacked, "second SQL statement, cut off by a comment", 0.8,
        &["; drop ", ";drop ", "; delete from", ";delete from", "; truncate ", "; shutdown", ";shutdown", "; insert into", "; update ", "; exec ", ";exec ", "; alter "], Any,
        r"(?i);\s*(?:drop\s+(?:table|database|schema|view)|delete\s+from|truncate\s+table|update\s+\w+\s+set|insert\s+into|alter\s+(?:table|user|role)|exec(?:ute)?|shutdown)\b[^\n;]{0,120}?;?\s*(?:--|#)\s*(?:-|\+)?(?:$|[\s'\x22&])"),
    pattern(Kind::Stacked, "SQL cut off by a comment", 0.8, &["admin'", "root'", "admin\"", "administrator'"], Word,
        r#"(?i)(?:admin|root|administrator)['"]\)?\s*(?:--|#|/\*)"#),
    pattern(Kind::Stacked, "columns counted by sorting", 0.8, &["order by ", "order+by+", "order/**/by/**/", "order%20by%20", "group by ", "having "], Word,
        r"(?i)(?:(?:order|group)(?:\s|\+|%20|/\*\*/)+by(?:\s|\+|%20|/\*\*/)+\d{1,3}(?:\s*,\s*\d{1,3}){0,40}\s*(?:--|#|/\*|%23)|having\s+\d+\s*=\s*\d+)"),
    pattern(Kind::Stacked, "operating system command through SQL", 0.9, &["xp_cmdshell", "into outfile", "into dumpfile", "to program '", "from program '", "sys_exec(", "sys_eval("], Word,
        r#"(?i)(?:xp_cmdshell\s*\(?\s*['"@]|into\s+(?:out|dump)file\s+['"]|(?:to|from)\s+program\s+'|sys_(?:exec|eval)\s*\(\s*['"])"#),
    pattern(Kind::Delay, "database that is made to wait", 0.85,
        &["pg_sleep(", "waitfor", "benchmark(", "dbms_pipe.receive_message(", "dbms_lock.sleep(", "dbms_session.sleep(", "randomblob("], Word,
        r"(?i)(?:pg_sleep\(\s*[\d.]+\s*\)?|waitfor\s+(?:delay|time)\s+'[\d:.]+'?|benchmark\(\s*\d{4,}\s*,|dbms_pipe\.receive_message\(|dbms_(?:lock|session)\.sleep\(|randomblob\(\s*\d{6,})"),
    pattern(Kind::Delay, "database that is made to wait", 0.85,
        &["and sleep(", "or sleep(", "(select sleep(", "and(select", "select(sleep(", "if(now()"], Any,
        r"(?i)(?:(?:and |or |\(select |select\(|and\(select\W{0,3})\(?sleep\(\s*[\d.]+\s*\)?|if\(now\(\)\s*=\s*sysdate\(\),\s*sleep\()"),
    read(Kind::Delay, "database that is made to wait", 0.85, &["sleep("], Word, delay::find),
    // An answer in an error message or over the network
    pattern(Kind::Answer, "answer in an error message", 0.85,
        &["extractvalue(", "updatexml(", "convert(int", "cast((", "cast(version", "exp(~", "json_keys(", "gtid_subset(", "floor(rand(", "procedure analyse(", "ctxsys.drithsx", "utl_inaddr.", "dbms_xmlgen."], Word,
        r"(?i)(?:extractvalue\s*\(\s*[^,\n]{1,40},\s*(?:concat|0x|\(?\s*select|version)|updatexml\s*\(\s*[^,\n]{1,20},\s*(?:concat|\(?\s*select)|convert\s*\(\s*int\s*,\s*(?:@@|\(\s*select|db_name|user|char\()|cast\s*\(\s*(?:\(\s*select|version\(\))[^\n]{1,120}\bas\s+(?:int|numeric|signed)|exp\(~\s*\(\s*select|(?:json_keys|gtid_subset)\s*\(\s*\(?\s*(?:select|convert|concat)|floor\(\s*rand\(\s*0?\s*\)\s*\*\s*2|procedure\s+analyse\s*\(\s*extractvalue|ctxsys\.drithsx\.sn\s*\(|utl_inaddr\.get_host_(?:name|address)\s*\(|dbms_xmlgen\.getxml\s*\(\s*'?select)"),
    pattern(Kind::Answer, "answer over the network", 0.85,
        &["load_file(", "xp_dirtree", "xp_fileexist", "xp_subdirs", "utl_http.request", "dbms_ldap.init", "httpuritype(", "openrowset(", "dblink_connect("], Word,
        r#"(?i)(?:load_file\s*\(\s*(?:concat|char|0x|['"](?:\\\\|/etc|/var|/root|[a-z]:))|xp_(?:dirtree|fileexist|subdirs)\s*\(?\s*['"@]|utl_http\.request\s*\(|dbms_ldap\.init\s*\(|httpuritype\s*\([^\n]{0,60}\|\||openrowset\s*\(\s*'|dblink_connect\s*\(\s*'host)"#),
    pattern(Kind::Answer, "answer by yes and no", 0.85,
        &["and ", "or ", "and(", "or(", "&& ", "/**/and/**/", "rlike "], Any,
        r"(?i)(?:and|or|&&|/\*\*/and/\*\*/)[\s(]*(?:(?:ascii|ord|length|char_length|unicode|hex|substr|substring|mid|lower|upper)\s*\(\s*(?:substr|substring|mid|ascii|\(\s*select\b|user\(|database\(|version\(|@@|password\b|username\b)|\(?\s*select\s+(?:count\s*\(|top\s+1|substr|substring|ascii|case\s|\d+\s+from|'\w{0,10}'\s+from|user_?name|password|table_name|@@)[^\n]{0,160}(?:from|=|>|<)|exists\s*\(\s*select\b|@@version|(?:database|user|version|current_user)\s*\(\s*\)\s*(?:=|like|>|<))|(?i)rlike\s*\(\s*select\s+\(?\s*case\b"),
    pattern(Kind::Answer, "query within a value", 0.85, &["'||(", "'+(", "' || (", "'%7c%7c("], Any,
        r"(?i)'\s*(?:\|\||\+|%7c%7c)\s*\(\s*select\b"),
];
