//! Numbering plans: which numbers a country gives out, and how it groups them.
//!
//! They come from the metadata of libphonenumber, by the crate `phonenumber` at build time, and are
//! compiled once into a few patterns over all countries in question.

use regex::bytes::{Regex, RegexBuilder};

use super::is_phone_gap;
use crate::BuildError;
use crate::guard::pii::numbers::Row;

include!(concat!(env!("OUT_DIR"), "/plans.rs"));

/// Most digits of a number with its country code (ITU-T E.164), and room for two of a trunk prefix.
const MOST_DIGITS: usize = 17;
/// Most memory of a compiled pattern, in bytes.
const MOST_MEMORY: usize = 32 << 20;

/// The plan of a country.
pub(super) struct Plan {
    /// ISO 3166-1 code.
    region: &'static str,
    /// Calling code.
    code: &'static str,
    /// What is dialled before a national number within the country.
    trunk: &'static str,
    /// National numbers that have a length and beginning of the plan.
    possible: &'static str,
    /// National numbers that are given out.
    valid: &'static str,
    /// How a number begins, how it is then grouped, and whether the trunk prefix stands before it.
    formats: &'static [(&'static str, &'static str, bool)],
}

/// The plans of some countries for national numbers, and of all for international ones.
pub(in crate::guard::pii) struct Plans {
    /// Whether a number is a calling code.
    codes: Vec<bool>,
    /// Calling code and national number of any country.
    international: Regex,
    /// Trunk prefix and a number that is given out.
    dialled: Regex,
    /// Digits and writing: a number that is possible, with trunk prefix, in groups of its country.
    possible: Regex,
    /// Digits and writing: a number that is given out, in groups of its country.
    bare: Regex,
    /// Digits and writing: groups that go with how the number begins.
    led: Regex,
    /// The last two for each plan: a number of one in the groups of another is none.
    each: Vec<[Regex; 2]>,
}

/// What a plan makes of a national number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Given out and begins with the trunk prefix, or possible and grouped as in its country.
    Dialled,
    /// Given out and grouped as in its country, without the prefix.
    Bare,
}

// === impl Plans ===

impl Plans {
    /// Those of the regions, by their codes.
    pub(in crate::guard::pii) fn of(regions: &[&str]) -> Result<Self, BuildError> {
        let some = || PLANS.iter().filter(|plan| regions.contains(&plan.region));
        let mut codes = vec![false; 1000];
        let others = PLANS.iter().filter(|plan| plan.code != "1");
        for code in others.filter_map(|plan| plan.code.parse::<usize>().ok()) {
            codes[code] = true;
        }
        Ok(Self {
            codes,
            international: any_of(PLANS.iter().map(Plan::international))?,
            dialled: any_of(some().filter_map(Plan::dialled))?,
            possible: any_of(some().filter_map(Plan::possible))?,
            bare: any_of(some().filter_map(Plan::bare))?,
            led: any_of(some().flat_map(Plan::led))?,
            each: some().map(Plan::compile_bare).collect::<Result<_, _>>()?,
        })
    }

    /// How many groups an international number takes that begins `skip` digits into the row.
    pub(super) fn international_groups(&self, row: Row<'_>, skip: usize) -> Option<usize> {
        (1..=reach(row)).rev().find(|count| {
            // The trunk zero in `+44 (0)20` or `+49 (0) 30` is not dialled.
            let optional = |index: usize| row.digits(index) == "0" && row.gap(index).ends_with('(');
            let zeros = (0..*count).filter(|index| optional(*index)).count();
            let bracketed = row.gap(1).ends_with('(') && row.digits(1).starts_with('0');
            let code = row.digits(0).len().saturating_sub(skip);
            let all = digits(row, *count);
            let Some(all) = all.as_deref().and_then(|all| all.get(skip..)) else {
                return false;
            };
            if zeros > 0 || (*count > 1 && bracketed) {
                let mut dialled = [0_u8; MOST_DIGITS];
                let length = all.len() - 1;
                let (front, back) = dialled[..length].split_at_mut(code.min(length));
                front.copy_from_slice(&all[..front.len()]);
                back.copy_from_slice(&all[front.len() + 1..]);
                return self.international.is_match(&dialled[..length]);
            }
            self.international.is_match(all)
        })
    }

    /// Whether the first `count` groups are a calling code and as many digits as a number may have
    /// (ITU-T E.164). North America is left out: its plan is known in full.
    pub(super) fn has_calling_code(&self, row: Row<'_>, count: usize) -> bool {
        const LONGEST_CODE: usize = 3;
        let national = 7..=12;
        let Some(all) = digits(row, count) else {
            return false;
        };
        let mut code = 0;
        all.iter()
            .take(LONGEST_CODE)
            .zip(1..)
            .any(|(digit, length)| {
                code = code * 10 + usize::from(digit - b'0');
                let zero = all.starts_with(b"0");
                !zero && self.codes[code] && national.contains(&(all.len() - length))
            })
    }

