//! What the guards read of a text: its normal form, and what is encoded in it.

use std::fmt::Write;
use std::ops::RangeInclusive;

use guardmesh_guard_engine::{Encoding, Reading, Span};

/// How deep encodings are read.
const DEPTH: usize = 3;
/// Bytes of a text that we encode ourselves: a short one makes no run, a long one a file.
const ENCODED: RangeInclusive<usize> = 16..=1000;

/// A byte for a path of encodings, and a text: its normal form leads back into it, what is decoded
/// is no longer than its place, and what we encode ourselves comes back.
pub fn reading(data: &[u8]) {
    let Some((&path, text)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    leads_back(&text);
    comes_back(&text, path);
}

/// Every character of the normal form has a place, in order, on character boundaries.
fn leads_back(text: &str) {
    let reading = Reading::of(text);
    let normal = reading.normal();
    let mut last = Span::new(0, 0);
    for (at, c) in normal.char_indices() {
        let place = reading.original(Span::new(at, at + c.len_utf8()));
        assert!(text.get(place.start..place.end).is_some(), "{place:?}");
        assert!(place.start >= last.start && place.end >= last.end);
        last = place;
    }
    let whole = reading.original(Span::new(0, normal.len()));
    assert!(text.get(whole.start..whole.end).is_some(), "{whole:?}");
    for (place, decoded, via) in reading.encoded() {
        assert!(!place.is_empty() && text.get(place.start..place.end).is_some());
        assert!((1..=DEPTH).contains(&via.len()));
        // A character may decompose, which nothing encoded ever does more than eighteenfold.
        assert!(
            decoded.len() <= place.len() * 18,
            "{decoded:?} of {place:?}"
        );
        for disguise in [Encoding::Rot13, Encoding::Spelled] {
            assert!(via.windows(2).all(|pair| pair != [disguise; 2]));
        }
    }
}

/// Between words, the normal form encoded by this path is found with that path and place.
fn comes_back(text: &str, path: u8) {
    let reading = Reading::of(text);
    let plain = reading.normal();
    let control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    // Normal forms of normal forms may differ where a mark comes to stand after another base.
    let stable = Reading::of(plain).normal() == plain;
    if !ENCODED.contains(&plain.len()) || plain.contains(control) || !stable {
        return;
    }
    let mut via: Vec<Encoding> = Vec::new();
    let mut encoded = plain.to_owned();
    for level in 0..=path % 3 {
        let encoding = [
            Encoding::Hex,
            Encoding::Url,
            Encoding::Html,
            Encoding::Base64,
        ][usize::from(path >> (2 + 2 * level) & 3)];
        encoded = encode(&encoded, encoding);
        let digits = encoded.bytes().all(|b| b.is_ascii_hexdigit());
        if encoding == Encoding::Base64 && digits {
            return; // It reads as hexadecimal.
        }
        via.insert(0, encoding);
    }
    let document = format!("see: {encoded} end");
    let reading = Reading::of(&*document);
    let found = reading.encoded().any(|(place, decoded, path)| {
        (decoded, &*path) == (plain, &*via) && document[place.start..place.end] == encoded
    });
    assert!(found, "{plain:?} by {via:?} as {encoded:?}");
}

fn encode(text: &str, encoding: Encoding) -> String {
    let mut out = String::new();
    match encoding {
        Encoding::Base64 | Encoding::Rot13 | Encoding::Spelled => out = base64(text.as_bytes()),
        Encoding::Html => {
            for c in text.chars() {
                let _ = write!(out, "&#{};", u32::from(c));
            }
        }
        Encoding::Hex | Encoding::Url => {
            let mark = if encoding == Encoding::Url { "%" } else { "" };
            for byte in text.bytes() {
                let _ = write!(out, "{mark}{byte:02x}");
            }
        }
    }
    out
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, b| word << 8 | u32::from(*b))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    out
}
