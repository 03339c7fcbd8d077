//! The machine readable strip of passports and identity cards (ICAO Doc 9303), by its check digits.

use super::Kind;
use super::boundary;
use crate::finding::Span;
use crate::pace::Pace;
use crate::scan::Hit;

const SCORE: f32 = 0.99;
/// Lengths of a line: identity cards have three of 30, older ones two of 36, passports two of 44.
const CARD: usize = 30;
const OLD: usize = 36;
const BOOK: usize = 44;

/// Finds every strip, and its second line where the first is missing.
pub(super) fn find(text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    let signs = memchr::memchr_iter(b'<', bytes);
    for at in signs.take_while(|_| pace.step()) {
        if at < done {
            continue;
        }
        let first = line(bytes, at, done);
        done = first.end;
        if !matches!(first.len(), CARD | OLD | BOOK) || !boundary::stands_alone(text, first) {
            continue;
        }
        if let Some(span) = strip(bytes, first) {
            done = span.end;
            hits.push(Kind::Passport.hit(span, SCORE, "P<***".into()));
        }
    }
}

/// The run of characters of a strip around `at`, not before `from`; longer than a line if it is none.
fn line(bytes: &[u8], at: usize, from: usize) -> Span {
    let from = from.max(at.saturating_sub(BOOK + 1));
    let back = bytes[from..at].iter().rev();
    let start = at - back.take_while(|b| is_strip(**b)).count();
    let end = at + bytes[at..].iter().take_while(|b| is_strip(**b)).count();
    Span::new(start, end)
}

/// The strip that begins with `first`, or of which it is the line with the check digits.
fn strip(bytes: &[u8], first: Span) -> Option<Span> {
    let second = next_line(bytes, first);
    let text = |span: Span| &bytes[span.start..span.end];
    if first.len() == CARD {
        let (second, third) = (second?, next_line(bytes, second?));
        let fits = is_card(text(first), text(second));
        return fits.then_some(Span::new(first.start, third.unwrap_or(second).end));
    }
    if let Some(second) = second.filter(|second| is_second_line(text(*second))) {
        return Some(Span::new(first.start, second.end));
    }
    is_second_line(text(first)).then_some(first)
}

/// The line of the same length after a line break, also one that is escaped.
fn next_line(bytes: &[u8], line: Span) -> Option<Span> {
    let rest = &bytes[line.end..];
    let gap = ["\r\n", "\\r\\n", "\\n", "\n", " "]
        .into_iter()
        .find(|gap| rest.starts_with(gap.as_bytes()))?;
    let start = line.end + gap.len();
    let length = bytes[start..]
        .iter()
        .take(BOOK + 1)
        .take_while(|b| is_strip(**b))
        .count();
    (length == line.len()).then_some(Span::new(start, start + length))
}

/// Second line of a passport or older card: number, birth and expiry, each with its check digit, and
/// one over them.
fn is_second_line(line: &[u8]) -> bool {
    let parts = [(0..9, 9), (13..19, 19), (21..27, 27)];
    let last = line.len() - 1;
    let whole = line[..10]
        .iter()
        .chain(&line[13..20])
        .chain(&line[21..last]);
    let sex = matches!(line[20], b'M' | b'F' | b'X' | b'<');
    sex && parts
        .iter()
        .all(|(part, at)| checks(line[part.clone()].iter(), line[*at]))
        && checks(whole, line[last])
}

/// First and second line of an identity card.
fn is_card(first: &[u8], second: &[u8]) -> bool {
    let whole = first[5..]
        .iter()
        .chain(&second[..7])
        .chain(&second[8..15])
        .chain(&second[18..29]);
    matches!(second[7], b'M' | b'F' | b'X' | b'<')
        && checks(second[..6].iter(), second[6])
        && checks(second[8..14].iter(), second[14])
        && checks(whole, second[29])
}

/// Weights 7, 3, 1 over the values of the characters; a filler counts as zero.
fn checks<'a>(characters: impl Iterator<Item = &'a u8>, check: u8) -> bool {
    let sum: u32 = characters
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, weight)| value(*c) * weight)
        .sum();
    check != b'<' && check.is_ascii_digit() && sum % 10 == value(check)
}

fn value(c: u8) -> u32 {
    match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        b'A'..=b'Z' => u32::from(c - b'A') + 10,
        _ => 0,
    }
}

fn is_strip(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<'
}