    /// What the first `count` groups are as a national number.
    pub(super) fn national(&self, row: Row<'_>, count: usize) -> Option<Reading> {
        if self.dialled.is_match(&digits(row, count)?) {
            return Some(Reading::Dialled);
        }
        let writing = writing(row, count)?;
        let reading = if self.possible.is_match(&writing) {
            Reading::Dialled
        } else if self.bare.is_match(&writing) && self.is_of_one(&writing) {
            Reading::Bare
        } else {
            return None;
        };
        self.led.is_match(&writing).then_some(reading)
    }

    fn is_of_one(&self, writing: &[u8]) -> bool {
        let mut each = self.each.iter();
        each.any(|both| both.iter().all(|pattern| pattern.is_match(writing)))
    }
}

// === impl Plan ===

impl Plan {
    fn international(&self) -> String {
        format!("{}(?:{})", self.code, self.possible)
    }

    fn dialled(&self) -> Option<String> {
        (!self.trunk.is_empty()).then(|| format!("{}(?:{})", self.trunk, self.valid))
    }

    /// Possible numbers with the trunk prefix, as they are grouped.
    fn possible(&self) -> Option<String> {
        let groups = self.groups(true)?;
        Some(written(self.trunk, self.possible, &groups))
    }

    /// Numbers that are given out, without the prefix, as they are grouped.
    fn bare(&self) -> Option<String> {
        let groups = self.groups(false)?;
        Some(written("", self.valid, &groups))
    }

    fn compile_bare(&'static self) -> Result<[Regex; 2], BuildError> {
        Ok([any_of(self.bare().into_iter())?, any_of(self.led())?])
    }

    /// The groupings with or without the trunk prefix.
    fn groups(&self, with_trunk: bool) -> Option<String> {
        let wanted = |(_, _, trunk): &&(_, _, bool)| *trunk == with_trunk;
        let groups = self
            .formats
            .iter()
            .filter(wanted)
            .map(|(_, groups, _)| *groups);
        let groups: Vec<&str> = groups.collect();
        (!groups.is_empty()).then(|| groups.join("|"))
    }

    /// Each grouping with the beginnings that it goes with.
    fn led(&'static self) -> impl Iterator<Item = String> {
        self.formats.iter().map(|(begins, groups, trunk)| {
            let trunk = if *trunk { self.trunk } else { "" };
            written(trunk, &format!("(?:{begins})[0-9]*"), groups)
        })
    }
}

/// The digits of a national number, a bar, and how they are written. Regular expressions cannot say
/// two things of the same digits, so the text has them twice.
fn written(trunk: &str, digits: &str, groups: &str) -> String {
    format!("{trunk}(?:{digits})\\|{trunk}-?(?:{groups})")
}

/// How many groups can belong to one number, by what stands between them.
pub(super) fn reach(row: Row<'_>) -> usize {
    let joined = (1..row.groups.len()).take_while(|index| is_phone_gap(row.gap(*index)));
    1 + joined.count()
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

/// One pattern for any of `patterns`, each for the whole of a text.
fn any_of(patterns: impl Iterator<Item = String>) -> Result<Regex, BuildError> {
    let patterns: Vec<String> = patterns.collect();
    RegexBuilder::new(&format!("^(?:{})$", patterns.join("|")))
        .unicode(false)
        .size_limit(MOST_MEMORY)
        .build()
        .map_err(|source| BuildError::Pattern {
            rule: "phone",
            source,
        })
}

/// A short text on the stack.
struct Short<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Short<N> {
    const fn new() -> Self {
        Self {
            bytes: [0; N],
            length: 0,
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.length + bytes.len();
        self.bytes.get_mut(self.length..end)?.copy_from_slice(bytes);
        self.length = end;
        Some(())
    }
}

impl<const N: usize> std::ops::Deref for Short<N> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The digits of the first `count` groups, if they are not too many.
fn digits(row: Row<'_>, count: usize) -> Option<Short<MOST_DIGITS>> {
    let mut all = Short::new();
    for index in 0..count {
        all.push(row.digits(index).as_bytes())?;
    }
    Some(all)
}

/// The digits, a bar, and the groups with dashes between them.
fn writing(row: Row<'_>, count: usize) -> Option<Short<{ 3 * MOST_DIGITS }>> {
    let mut all = Short::new();
    all.push(&digits(row, count)?)?;
    all.push(b"|")?;
    for index in 0..count {
        if index > 0 {
            all.push(b"-")?;
        }
        all.push(row.digits(index).as_bytes())?;
    }
    Some(all)
}
