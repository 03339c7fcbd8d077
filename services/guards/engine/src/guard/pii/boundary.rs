//! What stands around a candidate: word boundaries and words that explain it.

use super::lexicon::Lexicon;
use crate::finding::Span;
use crate::runs::{BLOCK, places};

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

/// Whether anything that is a part of words stands before `at`, as far as any kind of number looks back.
pub(super) fn has_words(text: &str, at: usize) -> bool {
    const FARTHEST: usize = 2 * REACH;
    let before = &text.as_bytes()[at.saturating_sub(FARTHEST)..at];
    let part = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0xC2 || *byte == b'_';
    // All of them, without a branch: faster than to stop at the first.
    before
        .iter()
        .fold(0, |some, byte| some | u8::from(part(byte)))
        > 0
}

/// Whether one of `words` explains what begins at `at`: see [`Nearby::explained_by`].
pub(super) fn explained_by(text: &str, at: usize, words: &Lexicon) -> bool {
    Nearby::of(text, at).explained_by(words)
}

/// Whether one of `words` names what begins at `at`: see [`Nearby::named_by`].
pub(super) fn named_by(text: &str, at: usize, words: &Lexicon) -> bool {
    Nearby::of(text, at).named_by(words)
}

/// The last 48 bytes before a place, and the rest of a character.
pub(super) struct Nearby<'a> {
    bytes: &'a [u8],
    /// Where letters of ASCII stand, one bit a byte.
    ascii: u64,
    /// The first bytes of others, and of other characters beyond ASCII.
    other: u64,
    /// Underscores.
    low: u64,
}

// === impl Nearby ===

impl<'a> Nearby<'a> {
    pub(super) fn of(text: &'a str, at: usize) -> Self {
        let from = text.floor_char_boundary(at.saturating_sub(REACH));
        // A whole block, if there is one, needs no copy.
        let block = &text.as_bytes()[at.saturating_sub(BLOCK)..at];
        let before = block.len() - (at - from);
        Self {
            bytes: &block[before..],
            ascii: places(block, |byte| byte.is_ascii_alphabetic()) >> before,
            other: places(block, |byte| byte >= 0xC2) >> before,
            low: places(block, |byte| byte == b'_') >> before,
        }
    }

    /// Whether one of `words` (lower case) begins a word of them. One that begins with an underscore may
    /// stand within a name, as `_phone` in `home_phone`.
    pub(super) fn explained_by(&self, words: &Lexicon) -> bool {
        let begins = (self.ascii | self.other) & !((self.ascii | self.low) << 1);
        let mut starts = self.rests(begins | self.low);
        starts.any(|rest| words.beginning(rest).next().is_some())
    }

    /// Whether one of `words` (lower case) stands in them: a long one as the beginning of a word, one of up
    /// to four bytes as the whole of it. An underscore ends a word.
    pub(super) fn named_by(&self, words: &Lexicon) -> bool {
        const SHORT: usize = 4;
        let begins = (self.ascii | self.other) & !(self.ascii << 1);
        let mut starts = self.rests(begins | self.low);
        starts.any(|rest| {
            let whole = |word: &str| !rest.get(word.len()).is_some_and(u8::is_ascii_alphabetic);
            let mut known = words.beginning(rest);
            known.any(|word| word.len() > SHORT || whole(word))
        })
    }

    /// What follows each of the places that are bits of `places`.
    fn rests(&self, mut places: u64) -> impl Iterator<Item = &'a [u8]> {
        let bytes = self.bytes;
        std::iter::from_fn(move || {
            let rest = bytes.get(places.trailing_zeros() as usize..)?;
            places &= places.wrapping_sub(1);
            Some(rest)
        })
    }
}
