//! Tokens of no provider that is known here, which say themselves that they are one: a name, a mark
//! such as `_live_` or `_pat_`, and a long drawn part.
//!
//! Many providers write their tokens so, since scanners find them then. Public ones (`pk_live_…`)
//! are left out.

use super::assignment::is_drawn;
use super::{allow, in_placeholder};
use crate::finding::Span;

const SCORE: f32 = 0.6;
/// Longest name before the mark, in bytes.
const LONGEST_NAME: usize = 24;
/// Lengths of the drawn part.
const SHORTEST: usize = 20;
const LONGEST: usize = 200;

/// Ends of names whose tokens are shown to everybody.
const PUBLIC: [&str; 6] = ["pk", "pub", "public", "publishable", "client", "test"];

/// The token in which the mark stands.
pub(super) fn find(text: &str, mark: Span) -> Option<(Span, f32)> {
    let bytes = text.as_bytes();
    let drawn = bytes[mark.end..].iter().take(LONGEST + 1);
    let drawn = drawn.take_while(|b| is_token(**b)).count();
    if !(SHORTEST..=LONGEST).contains(&drawn) || in_placeholder(text, mark.start) {
        return None;
    }
    let name = bytes[..mark.start].iter().rev().take(LONGEST_NAME + 1);
    let name = name.take_while(|b| is_token(**b)).count();
    let span = Span::new(mark.start - name, mark.end + drawn);
    let (name, drawn) = (&text[span.start..mark.start], &text[mark.end..span.end]);
    let last = name.rsplit(['_', '-']).next().unwrap_or(name);
    let public = PUBLIC.iter().any(|word| last.eq_ignore_ascii_case(word));
    let named = name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
            != text[mark.start..].starts_with("sk");
    let example = allow::is_placeholder(drawn) || allow::is_documented(drawn);
    let fits = named && !public && !example && is_drawn(drawn);
    fits.then_some((span, SCORE))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
