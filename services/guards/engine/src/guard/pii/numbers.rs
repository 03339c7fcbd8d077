//! Groups of digits, read once: each row of groups is offered to the kinds of number in turn.
//!
//! A row is what could be one written number: digit groups with at most two separators between
//! them. What a kind takes, no later kind sees.

use super::{Pii, address, birth, boundary, card, document, ip, phone, ssn, wallet};
use crate::finding::Span;
use crate::pace::Pace;
use crate::runs;
use crate::scan::Hit;

/// Most groups that are held at a time; a table of figures is read in such pieces.
const MOST_GROUPS: usize = 32;
/// Most groups that one number has, and some more to see whether it goes on.
const MOST_IN_NUMBER: usize = 8;
/// Longest group of a number that means a person; a longer one is taken whole and ignored.
const LONGEST_GROUP: usize = 19;

/// Digits without a break.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Where its digits are.
    pub(super) span: Span,
}

/// A row of groups in a text.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The groups, in order.
    pub(super) groups: &'a [Group],
    /// Whether words stand before it that may say what it is.
    pub(super) has_words: bool,
}

/// Finds every kind that is made of digits, or has some.
pub(super) fn find(text: &str, pii: &Pii, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
    let mut groups: Vec<Group> = Vec::with_capacity(MOST_GROUPS);
    for span in runs::of_digits(text, pace) {
        if !pace.step() {
            return;
        }
        let group = Group { span };
        let joins = groups
            .last()
            .is_some_and(|last| is_gap(&text.as_bytes()[last.span.end..group.span.start]));
        if !joins {
            in_row(text, pii, &groups, 0, hits);
            groups.clear();
        } else if groups.len() == MOST_GROUPS {
            let done = in_row(text, pii, &groups, MOST_IN_NUMBER, hits);
            groups.drain(..done);
        }
        groups.push(group);
    }
    in_row(text, pii, &groups, 0, hits);
}

/// Offers the groups of a row to each kind, from the strictest to the loosest, until at most
/// `keep` groups are left. How many are done.
fn in_row(text: &str, pii: &Pii, row: &[Group], keep: usize, hits: &mut Vec<Hit>) -> usize {
    let mut done = 0;
    while row.len() > done + keep {
        let groups = &row[done..row.len().min(done + MOST_IN_NUMBER)];
        let has_words = boundary::has_words(text, groups[0].span.start);
        let row = Row {
            text,
            groups,
            has_words,
        };
        let found = ip::v4(row)
            .or_else(|| birth::birth(row))
            .or_else(|| card::card(row))
            .or_else(|| pii.forms.find(row))
            .or_else(|| wallet::wallet(row))
            .or_else(|| document::document(row))
            .or_else(|| ssn::ssn(row))
            .or_else(|| phone::phone(row, &pii.plans))
            .or_else(|| address::address(row));
        let taken = found.map_or(1, |(hit, taken)| {
            hits.extend(hit);
            taken
        });
        done += taken.clamp(1, groups.len());
    }
    done
}

/// Whether what stands between two groups can stand within one number.
fn is_gap(gap: &[u8]) -> bool {
    (1..=3).contains(&gap.len())
        && gap
            .iter()
            .all(|b| matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'/'))
        || gap == "\u{a0}".as_bytes()
        || gap == "\u{2011}".as_bytes()
        || gap == "\u{202f}".as_bytes()
}

// === impl Group ===

impl Group {
    /// How many digits it has.
    pub(super) const fn len(self) -> usize {
        self.span.len()
    }
}

// === impl Row ===

impl<'a> Row<'a> {
    /// The digits of group `index`.
    pub(super) fn digits(self, index: usize) -> &'a str {
        self.groups
            .get(index)
            .map_or("", |group| &self.text[group.span.start..group.span.end])
    }

    /// The row without its first groups.
    pub(super) fn skip(self, groups: usize) -> Self {
        Self {
            groups: self.groups.get(groups..).unwrap_or_default(),
            ..self
        }
    }

    /// What stands between group `index` and the one before it.
    pub(super) fn gap(self, index: usize) -> &'a str {
        match (
            index.checked_sub(1).and_then(|i| self.groups.get(i)),
            self.groups.get(index),
        ) {
            (Some(before), Some(group)) => &self.text[before.span.end..group.span.start],
            _ => "",
        }
    }

    /// From the first digit of the first group to the last of group `count - 1`.
    pub(super) fn span(self, count: usize) -> Span {
        let last = self.groups[count.clamp(1, self.groups.len()) - 1];
        Span::new(self.groups[0].span.start, last.span.end)
    }

    /// How many digits the first `count` groups have.
    pub(super) fn digit_count(self, count: usize) -> usize {
        self.groups
            .iter()
            .take(count)
            .map(|group| group.len())
            .sum()
    }

    /// The values of the digits of the first `count` groups.
    pub(super) fn values(self, count: usize) -> impl DoubleEndedIterator<Item = u32> + 'a {
        let text = self.text.as_bytes();
        self.groups[..count.min(self.groups.len())]
            .iter()
            .filter(|group| group.len() <= LONGEST_GROUP)
            .flat_map(move |group| &text[group.span.start..group.span.end])
            .map(|digit| u32::from(digit - b'0'))
    }

    /// Whether the first `count` groups are no part of a word, a decimal or a longer number.
    pub(super) fn stands_alone(self, count: usize) -> bool {
        let span = self.span(count);
        let before = &self.text.as_bytes()[..span.start];
        let after = &self.text.as_bytes()[span.end..];
        let goes_back = matches!(before, [.., b'0'..=b'9', b'.' | b'-' | b'/']);
        let goes_on = matches!(after, [b'.' | b'-' | b'/', b'0'..=b'9', ..]);
        boundary::stands_alone(self.text, span) && !goes_back && !goes_on
    }
}
