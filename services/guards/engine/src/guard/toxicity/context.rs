//! What the sentence around a term adds to its weight, or takes from it.

use super::lexicon::Kind;
use crate::finding::Span;

/// What a term and its sentence must weigh for an even chance.
pub(super) const BIAS: f32 = 1.6;

/// How far a sentence is read on either side of a term, in bytes.
const FAR: usize = 120;

/// Words that may stand between `you` and what somebody is called.
const BETWEEN: [&str; 45] = [
    "a",
    "all",
    "an",
    "and",
    "are",
    "be",
    "being",
    "big",
    "bloody",
    "bunch",
    "but",
    "complete",
    "damn",
    "dirty",
    "dumb",
    "filthy",
    "fucking",
    "just",
    "kind",
    "lazy",
    "like",
    "little",
    "lousy",
    "nothing",
    "of",
    "old",
    "pathetic",
    "people",
    "piece",
    "r",
    "re",
    "real",
    "really",
    "so",
    "such",
    "stupid",
    "total",
    "the",
    "ugly",
    "utter",
    "utterly",
    "very",
    "were",
    "worthless",
    "absolute",
];
const YOU: [&str; 10] = [
    "you", "you're", "you’re", "youre", "your", "ur", "u", "y'all", "yall", "yourself",
];
const NOT: [&str; 12] = [
    "not", "never", "no", "isn't", "isn’t", "aren't", "aren’t", "don't", "don’t", "without", "nor",
    "wasn't",
];
const ME: [&str; 9] = [
    "i'm", "i’m", "im", "i", "myself", "me", "i've", "we're", "my",
];
/// Words that speak of words.
const SAID: [&str; 24] = [
    "said",
    "says",
    "called",
    "calls",
    "calling",
    "word",
    "words",
    "term",
    "terms",
    "slur",
    "slurs",
    "insult",
    "insults",
    "quote",
    "quotes",
    "quoted",
    "lyrics",
    "title",
    "meaning",
    "means",
    "offensive",
    "wrote",
    "translate",
    "shouted",
];
/// Words of jest.
const JEST: [&str; 8] = [
    "lol", "haha", "kidding", "joking", "chess", "game", "match", "tennis",
];

/// The sentence before a term and after it.
struct Sentence<'a> {
    before: &'a str,
    after: &'a str,
}

// === impl Sentence ===

impl<'a> Sentence<'a> {
    fn around(text: &'a str, term: Span) -> Self {
        let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n' | ';');
        let from = text.ceil_char_boundary(term.start.saturating_sub(FAR));
        let to = text.floor_char_boundary(text.len().min(term.end + FAR));
        let before = &text[from..term.start];
        let after = &text[term.end..to];
        let start = before.rfind(ends).map_or(0, |at| at + 1);
        Self {
            before: &before[start..],
            after: &after[..after.find(ends).unwrap_or(after.len())],
        }
    }

    fn has(&self, list: &[&str]) -> bool {
        words(self.before)
            .chain(words(self.after))
            .any(|word| is_in(word, list))
    }

    /// Whether it is said to somebody: `you` and small words before it.
    fn is_directed(&self) -> bool {
        let before = words(self.before).rev().find(|word| !is_in(word, &BETWEEN));
        before.is_some_and(|word| is_in(word, &YOU))
    }

    /// Whether it is said of the speaker.
    fn is_of_me(&self) -> bool {
        let between =
            |word: &&str| is_in(word, &BETWEEN) || is_in(word, &["am", "feel", "was", "felt"]);
        let before = words(self.before).rev().find(|word| !between(word));
        before.is_some_and(|word| is_in(word, &ME))
    }

    /// Whether it calls to somebody: alone in its sentence, or after a comma.
    fn is_call(&self) -> bool {
        let before = self.before.trim_end();
        let begins = before.is_empty() || before.ends_with(',');
        begins
            && self
                .after
                .trim_start()
                .chars()
                .next()
                .is_none_or(|c| c == ',')
    }

    /// Whether all of it is in capitals, as in some contracts.
    fn is_in_capitals(&self) -> bool {
        let letters = |text: &str| text.chars().any(char::is_lowercase);
        let long = self.before.len() + self.after.len() > 30;
        long && !letters(self.before) && !letters(self.after)
    }

    /// Whether quotation marks are open where it stands.
    fn is_quoted(&self) -> bool {
        let marks = |mark: char| self.before.matches(mark).count();
        marks('"') % 2 == 1
            || marks('“') > marks('”')
            || marks('`') % 2 == 1
            || marks('«') > marks('»')
    }
}

/// What the sentence weighs.
pub(super) fn weight(text: &str, term: Span, kind: Kind) -> f32 {
    let sentence = Sentence::around(text, term);
    let said = &text[term.start..term.end];
    let close = sentence.before.len().saturating_sub(24);
    let close = &sentence.before[sentence.before.ceil_char_boundary(close)..];
    let personal = matches!(kind, Kind::Insult | Kind::Slur);
    let features = [
        (personal && sentence.is_directed(), 1.2),
        (personal && sentence.is_call(), 0.9),
        (kind != Kind::Threat && sentence.has(&YOU), 0.4),
        (is_shouted(said) && !sentence.is_in_capitals(), 0.4),
        (text[term.end..].starts_with("!!"), 0.3),
        (words(close).any(|word| is_in(word, &NOT)), -1.2),
        (kind != Kind::Threat && sentence.is_of_me(), -1.5),
        (sentence.is_quoted(), -1.3),
        (sentence.has(&SAID), -1.0),
        (sentence.has(&JEST), -1.5),
    ];
    let present = features.iter().filter(|(holds, _)| *holds);
    present.map(|(_, weight)| weight).sum()
}

fn is_shouted(said: &str) -> bool {
    said.len() > 3
        && said.chars().all(|c| !c.is_lowercase())
        && said.chars().any(char::is_uppercase)
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '*');
    text.split(move |c| !joins(c))
        .filter(|word| !word.is_empty())
}

fn is_in(word: &str, list: &[&str]) -> bool {
    list.iter().any(|other| other.eq_ignore_ascii_case(word))
}
