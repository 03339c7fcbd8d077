//! What the sentence around a term adds to its weight, or takes from it.

use std::collections::HashMap;

use super::lexicon::Kind;
use crate::finding::Span;

/// What a term and its sentence must weigh for an even chance.
pub(super) const BIAS: f32 = 1.6;

/// How far a sentence is read on either side of a term, in bytes.
const FAR: usize = 120;

/// A word that may stand between `you` and what somebody is called.
const BETWEEN: u8 = 1 << 0;
/// A word that the one spoken to.
const YOU: u8 = 1 << 1;
/// A word that denies.
const NOT: u8 = 1 << 2;
/// A word that the speaker.
const ME: u8 = 1 << 3;
/// A word that speaks of words.
const SAID: u8 = 1 << 4;
/// A word that is of jest.
const JEST: u8 = 1 << 5;
/// A word that may stand between the speaker and what he calls himself.
const FEEL: u8 = 1 << 6;
/// Longest word that has a role, in bytes.
const LONGEST: usize = 12;

/// Words with a role in a sentence.
const ROLES: [(u8, &str); 7] = [
    (
        BETWEEN,
        "a all an and are be being big bloody bunch but complete damn dirty dumb filthy fucking just kind lazy like little lousy nothing of old pathetic people piece r re real really so such stupid total the ugly utter utterly very were worthless absolute",
    ),
    (YOU, "you you're you’re youre your ur u y'all yall yourself"),
    (
        NOT,
        "not never no isn't isn’t aren't aren’t don't don’t without nor wasn't",
    ),
    (ME, "i'm i’m im i myself me i've we're my"),
    (
        SAID,
        "said says called calls calling word words term terms slur slurs insult insults quote quotes quoted lyrics title meaning means offensive wrote translate shouted",
    ),
    (JEST, "lol haha kidding joking chess game match tennis"),
    (FEEL, "am feel was felt"),
];

/// The roles of words.
pub(super) struct Roles(HashMap<&'static [u8], u8>);

/// The sentence before a term and after it.
struct Sentence<'a> {
    before: &'a str,
    after: &'a str,
    /// The roles of the words before it, in order.
    roles: Vec<u8>,
    /// All roles that a word of the sentence has.
    all: u8,
}

// === impl Roles ===

impl Roles {
    pub(super) fn new() -> Self {
        let mut roles: HashMap<&[u8], u8> = HashMap::new();
        for (role, words) in ROLES {
            for word in words.split(' ') {
                debug_assert!(word.len() <= LONGEST, "{word} is never looked up");
                *roles.entry(word.as_bytes()).or_default() |= role;
            }
        }
        Self(roles)
    }

    /// The roles of a word, in any case of its letters.
    fn of(&self, word: &str) -> u8 {
        let mut lower = [0; LONGEST];
        let Some(lower) = lower.get_mut(..word.len()) else {
            return 0;
        };
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        self.0.get(&*lower).copied().unwrap_or(0)
    }
}

// === impl Sentence ===

impl<'a> Sentence<'a> {
    fn around(text: &'a str, term: Span, roles: &Roles) -> Self {
        let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n' | ';');
        let from = text.ceil_char_boundary(term.start.saturating_sub(FAR));
        let to = text.floor_char_boundary(text.len().min(term.end + FAR));
        let before = &text[from..term.start];
        let after = &text[term.end..to];
        let start = before.rfind(ends).map_or(0, |at| at + 1);
        let before = &before[start..];
        let after = &after[..after.find(ends).unwrap_or(after.len())];
        let own: Vec<u8> = words(before).map(|word| roles.of(word)).collect();
        let all = words(after).map(|word| roles.of(word));
        Self {
            before,
            after,
            all: all
                .chain(own.iter().copied())
                .fold(0, |all, role| all | role),
            roles: own,
        }
    }

    fn has(&self, role: u8) -> bool {
        self.all & role != 0
    }

    /// Whether it is said to somebody: `you` and small words before it.
    fn is_directed(&self) -> bool {
        let before = self.roles.iter().rev().find(|role| *role & BETWEEN == 0);
        before.is_some_and(|role| role & YOU != 0)
    }

    /// Whether it is said of the speaker.
    fn is_of_me(&self) -> bool {
        let mut before = self.roles.iter().rev();
        let before = before.find(|role| *role & (BETWEEN | FEEL) == 0);
        before.is_some_and(|role| role & ME != 0)
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
pub(super) fn weight(text: &str, term: Span, kind: Kind, roles: &Roles) -> f32 {
    let sentence = Sentence::around(text, term, roles);
    let said = &text[term.start..term.end];
    let close = sentence.before.len().saturating_sub(24);
    let close = &sentence.before[sentence.before.ceil_char_boundary(close)..];
    let personal = matches!(kind, Kind::Insult | Kind::Slur);
    let features = [
        (personal && sentence.is_directed(), 1.2),
        (personal && sentence.is_call(), 0.9),
        (kind != Kind::Threat && sentence.has(YOU), 0.4),
        (is_shouted(said) && !sentence.is_in_capitals(), 0.4),
        (text[term.end..].starts_with("!!"), 0.3),
        (words(close).any(|word| roles.of(word) & NOT != 0), -1.2),
        (kind != Kind::Threat && sentence.is_of_me(), -1.5),
        (sentence.is_quoted(), -1.3),
        (sentence.has(SAID), -1.0),
        (sentence.has(JEST), -1.5),
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
