//! Postal addresses, where the writing leaves little doubt: a street with its number and, in the usual
//! place, a postcode of the country. A street alone counts only beside a word such as `address`.
//!
//! English and German forms. Other addresses need a model and are not found.

use super::Kind;
use super::boundary::{self, named_by};
use super::numbers::Row;
use crate::finding::Span;
use crate::scan::Hit;

const WITH_POSTCODE: f32 = 0.85;
const NAMED: f32 = 0.75;
/// Longest address on one or some lines, in bytes.
const LONGEST: usize = 160;
/// Longest name of a street in words.
const MOST_WORDS: usize = 5;

const WORDS: [&str; 16] = [
    "address",
    "live at",
    "lives at",
    "living at",
    "reside",
    "residing",
    "ship to",
    "shipped to",
    "deliver",
    "located at",
    "street:",
    "anschrift",
    "adresse",
    "wohnhaft",
    "wohnt in",
    "moved to",
];
/// What the name of a street ends in.
const STREETS: [&str; 38] = [
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "lane",
    "ln",
    "drive",
    "dr",
    "court",
    "ct",
    "way",
    "place",
    "pl",
    "terrace",
    "circle",
    "cir",
    "highway",
    "hwy",
    "parkway",
    "pkwy",
    "square",
    "sq",
    "trail",
    "close",
    "crescent",
    "gardens",
    "grove",
    "mews",
    "row",
    "walk",
    "alley",
    "loop",
    "plaza",
    "broadway",
];
const STRASSEN: [&str; 9] = [
    "straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "ring", "ufer",
];

/// An address whose number of the house begins the row, and how many groups of the row it takes.
pub(super) fn address(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    let number = row.groups[0].span;
    if number.len() > 5 || !boundary::begins(row.text, number.start) {
        return None;
    }
    let (span, score) = english(row.text, number).or_else(|| german(row.text, number))?;
    let within = row
        .groups
        .iter()
        .take_while(|group| group.span.start < span.end);
    let hit = Kind::Address.hit(span, score, "*** ***".to_owned());
    Some((Some(hit), within.count()))
}

/// `221B Baker Street, London NW1 6XE`, `1600 Pennsylvania Ave NW, Washington, DC 20500`.
fn english(text: &str, number: Span) -> Option<(Span, f32)> {
    let limit = text.floor_char_boundary(number.start + LONGEST);
    let after = text[number.end..limit].strip_prefix(|c: char| c.is_ascii_alphabetic());
    let street = after
        .unwrap_or(&text[number.end..limit])
        .strip_prefix(' ')?;
    let length = street_length(street)?;
    let end = limit - street.len() + length;
    if let Some(code) = postcode(&text[end..limit]) {
        return Some((Span::new(number.start, end + code), WITH_POSTCODE));
    }
    named_by(text, number.start, &WORDS).then_some((Span::new(number.start, end), NAMED))
}

/// Length of the name of a street: words that begin with a capital, the last of them a kind of street.
fn street_length(street: &str) -> Option<usize> {
    let mut end = 0;
    for (count, word) in street.split(' ').take(MOST_WORDS).enumerate() {
        let bare = word.trim_end_matches([',', '.', '\n']);
        let first = bare.chars().next()?;
        let ordinal = bare.ends_with("th")
            || bare.ends_with("nd")
            || bare.ends_with("rd")
            || bare.ends_with("st");
        if !(first.is_uppercase() || first.is_ascii_digit() && ordinal)
            || bare.contains('\n') && count == 0
        {
            return None;
        }
        let bare = bare.split('\n').next().unwrap_or(bare);
        let known = STREETS.iter().any(|known| bare.eq_ignore_ascii_case(known));
        if known && (count > 0 || bare == "Broadway") {
            return Some(end + bare.len());
        }
        if bare.len() != word.len() {
            return None;
        }
        end += word.len() + 1;
    }
    None
}

