//! `8.8.8.8; ls`: a command after a separator, where the line holds but a value before it. Instructions and
//! scripts have commands there, and are left alone.

use crate::finding::Span;

/// How much text before the separator is looked at, in bytes.
const BEFORE: usize = 96;
/// Most separators and blanks before a command.
const BLANKS: usize = 8;
/// How much text after it.
const AFTER: usize = 96;

/// Commands that a payload tries first.
const COMMANDS: [&str; 64] = [
    "netsh",
    "reg",
    "ls",
    "id",
    "dir",
    "cat",
    "type",
    "ping",
    "sleep",
    "whoami",
    "uname",
    "pwd",
    "ps",
    "netstat",
    "ifconfig",
    "ipconfig",
    "net",
    "nslookup",
    "dig",
    "host",
    "curl",
    "wget",
    "nc",
    "ncat",
    "bash",
    "sh",
    "zsh",
    "python",
    "python3",
    "perl",
    "ruby",
    "php",
    "powershell",
    "cmd",
    "echo",
    "touch",
    "rm",
    "cp",
    "mv",
    "chmod",
    "env",
    "printenv",
    "hostname",
    "systeminfo",
    "tasklist",
    "ver",
    "wmic",
    "certutil",
    "timeout",
    "find",
    "grep",
    "head",
    "tail",
    "tac",
    "nl",
    "base64",
    "xxd",
    "mail",
    "kill",
    "reboot",
    "which",
    "telnet",
    "ss",
    "sudo",
];

/// The separator at `keyword` and the command after it.
pub(super) fn find(text: &str, keyword: Span) -> Option<Span> {
    let next = text.as_bytes()[keyword.end..].iter().take(BLANKS);
    let next = next.copied().find(|b| !is_separator(*b))?;
    if !next.is_ascii_alphabetic() && !matches!(next, b'/' | b'%') {
        return None;
    }
    let from = text.ceil_char_boundary(keyword.start.saturating_sub(BEFORE));
    let line = text[from..keyword.start].rsplit('\n').next()?;
    // A line that began earlier holds more than a value.
    if line.len() > BEFORE - 4 {
        return None;
    }
    let to = text.floor_char_boundary(keyword.end + AFTER);
    let rest = text[keyword.end..to].split('\n').next()?;
    let end = keyword.end + rest.len();
    let spaced = rest.starts_with(' ');
    let rest = rest.trim_start_matches(|c: char| u8::try_from(c).is_ok_and(is_separator));
    let rest = rest.strip_prefix("%20").unwrap_or(rest);
    let path = rest
        .strip_prefix("/bin/")
        .or(rest.strip_prefix("/usr/bin/"));
    let rest = path.unwrap_or(rest);
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let (command, after) = rest.split_at(length);
    let known = COMMANDS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(command));
    if !known || !is_called(command, after) {
        return None;
    }
    let encoded = text.as_bytes()[keyword.start] == b'%';
    let holds = if encoded {
        is_request(line)
    } else {
        is_value(line) && !(spaced && is_table(line, rest))
    };
    let argument = after
        .find([';', '&', '|', '"', '\'', '`', '<', '>'])
        .unwrap_or(after.len());
    holds.then(|| Span::new(keyword.start, end - after.len() + argument))
}

fn is_separator(b: u8) -> bool {
    matches!(b, b' ' | b'&' | b'|' | b';' | b'\t' | b'+' | b'(' | b'{')
}

/// Whether what follows a name is what follows a command: an option, a path, a host, or nothing.
fn is_called(command: &str, after: &str) -> bool {
    let argument = after.trim_start_matches([' ', '+']);
    let argument = argument.strip_prefix("%20").unwrap_or(argument);
    let bare = matches!(
        command,
        "ls" | "id"
            | "dir"
            | "whoami"
            | "pwd"
            | "ps"
            | "ifconfig"
            | "ipconfig"
            | "netstat"
            | "env"
            | "printenv"
            | "hostname"
            | "systeminfo"
            | "tasklist"
            | "ver"
            | "uname"
            | "reboot"
            | "sh"
            | "bash"
    );
    let ends = argument.is_empty()
        || argument.starts_with([';', '&', '|', '#', '\'', '"', '`', ')', '}', '\r', '>']);
    let separated = after.starts_with([' ', '+', '%', '<', '$', '\t']) || after.is_empty() || ends;
    let begins = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '-' | '/' | '.' | '~' | '$' | '"' | '\'' | '<' | '*' | '`' | '%' | '\\' | '{'
            )
    };
    separated && (bare && ends || argument.starts_with(begins) && !argument.starts_with("= "))
}

/// Whether a line is but one value up to here: nothing, an address, a number, a name in quotes or of a
/// parameter.
fn is_value(line: &str) -> bool {
    let value = line.trim();
    if value.is_empty() || matches!(value, "*" | "$") {
        return true;
    }
    if value.contains([' ', '\t', '(', '{', '<', '$', '#']) {
        return false;
    }
    let value = value.rsplit('=').next().unwrap_or(value);
    let bare = value.trim_end_matches(['\'', '"', ')']);
    let mut parts = bare.split('.');
    let number = !bare.is_empty()
        && parts
            .clone()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty());
    let top = parts.next_back().unwrap_or_default();
    let named = bare.contains('.')
        && !bare.starts_with('.')
        && (2..=5).contains(&top.len())
        && top.bytes().all(|b| b.is_ascii_alphabetic());
    let script = ["sh", "py", "bat", "exe", "pl", "ps"].contains(&top);
    let closed = bare.len() < value.len() && bare.len() <= 24 && !bare.contains(['\'', '"']);
    number
        || named && !script
        || closed
        || line.contains('=')
            && bare.len() <= 24
            && !line.starts_with("export")
            && bare != line.trim()
}

/// Whether a line reads as a part of a request, up to an encoded separator.
fn is_request(line: &str) -> bool {
    line.trim().is_empty() || line.contains(['=', '/', '?', '&']) || is_value(line)
}

/// Whether it is the row of a table: `| id | name |`.
fn is_table(line: &str, rest: &str) -> bool {
    line.trim().is_empty() && (rest.trim_end().ends_with('|') || rest.contains(" | "))
}
