//! Addresses that a browser or an opener runs: `javascript:`, `data:text/html`, `file://` and the
//! schemes of other programs.
//!
//! In prose these words stand as well ("JavaScript: an overview"): what follows the colon decides.

use crate::finding::Span;
use crate::link;
use crate::pace::Pace;

const SCRIPT: &str = "address that runs a script";

/// Longest script that is taken for one, in bytes.
const LONGEST_SCRIPT: usize = 2_048;

/// Schemes that open a file or another program, or reach a service on the server's own network.
const OTHERS: &[(&str, f32, &str)] = &[
    ("file", 0.6, "address of a local file"),
    ("vbscript", 0.9, SCRIPT),
    ("ms-msdt", 0.95, "address that opens a system program"),
    ("search-ms", 0.9, "address that opens a system program"),
    ("jar", 0.7, "address of code"),
    ("gopher", 0.8, "address for server-side forgery"),
    ("dict", 0.8, "address for server-side forgery"),
    ("ldap", 0.4, "address of a directory"),
    ("rmi", 0.8, "address of code"),
];

/// Media types that a browser runs.
const ACTIVE: [&str; 5] = [
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/javascript",
    "application/javascript",
];

/// Calls `found` with the place, score and preview of each address that is run.
pub(super) fn find(text: &str, pace: &Pace<'_>, mut found: impl FnMut(Span, f32, &'static str)) {
    let mut past = 0;
    let colons = memchr::memchr_iter(b':', text.as_bytes());
    for colon in colons.take_while(|_| pace.step()) {
        if colon < past {
            continue;
        }
        let Some(start) = link::scheme_start(text.as_bytes(), past, colon) else {
            continue;
        };
        let rest = &text[colon + 1..];
        let looked_up = text[..start].ends_with("jndi:");
        if let Some((score, preview)) = judge(&text[start..colon], rest, looked_up) {
            let end = if preview == SCRIPT {
                end_of_script(text, colon + 1)
            } else {
                link::end_of(text, colon + 1)
            };
            past = end;
            found(Span::new(start, end), score, preview);
        }
    }
}

/// Where a script ends: at a blank, or at a quote or bracket that closes none of its own.
fn end_of_script(text: &str, from: usize) -> usize {
    let to = text.floor_char_boundary(from + LONGEST_SCRIPT);
    let mut open = 0_usize;
    let stop = text[from..to].find(|c: char| match c {
        '(' => {
            open += 1;
            false
        }
        ')' => match open.checked_sub(1) {
            Some(rest) => {
                open = rest;
                false
            }
            None => true,
        },
        '"' | '\'' | '`' | '|' => open == 0,
        _ => matches!(c, '<' | '>') || c.is_whitespace() || c.is_control(),
    });
    stop.map_or(to, |length| from + length)
}

fn judge(scheme: &str, rest: &str, looked_up: bool) -> Option<(f32, &'static str)> {
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let starts = |part: &str| {
        rest.get(..part.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(part))
    };
    if is("javascript") {
        let score = if does_nothing(rest) { 0.4 } else { 0.9 };
        return runs(rest).then_some((score, SCRIPT));
    }
    if is("data") {
        let active = ACTIVE
            .iter()
            .any(|kind| starts(kind) && rest[kind.len()..].starts_with([',', ';']));
        // Icons stand in pages as drawings; one that may hold a script says so.
        let drawing = starts("image/") && !is_active_drawing(rest);
        let score = if drawing { 0.4 } else { 0.8 };
        return active.then_some((score, "page or script within an address"));
    }
    let (_, score, preview) = OTHERS.iter().find(|(name, ..)| is(name))?;
    let opens = match scheme.len() {
        _ if is("vbscript") => runs(rest),
        _ if is("ms-msdt") => rest.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()),
        _ if is("search-ms") => starts("query=") || starts("displayname="),
        _ if is("jar") => starts("http") || starts("file:"),
        _ => {
            let named = |c: char| c.is_alphanumeric() || matches!(c, '/' | '[' | '.' | '$');
            rest.starts_with("//") && rest[2..].starts_with(named)
        }
    };
    let score = match scheme.len() {
        _ if looked_up => 0.9,
        _ if is("file") && !is_sensitive(rest) => 0.4,
        _ => *score,
    };
    opens.then_some((score, *preview))
}

/// Whether a script is one that pages use for a link without a place to go to.
fn does_nothing(rest: &str) -> bool {
    let near = &rest[..rest.floor_char_boundary(24)];
    let near = near.split([' ', '\n', '\t']).next().unwrap_or_default();
    let script = near
        .trim_start_matches("void")
        .trim_start_matches(['(', '0', ')', ';', ' ']);
    script.is_empty() || script.starts_with(['"', '\'', '>', '\n', ')', '`'])
}

/// Whether a drawing within an address holds a script, as far as is looked.
fn is_active_drawing(rest: &str) -> bool {
    const LOOKED_AT: usize = 400;
    let near = rest[..rest.floor_char_boundary(LOOKED_AT)].to_ascii_lowercase();
    [
        "<script",
        "%3cscript",
        "onload",
        "onerror",
        "onclick",
        "onbegin",
        "javascript:",
        "foreignobject",
    ]
    .iter()
    .any(|mark| near.contains(mark))
}

/// Whether a path is one of secrets or of the system.
fn is_sensitive(rest: &str) -> bool {
    let near = rest[..rest.floor_char_boundary(96)].to_ascii_lowercase();
    [
        "/etc/",
        "/proc/",
        "/root/",
        "/.ssh",
        "/.aws",
        "/.env",
        "windows/",
        "windows\\",
        "c$",
        "/var/log",
        "id_rsa",
        "passwd",
        "/dev/",
    ]
    .iter()
    .any(|mark| near.contains(mark))
}

/// Whether a script follows at once: a call, an assignment, a comment or `void`.
fn runs(rest: &str) -> bool {
    const LOOKED_AT: usize = 96;
    let near = &rest[..rest.floor_char_boundary(LOOKED_AT)];
    let word = near.split(char::is_whitespace).next().unwrap_or_default();
    word.starts_with("//")
        || word.contains(['(', '=', ';', '`'])
        || word.contains("%28")
        || word == "void"
}