/// Length up to the end of a postcode that follows a street: at most some words, commas and one line
/// break between them.
fn postcode(rest: &str) -> Option<usize> {
    const REACH: usize = 64;
    let near = &rest[..rest.floor_char_boundary(REACH)];
    let near = &near[..near.find("\n\n").unwrap_or(near.len())];
    let sentence = near.find(". ").filter(|at| *at > 4).unwrap_or(near.len());
    let near = &near[..sentence];
    let words = near.split_inclusive([' ', ',', '\n']);
    let mut at = 0;
    let mut before: &str = "";
    for word in words {
        let bare = word.trim_end_matches([' ', ',', '\n', '.']);
        let end = at + bare.len();
        if (is_zip(bare) && is_state(before)) || (is_outward(before) && is_inward(bare)) {
            return Some(end);
        }
        if !bare.is_empty() {
            before = bare;
        }
        at += word.len();
    }
    None
}

/// `62704` or `62704-1234`.
fn is_zip(word: &str) -> bool {
    let (five, four) = word.split_once('-').unwrap_or((word, "0000"));
    five.len() == 5
        && four.len() == 4
        && five.bytes().chain(four.bytes()).all(|b| b.is_ascii_digit())
}

fn is_state(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// The first half of a British postcode, `NW1`, or of a Canadian one, `K1A`.
fn is_outward(word: &str) -> bool {
    let bytes = word.as_bytes();
    (2..=4).contains(&bytes.len())
        && bytes[0].is_ascii_uppercase()
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The second half: `6XE` or `0B1`.
fn is_inward(word: &str) -> bool {
    let [first, second, third] = word.as_bytes() else {
        return false;
    };
    let british = second.is_ascii_uppercase() && third.is_ascii_uppercase();
    let canadian = second.is_ascii_uppercase() && third.is_ascii_digit();
    first.is_ascii_digit() && (british || canadian)
}

/// `Hauptstraße 12a, 10115 Berlin`.
fn german(text: &str, number: Span) -> Option<(Span, f32)> {
    let start = strasse(text, number.start)?;
    let after = &text[number.end..text.floor_char_boundary(number.end + LONGEST)];
    let letter = after
        .strip_prefix(|c: char| c.is_ascii_lowercase())
        .unwrap_or(after);
    let end = number.end + after.len() - letter.len();
    if let Some(place) = place(letter) {
        return Some((Span::new(start, end + place), WITH_POSTCODE));
    }
    let alone = boundary::ends(text, end) && named_by(text, start, &WORDS);
    alone.then_some((Span::new(start, end), NAMED))
}

/// Where the street begins whose name ends before `number`: one word, or more with capitals as in
/// `Unter den Linden`-like names with a known end.
fn strasse(text: &str, number: usize) -> Option<usize> {
    let from = text.floor_char_boundary(number.saturating_sub(48));
    let before = text[from..number].strip_suffix(' ')?;
    let start = before
        .rfind([' ', '\n', '\t', ',', ':', '"', '('])
        .map_or(0, |at| at + 1);
    let last = &before[start..];
    let lower = last.to_lowercase();
    let known = STRASSEN.iter().find(|end| lower.ends_with(*end))?;
    let first = last.chars().next()?;
    if !first.is_uppercase() {
        return None;
    }
    // `Berliner Straße`: the word before belongs to it.
    if lower.len() != known.len() {
        return Some(from + start);
    }
    let head = before[..start].strip_suffix([' ', '-'])?;
    let start = head
        .rfind([' ', '\n', '\t', ',', ':', '"', '('])
        .map_or(0, |at| at + 1);
    head[start..]
        .chars()
        .next()?
        .is_uppercase()
        .then_some(from + start)
}

/// Length of a postcode of five (Austria, Switzerland: four) digits with its place.
fn place(rest: &str) -> Option<usize> {
    let trimmed = rest.trim_start_matches([',', ' ', '\n']);
    let gap = rest.len() - trimmed.len();
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let town = trimmed.get(digits..)?.strip_prefix(' ')?;
    let length: usize = town
        .chars()
        .take(40)
        .take_while(|c| c.is_alphabetic() || *c == '-')
        .map(char::len_utf8)
        .sum();
    let capital = town.chars().next()?.is_uppercase() && length >= 3;
    ((1..=3).contains(&gap) && matches!(digits, 4 | 5) && capital)
        .then_some(gap + digits + 1 + length)
}
