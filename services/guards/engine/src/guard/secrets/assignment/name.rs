//! What the words of a name beside its keyword say: that the value describes a secret, is public, or
//! belongs to somebody.

use super::place::{LONGEST_NAME, is_name};
use crate::finding::Span;

/// Ends of names whose value describes a secret rather than being it.
const DESCRIPTIVE: [&str; 32] = [
    "name",
    "id",
    "ids",
    "url",
    "uri",
    "path",
    "file",
    "type",
    "kind",
    "field",
    "length",
    "len",
    "size",
    "policy",
    "expiry",
    "expires",
    "expires_in",
    "ttl",
    "count",
    "limit",
    "hint",
    "label",
    "prefix",
    "version",
    "algorithm",
    "hash",
    "digest",
    "ref",
    "arn",
    "status",
    "endpoint",
    "smanager",
];

/// Words before a keyword whose value is shown to everybody, or guards nothing.
const OPEN: [&str; 20] = [
    "csrf",
    "xsrf",
    "public",
    "publishable",
    "primary",
    "foreign",
    "partition",
    "sort",
    "cache",
    "next",
    "page",
    "paging",
    "continuation",
    "cursor",
    "sync",
    "idempotency",
    "request",
    "antiforgery",
    "authenticity",
    "sec",
];

/// What makes the token after it a digest: that of a public key.
const PUBLIC_KEYS: [&[u8]; 3] = [b"publickey", b"public key ", b"public_key_"];

/// Whether the rest of a name after its keyword says that the value only describes a secret.
pub(in crate::guard::secrets) fn is_descriptive(suffix: &str) -> bool {
    let word = suffix
        .rsplit(['_', '-', '.', ' '])
        .next()
        .unwrap_or(suffix)
        .trim_end_matches(|c: char| c.is_ascii_digit());
    // `passwordHash`, `tokenUrl`: the last hump is the word.
    let word = if word.bytes().all(|b| b.is_ascii_uppercase()) {
        word
    } else {
        last_hump(word)
    };
    is_one_of(word, &DESCRIPTIVE)
}

/// Whether the word before the keyword says that the value is open: `csrf_token`, `publicToken`,
/// `cache key is`.
pub(super) fn is_open(text: &str, keyword: Span) -> bool {
    let before = &text.as_bytes()[..keyword.start];
    let of_public_key = PUBLIC_KEYS.iter().any(|name| {
        let start = before.len().checked_sub(name.len());
        start.is_some_and(|start| before[start..].eq_ignore_ascii_case(name))
    });
    of_public_key || is_one_of(word_before(text, keyword), &OPEN)
}

/// Whether the keyword is a part of the name of a resource: `arn:aws:secretsmanager:…:secret:…`.
pub(super) fn is_resource(text: &str, keyword: Span) -> bool {
    const LONGEST_ARN: usize = 96;
    let before = &text.as_bytes()[keyword.start.saturating_sub(LONGEST_ARN)..keyword.start];
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"-:/".contains(b);
    let length = before.iter().rev().take_while(part).count();
    before[before.len() - length..].starts_with(b"arn:")
}

/// Whether the name says whose secret it is, as `HEROKU_TOKEN` and `api_token` do.
pub(super) fn is_owned(text: &str, keyword: Span) -> bool {
    let token = text[keyword.start..keyword.end].eq_ignore_ascii_case("token");
    let owner = word_before(text, keyword);
    !token || (!owner.is_empty() && !is_one_of(owner, &OPEN))
}

/// The word of the name right before the keyword, or the word before it in a sentence.
fn word_before(text: &str, keyword: Span) -> &str {
    let before = &text.as_bytes()[..keyword.start];
    let sentence = text[keyword.start..].starts_with(' ');
    let before = if sentence { before } else { trim_joint(before) };
    let length = before.iter().rev().take(LONGEST_NAME);
    let length = length
        .take_while(|b| is_name(**b) && !b"_-.".contains(b))
        .count();
    let start = before.len() - length;
    text.get(start..before.len()).map_or("", last_hump)
}

/// Without the byte that joins two words of a name.
fn trim_joint(before: &[u8]) -> &[u8] {
    match before {
        [rest @ .., b'_' | b'-' | b'.'] => rest,
        _ => before,
    }
}

/// The last word of `publicToken`, or all of `PUBLIC`.
fn last_hump(word: &str) -> &str {
    let hump = |c: char| c.is_ascii_uppercase();
    match word.rfind(hump) {
        Some(at) if word.bytes().any(|b| b.is_ascii_lowercase()) => &word[at..],
        _ => word,
    }
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a word of a name says that its value is open.
pub(in crate::guard::secrets) fn is_open_word(word: &str) -> bool {
    is_one_of(word, &OPEN)
}
