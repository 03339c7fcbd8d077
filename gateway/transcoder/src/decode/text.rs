//! Scalars as JSON text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::plain;
use crate::program::{Enum, Kind};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends a string in quotation marks.
pub(crate) fn quoted(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut start = 0;
    loop {
        let special = plain::until(bytes, start);
        out.extend_from_slice(&bytes[start..special]);
        let Some(&byte) = bytes.get(special) else {
            break;
        };
        escape(out, byte);
        start = special + 1;
    }
    out.push(b'"');
}

/// Appends bytes as standard base64 with padding, in quotation marks.
pub(super) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    STANDARD.encode_string(bytes, &mut text);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Appends an enum's name, or its number if it has none; `NullValue` is `null`.
pub(super) fn enumeration(out: &mut Vec<u8>, enumeration: &Enum, bits: u64) {
    let number = int32(bits);
    if enumeration.is_null_value {
        out.extend_from_slice(b"null");
        return;
    }
    let Some(name) = enumeration.name(number) else {
        out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        return;
    };
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
}

/// Appends a number or boolean. 64-bit integers are strings, as JSON numbers lose digits.
#[inline]
pub(super) fn number(out: &mut Vec<u8>, kind: Kind, bits: u64) {
    let mut buffer = itoa::Buffer::new();
    match kind {
        Kind::Bool => out.extend_from_slice(if bits == 0 { b"false" } else { b"true" }),
        Kind::Double => double(out, f64::from_bits(bits)),
        Kind::Float => float(out, f32::from_bits(low_half(bits))),
        Kind::Uint32 | Kind::Fixed32 => {
            out.extend_from_slice(buffer.format(unsigned(kind, bits)).as_bytes());
        }
        Kind::Uint64 | Kind::Fixed64 => {
            out.push(b'"');
            out.extend_from_slice(buffer.format(bits).as_bytes());
            out.push(b'"');
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            out.push(b'"');
            out.extend_from_slice(buffer.format(signed(kind, bits)).as_bytes());
            out.push(b'"');
        }
        _ => out.extend_from_slice(buffer.format(signed(kind, bits)).as_bytes()),
    }
}

/// The integer that the bits of a signed kind stand for.
#[inline]
pub(super) fn signed(kind: Kind, bits: u64) -> i64 {
    match kind {
        Kind::Int64 | Kind::Sfixed64 => bits.cast_signed(),
        Kind::Sint64 => (bits >> 1).cast_signed() ^ -(bits & 1).cast_signed(),
        Kind::Sint32 => {
            let bits = low_half(bits);
            i64::from((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
        }
        _ => i64::from(int32(bits)),
    }
}

/// The integer that the bits of an unsigned kind stand for.
pub(super) fn unsigned(kind: Kind, bits: u64) -> u64 {
    match kind {
        Kind::Uint32 | Kind::Fixed32 => u64::from(low_half(bits)),
        _ => bits,
    }
}

fn int32(bits: u64) -> i32 {
    low_half(bits).cast_signed()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "32-bit fields keep the low half, by the spec"
)]
fn low_half(bits: u64) -> u32 {
    bits as u32
}

fn double(out: &mut Vec<u8>, value: f64) {
    if value.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
    } else {
        special_float(out, value.is_nan(), value.is_sign_negative());
    }
}

fn float(out: &mut Vec<u8>, value: f32) {
    if value.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
    } else {
        special_float(out, value.is_nan(), value.is_sign_negative());
    }
}

fn special_float(out: &mut Vec<u8>, nan: bool, negative: bool) {
    let text: &[u8] = match (nan, negative) {
        (true, _) => b"\"NaN\"",
        (false, false) => b"\"Infinity\"",
        (false, true) => b"\"-Infinity\"",
    };
    out.extend_from_slice(text);
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
