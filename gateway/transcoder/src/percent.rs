//! Percent-decoding of paths and queries (RFC 3986), as Envoy's transcoder does it: a variable of
//! one segment is decoded in full, a variable of several keeps the escapes of reserved characters,
//! so that `%2F` never turns into a separator.

use std::borrow::Cow;

/// Which escapes stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// None.
    Nothing,
    /// Those of the reserved characters of RFC 3986 §2.2.
    Reserved,
}

/// Decodes `text`, or says why it cannot.
pub(crate) fn decode(text: &str, keep: Keep) -> Result<Cow<'_, str>, &'static str> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            decoded.push(bytes[at]);
            at += 1;
            continue;
        }
        let byte = escape(&bytes[at..]).ok_or("an escape is not `%` and two hex digits")?;
        if keep == Keep::Reserved && is_reserved(byte) {
            decoded.extend_from_slice(&bytes[at..at + 3]);
        } else {
            decoded.push(byte);
        }
        at += 3;
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| "escapes do not decode to UTF-8")
}

/// Decodes a name or value of a query, where `+` means a space.
pub(crate) fn decode_form(text: &str) -> Result<Cow<'_, str>, &'static str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return decode(&spaced, Keep::Nothing).map(|decoded| Cow::Owned(decoded.into_owned()));
    }
    decode(text, Keep::Nothing)
}

fn escape(bytes: &[u8]) -> Option<u8> {
    let high = hex(*bytes.get(1)?)?;
    let low = hex(*bytes.get(2)?)?;
    Some(high << 4 | low)
}

pub(crate) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn is_reserved(byte: u8) -> bool {
    b"!#$&'()*+,/:;=?@[]".contains(&byte)
}
