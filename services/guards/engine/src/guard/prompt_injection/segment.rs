//! Judges a segment of a text as its tokens go by: windows over the last of them, and the rules.
//!
//! What is kept is as many tokens as the longest window has, and what weighs too much: not the text,
//! and no token of it for longer.

use super::RULES;
use super::channel::Channel;
use super::features;
use super::grammar::{Grammar, Match};
use super::part::Token;
use super::weights::Limits;
use super::window::{LENGTHS, Sums, Window, windows};
use crate::finding::Span;
use crate::past::Tally;

/// Tokens of the longest window.
const LONGEST: usize = LENGTHS[2];
/// So many are kept before those that no window needs any more are let go.
const MOST: usize = 8 * LONGEST;
/// So far back that no rule holds over it.
const FAR: usize = 256;

/// A segment of which the tokens come one by one.
pub(super) struct Segment<'a> {
    limits: Limits,
    /// What a weight of one is worth.
    unit: f32,
    /// Whether a window of this margin is to be kept.
    keeps: &'a dyn Fn(f32) -> bool,
    /// Of the tokens in `places`.
    sums: Sums,
    places: Vec<Span>,
    /// Tokens before the first one in `places`.
    gone: usize,
    /// Tokens before the first that came: where windows begin.
    before: usize,
    heavy: [Vec<Heavy>; LENGTHS.len()],
    grammar: Grammar,
    /// Tokens that the grammar has beyond those that came.
    recalled: usize,
    /// The last match of each rule.
    open: [Option<(Match, Span)>; RULES.len()],
    ruled: Vec<(usize, Span)>,
}

/// A window that was kept.
#[derive(Clone, Copy)]
pub(super) struct Heavy {
    window: Window,
    pub(super) place: Span,
    pub(super) margin: f32,
}

/// What was seen of a segment.
pub(super) struct Judged {
    limits: Limits,
    /// Of each length, in order.
    heavy: [Vec<Heavy>; LENGTHS.len()],
    /// Rules that held, with their places.
    pub(super) ruled: Vec<(usize, Span)>,
}

// === impl Segment ===

impl<'a> Segment<'a> {
    /// After tokens that are known already, of which nothing more is told. Keeps windows that weigh too
    /// much, and which else `keeps` says by their margins.
    pub(super) fn new(
        channel: Channel,
        (unit, limits): (f32, Limits),
        past: Tally,
        keeps: &'a dyn Fn(f32) -> bool,
    ) -> Self {
        let mut sums = Sums::default();
        sums.clear();
        let (grammar, recalled) = recall(channel, past.classes);
        Self {
            limits,
            unit,
            keeps,
            sums,
            places: Vec::new(),
            gone: past.tokens,
            before: past.tokens,
            heavy: Default::default(),
            grammar,
            recalled,
            open: [None; RULES.len()],
            ruled: Vec::new(),
        }
    }

    /// Takes the next token.
    pub(super) fn push(&mut self, token: &Token) {
        if self.places.len() == MOST {
            let gone = MOST - LONGEST;
            self.sums.weight.drain(..gone);
            self.sums.square.drain(..gone);
            self.places.drain(..gone);
            self.gone += gone;
        }
        self.sums.push(token.weight, token.square);
        self.places.push(token.place);
        let count = self.count();
        for (of, length) in LENGTHS.into_iter().enumerate() {
            if count >= length && is_due(count - length, length) {
                self.weigh(
                    of,
                    Window {
                        start: count - length,
                        end: count,
                    },
                );
            }
        }
        self.apply_rules(token);
    }

    /// There are no more.
    pub(super) fn end(mut self) -> Judged {
        for (of, length) in LENGTHS.into_iter().enumerate() {
            let last = windows(self.count(), length).next_back();
            let seen =
                |last: &Window| last.end - last.start == length && is_due(last.start, length);
            if let Some(last) = last.filter(|last| !seen(last)) {
                self.weigh(of, last);
            }
        }
        let open = self.open.into_iter().flatten();
        self.ruled
            .extend(open.map(|(found, place)| (found.rule, place)));
        Judged {
            limits: self.limits,
            heavy: self.heavy,
            ruled: self.ruled,
        }
    }

    /// Tokens so far.
    fn count(&self) -> usize {
        self.gone + self.places.len()
    }

    /// Keeps the window if it weighs enough. One that begins in what is known is none of its own.
    fn weigh(&mut self, of: usize, window: Window) {
        if window.start < self.before {
            return;
        }
        let kept = Window {
            start: window.start - self.gone,
            end: window.end - self.gone,
        };
        let margin = self.sums.margin(kept) * self.unit + self.limits.bias;
        if margin >= self.limits.flag || (self.keeps)(margin) {
            let place = Span::new(self.places[kept.start].start, self.places[kept.end - 1].end);
            self.heavy[of].push(Heavy {
                window,
                place,
                margin,
            });
        }
    }

    fn apply_rules(&mut self, token: &Token) {
        let read = features::Token {
            place: token.place.start..token.place.end,
            features: &[],
            classes: token.classes,
            ends: token.ends,
        };
        let beyond = self.recalled + self.count() - self.before - self.places.len();
        let (open, ruled, places) = (&mut self.open, &mut self.ruled, &self.places);
        self.grammar.push(&read, |found| {
            let begun = places[found.first - beyond].start;
            match &mut open[found.rule] {
                // Matches that share words are one.
                Some((last, place)) if found.first <= last.last => {
                    last.last = found.last;
                    place.end = token.place.end;
                }
                open => {
                    let place = Span::new(begun, token.place.end);
                    let last = open.replace((found, place));
                    ruled.extend(last.map(|(found, place)| (found.rule, place)));
                }
            }
        });
    }
}

// === impl Judged ===

