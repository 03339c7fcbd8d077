//! What of a text is open as long as it may go on: windows over its last tokens, and turns that may
//! still be spoofed. A stream waits for it.
//!
//! More may be called open than is: that only takes time.

use super::features::stands_alone;
use super::marker::{self, MARKS};
use super::window::LENGTHS;
use crate::finding::Span;
use crate::stream::is_break;

/// Tokens behind a place that say what weighs too much before it: a window that begins there; of the
/// next shorter ones, which go first, the last that it may meet; and so on.
const AHEAD: usize = LENGTHS[0] + LENGTHS[1] + LENGTHS[2];

/// Calls `found` with each place that is not to be torn.
pub(super) fn find(text: &str, mut found: impl FnMut(Span)) {
    found(Span::new(decided(text), text.len()));
    for (start, _) in text.match_indices(['<', '[']) {
        if let Some(mark) = MARKS
            .iter()
            .find(|mark| marker::begins(&text[start..], mark))
        {
            found(Span::new(start, turn(text, start + mark.len())));
        }
    }
}

/// The last place before which nothing that may follow the text changes what weighs too much or which
/// rule holds: so many tokens before the end of what is read the same whatever follows, that of its
/// last whole word.
fn decided(text: &str) -> usize {
    let end = text.rfind(is_break).unwrap_or(0);
    let mut places = text[..end].char_indices().rev().peekable();
    let starts = std::iter::from_fn(|| {
        let (place, c) = places.next()?;
        let before = places.peek().map(|(_, c)| *c);
        Some(begins_token(before, c).then_some(place))
    });
    starts.flatten().nth(AHEAD - 1).unwrap_or(0)
}

/// Whether a token begins with `c`; none does within a word, though a long one is several.
fn begins_token(before: Option<char>, c: char) -> bool {
    let Some(before) = before else {
        return !c.is_whitespace();
    };
    if c.is_alphanumeric() {
        !before.is_alphanumeric() || stands_alone(before) || stands_alone(c)
    } else {
        !c.is_whitespace() && before != c
    }
}

/// Where the mark that ends at `end` can be part of no turn any more: a role may follow after blanks, or
/// another mark.
fn turn(text: &str, end: usize) -> usize {
    /// More than any mark and any role has.
    const WORD: usize = 32;
    let blanks = text[end..].len() - text[end..].trim_start().len();
    let last = end + blanks.max(marker::NEAR) + WORD;
    text.ceil_char_boundary(last.min(text.len()))
}
