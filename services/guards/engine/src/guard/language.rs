//! Language: texts in other languages than a policy allows.
//!
//! The text is read in pieces of some sentences, each in one alphabet, and every piece that is for
//! certain in none of the allowed languages is found. Trigrams and alphabets of 69 languages (the crate
//! `whatlang`, a few hundred KB) tell a language after some dozens of letters; what is shorter, or
//! in doubt, is not found. Code, addresses, lists of names and what stands in code fences do
//! not count. Relatives such as Danish and Norwegian are confused: one beside an allowed relative
//! gets a score that only flags. A word of a foreign language in a sentence is not found, nor are
//! languages written in an alphabet that is not theirs.

mod common;
mod names;
mod pieces;

use std::collections::HashMap;
use std::sync::Arc;

use whatlang::{Detector, Lang};

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::preview::Preview;
use crate::scan::Hit;
use names::CODES;
use pieces::Piece;

/// Id of the guard.
pub(crate) const ID: &str = "language";

const RULES: [RuleInfo; 1] = [RuleInfo {
    id: "language_not_allowed",
    description: "Text in a language that is not on the list",
    category: "language",
    severity: Severity::Low,
}];

/// Least certainty that a piece is in one language and in no other.
const CERTAIN: f64 = 0.9;

struct Languages {
    allowed: Vec<Lang>,
    least_letters: usize,
    any: Detector,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Language",
    description: "Texts in other languages than those allowed, where they are long enough to tell.",
    categories: &["language"],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::Original,
    extent: Extent::Whole,
    parameters: &[
        Parameter {
            name: "allow",
            description: "Languages that are allowed, by their ISO 639-1 codes; without any, \
                          nothing is found",
            shape: Shape::Choices {
                of: &CODES,
                default: &[],
            },
        },
        Parameter {
            name: "least_letters",
            description: "Least Latin letters of a piece of text that is judged; half of them in \
                          scripts of fewer languages, a quarter in scripts of one language or with \
                          signs for words and syllables",
            shape: Shape::Integer {
                least: 30,
                most: 10_000,
                default: Some(60),
            },
        },
    ],
    build: |values| {
        let least = values.integer("least_letters");
        Ok(Arc::new(Languages {
            allowed: (values.texts("allow").into_iter())
                .filter_map(names::language)
                .collect(),
            least_letters: least
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(usize::MAX),
            any: Detector::new(),
        }))
    },
};

/// Most bytes of a text that tell its language.
const ENOUGH: usize = 64 * 1024;
/// Least letters of a piece that tells it, as the parameter `least_letters` counts them.
const LEAST_LETTERS: usize = 60;

/// The language that most of a text is in for certain, by its ISO 639-1 code; none if it is too
/// short to tell (below some dozens of letters), in doubt, or in several languages without one that
/// prevails. Reads the first 64 KiB.
pub fn language_of(text: &str) -> Option<&'static str> {
    let text = &text[..text.floor_char_boundary(ENOUGH)];
    let any = Detector::new();
    let (mut all, mut certain) = (0, HashMap::new());
    for piece in pieces::pieces(text, LEAST_LETTERS, &Pace::free()) {
        let weight = piece.words.len();
        all += weight;
        if let Some(found) = any.detect(&piece.words)
            && found.confidence() >= CERTAIN
        {
            *certain.entry(names::code(found.lang())).or_insert(0) += weight;
        }
    }
    let prevails = |(_, weight): &(_, usize)| weight * 2 > all;
    certain.into_iter().find(prevails).map(|(code, _)| code)
}

// === impl Languages ===

impl Detect for Languages {
    fn is_idle(&self) -> bool {
        self.allowed.is_empty()
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        if self.allowed.is_empty() {
            return;
        }
        // What the last piece was, if it was foreign.
        let mut last: Option<Foreign> = None;
        let pieces = pieces::pieces(text, self.least_letters, pace);
        for piece in pieces.iter().take_while(|_| pace.long_step()) {
            let foreign = self.foreign(piece);
            match (foreign, hits.last_mut()) {
                (Some(_), Some(hit)) if foreign == last => hit.span.end = piece.span.end,
                (Some(foreign), _) => hits.push(self.hit(foreign, piece.span)),
                (None, _) => {}
            }
            last = foreign;
        }
    }
}

/// What a foreign piece is in.
#[derive(Clone, Copy, PartialEq)]
struct Foreign {
    language: Lang,
    /// Whether it is this one among all.
    certain: bool,
}

impl Languages {
    /// The language of a piece, if it is for certain none of those allowed.
    fn foreign(&self, piece: &Piece) -> Option<Foreign> {
        if common::speaks_one_of(&self.allowed, &piece.words) {
            return None;
        }
        let best = self.any.detect(&piece.words)?;
        let language = best.lang();
        let allowed = |other| self.allowed.contains(&other);
        // Headings in Japanese may have no kana.
        let kanji = language == Lang::Cmn && allowed(Lang::Jpn);
        if allowed(language) || kanji {
            return None;
        }
        let certain = best.confidence() >= CERTAIN;
        let foreign = certain || {
            let candidates = self.allowed.iter().copied().chain([language]).collect();
            let best = Detector::with_allowlist(candidates).detect(&piece.words)?;
            best.lang() == language && best.confidence() >= CERTAIN
        };
        foreign.then_some(Foreign { language, certain })
    }

    fn hit(&self, foreign: Foreign, span: Span) -> Hit {
        let relative = (names::relatives(foreign.language).iter())
            .any(|relative| self.allowed.contains(relative));
        Hit {
            rule: 0,
            span,
            score: match foreign {
                _ if relative => 0.4,
                Foreign { certain: true, .. } => 0.85,
                Foreign { .. } => 0.7,
            },
            preview: if foreign.certain {
                Preview::of(format_args!("text in {}", names::code(foreign.language)))
            } else {
                "text in another language".into()
            },
        }
    }
}
