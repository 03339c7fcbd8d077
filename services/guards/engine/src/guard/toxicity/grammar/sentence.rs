//! One sentence in one language: which of the patterns stands in it around a name or a deed, and what its
//! other words add or take.

use super::Topic;
use super::pattern::Pattern;
use super::words::{
    BE, Class, EACH, EDGE, FILL, JEST, LANGUAGES, OBJECTION, PEOPLE, PERSON, SCUM, SOME, THEY, WHO,
};
use crate::finding::Span;
use crate::guard::toxicity::context::is_quoted;
use crate::guard::toxicity::lexicon::Kind;

/// Most words that may stand between two words of a sentence.
const MOST_FILLING: usize = 6;
/// Most words of a clause that says more of a name.
const MOST_MORE: usize = 7;
/// Most words between the first word of a sentence and the name.
const MOST_BEFORE: usize = 10;
/// Marks before the first word of a sentence that are read with it, in bytes.
const MOST_MARKS: usize = 3;

/// A sentence that was found.
pub(in crate::guard::toxicity) struct Said {
    pub(in crate::guard::toxicity) span: Span,
    pub(in crate::guard::toxicity) kind: Kind,
    /// With what its neighbours add or take.
    pub(in crate::guard::toxicity) weight: f32,
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Gap {
    Space,
    /// A comma, a colon, a dash, a quotation mark.
    Pause,
    /// The end of a sentence, or the beginning of the text.
    Stop,
}

/// A word of the text.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) gap: Gap,
    pub(super) alone: [Class; LANGUAGES],
    /// As the first word of the longest known phrase, of so many words.
    pub(super) phrase: [Class; LANGUAGES],
    pub(super) length: usize,
}

/// The words of one sentence in one language.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    pub(super) words: &'a [Word],
    pub(super) language: usize,
}

// === impl Sentence ===

