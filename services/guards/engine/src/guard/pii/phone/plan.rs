//! Numbering plans: country codes, lengths by country, and the North American plan.
//!
//! Sources: ITU-T E.164 (country codes, at most 15 digits) and its list of national plans; NANPA
//! (area and exchange codes).

use super::is_phone_gap;
use crate::guard::pii::numbers::Row;

/// Lengths of the national number for country codes where it is well known.
const LENGTHS: [(&str, usize, usize); 46] = [
    ("1", 10, 10),
    ("7", 10, 10),
    ("20", 8, 10),
    ("27", 9, 9),
    ("30", 10, 10),
    ("31", 9, 9),
    ("32", 8, 9),
    ("33", 9, 9),
    ("34", 9, 9),
    ("36", 8, 9),
    ("39", 6, 11),
    ("40", 9, 9),
    ("41", 9, 9),
    ("43", 6, 13),
    ("44", 9, 10),
    ("45", 8, 8),
    ("46", 7, 9),
    ("47", 8, 8),
    ("48", 9, 9),
    ("49", 6, 11),
    ("51", 8, 9),
    ("52", 10, 11),
    ("54", 10, 11),
    ("55", 10, 11),
    ("56", 9, 9),
    ("57", 8, 10),
    ("60", 8, 10),
    ("61", 9, 9),
    ("62", 8, 12),
    ("63", 8, 10),
    ("64", 8, 10),
    ("65", 8, 8),
    ("66", 8, 9),
    ("81", 9, 10),
    ("82", 8, 10),
    ("84", 9, 10),
    ("86", 10, 11),
    ("90", 10, 10),
    ("91", 10, 10),
    ("92", 9, 10),
    ("351", 9, 9),
    ("353", 7, 9),
    ("358", 6, 11),
    ("380", 9, 9),
    ("420", 9, 9),
    ("972", 8, 9),
];

/// National lengths of all other countries.
const ANY_LENGTH: (usize, usize) = (6, 12);

/// How many groups an international number takes that begins `skip` digits into the row.
pub(super) fn international_groups(row: Row<'_>, skip: usize) -> Option<usize> {
    let code = country_code(row, skip)?;
    let (least, most) = LENGTHS
        .iter()
        .find(|(known, _, _)| *known == code)
        .map_or(ANY_LENGTH, |(_, least, most)| (*least, *most));
    let reach = 1
        + (1..row.groups.len())
            .take_while(|index| is_phone_gap(row.gap(*index)))
            .count();
    if code == "1" && !dials_north_america(row, skip) {
        return None;
    }
    (1..=reach).rev().find(|count| {
        // The trunk zero in `+44 (0)20` or `+49 (0) 30` is not dialled.
        let optional = (0..*count)
            .filter(|index| row.digits(*index) == "0" && row.gap(*index).ends_with('('))
            .count();
        let national = row.digit_count(*count).saturating_sub(skip + code.len());
        let trunk = if optional > 0 {
            optional
        } else {
            written_trunk(row, skip + code.len())
        };
        (least..=most).contains(&national.saturating_sub(trunk))
    })
}

/// One, if the national number begins with `0` inside of brackets, as in `+44 (020) 7946 0958`.
fn written_trunk(row: Row<'_>, digits_before: usize) -> usize {
    let bracketed = row.digit_count(1) == digits_before
        && row.gap(1).ends_with('(')
        && row.digits(1).starts_with('0');
    usize::from(bracketed)
}

/// The country code that the digits after the first `skip` begin with.
fn country_code<'a>(row: Row<'a>, skip: usize) -> Option<&'a str> {
    let first = row.digits(0);
    let digits: &'a str = if first.len() > skip {
        &first[skip..]
    } else {
        row.digits(1)
    };
    (1..=3)
        .filter_map(|length| digits.get(..length))
        .find(|code| is_country_code(code))
}

fn is_country_code(code: &str) -> bool {
    let Ok(number) = code.parse::<u16>() else {
        return false;
    };
    matches!(number,
        1 | 7 | 20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84
        | 86 | 90..=95 | 98 | 211..=213 | 216 | 218 | 220..=269 | 290 | 291 | 297..=299
        | 350..=359 | 370..=383 | 385..=387 | 389 | 420 | 421 | 423 | 500..=509 | 590..=599
        | 670 | 672..=683 | 685..=692 | 800 | 808 | 850 | 852 | 853 | 855 | 856 | 870 | 878
        | 880..=883 | 886 | 888 | 960..=968 | 970..=979 | 992..=996 | 998)
        && !code.starts_with('0')
}

/// Whether the digits after `+1` begin an area and an exchange.
fn dials_north_america(row: Row<'_>, skip: usize) -> bool {
    let mut national = row.values(row.groups.len()).skip(skip + 1);
    matches!((national.next(), national.nth(2)), (Some(2..), Some(2..)))
}

/// Whether area and exchange can be dialled: neither begins with 0 or 1, neither is a service
/// code such as 411.
pub(super) fn is_north_american(area: &str, exchange: &str) -> bool {
    let dialled = |code: &str| {
        let code = &code.as_bytes()[..3];
        (b'2'..=b'9').contains(&code[0]) && &code[1..] != b"11"
    };
    dialled(area) && dialled(exchange)
}
