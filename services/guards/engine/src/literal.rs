//! Literals in a text: an automaton over it, part by part.
//!
//! A long text without any would else be gone through in one go. What a literal means is for the guards
//! to say.

use aho_corasick::{AhoCorasick, Input, Match};

use crate::pace::Pace;

/// Bytes between two questions whether to go on.
const PART: usize = 16 * 1024;

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
    fn a_text_asks_with_many_places_and_with_none() {
        let literals = AhoCorasick::new(["ab"]).unwrap();
        let asked = |text: &str| {
            let asked = std::cell::Cell::new(0);
            let go_on = || asked.replace(asked.get() + 1) < usize::MAX;
            places(&literals, text, &Pace::new(&go_on)).for_each(drop);
            asked.get()
        };
        assert_eq!(asked(&"x".repeat(10 * PART)), 10);
        assert!(asked(&"ab".repeat(PART / 4)) > 100);
    }
}