impl Sentence<'_> {
    fn alone(&self, at: usize) -> Class {
        self.words[at].alone[self.language]
    }

    /// Where the name of a group ends that begins at `start` with what ends at `end`.
    pub(super) fn name(&self, start: usize, end: usize, topic: Topic, many: bool) -> Option<usize> {
        let next = (end < self.words.len()).then(|| self.alone(end));
        let each = || (start.saturating_sub(3)..start).any(|at| self.alone(at) & EACH != 0);
        match next {
            _ if topic == Topic::Many || many => Some(end),
            Some(next) if next & PEOPLE != 0 => Some(end + 1),
            Some(next) if next & PERSON != 0 && each() => Some(end + 1),
            _ if topic == Topic::One && each() => Some(end),
            _ => None,
        }
    }

    /// Whether what follows right after is what a kind of people is called.
    pub(super) fn is_called(&self, end: usize) -> bool {
        end < self.words.len() && self.alone(end) & SCUM != 0
    }

    /// The heaviest of the patterns around what stands from `start` to `end`.
    pub(super) fn said(
        &self,
        text: &str,
        patterns: &'static [Pattern],
        start: usize,
        end: usize,
    ) -> Option<Said> {
        let present = self.words.iter().fold(0, |present, word| {
            present | word.alone[self.language] | word.phrase[self.language]
        });
        let fits = |pattern: &'static Pattern| {
            // Nearly all of them need a word that is nowhere in the sentence.
            let needed = pattern.before.iter().chain(pattern.after);
            if needed.into_iter().any(|step| (present | EDGE) & step == 0) {
                return None;
            }
            let from = self.before(pattern.before, start)?;
            let to = self.after(pattern, end)?;
            let goes_on = to < self.words.len() && self.alone(to) & pattern.unless != 0;
            (!goes_on).then_some((pattern, from, to))
        };
        let weight = |pattern: &Pattern| pattern.weight;
        let heavier =
            |a: &(&Pattern, _, _), b: &(&Pattern, _, _)| weight(a.0).total_cmp(&weight(b.0));
        let (pattern, from, to) = patterns.iter().filter_map(fits).max_by(heavier)?;
        let some = (start.saturating_sub(3)..start).any(|at| self.has(at, SOME));
        let begin = text.ceil_char_boundary(self.words[0].start.saturating_sub(MOST_MARKS));
        let before = &text[begin..self.words[from].start];
        let features = [
            (is_quoted(before), -1.5),
            (present & OBJECTION != 0, -1.4),
            (present & JEST != 0, -1.5),
            (some && pattern.before.is_empty(), -1.3),
        ];
        let around = features.iter().filter(|(holds, _)| *holds);
        Some(Said {
            span: Span::new(self.words[from].start, self.words[to - 1].end),
            kind: pattern.kind,
            weight: pattern.weight + around.map(|(_, weight)| weight).sum::<f32>(),
        })
    }

    fn has(&self, at: usize, class: Class) -> bool {
        (self.alone(at) | self.words[at].phrase[self.language]) & class != 0
    }

    /// Where the words begin that end before `start`, if they are there.
    fn before(&self, steps: &[Class], start: usize) -> Option<usize> {
        let [first, rest @ ..] = steps else {
            return Some(start);
        };
        let from = |at: &usize| {
            let inner = if *first == EDGE {
                self.begins(*at).then_some(rest)
            } else {
                Some(steps)
            };
            let step = inner.and_then(|steps| steps.first());
            let direct = step.is_none_or(|step| *at < start && self.has(*at, *step));
            direct
                && inner
                    .and_then(|steps| self.follow(steps, *at, start, MOST_FILLING))
                    .is_some_and(|to| self.is_filled(to, start))
        };
        (start.saturating_sub(MOST_BEFORE)..=start).rev().find(from)
    }

    /// Whether what is said begins at this word.
    fn begins(&self, at: usize) -> bool {
        self.words[at].gap == Gap::Stop
    }

    /// Where the words end that begin after `end`, if they are there.
    fn after(&self, pattern: &Pattern, end: usize) -> Option<usize> {
        let steps = pattern.after;
        if steps.is_empty() {
            return Some(end);
        }
        // `they're` is the name and its verb.
        let one_word = steps[0] == BE && self.alone(end - 1) & (BE | THEY) == BE | THEY;
        let from = if one_word { end - 1 } else { end };
        let all = self.words.len();
        let more = from < all && self.alone(from) & WHO != 0;
        let longest = if more { MOST_MORE } else { 0 };
        (from..=all.min(from + longest)).find_map(|at| self.follow(steps, at, all, pattern.filling))
    }

    /// Follows the steps from a word on, over words that fill, to where they end.
    fn follow(&self, steps: &[Class], from: usize, to: usize, most: usize) -> Option<usize> {
        let mut at = from;
        for step in steps {
            let mut filling = 0;
            loop {
                if *step == EDGE && (at == self.words.len() || self.words[at].gap != Gap::Space) {
                    break;
                }
                if at >= to {
                    return None;
                }
                if let Some(length) = self.length(at, *step) {
                    at += length;
                    break;
                }
                at += self.length(at, FILL).filter(|_| filling < most)?;
                filling += 1;
            }
        }
        (at <= to).then_some(at)
    }

    /// Whether nothing but words that fill stands in between.
    fn is_filled(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        while at < to {
            let Some(length) = self.length(at, FILL) else {
                return false;
            };
            at += length;
        }
        true
    }

    /// How many words here are of a class.
    pub(super) fn length(&self, at: usize, class: Class) -> Option<usize> {
        let word = &self.words[at];
        let fits = at + word.length <= self.words.len();
        if word.phrase[self.language] & class != 0 && fits {
            return Some(word.length);
        }
        (self.alone(at) & class != 0).then_some(1)
    }
}

/// The words of the sentence around a word, and the number of the first.
pub(super) fn sentence(words: &[Word], at: usize) -> (&[Word], usize) {
    let stops = |word: &Word| word.gap == Gap::Stop;
    let low = words[..=at].iter().rposition(stops).unwrap_or(0);
    let high = words[at + 1..]
        .iter()
        .position(stops)
        .unwrap_or(words.len() - at - 1);
    (&words[low..at + 1 + high], low)
}
