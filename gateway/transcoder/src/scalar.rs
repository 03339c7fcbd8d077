//! Scalars as text to the wire: what numbers, base64, enum names and the scalar-like well-known
//! types look like, be they in JSON strings, in a path or in a query.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::RequestErrorKind::{Range, Type};
use crate::json::{Problem, number_len};
use crate::mask;
use crate::program::{Kind, Program, Shape};
use crate::time;
use crate::wire::{LEN, VARINT, begin, end, put_bytes, put_tag, put_varint, tag};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Tag of `google.protobuf.Value.string_value`.
const VALUE_STRING: u32 = 3 << 3 | 2;

type Result<T> = std::result::Result<T, Problem>;

/// Appends the value that `text` stands for, without a tag. Strings are taken as they are.
pub(crate) fn put_text(out: &mut Vec<u8>, program: &Program, kind: Kind, text: &str) -> Result<()> {
    match kind {
        Kind::String => put_text_bytes(out, text.as_bytes()),
        Kind::Bytes => put_text_bytes(out, &base64(text)?),
        Kind::Bool => match text {
            "true" => out.push(1),
            "false" => out.push(0),
            _ => return Err(Problem::new(Type, "true or false is expected")),
        },
        Kind::Enum(_) => put_enum_text(out, program, kind, text)?,
        Kind::Message(_) => put_message_text(out, program, kind, text)?,
        Kind::Double | Kind::Float => match special_float(text) {
            Some(value) => put_float(out, kind, value),
            None => put_number(out, kind, checked_number(text)?)?,
        },
        _ => put_number(out, kind, checked_number(text)?)?,
    }
    Ok(())
}

/// Appends a number that is well-formed JSON.
#[inline]
pub(crate) fn put_number(out: &mut Vec<u8>, kind: Kind, text: &str) -> Result<()> {
    match kind {
        Kind::Double => {
            let value: f64 = text.parse().map_err(|_| not_a_number())?;
            if value.is_infinite() {
                return Err(Problem::new(
                    Range,
                    "the number is out of range for a double",
                ));
            }
            out.extend_from_slice(&value.to_le_bytes());
        }
        Kind::Float => {
            let value: f32 = text.parse().map_err(|_| not_a_number())?;
            if value.is_infinite() {
                return Err(Problem::new(
                    Range,
                    "the number is out of range for a float",
                ));
            }
            out.extend_from_slice(&value.to_le_bytes());
        }
        _ => put_integer(out, kind, integer(text)?)?,
    }
    Ok(())
}

/// Appends an enum's number given as JSON number.
pub(crate) fn put_enum_number(out: &mut Vec<u8>, text: &str) -> Result<()> {
    put_integer(out, Kind::Int32, integer(text)?)
}

/// Appends an enum's number by its name.
pub(crate) fn put_enum_name(
    out: &mut Vec<u8>,
    program: &Program,
    kind: Kind,
    name: &str,
) -> Result<()> {
    let Kind::Enum(id) = kind else {
        return Err(not_a_number());
    };
    let known = program.enumeration(id);
    let number = known
        .number(name)
        .ok_or_else(|| Problem::new(Type, format!("one of {} is expected", known.names())))?;
    put_varint(out, i64::from(number).cast_unsigned());
    Ok(())
}

/// Base64 in either alphabet, with padding or without.
pub(crate) fn base64(text: &str) -> Result<Vec<u8>> {
    let engine = if text.contains(['-', '_']) {
        URL_SAFE
    } else {
        STANDARD
    };
    engine
        .decode(text)
        .map_err(|_| Problem::new(Type, "this is not base64"))
}

/// Appends seconds and nanoseconds, the fields of `Timestamp` and `Duration`.
pub(crate) fn put_time(out: &mut Vec<u8>, (seconds, nanos): (i64, i32)) {
    if seconds != 0 {
        put_tag(out, tag(1, VARINT));
        put_varint(out, seconds.cast_unsigned());
    }
    if nanos != 0 {
        put_tag(out, tag(2, VARINT));
        put_varint(out, i64::from(nanos).cast_unsigned());
    }
}

/// Appends the paths of a `FieldMask` in its JSON form.
pub(crate) fn put_mask(out: &mut Vec<u8>, text: &str) -> Result<()> {
    for path in text.split(',').filter(|_| !text.is_empty()) {
        let path = mask::path_from_json(path)
            .ok_or_else(|| Problem::new(Type, "this is not a list of field paths"))?;
        put_bytes(out, tag(1, LEN), path.as_bytes());
    }
    Ok(())
}

