//! Lists of words in a text: one pass for all of them, in their usual forms.
//!
//! Case and accents do not count, words stand alone, and the endings of English plurals and verbs may
//! follow. What was redacted is not read. What a word weighs is for the guards to say.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::BuildError;
use crate::finding::Span;
use crate::fold::{Folded, is_edge};
use crate::literal;
use crate::pace::Pace;
use crate::redact::placeholders;

/// Endings that a listed word may have.
const ENDINGS: [&str; 7] = ["", "s", "es", "ed", "d", "ing", "'s"];

/// Words and phrases, compiled.
pub(crate) struct Words(AhoCorasick);

// === impl Words ===

impl Words {
    /// Compiles a list; a word is known by its number in it.
    pub(crate) fn compile<'a>(
        words: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, BuildError> {
        let folded = words
            .into_iter()
            .map(|word| Folded::of(word.trim(), &Pace::free()).text);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(folded)?;
        Ok(Self(automaton))
    }

    /// The words of the list in `text`, by number and place, in order of their ends.
    pub(crate) fn find(&self, text: &str, pace: &Pace<'_>) -> Vec<(usize, Span)> {
        let folded = (!text.is_ascii()).then(|| Folded::of(text, pace));
        let searched = folded.as_ref().map_or(text, |folded| &folded.text);
        let mut redacted = placeholders(searched).peekable();
        let mut found = Vec::new();
        for word in literal::places(&self.0, searched, pace) {
            let (start, end) = (word.start(), word.end());
            while redacted.next_if(|(_, after)| *after <= start).is_some() {}
            let within = redacted.peek().is_some_and(|(from, _)| *from < end);
            if start == end || within || !is_edge(searched, start) {
                continue;
            }
            if let Some(end) = form_end(searched, end) {
                let span = Span::new(start, end);
                let place = folded.as_ref().map_or(span, |folded| folded.original(span));
                found.push((word.pattern().as_usize(), place));
            }
        }
        found
    }
}

/// Where the word ends that a listed one begins, if it is a form of it.
fn form_end(text: &str, end: usize) -> Option<usize> {
    let longest = text.floor_char_boundary(end + 4);
    let rest = text.get(end..longest)?;
    let form = |ending: &&str| {
        let fits = rest
            .get(..ending.len())
            .is_some_and(|said| said.eq_ignore_ascii_case(ending));
        fits && is_edge(text, end + ending.len())
    };
    ENDINGS
        .iter()
        .rev()
        .find(|ending| form(ending))
        .map(|ending| end + ending.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(words: &[&str], text: &'a str) -> Vec<(usize, &'a str)> {
        let words = Words::compile(words.iter().copied()).unwrap();
        let found = words.find(text, &Pace::new(&|| true)).into_iter();
        found
            .map(|(word, span)| (word, &text[span.start..span.end]))
            .collect()
    }

    #[test]
    fn words_stand_alone_in_their_usual_forms() {
        let text = "Kill, killing and KILLED; overkill, killer, a kill's end, skill, kíll";
        let wanted = ["Kill", "killing", "KILLED", "kill's", "kíll"].map(|word| (0, word));
        assert_eq!(found(&["kill"], text), wanted);
        let phrases = found(&["new york", "york", ""], "In New York and Yorkshire");
        assert_eq!(phrases, [(0, "New York"), (1, "York")]);
        assert_eq!(found(&["毒"], "これは毒です"), [(0, "毒")]);
    }

    #[test]
    fn what_was_redacted_is_not_read() {
        assert_eq!(
            found(&["kill"], "[REDACTED:kill] kill [REDACTED:a kill]"),
            [(0, "kill"), (0, "kill")]
        );
    }
}
