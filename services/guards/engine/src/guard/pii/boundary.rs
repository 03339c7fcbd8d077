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
    let from = text.floor_char_boundary(at.saturating_sub(REACH));
    let nearby = &text.as_bytes()[from..at];
    let in_word = |place: usize| nearby[place].is_ascii_alphabetic() || nearby[place] == b'_';
    words.iter().any(|word| {
        nearby
            .windows(word.len())
            .enumerate()
            .any(|(place, window)| {
                window.eq_ignore_ascii_case(word.as_bytes())
                    && (word.starts_with('_') || !place.checked_sub(1).is_some_and(in_word))
            })
    })
}
