//! What the sentence around a term adds to its weight, or takes from it.

use std::collections::HashMap;

use super::lexicon::Kind;
use crate::finding::Span;

/// What a term and its sentence must weigh for an even chance.
pub(super) const BIAS: f32 = 1.6;

/// How far a sentence is read on either side of a term, in bytes.
const FAR: usize = 120;

/// How close before a term a word denies it, in bytes.
const CLOSE: usize = 24;

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
        "a all an and are be being big bloody bunch but complete damn dirty dumb filthy fucking just kind lazy like little lousy nothing of old pathetic people piece r re real really so such stupid total the ugly utter utterly very were worthless absolute freaking goddamn damned fat old f*cking f**king f***ing fuckin f-ing bist eine ein so es un une si tan muy doch einfach ja voll é",
    ),
    (
        YOU,
        "you you're you’re youre your ur u y'all yall yourself urself du dich dir dein deine ihr tu toi te t'es vous tes tú ti tus usted eres sei você vc voce jij je jullie ty cię ciebie ты тебя вы вас sen siz 你 너",
    ),
    (
        NOT,
        "not never no isn't isn’t aren't aren’t don't don’t without nor wasn't",
    ),
    (ME, "i'm i’m im i myself me i've we're my"),
    (
        SAID,
        "said says call called calls calling word words term terms slur slurs insult insults quote quotes quoted lyrics title meaning means offensive wrote translate shouted say saying stereotype stereotypes myth prejudice article reported reports writing sentenced arrested convicted posted tweeted chanted novel film episode scene",
    ),
    (
        JEST,
        "lol haha kidding joking chess game match tennis poker minecraft besos jeu spiel juego",
    ),
    (FEEL, "am feel was felt"),
];

/// The roles of words.
pub(super) struct Roles(HashMap<&'static [u8], u8>);

/// The words of a text around its terms, each read once however many terms stand near it.
pub(super) struct Context<'a> {
    text: &'a str,
    roles: &'a Roles,
    /// Whole words, in order, up to `read`.
    words: Vec<Word>,
    read: usize,
}

/// A word of the text.
#[derive(Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    roles: u8,
}

/// The sentence before a term and after it.
struct Sentence<'a> {
    before: &'a str,
    after: &'a str,
    /// The words before it, in order.
    words: &'a [Word],
    /// What the word right after it is.
    next: u8,
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

// === impl Context ===

impl<'a> Context<'a> {
    pub(super) fn of(text: &'a str, roles: &'a Roles) -> Self {
        Self {
            text,
            roles,
            words: Vec::new(),
            read: 0,
        }
    }

    /// Reads on to `to`; what ends before `from` need not be known.
    fn read(&mut self, from: usize, to: usize) {
        if self.read < from {
            self.words.clear();
            self.read = from;
            if self.text[..from].ends_with(joins) {
                self.read += length(&self.text[from..], joins);
            }
        }
        while self.read < to {
            let start = self.read + length(&self.text[self.read..to], |c| !joins(c));
            self.read = start + length(&self.text[start..], joins);
            if start < self.read {
                self.words.push(Word {
                    start,
                    end: self.read,
                    roles: self.roles.of(&self.text[start..self.read]),
                });
            }
        }
    }

    /// The sentence around a term. Terms come in order of their beginnings.
    fn sentence(&mut self, term: Span) -> Sentence<'_> {
        let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n' | ';');
        let text = self.text;
        let from = text.ceil_char_boundary(term.start.saturating_sub(FAR));
        let to = text.floor_char_boundary(text.len().min(term.end + FAR));
        self.read(from, to);
        let before = &text[from..term.start];
        let after = &text[term.end..to];
        let before = &before[before.rfind(ends).map_or(0, |at| at + 1)..];
        let after = &after[..after.find(ends).unwrap_or(after.len())];
        let (start, end) = (term.start - before.len(), term.end + after.len());
        let place = |at: usize| self.words.partition_point(|word| word.start < at);
        let own = &self.words[place(start)..place(term.start)];
        let whole = |word: &&Word| word.end <= term.start;
        let own = &own[..own.iter().take_while(whole).count()];
        let later = self.words[place(term.end)..].iter();
        let mut later = later.take_while(|word| word.end <= end).peekable();
        let next = later.peek().map_or(0, |word| word.roles);
        Sentence {
            before,
            after,
            words: own,
            next,
            all: own
                .iter()
                .chain(later)
                .fold(0, |all, word| all | word.roles),
        }
    }
}

// === impl Sentence ===

impl Sentence<'_> {
    fn has(&self, role: u8) -> bool {
        self.all & role != 0
    }

    /// Whether it is said to somebody: `you` and small words before it, or `what a … you` around it.
    fn is_directed(&self) -> bool {
        let begins = self.before.trim_start().get(..5);
        if self.next & YOU != 0 && begins.is_some_and(|what| what.eq_ignore_ascii_case("what ")) {
            return true;
        }
        let mut before = self.words.iter().rev();
        let before = before.find(|word| word.roles & BETWEEN == 0);
        before.is_some_and(|word| word.roles & YOU != 0)
    }

    /// Whether it is said of the speaker.
    fn is_of_me(&self) -> bool {
        let mut before = self.words.iter().rev();
        let before = before.find(|word| word.roles & (BETWEEN | FEEL) == 0);
        before.is_some_and(|word| word.roles & ME != 0)
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

    /// Whether it is denied shortly before.
    fn is_denied(&self, term: Span) -> bool {
        let before = self.words.iter().rev();
        let before = before.take_while(|word| word.start + CLOSE >= term.start);
        before.fold(0, |all, word| all | word.roles) & NOT != 0
    }
}

/// What the sentence around a term weighs. Terms come in order of their beginnings.
pub(super) fn weight(context: &mut Context<'_>, term: Span, kind: Kind) -> f32 {
    let text = context.text;
    let sentence = context.sentence(term);
    let said = &text[term.start..term.end];
    let personal = matches!(kind, Kind::Insult | Kind::Slur);
    let features = [
        (personal && sentence.is_directed(), 1.2),
        (personal && sentence.is_call(), 0.9),
        (kind != Kind::Threat && sentence.has(YOU), 0.4),
        (is_shouted(said) && !sentence.is_in_capitals(), 0.4),
        (text[term.end..].starts_with("!!"), 0.3),
        (sentence.is_denied(term), -1.2),
        (kind != Kind::Threat && sentence.is_of_me(), -1.5),
        (is_quoted(sentence.before), -1.3),
        (sentence.has(SAID), -1.0),
        (sentence.has(JEST), -1.5),
    ];
    let present = features.iter().filter(|(holds, _)| *holds);
    present.map(|(_, weight)| weight).sum()
}

/// Whether quotation marks are open at the end of a text.
pub(super) fn is_quoted(before: &str) -> bool {
    let (mut plain, mut ticks, mut curved, mut angled) = (false, false, 0, 0);
    for c in before.chars() {
        match c {
            '"' => plain = !plain,
            '`' => ticks = !ticks,
            '“' => curved += 1,
            '”' => curved -= 1,
            '«' => angled += 1,
            '»' => angled -= 1,
            _ => {}
        }
    }
    plain || ticks || curved > 0 || angled > 0
}

fn is_shouted(said: &str) -> bool {
    said.len() > 3
        && said.chars().all(|c| !c.is_lowercase())
        && said.chars().any(char::is_uppercase)
}

/// Whether a character is part of a word.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '*')
}

/// How much of the text, from its beginning, is of characters that fit.
fn length(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}
