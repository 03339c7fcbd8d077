//! Postal addresses, where the writing leaves little doubt.
//!
//! An address is read around the number of its house. Several things speak for it: a kind of street
//! (`Street`, `rue`, `-gatan`), a unit (`Apt.`, `Flat`), a postcode in its place, a word such as
//! `address` before it. Two of them must come together; a postcode whose form is its own, or that
//! follows its state, counts as two. After a label such as `address:` two numbers are enough. Forms of Europe, the Americas, Australia and East Asia; an
//! address without number, kind of street and postcode needs a model and is not found.

mod east_asian;
mod labelled;
mod place;
mod street;
mod words;

use super::Kind;
use super::boundary::{self, named_by};
use super::numbers::Row;
use crate::finding::Span;
use crate::scan::Hit;
use place::Place;

const WITH_POSTCODE: f32 = 0.85;
const NAMED: f32 = 0.75;
/// How much must speak for an address.
const ENOUGH: u32 = 2;
/// Longest address after the number of the house, on one or some lines, in bytes.
const LONGEST: usize = 160;
/// Most digits of the number of a house.
const LONGEST_NUMBER: usize = 5;

/// An address whose number of the house begins the row, and how many groups of the row it takes.
pub(super) fn address(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    let number = row.groups[0].span;
    let announced = row.has_words.then(|| labelled::address(row.text, number));
    let read = read(row.text, number);
    let (span, score) = match (announced.flatten(), read) {
        // What was read may go on where no word of it is known.
        (Some((whole, _)), Some((span, score))) if whole.contains(span) => (whole, score),
        (announced, read) => read.or(announced)?,
    };
    let within = row
        .groups
        .iter()
        .take_while(|group| group.span.start < span.end);
    let hit = Kind::Address.hit(span, score, "*** ***".into());
    Some((Some(hit), within.count()))
}

/// The address whose house has this number, by its own form.
fn read(text: &str, number: Span) -> Option<(Span, f32)> {
    if number.len() > LONGEST_NUMBER || !boundary::begins(text, number.start) {
        return None;
    }
    east_asian::address(text, number)
        .or_else(|| unit_first(text, number))
        .or_else(|| house_first(text, number))
        .or_else(|| street_first(text, number))
}

/// `221B Baker Street, London NW1 6XE`, `12, rue de la Paix, 75002 Paris`.
fn house_first(text: &str, number: Span) -> Option<(Span, f32)> {
    let after = ahead(text, number.end);
    let house = street::house_end(after);
    let rest = &after[house..];
    let street = street::after_house(rest)?;
    let found = Found {
        span: Span::new(number.start, number.end + house + street.length),
        evidence: u32::from(street.is_known),
        needs_label: false,
    };
    found.with_place(text)
}

/// `Calle Mayor 15, 28013 Madrid`, `Hauptstraße 12a, 10115 Berlin`, `ul. Miła 53, 00-175 Warszawa`.
fn street_first(text: &str, number: Span) -> Option<(Span, f32)> {
    let street = street::before_house(text, number.start)?;
    let end = number.end + street::house_end(ahead(text, number.end));
    // Hungary writes the place first, and a dot after the number.
    let place = place::before(text, street.start).filter(|_| street.is_known);
    let dot = usize::from(place.is_some() && text[end..].starts_with('.'));
    let found = Found {
        span: Span::new(place.unwrap_or(street.start), end + dot),
        evidence: u32::from(street.is_known) + u32::from(place.is_some()),
        // Any word with a capital may stand before a number.
        needs_label: !street.is_known,
    };
    found.with_place(text)
}

/// `Flat 2, Lydia Court, Godfreyside M21 3WA`, `PO Box 255, 3910 Kangerlussuaq`.
fn unit_first(text: &str, number: Span) -> Option<(Span, f32)> {
    let unit = street::unit_before(text, number.start)?;
    let found = Found {
        span: Span::new(
            unit.start,
            number.end + street::house_end(ahead(text, number.end)),
        ),
        evidence: if unit.is_box { ENOUGH } else { 0 },
        needs_label: false,
    };
    found.with_place(text)
}

/// What has been read of an address, and how much speaks for it.
struct Found {
    span: Span,
    evidence: u32,
    /// Whether nothing but a word before it makes it an address.
    needs_label: bool,
}

// === impl Found ===

impl Found {
    /// The address with its place, if enough speaks for it.
    fn with_place(self, text: &str) -> Option<(Span, f32)> {
        let start = self.span.start;
        let (end, evidence, score) = match place::after(ahead(text, self.span.end)) {
            Some(Place { length, evidence }) => (self.span.end + length, evidence, WITH_POSTCODE),
            None => (self.span.end, 0, NAMED),
        };
        let evidence = evidence + self.evidence;
        let named = || u32::from(named_by(text, start, &words::LABELS));
        let sure = evidence >= ENOUGH && !self.needs_label;
        let enough = sure || (evidence > 0 && evidence + named() >= ENOUGH && named() > 0);
        (enough && boundary::ends(text, end)).then_some((Span::new(start, end), score))
    }
}

/// The text from `at` on, as far as an address may go.
fn ahead(text: &str, at: usize) -> &str {
    &text[at..text.floor_char_boundary(at + LONGEST)]
}
