//! Literals in a text: an automaton over it, part by part.
//!
//! A long text without any would else be gone through in one go. Those of a guard's own tables are
//! [`Literals`], which are fast and take memory; lists of any length are found by [`places`]. What a literal
//! means is for the guards to say.

use std::array;
use std::ops::Range;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{AhoCorasick, Anchored, Input, Match, StartKind};

use crate::BuildError;
use crate::pace::Pace;

/// Bytes between two questions whether to go on.
const PART: usize = 16 * 1024;
/// So many stretches of a part are read side by side: which state comes next is known only once the one
/// before was looked up, and the processor waits for that.
const LANES: usize = 4;

/// Literals of a table, without regard to the case of ASCII. Tens of bytes of memory for each of theirs and
/// for each kind of byte.
pub(crate) struct Literals {
    automaton: DFA,
    /// Its state before any byte.
    start: StateID,
}

/// Where literals end in a text, in order, and the states that say which; found part by part.
struct Ends<'a> {
    literals: &'a Literals,
    text: &'a [u8],
    pace: &'a Pace<'a>,
    /// Where the next part begins.
    next: usize,
    /// What was found in the part before, kept from part to part so that none allocates anew.
    lanes: [Vec<(usize, StateID)>; LANES],
    /// The lane that is given out, and how much of it was.
    given: (usize, usize),
}

// === impl Literals ===

impl Literals {
    #[expect(
        clippy::expect_used,
        reason = "it is built for searches that begin anywhere"
    )]
    pub(crate) fn compile(
        literals: impl IntoIterator<Item = &'static str>,
    ) -> Result<Self, BuildError> {
        let automaton = DFA::builder()
            .ascii_case_insensitive(true)
            .start_kind(StartKind::Unanchored)
            .build(literals)?;
        let start = automaton.start_state(Anchored::No);
        Ok(Self {
            start: start.expect("a state to begin in"),
            automaton,
        })
    }

    /// Every place of every literal, also where they overlap, in order of their ends.
    pub(crate) fn places<'a>(
        &'a self,
        text: &'a str,
        pace: &'a Pace<'_>,
    ) -> impl Iterator<Item = Match> + 'a {
        let ends = Ends {
            literals: self,
            text: text.as_bytes(),
            pace,
            next: 0,
            lanes: Default::default(),
            given: (0, 0),
        };
        let places = ends.flat_map(move |(end, state)| {
            (0..self.automaton.match_len(state)).map(move |index| {
                let literal = self.automaton.match_pattern(state, index);
                Match::new(literal, end - self.automaton.pattern_len(literal)..end)
            })
        });
        places.take_while(|_| pace.step())
    }

    /// The state in which `at` is reached from anywhere before: the longest literal tells how far back to begin.
    fn state_at(&self, text: &[u8], at: usize) -> StateID {
        let before = &text[at.saturating_sub(self.automaton.max_pattern_len())..at];
        let next = |state, byte: &u8| self.next(state, *byte);
        before.iter().fold(self.start, next)
    }

    fn next(&self, state: StateID, byte: u8) -> StateID {
        self.automaton.next_state(Anchored::No, state, byte)
    }
}

// === impl Ends ===

impl Ends<'_> {
    /// Reads the next part; false if there is none, or it is not to be read any more.
    fn read_part(&mut self) -> bool {
        let part = self.next..self.text.len().min(self.next + PART);
        if part.is_empty() || !self.pace.long_step() {
            return false;
        }
        self.lanes.iter_mut().for_each(Vec::clear);
        self.given = (0, 0);
        self.read(part.clone());
        self.next = part.end;
        true
    }

    fn read(&mut self, part: Range<usize>) {
        let (literals, text) = (self.literals, self.text);
        let length = part.len() / LANES;
        let starts: [usize; LANES] = array::from_fn(|lane| part.start + lane * length);
        let lanes = starts.map(|start| &text[start..start + length]);
        let mut states = starts.map(|start| literals.state_at(text, start));
        for at in 0..length {
            let bytes = lanes.map(|lane| lane[at]);
            states = array::from_fn(|lane| literals.next(states[lane], bytes[lane]));
            let found = states.map(|state| literals.automaton.is_special(state));
            if found.iter().fold(false, |any, found| any | found) {
                for (lane, state) in states.into_iter().enumerate() {
                    if literals.automaton.is_match(state) {
                        self.lanes[lane].push((starts[lane] + at + 1, state));
                    }
                }
            }
        }
        // The last lane goes on to the end of the part.
        let mut state = states[LANES - 1];
        let rest = part.start + LANES * length;
        for (at, byte) in (rest..).zip(&text[rest..part.end]) {
            state = literals.next(state, *byte);
            if literals.automaton.is_match(state) {
                self.lanes[LANES - 1].push((at + 1, state));
            }
        }
    }
}

