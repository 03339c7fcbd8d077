//! Breaking out of a command line, in the shells of Unix and of Windows: commands after a separator or in a
//! substitution, ways to write them without the letters that a filter looks for, downloads that are
//! run, and shells that are handed to another host.

use super::{Kind, pattern, read};
use crate::guard::sql_shell_injection::{disguise, value};
use crate::pattern::Edge::{Any, Part, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Kind::Command, "command after a separator", 0.85, &[";", "&&", "||", "|"], Any,
        r"(?:;|&&|\|\|?)\s*(?:sudo\s+)?(?:rm\s+-[rf]{1,2}[a-z]*\s+[~/*.$\w]|cat\s+/(?:etc|proc|root|home)/|(?:chmod|chown)\s+[-+\w]+\s+/|mkfs\.\w+\s|dd\s+if=/|:\(\)\s*\{|(?:nc|ncat)\s+(?:-[a-z]+\s+)*[\w.-]+\s+\d{2,5}\b|nc\s+-[a-z]*\s|(?:curl|wget)\s+(?:-[-\w]+\s+)*https?://|(?:whoami|ifconfig|printenv|uname\s+-a)(?:$|[^\w.-])|id\s*(?:$|[;&|'#]{1,2}\s*$)|shutdown\s+-|base64\s+-d\s*\||useradd\s|crontab\s|net\s+(?:user|localgroup|view)\s*(?:$|[/&|;])|type\s+c:\\|dir\s+c:\\)"),
    read(Kind::Command, "command after a value and a separator", 0.8,
        &[";", "&", "|", "%0a", "%0d%0a", "%3b", "%26", "%7c"], Any, value::find),
    pattern(Kind::Command, "command in a substitution", 0.8, &["$(", "`"], Any,
        r#"(?:\$\(|`)\s*(?:cat\s*<?\s*/(?:etc|proc|root|home)/[\w./-]+|curl\s+[^`)\n]{1,200}|wget\s+[^`)\n]{1,200}|rm\s+-[rf]{1,2}\s[^`)\n]{1,100}|(?:id|uname|hostname)(?:\s+-\w+)*\s*[>|;&][^`)\n]{1,100}|whoami(?:\s*\|[^`)\n]{1,60})?|nc\s+[^`)\n]{1,100}|printenv|echo\s+(?:-e\s+)?\$?["']\\x[^`)\n]{1,160}|xxd\s+-r[^`)\n]{1,100}|echo\s+[\w+/=]{4,}\s*\|\s*(?:base64|xxd|rev|tr)\s[^`)\n]{1,60})\s*[)`]"#),
    pattern(Kind::Command, "command in a substitution", 0.75, &["$("], Any,
        r"\$\((?:sleep\s+\d+|id|ls\s+/[\w/-]*|ping\s+-[cn][^)\n]{1,60}|nslookup\s[^)\n]{1,80}|dig\s[^)\n]{1,80}|touch\s+/[\w./-]{1,60})\)"),
    pattern(Kind::Command, "system files deleted or overwritten", 0.8, &["rm -", "dd if=", ":(){", ":() {"], Word,
        r"(?:rm\s+-(?:rf|fr|r\s+-f|f\s+-r)\s+(?:--no-preserve-root\s+)?(?:/|~|/\*|\$HOME)(?:\s|$|[;&|'#])|dd\s+if=/dev/\w+\s+of=/dev/[sh]d|:\(\)\s*\{\s*:\|:&\s*\};\s*:)"),
    pattern(Kind::Command, "function that carries a command", 0.95, &["() {", "(){"], Any,
        r"\(\)\s*\{\s*(?:_;\s*\}\s*>|:;\s*\}\s*;)"),
    // Without spaces and without the letters of the command
    read(Kind::Command, "command without blanks", 0.85, &["$ifs", "${ifs"], Any, disguise::without_blanks),
    pattern(Kind::Command, "command without blanks", 0.85,
        &["{cat,", "{ls,", "{echo,", "{wget,", "{curl,", "{nc,", "{id,", "{rm,", "{ping,", "{bash,", "{sh,", "{head,", "{tail,", "{touch,", "{chmod,", "{ifconfig,", "{sleep,"], Any,
        r"\{[a-z]{2,8}(?:,[-\w./:~'\x22]{1,60}){1,6}\}"),
    pattern(Kind::Command, "file handed to a command without blanks", 0.8, &["cat<", "sh<", "bash<", "head<", "tail<", "sort<", "nl<", "tac<", "base64<"], Word,
        r"\w{2,6}<{1,3}\s?(?:/(?:etc|proc|root|home|dev)/[\w./-]+|\$\(|\(echo)"),
    pattern(Kind::Command, "path in wildcards", 0.8, &["/???/", "/??n/", "/?in/", "/b?n/", "/bi?/", "/b??/", "/et?/", "/e?c/", "/e??/", "/?tc/"], Any,
        r"/(?:[a-z]?\?[a-z?]{1,3}|[a-z]{1,2}\?)/[a-z?*\[\]-]*[?*][a-z?*\[\]-]*"),
    pattern(Kind::Command, "characters cut out of a variable", 0.8, &["${home:", "${path:", "${pwd:", "${shell:", "${oldpwd:", "${path##", "${ls_colors:"], Any,
        r"\$\{(?:HOME|PATH|PWD|SHELL|OLDPWD|LS_COLORS)(?::\d{1,2}:1\}|##)"),
    pattern(Kind::Command, "characters cut out of a variable", 0.75, &["%programfiles:~", "%commonprogramfiles:~", "%comspec:~", "%windir:~", "%path:~", "%homepath:~", "%systemroot:~", "$env:comspec[", "$env:public["], Any,
        r"(?i)(?:%\w{3,24}:~-?\d{1,3}(?:,-?\d{1,3})?%|\$env:\w+\[\d)"),
    pattern(Kind::Command, "command in escapes", 0.75, &["$'"], Any,
        r"\$'(?:[a-z]{0,12}\\x20[^'\n]{0,80}|(?:\\x[2-7][0-9a-f]){4,}[^'\n]{0,80}|(?:\\[01][0-7]{2}){3,}[^'\n]{0,80})'"),
    read(Kind::Command, "command with marks between its letters", 0.8, &["'", "\"", "\\", "``", "$@", "^"], Any, disguise::torn),
    pattern(Kind::Command, "text that is decoded and run", 0.9, &["base64 ", "xxd -r", "openssl base64", "rev|", "rev |"], Word,
        r"(?:(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r\s+-?p\w*|openssl\s+base64\s+-d|rev)[^\n|]{0,40}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b)"),
    pattern(Kind::Command, "option that runs a command", 0.85, &["proxycommand=", "--checkpoint-action=", "--gpu-launcher=", "--to-command=", "--use-askpass=", "--upload-pack=", "-o'|", "-o\"|"], Any,
        r#"(?i)(?:ProxyCommand=["']?\s*(?:touch|bash|sh|curl|wget|id|whoami|open|calc|cat|nc|python|/bin|;)|--checkpoint-action=exec|--gpu-launcher=|--(?:to-command|use-askpass|upload-pack)=["']?(?:touch|bash|sh|curl|wget|id|/tmp|/bin)|-o["']\|)"#),
    pattern(Kind::Command, "answer of a command in a host name", 0.85, &["nslookup ", "host ", "dig ", "ping ", "curl ", "wget "], Word,
        r#"(?:(?:nslookup|host|dig|ping(?:\s+-[cn]\s?\d+)?)\s+["']?(?:\$\(|`|\$\w)[^\n]{0,80}[)`\w]["']?\.[\w.-]+|(?:curl|wget)\s[^\n]{0,80}https?://[\w./?=&-]*(?:\$\(|`)(?:whoami|id|hostname|cat|ls|uname|env|base64|pwd)[^\n]{0,80})"#),
    pattern(Kind::Command, "letters of an answer asked for by time", 0.85, &["if [ $(", "if [ `", "if [[ $(", "if [ \"$("], Any,
        r#"if \[\[? "?(?:\$\(|`)(?:whoami|id|hostname|cat|ls|uname|head|cut)[^\n]{0,100}sleep\s+\d"#),
    pattern(Kind::Command, "command in a page of a server", 0.9, &["<!--#exec"], Any, r"<!--#exec(?:\s|%20)+cm[da]"),
    pattern(Kind::Command, "command in a substitution", 0.8, &["$(`"], Any, r"\$\(`[a-z/][^`\n]{1,100}`\)"),
    pattern(Kind::Command, "call of PHP after a separator", 0.75, &[";system(", ";passthru(", ";shell_exec(", ";phpinfo(", "{${"], Any,
        r"(?:;(?:system|passthru|shell_exec)\(\s*['\x22]|;phpinfo\(\)|\{\$\{(?:phpinfo|sleep|system|print|exec)\()"),
    // Windows
    pattern(Kind::Command, "command of Windows", 0.85, &["cmd /c", "cmd.exe /c", "net user ", "net localgroup ", "reg add ", "schtasks /create", "vssadmin delete", "wmic "], Word,
        r"(?i)(?:cmd(?:\.exe)?\s+/c\s+(?:whoami|dir|net|type|ping|powershell|calc|ipconfig|certutil|start|del|echo)\b|net\s+user\s+\S+\s+\S+\s+/add|net\s+localgroup\s+\S+\s+\S+\s+/add|vssadmin\s+delete\s+shadows|wmic\s+(?:process\s+call\s+create|shadowcopy\s+delete)|schtasks\s+/create\s[^\n]{0,160}(?:powershell|cmd|http))"),
    pattern(Kind::Download, "program of the system that fetches and runs", 0.9, &["certutil", "bitsadmin", "mshta", "regsvr32", "rundll32", "start-bitstransfer"], Word,
        r"(?i)(?:certutil(?:\.exe)?\s[^\n]{0,60}-urlcache\s[^\n]{0,60}http|bitsadmin(?:\.exe)?\s+/transfer\s|mshta(?:\.exe)?\s+(?:https?:|vbscript:|javascript:)|regsvr32(?:\.exe)?\s[^\n]{0,40}/i:https?:|rundll32(?:\.exe)?\s+javascript:|start-bitstransfer\s+-source\s+https?:)"),
    pattern(Kind::Download, "download that is run at once", 0.85, &["curl ", "wget ", "iwr ", "invoke-webrequest ", "fetch "], Word,
        r"(?i)(?:curl|wget|iwr|invoke-webrequest|fetch)\s[^\n|]{0,200}https?://[^\n|]{1,200}\|\s*(?:sudo\s+)?(?:ba|z|da)?(?:sh|python3?|perl|php|ruby|iex|node)\b"),
    pattern(Kind::Download, "download that is run at once", 0.85, &["curl ", "wget "], Word,
        r"(?i)(?:curl|wget)\s[^\n|;&]{0,200}-o\s*(/(?:tmp|dev/shm|var/tmp)/[\w.-]+)[^\n|;&]{0,160}(?:;|&&)\s*(?:chmod\s+[+\w]+\s+\S+\s*(?:;|&&)\s*)?(?:sudo\s+)?(?:ba|z)?(?:sh\s+)?/(?:tmp|dev/shm|var/tmp)/"),
    pattern(Kind::Download, "download that is run at once", 0.85, &["bash <(", "sh <(", "source <(", "sh -c \"$(", "bash -c \"$(", "eval \"$(", "eval $("], Word,
        r#"(?:(?:ba|z)?sh|source)\s+<\((?:curl|wget)\s[^)\n]{1,200}\)|(?:(?:ba|z)?sh\s+-c|eval)\s+"?\$\((?:curl|wget)\s[^)\n]{1,200}\)"#),
    pattern(Kind::Download, "download that is run at once", 0.85, &["iex", "invoke-expression", "powershell", "downloadstring(", "downloadfile("], Word,
        r"(?i)(?:(?:iex|invoke-expression)\s*\(?\s*\(?\s*(?:new-object\s+(?:system\.)?net\.webclient|iwr|irm|invoke-webrequest|invoke-restmethod|curl)|powershell(?:\.exe)?\s[^\n]{0,60}-e(?:nc|c|ncodedcommand)?\s+[A-Za-z0-9+/=]{16,}|powershell(?:\.exe)?\s[^\n]{0,100}(?:-w(?:indowstyle)?\s+h(?:idden)?|-nop\b|bypass)[^\n]{0,200}(?:iex|download|frombase64|invoke-|http)|download(?:string|file)\(\s*['\x22]https?:)"),
    pattern(Kind::ReverseShell, "shell for another host", 0.95, &["/dev/tcp/", "/dev/udp/", "/inet/tcp/", "nc ", "ncat ", "mkfifo ", "mknod ", "socat ", "telnet ", "xterm -display "], Any,
        r#"(?:/dev/(?:tcp|udp)/[\w.$-]+/[\d$]|/inet/tcp/\d+/[\w.-]+/\d|(?:nc|ncat)\s[^\n]{0,80}(?:-e|-c|--exec)\s+["']?(?:/bin/)?(?:ba)?sh|(?:nc|ncat)\s[^\n]{0,80}-e\s+cmd|(?:mkfifo|mknod)\s+\S+(?:\s+p)?\s*(?:;|&&)[^\n]{0,120}\b(?:nc|telnet|openssl)\s|socat\s[^\n]{0,120}exec:["']?(?:/bin/)?(?:ba)?sh|telnet\s+[\w.-]+\s+\d+\s*\|\s*(?:/bin/)?(?:ba)?sh|xterm -display [\w.]+:\d)"#),
    pattern(Kind::ReverseShell, "shell for another host", 0.9, &["socket.socket(", "fsockopen(", "tcpsocket.", "net.sockets.tcpclient(", "socket.tcp(", "net.socket("], Any,
        r"(?:socket\.socket\([^\n]{0,160}\.connect\([^\n]{0,160}(?:dup2\(|pty\.spawn\(|subprocess)|fsockopen\([^\n]{0,80}\)\s*;[^\n]{0,80}(?:exec|shell_exec|system|passthru|popen|proc_open)\(|(?i:tcpsocket)\.(?:open|new)\([^\n]{0,80}(?:exec|spawn|popen)|(?i:net\.sockets\.tcpclient)\([^\n]{0,40}\d\s*\)|net\.Socket\(\)[^\n]{0,120}(?:/bin/|cmd|spawn))"),
    pattern(Kind::ReverseShell, "shell for another host", 0.9, &["use socket;", "bash -i", "sh -i", "s_client -quiet"], Part,
        r"(?:use Socket;[^\n]{0,160}(?:sockaddr_in|inet_aton)|(?:ba|z)?sh -i\s*(?:>&|>\s*&|<&|0>&|\|&?\s*nc)(?:\s*/dev/(?:tcp|udp)/[\w.$-]+/[\d$]+)?|s_client -quiet\s[^\n]{0,80}\|\s*(?:/bin/)?sh)"),
];
