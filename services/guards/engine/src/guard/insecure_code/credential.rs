//! Passwords and keys that stand in the source as a literal.
//!
//! Known token formats are the business of the guard `secrets`, which also weighs entropy; here a
//! name that says password and a literal that is no placeholder are enough, as is a literal where a call
//! takes a password or a key.

use super::Kind;
use crate::finding::Span;
use crate::pattern::{Edge, Matcher, Pattern};

/// Shortest and longest value.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=120;
/// How much text is looked at after the name.
const WINDOW: usize = 200;

/// What stands for a value that is filled in elsewhere.
const PLACEHOLDERS: [&str; 18] = [
    "example",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "your",
    "xxx",
    "***",
    "...",
    "dummy",
    "redacted",
    "todo",
    "none",
    "null",
    "undefined",
    "enter",
    "required",
    "invalid",
];

/// Words that describe a value, unless digits make one of them.
const LABELS: [&str; 4] = ["password", "passwd", "secret", "token"];

/// Whether a value in lower case is filled in elsewhere, or only says what it is.
fn stands_for_another(lower: &str) -> bool {
    let digits = lower.bytes().any(|b| b.is_ascii_digit());
    PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || !digits && LABELS.iter().any(|word| lower.contains(word))
}

/// Where a value comes from that is not in the source.
const ELSEWHERE: &[&str] = &[
    "getenv",
    "environ",
    "process.env",
    "ENV[",
    "prompt(",
    "input(",
];

pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        rule: Kind::Credential as usize,
        preview: "credential as a literal",
        score: 0.6,
        keywords: &[
            "password",
            "passwd",
            "passphrase",
            "passcode",
            "secret_key",
            "secretkey",
            "api_key",
            "apikey",
            "access_key",
            "accesskey",
            "private_key",
            "client_secret",
            "jwt_secret",
            "signing_key",
            "encryption_key",
            "encryptionkey",
            "aes_key",
            "auth_token",
            "db_pass",
            "admin_pass",
            "root_pass",
            "user_pass",
            "smtp_pass",
            "ftp_pass",
            "db_pwd",
            "admin_pwd",
            "user_pwd",
        ],
        edge: Edge::Any,
        matcher: Matcher::Code(literal),
        unless: ELSEWHERE,
    },
    Pattern {
        rule: Kind::Credential as usize,
        preview: "password as a literal",
        score: 0.5,
        keywords: &["password", "passwd", "pwd", "passphrase"],
        edge: Edge::Any,
        matcher: Matcher::Code(word),
        unless: ELSEWHERE,
    },
    Pattern {
        rule: Kind::Credential as usize,
        preview: "credential as an argument",
        score: 0.6,
        keywords: &[
            "getconnection(",
            "mysqli_connect(",
            "mysql_connect(",
            "new mysqli(",
            "new pdo(",
            "networkcredential(",
            "passwordauthentication(",
            "httpbasicauth(",
            "setbasicauth(",
            "auth=(",
            "jwt.sign(",
            "jwt.verify(",
            "jwt.encode(",
            "jwt.decode(",
            "secretkeyspec(",
            "hmac.new(b",
            "fernet(b",
            "aes.new(b",
            "aes.new(\"",
            "aes.new('",
        ],
        edge: Edge::Word,
        matcher: Matcher::Regex(ARGUMENT),
        unless: ELSEWHERE,
    },
];

