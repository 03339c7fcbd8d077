//! Telephone numbers: international (ITU-T E.164), and national ones of the regions in question.
//!
//! A number must be one of its plan: given out, or possible and grouped as in its country. Bare
//! digits count only beside a word such as `phone`; dates, orders and tables do not count.

mod plan;
mod words;

pub(super) use plan::{Plans, REGIONS};

use super::Kind;
use super::boundary::{self, Nearby, explained_by};
use super::numbers::Row;
use crate::finding::Span;
use crate::preview::Preview;
use crate::scan::Hit;
use plan::Reading;

const INTERNATIONAL: f32 = 0.95;
const NAMED: f32 = 0.95;
const NATIONAL: f32 = 0.8;
/// Score of digits with nothing but spaces between them.
const SPACED: f32 = 0.6;
/// How far back a word is right before a number, in bytes.
const NEAR: usize = 12;

/// What a form makes of a row: how many groups belong to the number, and its score.
type Form = fn(Row<'_>, &Plans) -> Option<(usize, f32)>;

/// The forms, from the strictest to the loosest.
const FORMS: [Form; 6] = [
    international,
    unassigned,
    double_zero,
    north_american,
    national,
    named,
];

/// Regions whose national numbers are found unless others are named: their writing is told from other
/// numbers by a prefix, brackets or grouping.
pub(super) const DEFAULT_REGIONS: &[&str] = &[
    "AT", "AU", "BE", "BR", "CA", "CH", "CN", "DE", "ES", "FR", "GB", "IE", "IN", "IT", "JP", "NL",
    "RU", "SE", "US",
];

/// A number that begins with the first group, and how many groups it takes.
pub(super) fn phone(row: Row<'_>, plans: &Plans) -> Option<(Option<Hit>, usize)> {
    if is_date(row) {
        return Some((None, 3));
    }
    let (count, score) = FORMS.iter().find_map(|form| form(row, plans))?;
    let digits = row.span(count);
    let extension = extension(row.text, digits.end);
    let alone = match extension {
        Some(_) => boundary::begins(row.text, digits.start),
        None => row.stands_alone(count),
    };
    let start = with_sign(row.text, digits.start);
    let plain = score < INTERNATIONAL;
    let named = plain && (says_phone(row.text, start) || is_labelled(row.text, digits.end));
    let other = plain && !named && explained_by(row.text, start, &words::OTHER);
    if !alone || other {
        return None;
    }
    let span = Span::new(start, extension.unwrap_or(digits.end));
    let shown = &row.text[digits.end - 1..digits.end];
    let score = if named { NAMED } else { score };
    Some((
        Some(Kind::Phone.hit(span, score, Preview::of(format_args!("*** *{shown}")))),
        count,
    ))
}

/// `+49 30 123456`, `+44 (0)20 7946 0958`, `+1-415-555-2671`.
fn international(row: Row<'_>, plans: &Plans) -> Option<(usize, f32)> {
    if !has_sign(row) {
        return None;
    }
    let count = plans.international_groups(row, 0)?;
    Some((count, INTERNATIONAL))
}

/// `+61 9 7834 6617`: a calling code and a fitting length, in groups or beside a word, but none that
/// is given out.
fn unassigned(row: Row<'_>, plans: &Plans) -> Option<(usize, f32)> {
    const GROUPS: usize = 3;
    if !has_sign(row) {
        return None;
    }
    let mut counts = (1..=plan::reach(row)).rev();
    let count = counts.find(|count| plans.has_calling_code(row, *count))?;
    (count >= GROUPS || is_named(row, count)).then_some((count, SPACED))
}

fn has_sign(row: Row<'_>) -> bool {
    let before = &row.text[..row.groups[0].span.start];
    let before = before.strip_suffix('(').unwrap_or(before);
    before.ends_with('+') && !before.ends_with("++")
}

/// `0049 30 123456`, `001-415-555-2671`.
fn double_zero(row: Row<'_>, plans: &Plans) -> Option<(usize, f32)> {
    if !row.digits(0).starts_with("00") || row.digits(0).starts_with("000") {
        return None;
    }
    let count = plans.international_groups(row, 2)?;
    // One group of digits with two zeros in front may be any id.
    (count > 1 || is_named(row, count)).then_some((count, NATIONAL))
}

/// `(415) 555-2671`, `415-555-2671`, `1.415.555.2671`, `415 555 2671`.
fn north_american(row: Row<'_>, _: &Plans) -> Option<(usize, f32)> {
    let first = usize::from(row.digits(0) == "1");
    let lengths = [0, 1, 2].map(|index| row.digits(first + index).len());
    let exchange = row.digits(first + 1);
    let count = match lengths {
        [3, 3, 4] => 3,
        [3, 7, _] => 2,
        _ => return None,
    };
    let gaps = || (1..first + count).map(|index| row.gap(index));
    let slash_later = gaps().skip(first + 1).any(|gap| gap.contains('/'));
    let fits = plan::is_north_american(row.digits(first), exchange)
        && gaps().all(is_phone_gap)
        && !slash_later;
    let spaced = gaps().all(|gap| gap == " ") && !opens_bracket(row);
    let series = is_series(row, first + count);
    let named = || is_named(row, first + count);
    if !fits || (series && !named()) || (count == 2 && !opens_bracket(row) && !named()) {
        return None;
    }
    Some((first + count, if spaced { SPACED } else { NATIONAL }))
}

/// Numbers of the regions: `020 7946 0958`, `01 23 45 67 89`, `98765 43210`, `(11) 98765-4321`.
fn national(row: Row<'_>, plans: &Plans) -> Option<(usize, f32)> {
    const DIGITS: std::ops::RangeInclusive<usize> = 8..=12;
    if row.text[..row.groups[0].span.start].ends_with('+') {
        return None;
    }
    let counts = (2..=plan::reach(row)).rev();
    let mut counts = counts.filter(|count| DIGITS.contains(&row.digit_count(*count)));
    let (count, reading) = counts.find_map(|count| Some((count, plans.national(row, count)?)))?;
    let gaps = || (1..count).map(|index| row.gap(index));
    let dotted = gaps().all(|gap| gap == ".");
    let pairs = count == 5 && (0..count).all(|index| row.digits(index).len() == 2);
    // Five pairs, as in France; with many zeros it is rather a dump of bytes.
    let zeros = (1..count)
        .filter(|index| row.digits(*index).starts_with('0'))
        .count();
    let series = is_series(row, count) || (pairs && zeros > 1);
    let groups_fit = (1..count).all(|index| (2..=8).contains(&row.digits(index).len()));
    let slash_later = gaps().skip(1).any(|gap| gap.contains('/'));
    let fits =
        groups_fit && !slash_later && (!dotted || pairs) && (!series || is_named(row, count));
    let bare = reading == Reading::Bare && !opens_bracket(row);
    // North American groups that no area has.
    let american = count == 3 && [0, 1, 2].map(|index| row.digits(index).len()) == [3, 3, 4];
    let goes_on = row.gap(count) == "-" || gaps().any(|gap| gap == "/");
    if !fits || (bare && (american || goes_on)) {
        return None;
    }
    Some((count, if bare || dotted { SPACED } else { NATIONAL }))
}

/// Anything of a fitting length beside a word that says what it is.
fn named(row: Row<'_>, _: &Plans) -> Option<(usize, f32)> {
    let count = groups_with(row, 7..=13)?;
    let date = || (0..count).any(|from| is_date(row.skip(from)));
    (count <= 6 && !date() && is_named(row, count)).then_some((count, SPACED))
}

/// Whether the first `count` groups are a part of a longer series of numbers with spaces between.
fn is_series(row: Row<'_>, count: usize) -> bool {
    let spaced = (1..count).all(|index| row.gap(index) == " ") && !opens_bracket(row);
    let before = &row.text.as_bytes()[..row.groups[0].span.start];
    let after = row.gap(count) == " ";
    spaced && (after || matches!(before, [.., b'0'..=b'9', b' ']))
}

/// How many groups hold a number of digits in `range`: as many as fit, over gaps of telephone
/// numbers alone.
fn groups_with(row: Row<'_>, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
    (1..=plan::reach(row))
        .rev()
        .find(|count| range.contains(&row.digit_count(*count)))
}

fn is_phone_gap(gap: &str) -> bool {
    matches!(
        gap,
        " " | "-"
            | "."
            | "/"
            | ")"
            | ") "
            | " ("
            | "("
            | ")-"
            | "-("
            | " - "
            | " / "
            | "\u{a0}"
            | "\u{2011}"
            | "\u{202f}"
    )
}

/// Whether a word before the row, or right after its first `count` groups, says what it is.
fn is_named(row: Row<'_>, count: usize) -> bool {
    let start = row.groups[0].span.start;
    // Right before the number it outweighs any other word.
    let near = &row.text[row.text.floor_char_boundary(start.saturating_sub(NEAR))..start];
    // The first may be the rest of a word.
    let words = near.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    is_labelled(row.text, row.span(count).end)
        || says_phone(words, words.len())
        || (says_phone(row.text, start) && !explained_by(row.text, start, &words::OTHER))
}

fn says_phone(text: &str, start: usize) -> bool {
    let nearby = Nearby::of(text, start);
    let mut lists = [&words::WORDS, &words::CALLS, &words::FOREIGN].into_iter();
    lists.any(|words| nearby.explained_by(words))
}

/// Whether a word such as `mobile` stands right after a number: ` fax`, `-Office`, ` (home)`.
fn is_labelled(text: &str, end: usize) -> bool {
    let after = &text[end..];
    let word = after
        .strip_prefix([' ', '-'])
        .map(|rest| rest.strip_prefix('(').unwrap_or(rest));
    let Some(word) = word else {
        return false;
    };
    let length = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &word[..length];
    words::LABELS.has(word)
}

fn opens_bracket(row: Row<'_>) -> bool {
    row.text[..row.groups[0].span.start].ends_with('(') && row.gap(1).starts_with(')')
}

/// `21.11.2026`, `2026-11-21`: what follows is a time, not a line number.
fn is_date(row: Row<'_>) -> bool {
    let separator = row.gap(1);
    let number = |index: usize| row.digits(index).parse::<u16>().unwrap_or(u16::MAX);
    let day_or_month =
        |index: usize| row.digits(index).len() <= 2 && (1..=31).contains(&number(index));
    let year = |index: usize| row.digits(index).len() == 4 && (1900..2100).contains(&number(index));
    matches!(separator, "-" | "." | "/")
        && row.gap(2) == separator
        && day_or_month(1)
        && ((day_or_month(0) && year(2)) || (year(0) && day_or_month(2)))
}

/// The start with the plus sign and bracket that belong to the number.
fn with_sign(text: &str, start: usize) -> usize {
    let before = &text[..start];
    let shorter = before.strip_suffix('(').unwrap_or(before);
    shorter.strip_suffix('+').unwrap_or(shorter).len()
}

/// End of an extension such as ` x123` or ` ext. 123` after a number.
fn extension(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    let word = rest.trim_start_matches(' ');
    if rest.len() - word.len() > 2 {
        return None;
    }
    let digits = ["ext.", "ext", "x", "#"].iter().find_map(|mark| {
        let given = word.get(..mark.len())?.eq_ignore_ascii_case(mark);
        given.then(|| word[mark.len()..].trim_start_matches([' ', ':']))
    })?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let end = text.len() - digits.len() + length;
    let fits = (1..=6).contains(&length) && boundary::ends(text, end);
    fits.then_some(end)
}
