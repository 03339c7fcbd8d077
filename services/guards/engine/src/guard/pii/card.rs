//! Payment cards (ISO/IEC 7812): brand prefix, length of the brand, Luhn, and the usual grouping.

use super::Kind;
use super::boundary::explained_by;
use super::check::luhn;
use super::lexicon::Lexicon;
use super::numbers::Row;
use crate::preview::Preview;
use crate::scan::Hit;

const SURE: f32 = 0.95;
/// Score of lengths that other numbers have as well, and of those that any 64-bit integer has.
const LIKELY: f32 = 0.6;
const LIKE_AN_INTEGER: f32 = 0.4;
/// Words that explain a number of an unusual length.
static WORDS: Lexicon = Lexicon::of(&[
    "card",
    "visa",
    "mastercard",
    "amex",
    "american express",
    "maestro",
    "credit",
    "debit",
    "pan",
    "cc",
    "karte",
    "kartennummer",
    "kreditkart",
    "carte",
    "tarjeta",
    "carta",
    "cartão",
    "cartao",
    "kaart",
    "kort",
    "karta",
    "kartę",
    "karty",
    "kortti",
    "kártya",
    "kart",
    "卡",
    "カード",
    "카드",
]);

/// A card that begins with the first group, and how many groups it takes.
pub(super) fn card(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    let count = grouping(row)?;
    let digits = row.digit_count(count);
    let first_six = row
        .values(count)
        .take(6)
        .fold(0, |number, digit| number * 10 + digit);
    let span = row.span(count);
    let named = || explained_by(row.text, span.start, &WORDS);
    // Beside its name a card may be of any issuer.
    let issued = || brand_has_length(first_six, digits) || (first_six >= 200_000 && named());
    if !(luhn(row.values(count)) && row.stands_alone(count) && issued()) {
        return None;
    }
    let usual = matches!(digits, 15 | 16) || count > 1;
    let score = match digits {
        _ if usual || named() => SURE,
        17.. => LIKE_AN_INTEGER,
        // As long as the number of an article (EAN), and given out no longer.
        13 => return None,
        _ => LIKELY,
    };
    let last_four = &row.text[span.end - 4..span.end];
    let last_four = last_four
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then_some(last_four);
    let preview = Preview::of(format_args!("**** {}", last_four.unwrap_or("****")));
    let hit = Kind::Card.hit(span, score, preview);
    Some((Some(hit), count))
}

/// How many groups a card would take: one, or the grouping that is printed on cards, with the
/// same separator between all of them.
fn grouping(row: Row<'_>) -> Option<usize> {
    const PRINTED: [&[usize]; 6] = [
        &[4, 4, 4, 4, 3],
        &[4, 4, 4, 4],
        &[4, 6, 5],
        &[4, 6, 4],
        &[4, 4, 4],
        &[4, 4, 5],
    ];
    if (12..=19).contains(&row.groups[0].len()) {
        return Some(1);
    }
    let separator = row.gap(1);
    PRINTED
        .iter()
        .find(|lengths| {
            matches!(separator, " " | "-" | "." | "\u{a0}")
                && lengths.iter().enumerate().all(|(index, length)| {
                    row.digits(index).len() == *length
                        && (index == 0 || row.gap(index) == separator)
                })
        })
        .map(|lengths| lengths.len())
}

/// Whether a brand issues numbers of this length with this prefix. Sources: the issuer ranges that
/// Visa, Mastercard, American Express, Discover, JCB, `UnionPay`, Mir, `RuPay`, Verve and Troy publish.
fn brand_has_length(first_six: u32, length: usize) -> bool {
    let four = first_six / 100;
    let two = first_six / 10_000;
    match two {
        40..=49 => matches!(length, 13 | 16 | 19),
        51..=55 => length == 16,
        // Mir.
        22 if (2200..=2204).contains(&four) => (16..=19).contains(&length),
        34 | 37 => length == 15,
        30 | 36 | 38 | 39 => {
            length == 14 || (length == 16 && two != 30) || (length == 16 && four <= 3059)
        }
        35 => (3528..=3589).contains(&four) && (16..=19).contains(&length),
        18 => four == 1800 && length == 15,
        21 => four == 2131 && length == 15,
        22..=27 => (222_100..=272_099).contains(&first_six) && length == 16,
        // UnionPay, Discover, RuPay.
        62 | 65 | 81 | 82 => (16..=19).contains(&length),
        // RuPay, Verve.
        50 if matches!(first_six, 508_500..=508_999 | 506_099..=506_198) => {
            matches!(length, 16 | 18 | 19)
        }
        // Troy.
        97 => four == 9792 && length == 16,
        64 => (6440..=6499).contains(&four) && (16..=19).contains(&length),
        60 => length == 16 || (four == 6011 && (16..=19).contains(&length)),
        50 | 58 => (matches!(four, 5018 | 5020 | 5038) || two == 58) && (12..=19).contains(&length),
        56 | 57 => (12..=19).contains(&length),
        63 | 67 => {
            matches!(four, 6304 | 6390 | 6759 | 6761 | 6762 | 6763) && (12..=19).contains(&length)
        }
        _ => false,
    }
}
