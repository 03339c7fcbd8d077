//! Prompt injection: text that tries to take over the model that reads it.
//!
//! A linear model over hashed words, character n-grams and classes of words, weighed in windows; the
//! heaviest window counts. What it cannot do stands in `docs/prompt-injection.md`, with its figures.
//! The weights come from `training/`; nothing here is edited to fit a text.

pub(crate) mod features;
pub(crate) mod lexicon;
pub(crate) mod weights;
pub(crate) mod window;

pub(crate) use crate::channel;

use std::sync::Arc;

use channel::Channel;
use features::Reader;
use lexicon::Lexicon;
use weights::{Limits, Weights};
use window::{LENGTHS, Sums, Window, windows};

use crate::BuildError;
use crate::decision::LOW_SCORE;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::redact::placeholders;
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "prompt_injection";

const RULES: [RuleInfo; 1] = [RuleInfo {
    id: "injection",
    description: "Text that tries to take over the model that reads it",
    category: "injection",
    severity: Severity::High,
}];

static WEIGHTS: &[u8] = include_bytes!("prompt_injection/weights.bin");

struct PromptInjection {
    lexicon: Lexicon,
    weights: Weights<'static>,
}

pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Prompt injection",
    description: "Instructions that try to override the model's own, by a linear model.",
    categories: &["injection"],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: true,
    // Its thresholds were measured on texts as they are, not on what may be decoded from them.
    sight: Sight::Both,
    extent: Extent::Whole,
    parameters: &[],
    build: |_| {
        Ok(Arc::new(PromptInjection {
            lexicon: Lexicon::new(),
            weights: Weights::parse(WEIGHTS).ok_or(BuildError::Weights)?,
        }))
    },
};

// === impl PromptInjection ===

impl Detect for PromptInjection {
    fn detect(&self, text: &str, hits: &mut Vec<Hit>) {
        self.detect_on(text, Channel::User, hits);
    }

    fn detect_on(&self, text: &str, channel: Channel, hits: &mut Vec<Hit>) {
        let mut start = 0;
        for (end, next) in placeholders(text).chain([(text.len(), text.len())]) {
            self.search(text, Span::new(start, end), channel, hits);
            start = next;
        }
    }
}

impl PromptInjection {
    /// Looks through a part of the text that no placeholder interrupts.
    fn search(&self, text: &str, part: Span, channel: Channel, hits: &mut Vec<Hit>) {
        let mut places = Vec::new();
        let mut sums = Sums::default();
        sums.clear();
        let mut reader = Reader::new(&self.lexicon, channel);
        reader.read(&text[part.start..part.end], |start, end, features| {
            let (mut weight, mut square) = (0, 0);
            for feature in features {
                weight += self.weights.weight(feature.bucket) * i64::from(feature.value);
                square += i64::from(feature.value * feature.value);
            }
            sums.push(weight, square);
            places.push(Span::new(part.start + start, part.start + end));
        });
        let limits = self.weights.limits[channel as usize];
        for (window, margin) in self.above(&sums, limits) {
            hits.push(Hit {
                rule: 0,
                span: Span::new(places[window.start].start, places[window.end - 1].end),
                score: score(margin, limits),
                preview: String::from("[instructions to the model]"),
            });
        }
    }

    /// Where the text weighs too much, each place with its greatest margin: the shortest windows
    /// that tell, joined where they overlap, and longer ones only where no shorter one told.
    fn above(&self, sums: &Sums, limits: Limits) -> Vec<(Window, f32)> {
        let mut found: Vec<(Window, f32)> = Vec::new();
        for length in LENGTHS {
            let mut told = found.iter().map(|(window, _)| *window).collect::<Vec<_>>();
            told.sort_unstable_by_key(|window| window.start);
            let mut told = told.into_iter().peekable();
            let first = found.len();
            for window in windows(sums.tokens(), length) {
                let margin = sums.margin(window) * self.weights.unit + limits.bias;
                while told.next_if(|other| other.end <= window.start).is_some() {}
                let known = told.peek().is_some_and(|other| other.start < window.end);
                if margin < limits.flag || known {
                    continue;
                }
                match found[first..].last_mut() {
                    Some((last, best)) if window.start <= last.end => {
                        last.end = window.end;
                        *best = best.max(margin);
                    }
                    _ => found.push((window, margin)),
                }
            }
        }
        found
    }
}

/// From 0.25 where a text is flagged, over [`LOW_SCORE`] where it is blocked, towards 1.
fn score(margin: f32, limits: Limits) -> f32 {
    let over = margin - limits.block;
    if over < 0.0 {
        let share = (margin - limits.flag) / (limits.block - limits.flag);
        (LOW_SCORE / 2.0 * (1.0 + share)).min(LOW_SCORE - f32::EPSILON)
    } else {
        LOW_SCORE + (1.0 - LOW_SCORE) * over / (1.0 + over)
    }
}
