//! Strings of JSON: where they end, and what their escapes mean.

use std::borrow::Cow;

use super::{Reader, Result};
use crate::error::RequestErrorKind as Kind;
use crate::percent::hex;
use crate::plain;

/// A string between its quotation marks, escapes and all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'j> {
    pub(crate) text: &'j str,
    pub(crate) escaped: bool,
    offset: usize,
}

// === impl Reader ===

impl<'j> Reader<'j> {
    /// Reads a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Cow<'j, str>> {
        let raw = self.raw_string()?;
        if !raw.escaped {
            return Ok(Cow::Borrowed(raw.text));
        }
        let mut text = String::with_capacity(raw.text.len());
        self.unescape(raw, |part| text.push_str(part))?;
        Ok(Cow::Owned(text))
    }

    /// The string at this place, which was read before.
    pub(crate) fn string_at(&self, offset: usize) -> Result<Cow<'j, str>> {
        let mut earlier = self.clone();
        earlier.at = offset;
        earlier.string()
    }

    /// Reads a string without looking into its escapes, which [`Reader::unescape`] then does.
    #[inline]
    pub(crate) fn raw_string(&mut self) -> Result<Raw<'j>> {
        if self.peek()? != b'"' {
            return Err(self.unexpected("a string"));
        }
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut escaped = false;
        loop {
            at = plain::until(bytes, at);
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(_) => {
                    self.at = at;
                    return Err(self.syntax("a control character must be escaped"));
                }
                None => {
                    self.at = bytes.len();
                    return Err(self.syntax("a string has no end"));
                }
            }
        }
        self.at = at + 1;
        Ok(Raw {
            text: &self.text[start..at],
            escaped,
            offset: start,
        })
    }

    /// Gives the text of a string in parts.
    pub(crate) fn unescape(&mut self, raw: Raw<'j>, mut push: impl FnMut(&str)) -> Result<()> {
        let bytes = raw.text.as_bytes();
        let mut start = 0;
        loop {
            // Of what is not plain, only escapes stand within a string.
            let at = plain::until(bytes, start);
            push(&raw.text[start..at]);
            if at == bytes.len() {
                return Ok(());
            }
            let (character, len) = match escape(&bytes[at..]) {
                Ok(found) => found,
                Err((kind, message)) => {
                    self.at = raw.offset + at;
                    return Err(self.fail(kind, message));
                }
            };
            push(character.encode_utf8(&mut [0; 4]));
            start = at + len;
        }
    }
}

/// The character of the escape that `bytes` begins with, and its length.
fn escape(bytes: &[u8]) -> std::result::Result<(char, usize), (Kind, &'static str)> {
    let simple = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes),
        _ => return Err((Kind::Syntax, "unknown escape in a string")),
    };
    Ok((simple, 2))
}

fn unicode_escape(bytes: &[u8]) -> std::result::Result<(char, usize), (Kind, &'static str)> {
    const MALFORMED: (Kind, &str) = (Kind::Syntax, "`\\u` needs four hex digits");
    const LONE: (Kind, &str) = (Kind::Utf8, "a surrogate stands alone");
    let unit = code_unit(bytes).ok_or(MALFORMED)?;
    if let Some(character) = char::from_u32(unit) {
        return Ok((character, 6));
    }
    if unit >= 0xdc00 {
        return Err(LONE);
    }
    let low = code_unit(&bytes[6..])
        .filter(|low| (0xdc00..0xe000).contains(low))
        .ok_or(LONE)?;
    let scalar = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    char::from_u32(scalar)
        .map(|character| (character, 12))
        .ok_or(LONE)
}

fn code_unit(bytes: &[u8]) -> Option<u32> {
    if bytes.first() != Some(&b'\\') || bytes.get(1) != Some(&b'u') {
        return None;
    }
    bytes
        .get(2..6)?
        .iter()
        .try_fold(0, |unit, &digit| Some(unit << 4 | u32::from(hex(digit)?)))
}
