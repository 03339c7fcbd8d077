//! International bank account numbers (ISO 13616): country, its length, mod 97.

use super::Kind;
use super::boundary;
use crate::finding::Span;
use crate::pace::Pace;
use crate::preview::Preview;
use crate::runs;
use crate::scan::Hit;

const SCORE: f32 = 0.97;
/// The longest of [`LENGTHS`].
const LONGEST: usize = 33;

/// Length by country. Source: the SWIFT IBAN registry.
const LENGTHS: [(&[u8; 2], usize); 90] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IR", 26),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Finds every IBAN.
pub(super) fn find(text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
    let mut from = 0;
    for digits in runs::of_digits(text, pace).take_while(|_| pace.step()) {
        if digits.start < from {
            continue;
        }
        if let Some(span) = iban(text, digits.start) {
            from = span.end;
            let country = &text[span.start..span.start + 2];
            hits.push(Kind::Iban.hit(span, SCORE, Preview::of(format_args!("{country}** ****"))));
        }
    }
}

/// The IBAN whose first check digit is at `digit`.
fn iban(text: &str, digit: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let start = digit.checked_sub(2)?;
    if !bytes[start..digit].iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let country = [
        bytes[start].to_ascii_uppercase(),
        bytes[start + 1].to_ascii_uppercase(),
    ];
    let &(_, length) = LENGTHS.iter().find(|(known, _)| **known == country)?;
    if !boundary::begins(text, start) {
        return None;
    }
    let mut characters = [0_u8; LONGEST];
    let mut at = start;
    for (count, place) in characters[..length].iter_mut().enumerate() {
        let separated = count > 0 && count.is_multiple_of(4);
        if separated && matches!(bytes.get(at), Some(b' ' | b'-')) {
            at += 1;
        }
        *place = bytes
            .get(at)
            .filter(|b| b.is_ascii_alphanumeric())?
            .to_ascii_uppercase();
        at += 1;
    }
    // ISO 7064 gives out 02 to 98 as check digits.
    let given = !matches!(&characters[2..4], b"00" | b"01" | b"99");
    let fits = given && boundary::ends(text, at) && mod_97(&characters[..length]) == 1;
    fits.then_some(Span::new(start, at))
}

/// ISO 7064 mod 97-10 over the number with its first four characters at the end.
fn mod_97(characters: &[u8]) -> u32 {
    let (front, account) = characters.split_at(4);
    account
        .iter()
        .chain(front)
        .fold(0, |rest, byte| match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            _ => (rest * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
        })
}