/// Appends what follows the tag of a float or double.
pub(crate) fn put_float(out: &mut Vec<u8>, kind: Kind, value: f32) {
    if kind == Kind::Double {
        out.extend_from_slice(&f64::from(value).to_le_bytes());
    } else {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// `NaN`, `Infinity` and `-Infinity`.
pub(crate) fn special_float(text: &str) -> Option<f32> {
    match text {
        "NaN" => Some(f32::NAN),
        "Infinity" => Some(f32::INFINITY),
        "-Infinity" => Some(f32::NEG_INFINITY),
        _ => None,
    }
}

fn put_text_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_enum_text(out: &mut Vec<u8>, program: &Program, kind: Kind, text: &str) -> Result<()> {
    if number_len(text.as_bytes()) == Some(text.len()) {
        return put_enum_number(out, text);
    }
    put_enum_name(out, program, kind, text)
}

fn put_message_text(out: &mut Vec<u8>, program: &Program, kind: Kind, text: &str) -> Result<()> {
    let Kind::Message(id) = kind else {
        return Err(not_a_number());
    };
    let message = program.message(id);
    out.push(0);
    let start = out.len();
    match message.shape {
        Shape::Timestamp => put_time(out, time::timestamp(text)?),
        Shape::Duration => put_time(out, time::duration(text)?),
        Shape::FieldMask => put_mask(out, text)?,
        Shape::Wrapper => {
            put_tag(out, message.fields[0].tag);
            put_text(out, program, message.fields[0].kind, text)?;
        }
        Shape::Value => put_bytes(out, VALUE_STRING, text.as_bytes()),
        _ => return Err(Problem::new(Type, "a message cannot be written here")),
    }
    end(out, start);
    Ok(())
}

fn checked_number(text: &str) -> Result<&str> {
    if number_len(text.as_bytes()) == Some(text.len()) {
        Ok(text)
    } else {
        Err(not_a_number())
    }
}

fn not_a_number() -> Problem {
    Problem::new(Type, "a number is expected")
}

#[inline]
fn put_integer(out: &mut Vec<u8>, kind: Kind, value: i128) -> Result<()> {
    let range = |name: &'static str| Problem::new(Range, format!("out of range for {name}"));
    let int32 = || i32::try_from(value).map_err(|_| range("a 32-bit integer"));
    let int64 = || i64::try_from(value).map_err(|_| range("a 64-bit integer"));
    let uint32 = || u32::try_from(value).map_err(|_| range("an unsigned 32-bit integer"));
    let uint64 = || u64::try_from(value).map_err(|_| range("an unsigned 64-bit integer"));
    match kind {
        Kind::Int64 => put_varint(out, int64()?.cast_unsigned()),
        Kind::Uint32 => put_varint(out, u64::from(uint32()?)),
        Kind::Uint64 => put_varint(out, uint64()?),
        Kind::Sint32 => {
            let value = int32()?;
            put_varint(
                out,
                u64::from(((value << 1) ^ (value >> 31)).cast_unsigned()),
            );
        }
        Kind::Sint64 => {
            let value = int64()?;
            put_varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
        }
        Kind::Fixed32 => out.extend_from_slice(&uint32()?.to_le_bytes()),
        Kind::Fixed64 => out.extend_from_slice(&uint64()?.to_le_bytes()),
        Kind::Sfixed32 => out.extend_from_slice(&int32()?.to_le_bytes()),
        Kind::Sfixed64 => out.extend_from_slice(&int64()?.to_le_bytes()),
        _ => put_varint(out, i64::from(int32()?).cast_unsigned()),
    }
    Ok(())
}

/// The integer a JSON number stands for; `1e3` and `2.0` are integers, `1.5` is not.
#[inline]
fn integer(text: &str) -> Result<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let short = digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let magnitude = if short {
        i128::from(
            digits
                .bytes()
                .fold(0, |value: u64, byte| value * 10 + u64::from(byte - b'0')),
        )
    } else {
        integral(digits)?
    };
    Ok(if negative { -magnitude } else { magnitude })
}

/// An unsigned number with fraction or exponent, exactly.
fn integral(text: &str) -> Result<i128> {
    let out_of_range = || Problem::new(Range, "the number is out of range");
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_end_matches('0');
    if significant.trim_start_matches('0').is_empty() {
        return Ok(0);
    }
    let exponent: i64 = exponent.parse().map_err(|_| out_of_range())?;
    let trailing = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let dropped = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
    let power = exponent.saturating_sub(trailing).saturating_add(dropped);
    let power = u32::try_from(power).map_err(|_| {
        if power < 0 {
            Problem::new(Type, "an integer is expected")
        } else {
            out_of_range()
        }
    })?;
    let value: i128 = significant.parse().map_err(|_| out_of_range())?;
    let scale = 10_i128.checked_pow(power).ok_or_else(out_of_range)?;
    value.checked_mul(scale).ok_or_else(out_of_range)
}

/// Appends a tag and the value that `text` stands for.
pub(crate) fn put_tagged_text(
    out: &mut Vec<u8>,
    program: &Program,
    (field_tag, kind): (u32, Kind),
    text: &str,
) -> Result<()> {
    put_tag(out, field_tag);
    put_text(out, program, kind, text)
}

/// Writes `inner` inside the messages with these tags, outermost first.
pub(crate) fn nested(
    out: &mut Vec<u8>,
    tags: &[u32],
    inner: impl FnOnce(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    let starts: Vec<usize> = tags.iter().map(|tag| begin(out, *tag)).collect();
    inner(out)?;
    for start in starts.into_iter().rev() {
        end(out, start);
    }
    Ok(())
}
