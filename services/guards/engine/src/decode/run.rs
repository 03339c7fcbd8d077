//! Runs of base64 and hexadecimal digits without a break.

use super::{Encoding, LONGEST, Piece};
use crate::finding::Span;
use crate::pace::Pace;
use crate::runs::Runs;

/// Shortest run that is tried, in bytes: twelve bytes of text in base64, eight in hexadecimal.
const SHORTEST: usize = 16;

/// Finds every run that says something readable.
pub(super) fn find(text: &str, pace: &Pace<'_>, found: &mut dyn FnMut(Piece)) {
    let bytes = text.as_bytes();
    let runs = Runs::<SHORTEST, _>::of(bytes, pace, is_digit).take_while(|_| pace.step());
    let runs = runs.filter(|run| run.len() <= LONGEST);
    runs.filter_map(|run| decode(bytes, run, pace))
        .for_each(found);
}

fn decode(bytes: &[u8], run: Span, pace: &Pace<'_>) -> Option<Piece> {
    let digits = &bytes[run.start..run.end];
    let hex = pace.along(digits.iter()).all(u8::is_ascii_hexdigit);
    let (encoding, decoded, end) = if hex && digits.len().is_multiple_of(2) {
        (Encoding::Hex, from_hex(digits, pace), run.end)
    } else {
        let padding = bytes[run.end..].iter().take(2).take_while(|b| **b == b'=');
        let end = run.end + padding.count();
        (Encoding::Base64, from_base64(digits, pace)?, end)
    };
    let text = readable(decoded, pace)?;
    Some(Piece {
        run: Span::new(run.start, end),
        text,
        edits: Vec::new(),
        encoding,
    })
}

/// The bytes as text, if it is some: UTF-8 without control characters.
fn readable(bytes: Vec<u8>, pace: &Pace<'_>) -> Option<String> {
    let control = |b: &u8| b.is_ascii_control() && !matches!(b, b'\t' | b'\n' | b'\r');
    if pace.along(bytes.iter()).any(control) {
        return None;
    }
    pace.unless_stopped(())?;
    String::from_utf8(bytes).ok()
}

fn from_hex(digits: &[u8], pace: &Pace<'_>) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    };
    let pairs = digits.as_chunks::<2>().0.iter();
    pace.along(pairs)
        .map(|[high, low]| value(*high) << 4 | value(*low))
        .collect()
}

/// Whole bytes of base64 digits. A sixth bit too many is dropped. Nothing is made of them when the first
/// bytes are no text, as in most runs.
fn from_base64(digits: &[u8], pace: &Pace<'_>) -> Option<Vec<u8>> {
    let mut first = [0; SHORTEST / 4 * 3];
    let quads = digits.as_chunks::<4>().0.iter();
    for (quad, bytes) in quads.zip(first.as_chunks_mut::<3>().0) {
        let [_, three @ ..] = group(quad);
        *bytes = three;
    }
    let text = std::str::from_utf8(&first).map_or_else(
        |error| error.error_len().is_none(),
        |text| !text.contains('\0'),
    );
    if !text {
        return None;
    }
    let mut decoded = Vec::with_capacity(digits.len() * 3 / 4);
    for quad in pace.along(digits.chunks(4)) {
        let bytes = group(quad);
        decoded.extend_from_slice(&bytes[1..quad.len().max(1)]);
    }
    Some(decoded)
}

/// Up to four digits as bits, after a byte of zeros.
fn group(digits: &[u8]) -> [u8; 4] {
    let bits = digits.iter().fold(0_u32, |bits, digit| {
        bits << 6 | u32::from(sextet(*digit).unwrap_or(0))
    });
    (bits << (6 * (4 - digits.len()))).to_be_bytes()
}

/// Whether a byte is a digit of either alphabet.
const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'/' | b'_')
}

/// The value of a digit of either alphabet.
const fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_digit_has_a_value() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_digit(byte), sextet(byte).is_some(), "{byte}");
        }
    }
}
