//! What stands around a candidate: word boundaries and words that explain it.

use crate::finding::Span;

/// How far back words may explain a number, in bytes.
const REACH: usize = 48;

/// The character that ends at `at`.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character that begins at `at`.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// Whether no letter, digit or underscore touches the span.
pub(super) fn stands_alone(text: &str, span: Span) -> bool {
    begins(text, span.start) && ends(text, span.end)
}

/// Whether no letter, digit or underscore comes right before `at`.
pub(super) fn begins(text: &str, at: usize) -> bool {
    !before(text, at).is_some_and(is_joined)
}

/// Whether no letter, digit or underscore comes right after `at`.
pub(super) fn ends(text: &str, at: usize) -> bool {
    !after(text, at).is_some_and(is_joined)
}

/// Whether a number that touches it is a part of a word. Scripts without spaces write numbers
/// between letters.
fn is_joined(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && !is_spaceless(c)
}

fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// Whether one of `words` (lower case) begins a word in the last 48 bytes before `at`. One that
/// begins with an underscore may stand within a name, as `_phone` in `home_phone`.
pub(super) fn explained_by(text: &str, at: usize, words: &[&str]) -> bool {
    let in_word = |before: u8| before.is_ascii_alphabetic() || before == b'_';
    let mut starts = starts(nearby(text, at), in_word);
    starts.any(|rest| words.iter().any(|word| starts_with(rest, word)))
}

/// Whether one of `words` (lower case) stands in the last 48 bytes before `at`: a long one as the
/// beginning of a word, one of up to four bytes as the whole of it. An underscore ends a word.
pub(super) fn named_by(text: &str, at: usize, words: &[&str]) -> bool {
    const SHORT: usize = 4;
    let mut starts = starts(nearby(text, at), |before| before.is_ascii_alphabetic());
    starts.any(|rest| {
        let whole = |word: &str| !rest.get(word.len()).is_some_and(u8::is_ascii_alphabetic);
        words
            .iter()
            .any(|word| starts_with(rest, word) && (word.len() > SHORT || whole(word)))
    })
}

/// The bytes that may explain what begins at `at`.
fn nearby(text: &str, at: usize) -> &[u8] {
    let from = text.floor_char_boundary(at.saturating_sub(REACH));
    &text.as_bytes()[from..at]
}

/// What follows each place where a word may begin: not after a byte that is `in_word`, or at an
/// underscore.
fn starts(nearby: &[u8], in_word: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    nearby.iter().enumerate().filter_map(move |(place, byte)| {
        let letter = byte.is_ascii_alphabetic() || *byte >= 0xC2;
        let begins = place
            .checked_sub(1)
            .is_none_or(|before| !in_word(nearby[before]));
        (*byte == b'_' || (letter && begins)).then(|| &nearby[place..])
    })
}

fn starts_with(rest: &[u8], word: &str) -> bool {
    let word = word.as_bytes();
    rest[0].eq_ignore_ascii_case(&word[0])
        && rest
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
}
