//! Sentences about groups of people and about deeds, by the classes of their words.
//!
//! A word of the lexicon says by itself what it is. Here no word does: `women` and `are` and `animals` are
//! harmless, their sentence is not. A name of a group or the verb of a deed is where a sentence is looked
//! for; the words around it have classes, and the sentences are rows of classes. The four languages have words of
//! their own and the sentences in common.

mod english;
mod french;
mod german;
mod pattern;
mod sentence;
mod spanish;
mod words;

use std::collections::HashMap;

use crate::finding::Span;
use crate::fold::Folded;
use crate::pace::Pace;
use pattern::{ABOUT_DEED, ABOUT_GROUP, ABOUT_HARM, ABOUT_KIND, ABOUT_VICTIM, Pattern};
pub(super) use sentence::Said;
use sentence::{Gap, Sentence, Word, sentence};
use words::{BEATEN, Class, DEED, FILL, HARM, LANGUAGES, THEY};

/// How far the words are read on either side of a name, in bytes.
const FAR: usize = 120;
/// Longest phrase that has a class, in words.
const PHRASE: usize = 5;
/// Longest word or phrase that is looked up, in bytes.
const LONGEST: usize = 48;
/// In how many places after a name a pronoun is read as that name.
const PRONOUNS: usize = 3;

/// What a sentence is looked for around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    /// The name of a group.
    Many,
    /// The name of one of a group, which an `s` makes many.
    One,
    /// What people are.
    Which,
    /// What somebody does to somebody.
    Harm,
    /// What somebody does to somebody, or to a thing.
    Deed,
    /// What is done to somebody.
    Victim,
}

/// A word around which sentences are looked for.
struct Anchor {
    text: &'static str,
    topic: Topic,
    language: usize,
}

/// The anchors and the classes of words.
pub(super) struct Grammar {
    anchors: Vec<Anchor>,
    classes: HashMap<String, [Class; LANGUAGES]>,
}

/// The words of a text around its anchors, each read once however many anchors stand near it.
pub(super) struct Reading<'a> {
    text: &'a str,
    grammar: &'a Grammar,
    /// Whole words, in order, up to `read`.
    words: Vec<Word>,
    read: usize,
}

// === impl Grammar ===

impl Grammar {
    pub(super) fn new() -> Self {
        let lists = [english::WORDS, german::WORDS, french::WORDS, spanish::WORDS];
        let mut classes: HashMap<String, [Class; LANGUAGES]> = HashMap::new();
        let mut anchors = Vec::new();
        for (language, list) in lists.iter().enumerate() {
            for (class, words) in *list {
                for word in listed(words) {
                    let word = Folded::of(word, &Pace::free()).text.replace('ß', "ss");
                    debug_assert!(word.len() <= LONGEST, "{word} is never looked up");
                    classes.entry(word).or_default()[language] |= class;
                }
            }
        }
        let names = [
            (english::MANY, Topic::Many, 0),
            (english::ONE, Topic::One, 0),
            (english::WHICH, Topic::Which, 0),
            (german::MANY, Topic::Many, 1),
            (german::WHICH, Topic::Which, 1),
            (french::MANY, Topic::Many, 2),
            (french::WHICH, Topic::Which, 2),
            (spanish::MANY, Topic::Many, 3),
            (spanish::WHICH, Topic::Which, 3),
        ];
        let topics = [
            (HARM, Topic::Harm),
            (DEED, Topic::Deed),
            (BEATEN, Topic::Victim),
        ];
        let deeds = lists.iter().enumerate().flat_map(|(language, list)| {
            list.iter().filter_map(move |(class, words)| {
                let topic = topics.iter().find(|(of, _)| of == class)?.1;
                Some((*words, topic, language))
            })
        });
        for (words, topic, language) in names.into_iter().chain(deeds) {
            anchors.extend(listed(words).map(|text| Anchor {
                text,
                topic,
                language,
            }));
        }
        Self { anchors, classes }
    }

    /// The words that sentences are looked for around; they are known by their number.
    pub(super) fn anchors(&self) -> impl Iterator<Item = &str> {
        self.anchors.iter().map(|anchor| anchor.text)
    }

    /// The classes of a word or phrase, in any case of its letters.
    fn classes(&self, said: &str) -> Option<[Class; LANGUAGES]> {
        if said.is_ascii() {
            let mut lower = [0; LONGEST];
            let lower = lower.get_mut(..said.len())?;
            lower.copy_from_slice(said.as_bytes());
            lower.make_ascii_lowercase();
            return self.classes.get(str::from_utf8(lower).ok()?).copied();
        }
        if said.len() > 2 * LONGEST {
            return None;
        }
        let folded = Folded::of(said, &Pace::free())
            .text
            .replace('’', "'")
            .replace('ß', "ss");
        self.classes.get(&folded).copied()
    }
}

// === impl Reading ===

impl<'a> Reading<'a> {
    pub(super) fn of(text: &'a str, grammar: &'a Grammar) -> Self {
        Self {
            text,
            grammar,
            words: Vec::new(),
            read: 0,
        }
    }