/// Calls with a literal where the password or the key stands.
const ARGUMENT: &str = concat!(
    r#"(?:getConnection\([^\n,]{1,160},\s*"[^"\n]{1,40}",\s*"[^"\n]{3,}"\s*\)"#,
    r#"|(?:mysqli?_connect|new mysqli)\([^\n,]{1,60},\s*["'][^"'\n]{1,40}["'],\s*["'][^"'\n]{3,}["']"#,
    r#"|new PDO\([^\n]{1,160}["'],\s*["'][^"'\n]{1,40}["'],\s*["'][^"'\n]{3,}["']"#,
    r#"|(?:NetworkCredential|PasswordAuthentication|HTTPBasicAuth|SetBasicAuth|setBasicAuth)\(\s*"[^"\n]+",\s*"[^"\n]{3,}""#,
    r#"|(?:HTTPBasicAuth|auth=)\(\s*["'][^"'\n]+["'],\s*["'][^"'\n]{3,}["']\s*\)"#,
    r#"|jwt\.(?:sign|verify|encode|decode)\((?:\s*\{[^}\n]{0,120}\}|[^,\n]{1,80}),\s*["'][^"'\n]{3,}["']"#,
    r#"|SecretKeySpec\(\s*"[^"\n]{4,}"\s*\.getBytes"#,
    r#"|(?i:hmac|aes|fernet)(?:\.new)?\(\s*b?["'][^"'\n]{8,}["'])"#,
);

/// `name = "literal"`, `"name": "literal"`, `name := "literal"`, `define('NAME', 'literal')`.
fn literal(text: &str, name: Span) -> Option<Span> {
    let to = text.floor_char_boundary(name.end + WINDOW);
    let rest = &text[name.end..to];
    let suffix = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let rest = rest.get(suffix?..)?;
    let rest = rest.trim_start_matches(['"', '\'', ']']).trim_start();
    // A type may stand between: `password: String = "…"`, `char *password = "…"`.
    let operator = ["===", "==", "!==", "!=", ":=", "=>", "=", ":", ","]
        .into_iter()
        .find(|op| rest.starts_with(op))?;
    let rest = rest[operator.len()..].trim_start_matches([' ', '\t']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest[1..].split([quote, '\n']).next()?;
    let end = to - rest.len() + 1 + value.len();
    let closed = text[end..].starts_with(quote);
    let comma = operator == ","
        && !text[..name.start]
            .trim_end_matches(['"', '\''])
            .ends_with('(');
    (closed && !comma && is_value(value)).then(|| Span::new(name.start, end + 1))
}

/// `password = "letmein"`, `def login(password="blerg")`: where nothing but `password` is assigned, a word
/// of letters is one, too.
fn word(text: &str, name: Span) -> Option<Span> {
    let to = text.floor_char_boundary(name.end + WINDOW);
    let rest = &text[name.end..to];
    let rest = (rest.strip_prefix("\"]").or(rest.strip_prefix("']"))).unwrap_or(rest);
    let rest = rest.trim_start().strip_prefix('=')?;
    let rest = rest
        .strip_prefix("==")
        .or(rest.strip_prefix('='))
        .unwrap_or(rest);
    let rest = rest.trim_start_matches([' ', '\t']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, after) = rest[1..].split_once(quote)?;
    let letters = value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let lower = value.to_ascii_lowercase();
    let placeholder = stands_for_another(&lower);
    let ends = after.trim_start().is_empty()
        || after
            .trim_start()
            .starts_with([';', ',', ')', ':', '#', '/'])
        || after.starts_with(['\n', '\r']);
    let fits = (3..=32).contains(&value.len()) && letters && !placeholder;
    (fits && ends).then(|| Span::new(name.start, to - after.len()))
}

/// Whether a literal may be a credential rather than a label, a message or a placeholder.
fn is_value(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let filled_in = value.starts_with(['$', '<', '{', '%', '[', '/', '.', '#'])
        || value.contains(['{', ' ', '<'])
        || stands_for_another(&lower);
    let varied = !value
        .trim_start_matches(value.chars().next().unwrap_or_default())
        .is_empty();
    let mixed = value.bytes().any(|b| b.is_ascii_digit())
        || value
            .bytes()
            .any(|b| b.is_ascii_punctuation() && !matches!(b, b'_' | b'-' | b'.' | b':'));
    LENGTH.contains(&value.len()) && value.is_ascii() && !filled_in && varied && mixed
}
