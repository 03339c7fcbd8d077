//! Token limit: texts that would take too many tokens of a model's context.
//!
//! Counted with a vocabulary of `OpenAI`'s models, or estimated. The vocabularies come with the crate
//! `tiktoken`: 1.2 MB of the binary, unpacked when a guard first asks for one, then kept for the
//! process. A chat takes some tokens more for its frame and its roles, which are not in the text.

mod count;
mod estimate;

use std::sync::Arc;

use tiktoken::CoreBpe;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::preview::Preview;
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "token_limit";

/// The encoding that needs no vocabulary.
const ESTIMATE: &str = "estimate";

const RULES: [RuleInfo; 1] = [RuleInfo {
    id: "too_many_tokens",
    description: "The part of a text beyond the limit",
    category: "length",
    severity: Severity::Low,
}];

struct TokenLimit {
    most: Option<usize>,
    /// Nothing when tokens are estimated.
    vocabulary: Option<&'static CoreBpe>,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Token limit",
    description: "Texts of more tokens than a limit, counted or estimated.",
    categories: &["length"],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::Original,
    extent: Extent::Whole,
    parameters: &[
        Parameter {
            name: "most",
            description: "Most tokens",
            shape: Shape::Integer {
                least: 1,
                most: 10_000_000,
                default: None,
            },
        },
        Parameter {
            name: "encoding",
            description: "How they are counted: by a vocabulary (o200k_base of GPT-4o and later, \
                          cl100k_base of GPT-3.5 and GPT-4), or by an estimate for other models",
            shape: Shape::Choice {
                of: &[ESTIMATE, "o200k_base", "cl100k_base"],
                default: ESTIMATE,
            },
        },
    ],
    build: |values| {
        let most = values.integer("most");
        Ok(Arc::new(TokenLimit {
            most: most.and_then(|most| usize::try_from(most).ok()),
            vocabulary: tiktoken::get_encoding(values.choice("encoding")),
        }))
    },
};

// === impl TokenLimit ===

impl Detect for TokenLimit {
    fn is_idle(&self) -> bool {
        self.most.is_none()
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let Some(most) = self.most else {
            return;
        };
        let (beyond, score, preview) = if let Some(vocabulary) = self.vocabulary {
            let beyond = count::beyond(vocabulary, text, most, pace);
            (
                beyond,
                0.95,
                Preview::of(format_args!("more than {most} tokens")),
            )
        } else {
            let (count, beyond) = estimate::estimate(text, most, pace);
            let score = if count > most + most / 4 { 0.9 } else { 0.6 };
            (
                beyond,
                score,
                Preview::of(format_args!("about {count} tokens, {most} allowed")),
            )
        };
        if let Some(start) = beyond {
            hits.push(Hit {
                rule: 0,
                span: Span::new(start, text.len()),
                score,
                preview,
            });
        }
    }
}