impl Iterator for Ends<'_> {
    type Item = (usize, StateID);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (lane, count) = self.given;
            let ends = self.lanes.get(lane);
            if let Some(end) = ends.and_then(|ends| ends.get(count)) {
                self.given.1 += 1;
                return Some(*end);
            }
            if ends.is_some() {
                self.given = (lane + 1, 0);
            } else if !self.read_part() {
                return None;
            }
        }
    }
}

/// Every place of every literal, also where they overlap, in order of their ends.
pub(crate) fn places<'a>(
    literals: &'a AhoCorasick,
    text: &'a str,
    pace: &'a Pace<'_>,
) -> impl Iterator<Item = Match> + 'a {
    let parts = (0..text.len()).step_by(PART);
    let parts = parts.take_while(|_| pace.long_step());
    let places = parts.flat_map(|part| {
        // Those that end in the part may begin before it.
        let from = part.saturating_sub(literals.max_pattern_len());
        let to = text.len().min(part + PART);
        let places = literals.find_overlapping_iter(Input::new(text).range(from..to));
        places.filter(move |place| place.end() > part)
    });
    places.take_while(|_| pace.step())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_change_nothing() {
        let literals = AhoCorasick::new(["aba", "ab", "b ", " a", "long one"]).unwrap();
        let words = "ab aba bab a long one. é ".repeat(PART / 8);
        for skipped in 0..40 {
            let text = &words[skipped % 23..];
            let pace = Pace::free();
            let found = places(&literals, text, &pace);
            assert!(found.eq(literals.find_overlapping_iter(text)), "{skipped}");
        }
    }

    #[test]
    fn lanes_change_nothing() {
        const LITERALS: [&str; 7] = ["aba", "ab", "b ", " a", "long one", "é", "a"];
        let mut builder = AhoCorasick::builder();
        let plain = builder
            .ascii_case_insensitive(true)
            .build(LITERALS)
            .unwrap();
        let literals = Literals::compile(LITERALS).unwrap();
        let words = "ab ABA bab a loNG one. é ".repeat(PART / 8);
        let pace = Pace::free();
        for length in (0..80).chain(PART - 30..PART + 60) {
            let text = &words[..words.floor_char_boundary(length)];
            let wanted: Vec<Match> = plain.find_overlapping_iter(text).collect();
            let found: Vec<Match> = literals.places(text, &pace).collect();
            assert_eq!(found, wanted, "{length}");
        }
    }

    #[test]
    fn a_text_asks_with_many_places_and_with_none() {
        let list = AhoCorasick::new(["ab"]).unwrap();
        let table = Literals::compile(["ab"]).unwrap();
        let asked = |text: &str| {
            let asked = std::cell::Cell::new([0, 0]);
            let count = |index: usize| {
                let mut counts = asked.get();
                counts[index] += 1;
                asked.set(counts);
                true
            };
            places(&list, text, &Pace::new(&|| count(0))).for_each(drop);
            table.places(text, &Pace::new(&|| count(1))).for_each(drop);
            asked.get()
        };
        assert_eq!(asked(&"x".repeat(10 * PART)), [10, 10]);
        let asked = asked(&"ab".repeat(PART / 4));
        assert!(asked.iter().all(|asked| *asked > 100), "{asked:?}");
    }
}
