//! Private keys in PEM (RFC 7468) and OpenSSH armour, on lines of their own or escaped in a string, and
//! key files of `PuTTY`.

use memchr::memmem;

use super::{allow, entropy};
use crate::finding::Span;

/// Longest block that is read, in bytes: an RSA key of 16,384 bits has 13 KB.
const LONGEST: usize = 16 * 1024;
/// Shortest line of base64 of which a key has at least one.
const SHORTEST_LINE: usize = 32;
/// Bits a byte of the least random key; base64 of a key has more than five.
const LEAST_ENTROPY: f32 = 4.0;
/// Score of a block with its end; one that was cut off is still a leak.
const WHOLE: f32 = 0.98;
const CUT: f32 = 0.8;

/// A block that begins at the keyword `-----BEGIN` and whose label ends in `PRIVATE KEY`.
pub(super) fn find(text: &str, keyword: Span) -> Option<(Span, f32)> {
    let limit = text.floor_char_boundary(keyword.end + LONGEST);
    let after = &text[keyword.end..limit];
    let label_end = after.bytes().take(64).position(|b| b == b'-')?;
    let label = &after[..label_end];
    let is_private = label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK");
    let named = label
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    if !is_private || !named {
        return None;
    }
    let body = after[label_end..].trim_start_matches('-');
    let body_at = limit - body.len();
    // The next dashes end the block, whichever they are: each byte is read once a block.
    let (body, end, score) = if let Some(at) = memmem::find(body.as_bytes(), b"-----") {
        (&body[..at], close(text, body_at + at), WHOLE)
    } else {
        let length = body.bytes().take_while(|b| is_body(*b)).count();
        (&body[..length], body_at + length, CUT)
    };
    let body = strip_headers(body);
    // One line of it, so that sentences between two mentions of the header are no body.
    let line = body
        .as_bytes()
        .split(|b| !is_base64(*b))
        .any(|line| line.len() >= SHORTEST_LINE);
    let random = entropy::bits_per_byte(body) >= LEAST_ENTROPY;
    let real = line && random && !allow::is_reference(body);
    real.then_some((Span::new(keyword.start, end), score))
}

/// The Google service account form: the block is the value of `private_key` in JSON.
pub(super) fn find_in_service_account(text: &str, keyword: Span) -> Option<(Span, f32)> {
    let rest = text[keyword.end..].trim_start_matches(['"', '\\', ' ', '\t', ':', '\r', '\n']);
    let begin = text.len() - rest.len();
    let dashes = "-----BEGIN";
    if begin - keyword.end > 16 || !rest.starts_with(dashes) {
        return None;
    }
    let (span, score) = find(text, Span::new(begin, begin + dashes.len()))?;
    Some((span, (score + 0.01).min(1.0)))
}

/// A key file of `PuTTY`: its private lines, and what stands before them.
pub(super) fn find_putty(text: &str, keyword: Span) -> Option<(Span, f32)> {
    const LINES: &str = "Private-Lines: ";
    const MAC: &str = "-MAC: ";
    let limit = text.floor_char_boundary(keyword.end + LONGEST);
    let after = &text[keyword.end..limit];
    let body = after[memmem::find(after.as_bytes(), LINES.as_bytes())? + LINES.len()..]
        .trim_start_matches(|c: char| c.is_ascii_digit());
    // With the first word of the line that follows.
    let length = body.bytes().take_while(|b| is_body(*b)).count();
    let lines = body[..length].trim_end_matches("Private");
    let mac = body[length..].strip_prefix(MAC).unwrap_or_default();
    let mac = mac.bytes().take_while(u8::is_ascii_hexdigit).count();
    let (end, score) = match mac {
        0 => (lines.trim_end().len(), CUT),
        _ => (length + MAC.len() + mac, WHOLE),
    };
    let line = lines.as_bytes().split(|b| !is_base64(*b));
    let real = line.map(<[u8]>::len).any(|length| length >= SHORTEST_LINE)
        && entropy::bits_per_byte(lines) >= LEAST_ENTROPY;
    real.then_some((Span::new(keyword.start, limit - body.len() + end), score))
}

/// Where the end line that begins at `at` is over, if it is one.
fn close(text: &str, at: usize) -> usize {
    let rest = &text[at..text.floor_char_boundary(at + 96)];
    let Some(label) = rest.strip_prefix("-----END") else {
        return at;
    };
    label
        .find("-----")
        .map_or(at, |dashes| at + "-----END".len() + dashes + 5)
}

/// Without the RFC 1421 headers (`Proc-Type`, `DEK-Info`) of older encrypted keys.
fn strip_headers(body: &str) -> &str {
    if !body.contains(':') {
        return body;
    }
    ["\n\n", "\r\n\r\n", "\\n\\n"]
        .iter()
        .find_map(|blank| body.find(blank))
        .map_or(body, |at| &body[at..])
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn is_body(byte: u8) -> bool {
    is_base64(byte) || matches!(byte, b'\n' | b'\r' | b'\\' | b' ' | b'\t' | b'"')
}
