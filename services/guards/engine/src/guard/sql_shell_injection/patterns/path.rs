//! Breaking out of a path, of a template and of a log line.

use super::{Kind, pattern};
use crate::pattern::Edge::{Any, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Kind::Traversal, "path that climbs up", 0.85,
        &["../", "..\\", "..%2f", "..%5c", "%2e%2e", "..%252f", "....//", "..;/"], Any,
        r"(?i)(?:(?:\.\.|%2e%2e|\.\.\.\.|\.\.;)(?:/{1,2}|\\{1,2}|%2f|%5c|%252f)){2,24}(?:etc(?:/|%2f)(?:passwd|shadow|hosts|ssh|group|crontab)|proc(?:/|%2f)self|windows\\{1,2}|windows/|winnt|boot\.ini|root(?:/|%2f)|var(?:/|%2f)log|\.ssh|\.aws|\.env|web-inf)"),
    pattern(Kind::Traversal, "path that climbs up, encoded", 0.8,
        &["..%2f", "..%5c", "%2e%2e", "..%252f", "..%c0%af", "..%255c", "%252e%252e"], Any,
        r"(?i)(?:(?:\.\.|%2e%2e|%252e%252e)(?:%2f|%5c|%252f|%255c|%c0%af|/)){2,24}"),
    pattern(Kind::Traversal, "system file as a parameter", 0.75, &["=/etc/", "=/proc/self", "=file:///etc", "=c:\\windows", "/etc/passwd%00", "boot.ini%00"], Any,
        r"(?i)(?:=(?:file://)?/(?:etc/(?:passwd|shadow|hosts|group)|proc/self/(?:environ|cmdline|maps))|=c:\\windows\\[\w\\.]+|/etc/passwd%00|boot\.ini%00)"),
    pattern(Kind::Traversal, "stream of PHP as a file", 0.85, &["php://filter", "expect://", "phar://", "data://text/plain"], Word,
        r"(?i)(?:php://filter/[^\s'\x22]{0,80}resource=|expect://\w|phar://[\w./]{2,}|data://text/plain;base64,)"),
    pattern(Kind::Template, "lookup for a logger", 0.95, &["${"], Any,
        r"(?i)\$\{(?:jndi|\$\{(?:lower|upper|::-|env|sys|date)[^}\n]{0,40}\}[^\n]{0,60}):(?:ldaps?|rmi|dns|iiop|nis|corba|http)?:?"),
    pattern(Kind::Template, "expression for a template engine", 0.85,
        &["{{", "${", "#{", "<%=", "{%", "*{", "@{", "[[${", "{php}", "{system("], Any,
        r#"(?:(?:\{\{|[$#*@]\{|<%=|\{%|\[\[\$\{)[-=]?\s*(?:['"]?\d+['"]?\s*\*\s*['"]?\d+|[^}\n]{0,120}(?:__class__|__globals__|__subclasses__|__import__|__builtins__|__mro__|__init__|getRuntime\(|java\.lang|T\(java|system\(|popen\(|shell_exec|passthru|config\.items\(|constructor\.constructor|freemarker\.template\.utility|ProcessBuilder|getClass\(\)\.|request\.application|\|\s*attr\(|lipsum|cycler|File\.(?:open|read)|IO\.(?:popen|read)|file_get_contents|registerUndefinedFilterCallback))|\{php\}|\{system\()"#),
];
