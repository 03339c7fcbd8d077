//! What stands around a candidate: word boundaries and words that explain it.

use super::lexicon::Lexicon;
use crate::decode::ends_in_escape;
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

/// Whether no letter, digit or underscore comes right before `at`, unless it is the end of an escape such
/// as `\n` and `\u003e`.
pub(super) fn begins(text: &str, at: usize) -> bool {
    !before(text, at).is_some_and(is_joined) || ends_in_escape(&text.as_bytes()[..at])
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

/// Whether one of `words` (lower case) begins a word in the last 48 bytes before `at`. One that
/// begins with an underscore may stand within a name, as `_phone` in `home_phone`.
pub(super) fn explained_by(text: &str, at: usize, words: &Lexicon) -> bool {
    let nearby = nearby(text, at);
    let Letters { ascii, other, low } = Letters::of(nearby);
    let begins = (ascii | other) & !((ascii | low) << 1);
    let mut starts = starts(nearby, begins | low);
    starts.any(|rest| words.beginning(rest).next().is_some())
}

/// Whether one of `words` (lower case) stands in the last 48 bytes before `at`: a long one as the
/// beginning of a word, one of up to four bytes as the whole of it. An underscore ends a word.
pub(super) fn named_by(text: &str, at: usize, words: &Lexicon) -> bool {
    const SHORT: usize = 4;
    let nearby = nearby(text, at);
    let Letters { ascii, other, low } = Letters::of(nearby);
    let begins = (ascii | other) & !(ascii << 1);
    let mut starts = starts(nearby, begins | low);
    starts.any(|rest| {
        let whole = |word: &str| !rest.get(word.len()).is_some_and(u8::is_ascii_alphabetic);
        let mut known = words.beginning(rest);
        known.any(|word| word.len() > SHORT || whole(word))
    })
}

/// The bytes that may explain what begins at `at`: 48, and the rest of a character.
fn nearby(text: &str, at: usize) -> &[u8] {
    let from = text.floor_char_boundary(at.saturating_sub(REACH));
    &text.as_bytes()[from..at]
}

/// What follows each of the places that are bits of `places`.
fn starts(nearby: &[u8], mut places: u64) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let rest = nearby.get(places.trailing_zeros() as usize..)?;
        places &= places.wrapping_sub(1);
        Some(rest)
    })
}

/// Where letters stand in up to 64 bytes, one bit a byte.
struct Letters {
    /// Those of ASCII.
    ascii: u64,
    /// The first bytes of others, and of other characters beyond ASCII.
    other: u64,
    /// Underscores.
    low: u64,
}

// === impl Letters ===

impl Letters {
    fn of(bytes: &[u8]) -> Self {
        Self {
            ascii: places(bytes, |byte| byte.is_ascii_alphabetic()),
            other: places(bytes, |byte| byte >= 0xC2),
            low: places(bytes, |byte| byte == b'_'),
        }
    }
}

/// Where bytes are of a kind, one bit a byte, for up to 64 of them.
fn places(bytes: &[u8], of_kind: impl Fn(u8) -> bool) -> u64 {
    // Moves the lowest bits of eight bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let eights = bytes.chunks(8).enumerate();
    eights.fold(0, |places, (at, eight)| {
        let mut kinds = [0; 8];
        for (kind, byte) in kinds.iter_mut().zip(eight) {
            *kind = u8::from(of_kind(*byte));
        }
        places | (u64::from_le_bytes(kinds).wrapping_mul(GATHER) >> 56) << (8 * at)
    })
}
