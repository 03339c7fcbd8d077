//! US social security numbers: area, group and serial in their valid ranges (SSA, since 2011).

use super::Kind;
use super::boundary::explained_by;
use super::lexicon::Lexicon;
use super::numbers::Row;
use crate::scan::Hit;

static WORDS: Lexicon = Lexicon::of(&[
    "ssn",
    "social security",
    "social-security",
    "social sec",
    "ss#",
    "tin",
]);
/// Words that say that the number is something else.
static OTHER_WORDS: Lexicon = Lexicon::of(&[
    "sku", "order", "invoice", "tracking", "part", "serial", "ticket", "ref",
]);
/// Score of the usual writing with dashes; with spaces; with none beside the name.
const DASHED: f32 = 0.85;
const SPACED: f32 = 0.6;
const NAMED: f32 = 0.95;

/// Numbers that were printed in advertisements and are no one's.
const ADVERTISED: [&str; 2] = ["078051120", "219099999"];

/// A number that begins with the first group, and how many groups it takes.
pub(super) fn ssn(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    let named = || explained_by(row.text, row.groups[0].span.start, &WORDS);
    let (count, score) = match (
        row.digits(0).len(),
        row.digits(1).len(),
        row.digits(2).len(),
    ) {
        (3, 2, 4) if row.gap(1) == row.gap(2) => match row.gap(1) {
            "-" | "\u{2011}" => (3, if named() { NAMED } else { DASHED }),
            " " | "." => (3, if named() { NAMED } else { SPACED }),
            _ => return None,
        },
        (9, ..) if named() => (1, NAMED),
        (3, 6, _) | (5, 4, _) if row.gap(1) == "-" && named() => (2, NAMED),
        _ => return None,
    };
    // Beside its name and written like one it need not be given out: it stands for one.
    let stands_for_one = || score >= NAMED && count == 3 && !is_uniform(row, count);
    let fits = row.stands_alone(count) && !is_longer(row, count);
    if !fits || !(is_issued(row, count) || stands_for_one()) {
        // Written like one, so it is no telephone number either.
        return (count == 3).then_some((None, count));
    }
    let other = score < NAMED && explained_by(row.text, row.groups[0].span.start, &OTHER_WORDS);
    if other {
        return Some((None, count));
    }
    let hit = Kind::Ssn.hit(row.span(count), score, "***-**-****".into());
    Some((Some(hit), count))
}

/// Whether all digits are the same, as in a placeholder.
fn is_uniform(row: Row<'_>, count: usize) -> bool {
    let first = row.values(1).next();
    row.values(count).all(|digit| Some(digit) == first)
}

/// Whether the row goes on in the same manner, so that these groups are a part of something else.
fn is_longer(row: Row<'_>, count: usize) -> bool {
    count > 1 && !row.gap(count).is_empty() && row.gap(count) == row.gap(1) && row.gap(1) != " "
}

fn is_issued(row: Row<'_>, count: usize) -> bool {
    let number = row
        .values(count)
        .fold(0, |number, digit| number * 10 + digit);
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    let advertised = ADVERTISED.iter().any(|known| {
        known
            .bytes()
            .map(|b| u32::from(b - b'0'))
            .eq(row.values(count))
    });
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && !advertised
}
