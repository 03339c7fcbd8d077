//! E-mail addresses: the everyday form of RFC 5321, with letters of Latin, Greek and
//! Cyrillic alphabets (RFC 6531).
//!
//! Quoted local parts, comments and address literals are left out: they occur in tests alone.

use super::Kind;
use crate::finding::Span;
use crate::pace::Pace;
use crate::preview::Preview;
use crate::scan::Hit;

/// RFC 5321 §4.5.3.1.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;
/// Score of an address.
const SCORE: f32 = 0.95;

/// Endings of files that look like top-level domains after an `@`, as in `icon@2x.png`.
const FILE_ENDINGS: [&str; 22] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "mjs", "cjs", "ts", "tsx", "jsx",
    "json", "html", "yaml", "yml", "toml", "lock", "service", "target", "socket",
];

/// Finds every address in `text`.
pub(super) fn find(text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
    let signs = memchr::memchr_iter(b'@', text.as_bytes());
    for at in signs.take_while(|_| pace.step()) {
        if let Some(span) = address(text, at) {
            hits.push(Kind::Email.hit(span, SCORE, preview(text, span, at)));
        }
    }
}

fn address(text: &str, at: usize) -> Option<Span> {
    let start = local_start(text, at)?;
    let end = domain_end(text, at + 1)?;
    let is_address = !is_user_of_url(text, start, at, end);
    is_address.then_some(Span::new(start, end))
}

/// Where the local part begins that ends at `at`.
fn local_start(text: &str, at: usize) -> Option<usize> {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST_LOCAL + 4));
    let length: usize = text[from..at]
        .chars()
        .rev()
        .take_while(|c| is_local(*c))
        .map(char::len_utf8)
        .sum();
    let local = text[at - length..at].trim_start_matches(|c: char| !is_word(c) && c != '_');
    let fits = !local.is_empty() && local.len() <= LONGEST_LOCAL && !local.ends_with('.');
    (fits && !local.contains("..")).then_some(at - local.len())
}

/// Where the domain ends that begins at `from`.
fn domain_end(text: &str, from: usize) -> Option<usize> {
    let to = text.floor_char_boundary(from + LONGEST_DOMAIN + 4);
    let length: usize = text[from..to]
        .chars()
        .take_while(|c| is_word(*c) || matches!(c, '-' | '.'))
        .map(char::len_utf8)
        .sum();
    let mut domain = &text[from..from + length];
    // A label that cannot be one ends the domain: `a@b.com.` and `a@b.com-` end after `com`.
    domain = domain.trim_end_matches(['.', '-']);
    if let Some(dots) = domain.find("..") {
        domain = &domain[..dots];
    }
    let (rest, last) = domain.rsplit_once('.')?;
    let top = top_level(last)?;
    let labels = rest.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    });
    let fits = labels && domain.len() <= LONGEST_DOMAIN;
    fits.then_some(from + rest.len() + 1 + top.len())
}

/// The label, if it can be a top-level domain.
fn top_level(label: &str) -> Option<&str> {
    let letters = label.chars().all(char::is_alphabetic) && label.chars().count() >= 2;
    let punycode = label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    let file = FILE_ENDINGS
        .iter()
        .any(|ending| label.eq_ignore_ascii_case(ending));
    ((letters || punycode) && !file && label.len() <= 63).then_some(label)
}

/// Whether it is the user of a URL or of an SSH remote: `https://user:pass@host`,
/// `git@github.com:owner/repo`.
fn is_user_of_url(text: &str, start: usize, at: usize, end: usize) -> bool {
    let before = &text[text.floor_char_boundary(start.saturating_sub(96))..start];
    let authority = before.rfind("://").is_some_and(|place| {
        !before[place + 3..].contains(['/', ' ', '\n', '"', '\'', '?', '#', '<'])
    });
    let remote = text[end..].starts_with(':')
        && text[end + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '~')
        && matches!(&text[start..at], "git" | "hg" | "svn" | "root" | "deploy");
    authority || remote
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{00C0}'..='\u{024F}' | '\u{0370}'..='\u{052F}')
}

/// What the local part may hold. RFC 5322 allows more, such as `=` and `&`, but in text these end
/// the word before the address.
fn is_local(c: char) -> bool {
    is_word(c) || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '~')
}

/// `j***@e***.com`: the first letters and the top-level domain.
fn preview(text: &str, span: Span, at: usize) -> Preview {
    let first = |part: &str| part.chars().next().unwrap_or('*');
    let domain = &text[at + 1..span.end];
    let top = domain.rsplit('.').next().unwrap_or_default();
    Preview::of(format_args!(
        "{}***@{}***.{top}",
        first(&text[span.start..at]),
        first(domain)
    ))
}
