//! Where a text may be cut so that no guard sees the difference: before a blank or a CJK character,
//! not within a row of numbers, escaped words, an open key block or a construct of a guard.

use memchr::memmem;

use super::REACH;
use super::construct::Constructs;
use crate::finding::Span;
use crate::guard::Guard;
use crate::reading::Reading;

/// Longest block of a private key that is waited for, in bytes, with room for its end.
const LONGEST_BLOCK: usize = 17 * 1024;
/// Bytes after the end of a block that may still belong to it.
const AFTER_BLOCK: usize = 128;

/// The last place to cut that is far enough from the end, if there is one.
pub(super) fn last<T: AsRef<str>>(reading: &Reading<T>, constructs: &Constructs) -> Option<usize> {
    let normal = reading.normal();
    let limit = normal.len().checked_sub(REACH)?;
    let limit = limit.min(open_block(normal).unwrap_or(limit));
    // Some guards read the original, which may be the shorter one.
    let original = reading.text().len().checked_sub(REACH)?;
    find(
        reading,
        limit.min(reading.place_in_normal(original)),
        constructs,
    )
}

/// The last place to cut from which on everything is there that guards look back to from `decided`;
/// the start if there is none.
pub(super) fn before<T: AsRef<str>>(
    reading: &Reading<T>,
    guards: &[Guard],
    constructs: &Constructs,
    decided: usize,
) -> usize {
    let limits = guards.iter().map(|guard| guard.back(reading, decided));
    let limit = limits.min().unwrap_or(decided);
    find(reading, limit, constructs).unwrap_or(0)
}

/// The last place to cut up to `end` that lies in no finding and touches the end of none: places that
/// touch are redacted as one. Findings are given in order.
pub(super) fn beside<T: AsRef<str>>(
    reading: &Reading<T>,
    constructs: &Constructs,
    mut end: usize,
    findings: &[Span],
) -> Option<usize> {
    for finding in findings.iter().rev() {
        if finding.start < end && finding.end >= end {
            end = find(reading, reading.place_in_normal(finding.start), constructs)?;
        }
    }
    Some(end)
}

/// The last place to cut up to `limit` in the normal form, as a place in the original.
fn find<T: AsRef<str>>(
    reading: &Reading<T>,
    limit: usize,
    constructs: &Constructs,
) -> Option<usize> {
    let (normal, original) = (reading.normal(), reading.text());
    let limit = normal.floor_char_boundary(limit);
    let mut candidates = normal[..limit].char_indices().rev();
    candidates.find_map(|(at, c)| {
        if at == 0 || !is_break(c) || !is_between(normal, at, c) {
            return None;
        }
        let place = reading.original(Span::new(at, at)).start;
        let whole = original[place..].starts_with(c) && constructs.allow(place);
        whole.then_some(place)
    })
}

/// Whether nothing that guards read as one goes on over `at`, where `c` stands.
fn is_between(normal: &str, at: usize, c: char) -> bool {
    if c == '\n' {
        return true;
    }
    let gap = |c: char| matches!(c, ' ' | '\t' | '-' | '.' | '(' | ')' | '/' | '+');
    let before = normal[..at].trim_end_matches(gap).chars().next_back();
    let after = normal[at..].trim_start_matches(gap).chars().next();
    let row = before.is_none_or(char::is_numeric) && after.is_none_or(char::is_numeric);
    let word = &normal[..at];
    let word = &word[word
        .rfind([' ', '\n', '\t', '\r'])
        .map_or(0, |blank| blank + 1)..];
    !row && !word.contains(['%', '&', '\\'])
}

/// Where the first key block begins of which the end has not come.
fn open_block(normal: &str) -> Option<usize> {
    let bytes = normal.as_bytes();
    let dashes = memmem::Finder::new("-----");
    let begins = |at: &usize| {
        let label = bytes.get(at + 5..at + 10);
        label.is_none_or(|label| label.eq_ignore_ascii_case(b"BEGIN"))
    };
    dashes.find_iter(bytes).filter(begins).find(|at| {
        let rest = &bytes[*at + 5..];
        let closed =
            memmem::find(rest, b"-----END").is_some_and(|end| rest.len() > end + AFTER_BLOCK);
        !closed && rest.len() < LONGEST_BLOCK
    })
}

/// Whether words end before this character, whatever follows it: blanks, and characters of scripts
/// without spaces that stand for themselves, neither a part of a word that is folded nor of a cluster.
pub(crate) const fn is_break(c: char) -> bool {
    c.is_ascii_whitespace()
        || matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}'
            | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}
