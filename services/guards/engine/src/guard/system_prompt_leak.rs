//! Leak of the system prompt: an answer that repeats it, or a canary that was planted in it.
//!
//! Word for word and lightly edited copies are found, by runs of words (shingles) that the prompt
//! has as well, also written backwards. A summary or a translation of the prompt is not found: plant a canary too.

mod shingle;

use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::literal;
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::preview::Preview;
use crate::scan::Hit;
use shingle::Prompts;

/// Id of the guard.
pub(crate) const ID: &str = "system_prompt_leak";

const CATEGORY: &str = "leak";

const RULES: [RuleInfo; 3] = [
    RuleInfo {
        id: "canary",
        description: "Word that was planted in the prompt and stands nowhere else",
        category: CATEGORY,
        severity: Severity::Critical,
    },
    RuleInfo {
        id: "verbatim",
        description: "Run of words that the prompt has as well",
        category: CATEGORY,
        severity: Severity::High,
    },
    RuleInfo {
        id: "overlap",
        description: "Text that shares much of its wording with the prompt",
        category: CATEGORY,
        severity: Severity::High,
    },
];

struct Leak {
    canaries: Option<AhoCorasick>,
    prompts: Prompts,
    /// Words of a run that is a finding.
    least_words: usize,
    /// Share of the prompt that is a finding when it is scattered.
    least_share: f64,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "System prompt leak",
    description: "Answers that repeat the system prompt or a canary in it.",
    categories: &[CATEGORY],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::Decoded,
    extent: Extent::Whole,
    parameters: &[
        Parameter {
            name: "prompts",
            description: "The prompts that must not be repeated",
            shape: Shape::Texts {
                most: 10,
                longest: 20_000,
            },
        },
        Parameter {
            name: "canaries",
            description: "Words that were planted in a prompt, of 8 characters or more",
            shape: Shape::Texts {
                most: 100,
                longest: 200,
            },
        },
        Parameter {
            name: "least_words",
            description: "How many words in a row are a repetition",
            shape: Shape::Integer {
                least: 6,
                most: 100,
                default: Some(12),
            },
        },
        Parameter {
            name: "least_share",
            description: "What share of a prompt is a repetition when it is scattered",
            shape: Shape::Number {
                least: 0.05,
                most: 1.0,
                default: 0.4,
            },
        },
    ],
    build: |values| {
        let canaries = values.texts("canaries");
        if let Some(short) = canaries.iter().position(|word| word.chars().count() < 8) {
            let at = format!("canaries[{short}]");
            return Err(crate::parameter::wrong(
                at,
                "must have at least 8 characters",
            ));
        }
        let reversed: Vec<String> = canaries.iter().map(|w| w.chars().rev().collect()).collect();
        let words = || {
            canaries
                .iter()
                .copied()
                .chain(reversed.iter().map(String::as_str))
        };
        let automaton = || {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(words())
        };
        let least_words = values
            .integer("least_words")
            .and_then(|n| usize::try_from(n).ok());
        Ok(Arc::new(Leak {
            canaries: (!canaries.is_empty()).then(automaton).transpose()?,
            prompts: Prompts::new(&values.texts("prompts")),
            least_words: least_words.unwrap_or(usize::MAX),
            least_share: values.number("least_share"),
        }))
    },
};

// === impl Leak ===

impl Detect for Leak {
    fn is_idle(&self) -> bool {
        self.canaries.is_none() && self.prompts.is_empty()
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut hit = |rule, span, score, preview: Preview| {
            hits.push(Hit {
                rule,
                span,
                score,
                preview,
            });
        };
        let canaries = self.canaries.iter();
        let mut past = 0;
        for found in canaries.flat_map(|words| literal::places(words, text, pace)) {
            let span = Span::new(found.start(), found.end());
            // One that overlaps with the one before is not told again.
            if span.start >= past {
                past = span.end;
                hit(0, span, 0.99, "canary of the prompt".into());
            }
        }
        let repeated = self.prompts.repeated_in(text, pace);
        for (span, words) in &repeated.runs {
            if *words >= self.least_words {
                hit(
                    1,
                    *span,
                    0.95,
                    Preview::of(format_args!("{words} words of the prompt")),
                );
            }
        }
        let share = repeated.share;
        if let (true, Some(span)) = (share >= self.least_share, repeated.extent()) {
            let score = if share >= 0.6 { 0.9 } else { 0.7 };
            hit(
                2,
                span,
                score,
                Preview::of(format_args!("{:.0} % of the prompt", share * 100.0)),
            );
        }
    }
}
