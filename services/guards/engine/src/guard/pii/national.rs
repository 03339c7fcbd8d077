//! Numbers by which states and their offices know a person: how each is written, how it is checked,
//! and what it is called.
//!
//! A number is found by itself only where its form and its check digits leave little room for
//! chance; otherwise only beside its name. The tables are in the files below.

mod americas;
mod asia_pacific;
mod eastern_europe;
mod europe;

use super::boundary::{self, Nearby, explained_by};
use super::lexicon::Lexicon;
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
static ANY_WORDS: Lexicon = Lexicon::of(&[
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
    "personal number",
    "personal id",
    "id number",
    "id no",
    "id card",
    "identity no",
    "identification no",
    "national identification",
    "national number",
    "citizenship number",
    "vat",
    "ausweis",
    "identité",
    "identidad",
    "identidade",
    "identificación",
    "identità",
    "personnummer",
    "osobn",
    "tożsamości",
]);
/// Words that say that a number is something else.
static OTHER_WORDS: Lexicon = Lexicon::of(&[
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
]);

/// A kind of number.
pub(super) struct Scheme {
    info: RuleInfo,
    forms: &'static [Form],
    /// Whether the characters, without separators and in upper case, are such a number.
    check: fn(&[u8]) -> bool,
    /// Its names, in lower case.
    words: Lexicon,
    /// Whether the names that all share are enough.
    shares_names: bool,
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
    /// Schemes of digits alone, by how many they have: beside its name a number may be grouped in
    /// any way.
    by_count: [Vec<(usize, &'static Scheme)>; LONGEST + 1],
    /// Index of the first scheme among the rules of the guard.
    first_rule: usize,
}

/// A number that was found.
struct Match {
    /// Index of the scheme.
    scheme: usize,
    span: Span,
    score: f32,
}

struct Known {
    scheme: &'static Scheme,
    /// Index of the scheme.
    index: usize,
    mask: &'static [u8],
    /// Characters before the first digit.
    lead: usize,
    /// What stands right before the first group of digits, and right after it, if they do not begin or end
    /// the form.
    before: Option<u8>,
    after: Option<u8>,
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
            words: Lexicon::of(words),
            shares_names: true,
        }
    }

    /// Whether a name of the scheme stands before `at`, or one that all share.
    fn is_named(&self, text: &str, at: usize) -> bool {
        let nearby = Nearby::of(text, at);
        nearby.named_by(&self.words) || (self.shares_names && nearby.named_by(&ANY_WORDS))
    }

    /// Without a check: found beside a name of its own alone.
    const fn unchecked(mut self) -> Self {
        self.shares_names = false;
        self
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
        let mut by_count: [Vec<_>; LONGEST + 1] = std::array::from_fn(|_| Vec::new());
        for (index, scheme) in schemes().enumerate() {
            for form in scheme.forms {
                let (mask, alone) = match form {
                    Form::Alone(mask, score) => (mask, Some(*score)),
                    Form::Named(mask) => (mask, None),
                };
                let mask = mask.as_bytes();
                let digits = mask.iter().filter(|c| c.is_ascii_digit()).count();
                let letters = mask.iter().any(u8::is_ascii_alphabetic);
                let last = by_count[digits].last();
                if !letters && last.is_none_or(|(last, _)| *last != index) {
                    by_count[digits].push((index, scheme));
                }
                let lead = mask.iter().take_while(|c| **c != b'9').count();
                let run = mask[lead..].iter().take_while(|c| **c == b'9').count();
                by_run[run].push(Known {
                    scheme,
                    index,
                    mask,
                    lead,
                    before: lead.checked_sub(1).map(|at| mask[at]),
                    after: mask.get(lead + run).copied(),
                    alone,
                });
            }
        }
        Self {
            by_run,
            by_count,
            first_rule,
        }
    }

