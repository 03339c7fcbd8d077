//! `Timestamp` and `Duration` as text, both ways
//! (<https://protobuf.dev/reference/protobuf/google.protobuf>).

use crate::error::RequestErrorKind::{Range, Type};
use crate::json::Problem;

const SECONDS_PER_DAY: i64 = 86_400;
/// 0001-01-01T00:00:00Z.
const MIN_TIMESTAMP: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const MAX_TIMESTAMP: i64 = 253_402_300_799;
/// About 10,000 years.
const MAX_DURATION: i64 = 315_576_000_000;
const NANOS_PER_SECOND: i32 = 1_000_000_000;

/// Reads an RFC 3339 time with `Z` or an offset: seconds since 1970 and nanoseconds.
pub(crate) fn timestamp(text: &str) -> Result<(i64, i32), Problem> {
    let malformed = || {
        Problem::new(
            Type,
            "an RFC 3339 time such as 2026-01-31T08:00:00Z is expected",
        )
    };
    let (seconds, nanos) = parse_timestamp(text).ok_or_else(malformed)?;
    if !(MIN_TIMESTAMP..=MAX_TIMESTAMP).contains(&seconds) {
        return Err(Problem::new(
            Range,
            "the time is outside the years 1 to 9999",
        ));
    }
    Ok((seconds, nanos))
}

/// Reads seconds with up to nine decimals and an `s`.
pub(crate) fn duration(text: &str) -> Result<(i64, i32), Problem> {
    let malformed = || Problem::new(Type, "a duration such as 1.5s is expected");
    let (negative, seconds, nanos) = parse_duration(text).ok_or_else(malformed)?;
    if seconds > MAX_DURATION || (seconds == MAX_DURATION && nanos > 0) {
        return Err(Problem::new(
            Range,
            "the duration is longer than 315576000000s",
        ));
    }
    Ok(if negative {
        (-seconds, -nanos)
    } else {
        (seconds, nanos)
    })
}

/// Appends a timestamp in JSON form, or says that it has none.
pub(crate) fn put_timestamp(
    out: &mut Vec<u8>,
    seconds: i64,
    nanos: i32,
) -> Result<(), &'static str> {
    if !(MIN_TIMESTAMP..=MAX_TIMESTAMP).contains(&seconds)
        || !(0..NANOS_PER_SECOND).contains(&nanos)
    {
        return Err("the timestamp is out of range");
    }
    let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
    let second = seconds.rem_euclid(SECONDS_PER_DAY);
    out.push(b'"');
    put_digits(out, year, 4);
    out.push(b'-');
    put_digits(out, month, 2);
    out.push(b'-');
    put_digits(out, day, 2);
    out.push(b'T');
    put_digits(out, second / 3600, 2);
    out.push(b':');
    put_digits(out, second / 60 % 60, 2);
    out.push(b':');
    put_digits(out, second % 60, 2);
    put_fraction(out, nanos);
    out.extend_from_slice(b"Z\"");
    Ok(())
}

/// Appends a duration in JSON form, or says that it has none.
pub(crate) fn put_duration(
    out: &mut Vec<u8>,
    seconds: i64,
    nanos: i32,
) -> Result<(), &'static str> {
    let in_range = (-MAX_DURATION..=MAX_DURATION).contains(&seconds)
        && (1 - NANOS_PER_SECOND..NANOS_PER_SECOND).contains(&nanos);
    if !in_range || (seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0) {
        return Err("the duration is out of range");
    }
    out.push(b'"');
    if seconds < 0 || nanos < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(
        itoa::Buffer::new()
            .format(seconds.unsigned_abs())
            .as_bytes(),
    );
    put_fraction(out, nanos.abs());
    out.extend_from_slice(b"s\"");
    Ok(())
}

fn parse_timestamp(text: &str) -> Option<(i64, i32)> {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators
        .iter()
        .any(|(at, byte)| bytes.get(*at) != Some(byte))
    {
        return None;
    }
    let (year, month, day) = (
        digits(bytes, 0, 4)?,
        digits(bytes, 5, 2)?,
        digits(bytes, 8, 2)?,
    );
    let (hour, minute) = (digits(bytes, 11, 2)?, digits(bytes, 14, 2)?);
    let second = digits(bytes, 17, 2)?;
    if year == 0 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let (nanos, zone) = fraction(bytes.get(19..)?)?;
    let days = days_from_civil(year, month, day);
    let local = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
    Some((local - zone_offset(zone)?, nanos))
}

fn parse_duration(text: &str) -> Option<(bool, i64, i32)> {
    let amount = text.strip_suffix('s')?;
    let (negative, amount) = match amount.strip_prefix('-') {
        Some(amount) => (true, amount),
        None => (false, amount),
    };
    let len = amount.bytes().take_while(u8::is_ascii_digit).count();
    if len == 0 || len > 18 {
        return None;
    }
    let seconds = digits(amount.as_bytes(), 0, len)?;
    let (nanos, rest) = fraction(&amount.as_bytes()[len..])?;
    rest.is_empty().then_some((negative, seconds, nanos))
}

/// A decimal point with one to nine digits, or nothing; and what follows.
fn fraction(bytes: &[u8]) -> Option<(i32, &[u8])> {
    let Some((b'.', rest)) = bytes.split_first() else {
        return Some((0, bytes));
    };
    let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 || len > 9 {
        return None;
    }
    let value = i32::try_from(digits(rest, 0, len)?).ok()?;
    let scale = 10_i32.pow(9 - u32::try_from(len).ok()?);
    Some((value * scale, &rest[len..]))
}

/// `Z` or `±hh:mm`, in seconds east.
fn zone_offset(zone: &[u8]) -> Option<i64> {
    let sign = match zone {
        b"Z" => return Some(0),
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let (hours, minutes) = (digits(zone, 1, 2)?, digits(zone, 4, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn digits(bytes: &[u8], at: usize, len: usize) -> Option<i64> {
    bytes.get(at..at + len)?.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + i64::from(byte - b'0'))
    })
}

fn put_digits(out: &mut Vec<u8>, value: i64, width: usize) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(value);
    out.resize(out.len() + width.saturating_sub(text.len()), b'0');
    out.extend_from_slice(text.as_bytes());
}

/// Nothing, or a point with 3, 6 or 9 digits.
fn put_fraction(out: &mut Vec<u8>, nanos: i32) {
    if nanos == 0 {
        return;
    }
    out.push(b'.');
    let nanos = i64::from(nanos);
    if nanos % 1_000_000 == 0 {
        put_digits(out, nanos / 1_000_000, 3);
    } else if nanos % 1_000 == 0 {
        put_digits(out, nanos / 1_000, 6);
    } else {
        put_digits(out, nanos, 9);
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of the proleptic Gregorian calendar. Years begin in March here, so that
/// the leap day is the last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The reverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12 + 1;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
