//! Keywords: words and phrases that a policy bans, or wants to know of.
//!
//! One pass for all words. Case and accents are ignored unless the policy says otherwise; in
//! scripts that put no space between words (Chinese, Japanese, Thai) a word is found anywhere.
//! What base64, hexadecimal, percent escapes, entities, rot13 and spelling hide is searched as well, by itself: of
//! a passage with some escapes, what these are part of; the rest stands in its sentence, with what
//! allows it.
//! Inflected forms are not known: list them, or match parts of words.

use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::BuildError;
use crate::finding::{Severity, Span};
use crate::fold::{Folded, is_edge};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::literal;
use crate::order;
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, Values, wrong};
use crate::scan::Hit;
use crate::stream::REACH;

/// Id of the guard.
pub(crate) const ID: &str = "keywords";
/// Category of words that must not pass.
pub(crate) const BANNED: &str = "banned";

const RULES: [RuleInfo; 2] = [
    RuleInfo {
        id: "banned_word",
        description: "Word or phrase on the list of banned ones",
        category: BANNED,
        severity: Severity::High,
    },
    RuleInfo {
        id: "competitor",
        description: "Name on the list of competitors",
        category: "competitor",
        severity: Severity::Low,
    },
];

/// What a word on a list is; the order of the first two is that of [`RULES`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Banned,
    Competitor,
    Allowed,
}

struct Keywords {
    words: AhoCorasick,
    list_of: Vec<List>,
    whole_words: bool,
    folds: bool,
}

/// Longest place of a phrase in a text, in bytes; a phrase of a list is far shorter.
const LONGEST: usize = REACH - 64;

const WORDS: Shape = Shape::Texts {
    most: 1000,
    longest: 100,
};

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Keywords",
    description: "Words and phrases of your own, also encoded: banned ones, and competitors.",
    categories: &[BANNED, "competitor"],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: false,
    sight: Sight::Sought {
        original: true,
        words: true,
    },
    extent: Extent::Local,
    parameters: &[
        Parameter {
            name: "ban",
            description: "Words and phrases that must not pass",
            shape: WORDS,
        },
        Parameter {
            name: "competitors",
            description: "Names to take note of",
            shape: WORDS,
        },
        Parameter {
            name: "allow",
            description: "Phrases in which a listed word is no finding",
            shape: WORDS,
        },
        Parameter {
            name: "whole_words",
            description: "Whether a word must stand alone, not within a longer one",
            shape: Shape::Flag { default: true },
        },
        Parameter {
            name: "exact",
            description: "Whether case and accents count",
            shape: Shape::Flag { default: false },
        },
    ],
    build: |values| Ok(Arc::new(Keywords::compile(values)?)),
};

// === impl Keywords ===

impl Keywords {
    fn compile(values: &Values<'_>) -> Result<Self, BuildError> {
        let folds = !values.flag("exact");
        let lists = [
            ("ban", List::Banned),
            ("competitors", List::Competitor),
            ("allow", List::Allowed),
        ];
        let mut words = Vec::new();
        let mut list_of = Vec::new();
        for (name, list) in lists {
            for (index, word) in values.texts(name).into_iter().enumerate() {
                let word = word.trim();
                let word = if folds {
                    Folded::of(word, &Pace::free()).text
                } else {
                    word.to_owned()
                };
                if word.is_empty() {
                    let rule = "must have a letter, a digit or a sign";
                    return Err(wrong(format!("{name}[{index}]"), rule));
                }
                words.push(word);
                list_of.push(list);
            }
        }
        Ok(Self {
            words: AhoCorasick::builder()
                .ascii_case_insensitive(folds)
                .build(words)?,
            list_of,
            whole_words: values.flag("whole_words"),
            folds,
        })
    }

    /// Every listed word in `text`, with its list.
    fn find<'a>(
        &'a self,
        text: &'a str,
        pace: &'a Pace<'_>,
    ) -> impl Iterator<Item = (List, Span)> + 'a {
        let stands = |span: &Span| {
            !self.whole_words || (is_edge(text, span.start) && is_edge(text, span.end))
        };
        literal::places(&self.words, text, pace)
            .map(|found| {
                let list = self.list_of[found.pattern().as_usize()];
                (list, Span::new(found.start(), found.end()))
            })
            .filter(move |(_, span)| !span.is_empty() && stands(span))
    }
}

impl Detect for Keywords {
    fn is_idle(&self) -> bool {
        self.list_of.iter().all(|list| *list == List::Allowed)
    }

    fn weight(&self) -> usize {
        self.words.memory_usage()
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        if self.list_of.is_empty() {
            return;
        }
        // Letters outside of ASCII are folded one by one; the automaton does the rest.
        let folded = (self.folds && !text.is_ascii()).then(|| Folded::of(text, pace));
        let searched = folded.as_ref().map_or(text, |folded| &folded.text);
        let original = |span| folded.as_ref().map_or(span, |folded| folded.original(span));
        let found = self.find(searched, pace);
        // Marks upon marks make a phrase longer than a stream can wait for.
        let found = found.filter(|(_, span)| original(*span).len() <= LONGEST);
        let mut found: Vec<(List, Span)> = found.collect();
        let allowed = Allowed::from(&mut found, pace);
        for (list, span) in found.into_iter().take_while(|_| pace.step()) {
            if allowed.covers(span) {
                continue;
            }
            let (score, preview) = match list {
                List::Banned => (0.95, "word on the list of banned ones"),
                List::Competitor | List::Allowed => (0.9, "name on the list of competitors"),
            };
            hits.push(Hit {
                rule: list as usize,
                span: original(span),
                score,
                preview: preview.into(),
            });
        }
    }
}

/// Places of allowed phrases: starts, sorted, each with the furthest end up to there.
struct Allowed(Vec<(usize, usize)>);

// === impl Allowed ===

impl Allowed {
    /// Takes the allowed phrases out of what was found.
    fn from(found: &mut Vec<(List, Span)>, pace: &Pace<'_>) -> Self {
        let places = found
            .extract_if(.., |(list, _)| *list == List::Allowed)
            .map(|(_, span)| (span.start, span.end))
            .collect();
        let mut places = order::sorted(places, |(start, _)| *start, Ord::cmp, pace);
        let mut furthest = 0;
        for place in pace.along(places.iter_mut()) {
            furthest = furthest.max(place.1);
            place.1 = furthest;
        }
        Self(places)
    }

    fn covers(&self, span: Span) -> bool {
        let before = self.0.partition_point(|(start, _)| *start <= span.start);
        before > 0 && self.0[before - 1].1 >= span.end
    }
}