    /// A number whose first group of digits begins the row, and how many groups it takes.
    pub(super) fn find(&self, row: Row<'_>) -> Option<(Option<Hit>, usize)> {
        let Match {
            scheme,
            span,
            score,
        } = self.written(row).or_else(|| self.grouped(row))?;
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
            preview: "************"[..span.len().min(12)].into(),
        };
        Some((Some(hit), taken))
    }

    /// The best of the forms that fit.
    fn written(&self, row: Row<'_>) -> Option<Match> {
        let digits = row.groups[0].span;
        let mut best: Option<Match> = None;
        for known in self.by_run.get(digits.len())? {
            if !known.may_fit(row.text.as_bytes(), digits) {
                continue;
            }
            let Some((span, prefixed)) = known.fits(row.text, digits.start) else {
                continue;
            };
            let named = prefixed || known.scheme.is_named(row.text, span.start);
            let score = if named { Some(NAMED) } else { known.alone };
            let better = |score: &f32| best.as_ref().is_none_or(|best| *score > best.score);
            if let Some(score) = score.filter(better) {
                best = Some(Match {
                    scheme: known.index,
                    span,
                    score,
                });
            }
        }
        best
    }

    /// Digits of a scheme beside its name, whatever stands between them.
    fn grouped(&self, row: Row<'_>) -> Option<Match> {
        if !row.has_words {
            return None;
        }
        let mut digits = [0_u8; LONGEST];
        let mut count = 0;
        let coded = country_before(row.text, row.groups[0].span.start).is_some();
        for index in 0..row.groups.len() {
            let group = row.digits(index).as_bytes();
            let end = count + group.len();
            digits.get_mut(count..end)?.copy_from_slice(group);
            count = end;
            let span = row.span(index + 1);
            let found = self.by_count[count].iter().find_map(|(index, scheme)| {
                let start = if coded {
                    with_country(row.text, span.start, scheme)
                } else {
                    span.start
                };
                let whole = Span::new(start, span.end);
                let fits = (scheme.check)(&digits[..count]) && stands_alone(row.text, whole);
                let named = || start < span.start || scheme.is_named(row.text, start);
                (fits && named()).then_some((*index, whole))
            });
            if let Some((scheme, span)) = found {
                return Some(Match {
                    scheme,
                    span,
                    score: NAMED,
                });
            }
        }
        None
    }
}

// === impl Known ===

impl Known {
    /// Whether the form may fit, by what stands around its first digits. Most do not.
    fn may_fit(&self, text: &[u8], digits: Span) -> bool {
        let fits = |place: Option<u8>, at: Option<usize>| {
            let byte = at.and_then(|at| text.get(at));
            place.is_none_or(|place| byte.is_some_and(|byte| may_stand(place, *byte)))
        };
        fits(self.after, Some(digits.end)) && fits(self.before, digits.start.checked_sub(1))
    }

    /// Where the number is whose first digit is at `digit`, if its form and its check fit.
    /// And whether the code of the country stands before it.
    fn fits(&self, text: &str, digit: usize) -> Option<(Span, bool)> {
        let start = digit.checked_sub(self.lead)?;
        let bytes = text.as_bytes();
        let mut characters = [0_u8; LONGEST];
        let (mut at, mut count) = (start, 0);
        for place in self.mask {
            let byte = *bytes.get(at)?;
            let broken = byte == 0xC2 && !bytes[at..].starts_with("\u{a0}".as_bytes());
            if broken || !may_stand(*place, byte) {
                return None;
            }
            if byte.is_ascii_alphanumeric() {
                characters[count] = byte.to_ascii_uppercase();
                count += 1;
            }
            at += if byte == 0xC2 { 2 } else { 1 };
        }
        let country = with_country(text, start, self.scheme);
        let span = Span::new(country, at);
        let fits = stands_alone(text, span) && (self.scheme.check)(&characters[..count]);
        fits.then_some((span, country < start))
    }
}

/// Whether `byte` can stand at a place of a form, or begin what can.
fn may_stand(place: u8, byte: u8) -> bool {
    match place {
        b'9' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_alphabetic(),
        b'X' => byte.is_ascii_alphanumeric(),
        b' ' => matches!(byte, b' ' | 0xC2),
        other => byte == other,
    }
}

/// The rules of all schemes, in order.
pub(super) fn rules() -> impl Iterator<Item = RuleInfo> {
    schemes().map(|scheme| scheme.info)
}

fn schemes() -> impl Iterator<Item = &'static Scheme> {
    [
        europe::SCHEMES,
        americas::SCHEMES,
        asia_pacific::SCHEMES,
        eastern_europe::SCHEMES,
    ]
    .into_iter()
    .flatten()
}

/// Where a number begins together with the code of its country, as in `PT 501964843`.
fn with_country(text: &str, start: usize, scheme: &Scheme) -> usize {
    let (country, rest) = scheme.info.id.as_bytes().split_at(2);
    let Some((begin, code)) = country_before(text, start) else {
        return start;
    };
    let country = if country == b"uk" {
        &b"gb"[..]
    } else {
        country
    };
    let same = code.eq_ignore_ascii_case(country);
    let fits = same && rest.first() == Some(&b'_') && boundary::begins(text, begin);
    if fits { begin } else { start }
}

/// Two capitals right before `start`, or with a space or dash between, and where they begin.
fn country_before(text: &str, start: usize) -> Option<(usize, &[u8; 2])> {
    let before = &text.as_bytes()[..start];
    let before = match before {
        [before @ .., b' ' | b'-'] => before,
        _ => before,
    };
    let code = before.last_chunk()?;
    let capitals = code.iter().all(u8::is_ascii_uppercase);
    capitals.then_some((before.len() - 2, code))
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
