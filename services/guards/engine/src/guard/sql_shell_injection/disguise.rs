//! Commands that are written so that nobody finds their names: `w'h'oami`, `c\at`, `who$@ami`, `cat${IFS}x`.

use crate::finding::Span;

/// Longest word that is put together again, in bytes.
const WORD: usize = 48;

/// Commands and files whose names are hidden.
const HIDDEN: [&str; 34] = [
    "whoami",
    "cat",
    "/bin/cat",
    "/bin/sh",
    "/bin/bash",
    "/etc/passwd",
    "/etc/shadow",
    "passwd",
    "wget",
    "curl",
    "bash",
    "uname",
    "ifconfig",
    "netcat",
    "ncat",
    "powershell",
    "python",
    "python3",
    "perl",
    "base64",
    "nslookup",
    "chmod",
    "ping",
    "sleep",
    "touch",
    "head",
    "tail",
    "hostname",
    "printenv",
    "certutil",
    "netstat",
    "telnet",
    "ipconfig",
    "systeminfo",
];

/// The word around a mark that the shell takes away, if a command is left.
pub(super) fn torn(text: &str, mark: Span) -> Option<Span> {
    let bytes = text.as_bytes();
    let inner = |b: &u8| {
        b.is_ascii_lowercase()
            || matches!(
                b,
                b'/' | b'\'' | b'"' | b'\\' | b'`' | b'$' | b'@' | b'(' | b')' | b'^'
            )
    };
    let before = mark.start.checked_sub(1).map(|at| bytes[at])?;
    let after = *bytes.get(mark.end)?;
    if !(before.is_ascii_lowercase() || before == b'/') || !inner(&after) {
        return None;
    }
    let earlier = bytes[mark.start.saturating_sub(WORD)..mark.start]
        .iter()
        .rev()
        .take_while(|b| inner(b))
        .count();
    let later = bytes[mark.end..(mark.end + WORD).min(bytes.len())]
        .iter()
        .take_while(|b| inner(b))
        .count();
    let (start, end) = (mark.start - earlier, mark.end + later);
    let word = &text[start..end];
    // Only the first mark of a word is looked at, so that each word is read once.
    let marks = ['\'', '"', '\\', '`', '$', '^'];
    let inside = word.get(1..).and_then(|rest| rest.find(marks));
    if earlier + later >= 2 * WORD || inside.is_some_and(|at| start + 1 + at < mark.start) {
        return None;
    }
    let whole = word.replace("$@", "").replace("$()", "");
    let whole: String = whole
        .chars()
        .filter(|c| !matches!(c, '\'' | '"' | '\\' | '`' | '^' | '$' | '@'))
        .collect();
    let plain = whole.trim_matches(['(', ')']);
    let hidden = HIDDEN.contains(&plain) && !word.contains(plain);
    hidden.then(|| Span::new(start, end))
}

/// A command with `$IFS` for its blanks.
pub(super) fn without_blanks(text: &str, keyword: Span) -> Option<Span> {
    let from = keyword.start.saturating_sub(WORD);
    let before = text.as_bytes()[from..keyword.start].iter().rev();
    let name = before.take_while(|b| b.is_ascii_lowercase()).count();
    let to = text.floor_char_boundary(keyword.end + WORD);
    let rest = &text[keyword.end..to];
    let braced = text[keyword.start..].starts_with("${");
    let rest = if braced {
        rest.split_once('}')?.1
    } else {
        rest.strip_prefix("$9").unwrap_or(rest)
    };
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '"' | '\'');
    let argument = rest.find(ends).unwrap_or(rest.len());
    let called = name >= 2 && argument > 0 && !rest.starts_with(['=', '_', ',']);
    let upper = text[keyword.start..keyword.end].ends_with("IFS");
    (upper && called).then(|| Span::new(keyword.start - name, to - rest.len() + argument))
}