impl Judged {
    /// All windows that were kept.
    pub(super) fn windows(&self) -> impl Iterator<Item = Heavy> {
        self.heavy.iter().flatten().copied()
    }

    /// Where the text weighs too much, each place with its greatest margin: the shortest windows
    /// that tell, joined where they overlap, and longer ones only where no shorter one told.
    pub(super) fn above(&self) -> Vec<(Span, f32)> {
        let mut found: Vec<Heavy> = Vec::new();
        for heavy in &self.heavy {
            let mut told = found.iter().map(|told| told.window).collect::<Vec<_>>();
            told.sort_unstable_by_key(|window| window.start);
            let mut told = told.into_iter().peekable();
            let first = found.len();
            for next in heavy.iter().filter(|next| next.margin >= self.limits.flag) {
                let window = next.window;
                while told.next_if(|other| other.end <= window.start).is_some() {}
                if told.peek().is_some_and(|other| other.start < window.end) {
                    continue;
                }
                match found[first..].last_mut() {
                    Some(last) if window.start <= last.window.end => {
                        last.window.end = window.end;
                        last.place.end = next.place.end;
                        last.margin = last.margin.max(next.margin);
                    }
                    _ => found.push(*next),
                }
            }
        }
        found
            .into_iter()
            .map(|told| (told.place, told.margin))
            .collect()
    }
}

/// Whether a window of this length that begins here is one of those that lie a quarter apart.
const fn is_due(start: usize, length: usize) -> bool {
    start.is_multiple_of(length / 4)
}

/// A grammar that has seen these classes in the sentence, long ago, and how many tokens it took for that.
fn recall(channel: Channel, classes: u32) -> (Grammar, usize) {
    let mut grammar = Grammar::new(channel);
    let tokens = if classes == 0 { 0 } else { FAR };
    for index in 0..tokens {
        let token = features::Token {
            place: 0..0,
            features: &[],
            classes: if index == 0 { classes } else { 0 },
            ends: false,
        };
        grammar.push(&token, |_| {});
    }
    (grammar, tokens)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits {
        bias: -0.5,
        flag: 0.5,
        block: 2.0,
    };
    const UNIT: f32 = 0.1;

    /// Weights of tokens, most of them calm.
    fn weights() -> impl Strategy<Value = Vec<i64>> {
        let run = (prop_oneof![3 => -60_i64..40, 1 => 0_i64..400], 1_usize..60);
        let runs = prop::collection::vec(run, 0..60);
        runs.prop_map(|runs| {
            let runs = runs.into_iter();
            runs.flat_map(|(weight, times)| std::iter::repeat_n(weight, times))
                .collect()
        })
    }

    fn token(index: usize, weight: i64) -> Token {
        Token {
            place: Span::new(2 * index, 2 * index + 1),
            weight,
            square: 20 + weight.rem_euclid(7),
            classes: 0,
            ends: false,
        }
    }

    /// What is told of tokens of which the first `past` are known.
    fn told(weights: &[i64], past: usize) -> Vec<(Span, f32)> {
        let known = Tally {
            tokens: past,
            classes: 0,
        };
        let mut segment = Segment::new(Channel::User, (UNIT, LIMITS), known, &|_| false);
        for (index, weight) in weights.iter().enumerate().skip(past) {
            segment.push(&token(index, *weight));
        }
        let mut told = segment.end().above();
        told.sort_unstable_by_key(|(place, _)| *place);
        told
    }

    /// The same from all windows of the segment, one after the other.
    fn told_plainly(weights: &[i64]) -> Vec<(Span, f32)> {
        let mut sums = Sums::default();
        sums.clear();
        for (index, weight) in weights.iter().enumerate() {
            let token = token(index, *weight);
            sums.push(token.weight, token.square);
        }
        let mut all: Vec<(Window, f32)> = Vec::new();
        for length in LENGTHS {
            let mut own: Vec<(Window, f32)> = Vec::new();
            for window in windows(weights.len(), length) {
                let margin = sums.margin(window) * UNIT + LIMITS.bias;
                let meets = |(other, _): &(Window, f32)| {
                    other.start < window.end && window.start < other.end
                };
                if margin < LIMITS.flag || all.iter().any(meets) {
                    continue;
                }
                match own.last_mut() {
                    Some((last, best)) if window.start <= last.end => {
                        last.end = window.end;
                        *best = best.max(margin);
                    }
                    _ => own.push((window, margin)),
                }
            }
            all.extend(own);
        }
        let place = |window: Window| Span::new(2 * window.start, 2 * window.end - 1);
        let mut told: Vec<_> = all
            .into_iter()
            .map(|(w, margin)| (place(w), margin))
            .collect();
        told.sort_unstable_by_key(|(place, _)| *place);
        told
    }

    proptest! {
        #[test]
        fn a_few_tokens_at_a_time_tell_what_all_tell(weights in weights()) {
            prop_assert_eq!(told(&weights, 0), told_plainly(&weights));
        }

        /// From any place on that lies in nothing told and touches nothing.
        #[test]
        fn what_is_told_later_needs_nothing_of_before(weights in weights(), past in any::<prop::sample::Index>()) {
            let drawn = past.index(weights.len() + 1);
            let all = told_plainly(&weights);
            let apart = |past: &usize| {
                let (end, start) = ((2 * past).saturating_sub(1), 2 * past);
                all.iter().all(|(place, _)| place.end < end || place.start >= start)
            };
            let past = (drawn..=weights.len()).find(apart).unwrap_or(0);
            let wanted = all.iter().filter(|(place, _)| place.start >= 2 * past);
            let wanted: Vec<_> = wanted.copied().collect();
            prop_assert_eq!(told(&weights, past), wanted);
        }
    }
}