    /// The sentences around an anchor at its place, of which the heaviest counts, and those around the pronouns
    /// that stand for it. Anchors come in order of their beginnings.
    pub(super) fn around(&mut self, anchor: usize, place: Span, found: &mut Vec<Said>) {
        let anchor = &self.grammar.anchors[anchor];
        let ending = &self.text[place.start..place.end];
        let many = ending.ends_with(['s', 'S']) && !ending.contains('\'');
        let many = many && ending.len() > anchor.text.len();
        if ending.len() > anchor.text.len() && (anchor.topic != Topic::One || !many) {
            return;
        }
        let from = self
            .text
            .ceil_char_boundary(place.start.saturating_sub(FAR));
        let to = self
            .text
            .floor_char_boundary(self.text.len().min(place.end + FAR));
        self.read(from, to);
        let first = self.words.partition_point(|word| word.start < from);
        let words = &self.words[first..];
        let words = &words[..words.partition_point(|word| word.end <= to)];
        let at = |byte| words.partition_point(|word| word.start < byte);
        let (start, end) = (at(place.start), at(place.end));
        if start == end {
            return;
        }
        let language = anchor.language;
        let (whole, low) = sentence(words, start);
        let sentence_of = |words| Sentence { words, language };
        let own = sentence_of(whole);
        let (start, end) = (start - low, end - low);
        let (patterns, end): (&'static [Pattern], usize) = match anchor.topic {
            Topic::Harm => (&ABOUT_HARM, end),
            Topic::Deed => (&ABOUT_DEED, end),
            Topic::Victim => (&ABOUT_VICTIM, end),
            topic => match own.name(start, end, topic, many) {
                Some(end) => (&ABOUT_GROUP, end),
                None if own.is_called(end) => (&ABOUT_KIND, end),
                None => return,
            },
        };
        found.extend(own.said(self.text, patterns, start, end));
        if matches!(anchor.topic, Topic::Harm | Topic::Deed | Topic::Victim) {
            return;
        }
        // `They are …, these people`: who they are is said after a pause.
        let other = (0..start).rev().find(|at| own.length(*at, FILL).is_none());
        let paused = other.map_or(0, |at| at + 1);
        let paused = (paused..=start).any(|at| own.words[at].gap == Gap::Pause);
        let from = if paused { low } else { low + end };
        let pronouns = (from..words.len()).filter(|at| words[*at].alone[language] & THEY != 0);
        for at in pronouns.take(PRONOUNS) {
            let (whole, low) = sentence(words, at);
            let other = sentence_of(whole);
            found.extend(other.said(self.text, &ABOUT_GROUP, at - low, at - low + 1));
        }
    }

    /// Reads on to `to`; what ends before `from` need not be known.
    fn read(&mut self, from: usize, to: usize) {
        if self.read < from {
            self.words.clear();
            self.read = from;
        } else if self.words.len() > 4 * FAR {
            let known = self.words.partition_point(|word| word.start < from);
            self.words.drain(..known);
        }
        let text = self.text;
        let most = text.ceil_char_boundary(to + LONGEST);
        while self.read < to {
            if text[..self.read].ends_with(joins) {
                // The end of a word, or what is left of one.
                self.read += length(&text[self.read..to], joins);
            }
            let start = self.read + length(&text[self.read..to], |c| !joins(c));
            let end = start + length(&text[start..most], joins);
            self.read = start;
            // What is longer is no word of this window: it is read once it fits one.
            if start == to || text[end..].starts_with(joins) {
                return;
            }
            self.read = end;
            self.words.push(self.word(start, end));
        }
    }

    fn word(&self, start: usize, end: usize) -> Word {
        let text = self.text;
        let mut word = Word {
            start,
            end,
            gap: gap(&text[..start]),
            alone: self.grammar.classes(&text[start..end]).unwrap_or_default(),
            phrase: [0; LANGUAGES],
            length: 0,
        };
        let mut to = end;
        for length_in_words in 2..=PHRASE {
            let rest = &text[to..];
            let Some(next) = rest
                .strip_prefix(' ')
                .filter(|next| next.starts_with(joins))
            else {
                break;
            };
            let next = &next[..next.floor_char_boundary(LONGEST)];
            to += 1 + length(next, joins);
            if to - start > LONGEST {
                break;
            }
            if let Some(classes) = self.grammar.classes(&text[start..to]) {
                (word.phrase, word.length) = (classes, length_in_words);
            }
        }
        word
    }
}

/// The words of a list.
fn listed(words: &'static str) -> impl Iterator<Item = &'static str> {
    words.split(',').map(str::trim)
}

/// What stands between a word and what comes before it.
fn gap(before: &str) -> Gap {
    let mut gap = Gap::Space;
    for c in before.chars().rev().map(Some).chain([None]).take(5) {
        match c {
            None | Some('.' | '!' | '?' | '\n' | ';') => return Gap::Stop,
            Some(c) if joins(c) => break,
            Some(' ' | '-') => {}
            Some(_) => gap = Gap::Pause,
        }
    }
    gap
}

/// Whether a character is part of a word.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

/// How much of the text, from its beginning, is of characters that fit.
fn length(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}
