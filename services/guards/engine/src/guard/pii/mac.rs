//! Hardware addresses (MAC, EUI-48): six pairs with colons or dashes.

use super::Kind;
use super::boundary::{self, named_by};
use super::lexicon::Lexicon;
use crate::finding::Span;
use crate::pace::Pace;
use crate::scan::Hit;

const SCORE: f32 = 0.85;
/// Six pairs and what stands between them.
const LENGTH: usize = 17;
static WORDS: Lexicon = Lexicon::of(&["mac", "hwaddr", "ether", "hardware", "bssid", "link/ether"]);

/// Finds every hardware address.
pub(super) fn find(text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    let signs = memchr::memchr2_iter(b':', b'-', bytes);
    for at in signs.take_while(|_| pace.step()) {
        let Some(start) = at.checked_sub(2).filter(|start| *start >= done) else {
            continue;
        };
        let span = Span::new(start, start + LENGTH);
        if is_written(bytes, span) && points_to_a_device(text, span) {
            done = span.end;
            hits.push(Kind::Mac.hit(span, SCORE, "**:**:**:**:**:**".into()));
        }
    }
}

fn is_written(bytes: &[u8], span: Span) -> bool {
    let Some(written) = bytes.get(span.start..span.end) else {
        return false;
    };
    let separator = written[2];
    let pairs = written.iter().enumerate().all(|(at, byte)| match at % 3 {
        2 => *byte == separator,
        _ => byte.is_ascii_hexdigit(),
    });
    // A fingerprint is longer.
    let more = |byte: Option<&u8>| byte.is_some_and(|b| matches!(b, b':' | b'-'));
    pairs
        && !more(bytes.get(span.end))
        && !more(span.start.checked_sub(1).and_then(|at| bytes.get(at)))
}

/// Not all ones or zeros; digits alone only beside the name, as they may be a time.
fn points_to_a_device(text: &str, span: Span) -> bool {
    let written = &text[span.start..span.end];
    let digits = || written.bytes().filter(u8::is_ascii_alphanumeric);
    let nobody = digits().all(|b| b == b'0') || digits().all(|b| matches!(b, b'f' | b'F'));
    let letter = digits().any(|b| b.is_ascii_alphabetic());
    boundary::stands_alone(text, span) && !nobody && (letter || named_by(text, span.start, &WORDS))
}
