//! Numbers by which states and their offices know a person: how each is written, how it is checked,
//! and what it is called.
//!
//! A number is found by itself only where its form and its check digits leave little room for
//! chance; otherwise only beside its name. The tables are in `americas`, `asia_pacific` and `europe`.

mod americas;
mod asia_pacific;
mod europe;

use super::boundary::{self, explained_by, named_by};
use super::numbers::Row;
use crate::finding::{Severity, Span};
use crate::guard::RuleInfo;
use crate::scan::Hit;

/// Score of a number beside its name.
const NAMED: f32 = 0.95;
/// Most characters of a number without separators.
const LONGEST: usize = 20;
/// Longest group of digits that begins a form.
const LONGEST_RUN: usize = 18;

/// Names that all schemes share.
const ANY_WORDS: [&str; 10] = [
    "national id",
    "national identity",
    "national insurance",
    "identity number",
    "identity card",
    "identification number",
    "citizen",
    "tax id",
    "taxpayer",
    "personal code",
];
/// Words that say that a number is something else.
const OTHER_WORDS: [&str; 14] = [
    "order",
    "invoice",
    "tracking",
    "isbn",
    "serial",
    "sku",
    "ticket",
    "part",
    "ref",
    "version",
    "build",
    "timestamp",
    "commit",
    "batch",
];

/// A kind of number.
pub(super) struct Scheme {
    info: RuleInfo,
    forms: &'static [Form],
    /// Whether the characters, without separators and in upper case, are such a number.
    check: fn(&[u8]) -> bool,
    /// Its names, in lower case.
    words: &'static [&'static str],
}

/// A way of writing: `9` stands for a digit, `A` for a letter, `X` for either, a space also for one
/// that does not break, anything else for itself.
enum Form {
    /// Found by itself, with this score.
    Alone(&'static str, f32),
    /// Found beside its name.
    Named(&'static str),
}

/// All forms, by the length of their first group of digits.
pub(super) struct Forms {
    by_run: [Vec<Known>; LONGEST_RUN + 1],
    /// Index of the first scheme among the rules of the guard.
    first_rule: usize,
}

struct Known {
    /// Index of the scheme.
    scheme: usize,
    mask: &'static [u8],
    /// Characters before the first digit.
    lead: usize,
    /// Score without a name.
    alone: Option<f32>,
}

// === impl Scheme ===

impl Scheme {
    const fn new(
        id: &'static str,
        description: &'static str,
        forms: &'static [Form],
        check: fn(&[u8]) -> bool,
        words: &'static [&'static str],
    ) -> Self {
        let info = RuleInfo {
            id,
            description,
            category: super::GOVERNMENT_ID,
            severity: Severity::High,
        };
        Self {
            info,
            forms,
            check,
            words,
        }
    }

    /// With the category of accounts and payments.
    const fn financial(mut self) -> Self {
        self.info.category = super::FINANCIAL;
        self
    }
}

// === impl Forms ===

impl Forms {
    /// All of them; the rules of the schemes begin at `first_rule`.
    pub(super) fn all(first_rule: usize) -> Self {
        let mut by_run: [Vec<Known>; LONGEST_RUN + 1] = std::array::from_fn(|_| Vec::new());
        for (index, scheme) in schemes().enumerate() {
            for form in scheme.forms {
                let (mask, alone) = match form {
                    Form::Alone(mask, score) => (mask, Some(*score)),
                    Form::Named(mask) => (mask, None),
                };
                let mask = mask.as_bytes();
                let lead = mask.iter().take_while(|c| **c != b'9').count();
                let run = mask[lead..].iter().take_while(|c| **c == b'9').count();
                by_run[run].push(Known {
                    scheme: index,
                    mask,
                    lead,
                    alone,
                });
            }
        }
        Self { by_run, first_rule }
    }

    /// A number whose first group of digits begins the row, and how many groups it takes.
    pub(super) fn find(&self, row: Row<'_>) -> Option<(Option<Hit>, usize)> {
        let digits = row.groups[0].span;
        let mut best: Option<(usize, Span, f32)> = None;
        for known in self.by_run.get(digits.len())? {
            let Some((span, scheme)) = known.fits(row.text, digits.start) else {
                continue;
            };
            let named = named_by(row.text, span.start, scheme.words)
                || named_by(row.text, span.start, &ANY_WORDS);
            let score = if named { Some(NAMED) } else { known.alone };
            if let Some(score) = score.filter(|score| best.is_none_or(|(_, _, s)| *score > s)) {
                best = Some((known.scheme, span, score));
            }
        }
        let (scheme, span, score) = best?;
        let other = score < NAMED
            && (is_timestamp(row, span) || explained_by(row.text, span.start, &OTHER_WORDS));
        if other {
            return None;
        }
        let groups = row.groups.iter();
        let taken = groups
            .take_while(|group| group.span.start < span.end)
            .count();
        let hit = Hit {
            rule: self.first_rule + scheme,
            span,
            score,
            preview: "*".repeat(span.len().min(12)),
        };
        Some((Some(hit), taken))
    }
}

// === impl Known ===

impl Known {
    /// Where the number is whose first digit is at `digit`, if its form and its check fit.
    fn fits(&self, text: &str, digit: usize) -> Option<(Span, &'static Scheme)> {
        let start = digit.checked_sub(self.lead)?;
        let bytes = text.as_bytes();
        let mut characters = [0_u8; LONGEST];
        let (mut at, mut count) = (start, 0);
        for place in self.mask {
            let byte = *bytes.get(at)?;
            let fits = match place {
                b'9' => byte.is_ascii_digit(),
                b'A' => byte.is_ascii_alphabetic(),
                b'X' => byte.is_ascii_alphanumeric(),
                b' ' => byte == b' ' || bytes[at..].starts_with("\u{a0}".as_bytes()),
                other => byte == *other,
            };
            if !fits {
                return None;
            }
            if byte.is_ascii_alphanumeric() {
                characters[count] = byte.to_ascii_uppercase();
                count += 1;
            }
            at += if byte == 0xC2 { 2 } else { 1 };
        }
        let span = Span::new(start, at);
        let scheme = schemes().nth(self.scheme)?;
        let fits = stands_alone(text, span) && (scheme.check)(&characters[..count]);
        fits.then_some((span, scheme))
    }
}

/// The rules of all schemes, in order.
pub(super) fn rules() -> impl Iterator<Item = RuleInfo> {
    schemes().map(|scheme| scheme.info)
}

fn schemes() -> impl Iterator<Item = &'static Scheme> {
    [europe::SCHEMES, americas::SCHEMES, asia_pacific::SCHEMES]
        .into_iter()
        .flatten()
}

/// Whether the span is no part of a word, a decimal or a longer number.
fn stands_alone(text: &str, span: Span) -> bool {
    let before = &text.as_bytes()[..span.start];
    let after = &text.as_bytes()[span.end..];
    let goes_back = matches!(before, [.., b'0'..=b'9', b'.' | b'-' | b'/'] | [.., b'$']);
    let goes_on = matches!(after, [b'.' | b'-' | b'/', b'0'..=b'9' | b'a'..=b'z', ..]);
    boundary::stands_alone(text, span) && !goes_back && !goes_on
}

/// Whether it could as well be a time in milliseconds since 1970, from 2017 to 2030.
fn is_timestamp(row: Row<'_>, span: Span) -> bool {
    let digits = &row.text[span.start..span.end];
    digits.len() == 13
        && digits.bytes().all(|b| b.is_ascii_digit())
        && ("15".."19").contains(&&digits[..2])
}
