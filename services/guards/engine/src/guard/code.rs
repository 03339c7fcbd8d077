//! Code: whether a text holds any, where, and in which language.
//!
//! Fenced blocks say their language themselves; elsewhere lines are weighed by what they look like,
//! and a region counts when its lines weigh enough together. Markup, SQL, JSON, shell commands and
//! prompts are code as well. No parser: a lone line may be too little, related languages (C and C++,
//! JavaScript and TypeScript, Kotlin and Scala) are told apart only by what the other does not have,
//! and a name in backticks within a sentence is no code.

mod fence;
mod language;
mod lines;
mod patterns;

use std::sync::Arc;

use crate::BuildError;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, Values};
use crate::pattern::Patterns;
use crate::preview::Preview;
use crate::scan::Hit;
use fence::Block;
use language::{IDS, Language};
use lines::{Line, Region};

/// Id of the guard.
pub(crate) const ID: &str = "code";

const CATEGORY: &str = "code";

struct Code {
    patterns: Arc<Patterns>,
    /// For each language, whether it is a finding.
    wanted: [bool; IDS.len()],
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Code",
    description: "Code in a text, by language: fenced blocks and what looks like code.",
    categories: &[CATEGORY],
    rules,
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::View,
    extent: Extent::Whole,
    parameters: &[
        Parameter {
            name: "deny",
            description: "Languages that are found; \"other\" is code of no known one. All of \
                          them when not given",
            shape: Shape::Choices {
                of: &IDS,
                default: &IDS,
            },
        },
        Parameter {
            name: "allow",
            description: "Languages that are not",
            shape: Shape::Choices {
                of: &IDS,
                default: &[],
            },
        },
    ],
    build: |values| Ok(Arc::new(Code::compile(values)?)),
};

fn rules() -> Vec<RuleInfo> {
    (language::ALL.iter())
        .map(|language| RuleInfo {
            id: language.id(),
            description: language.description(),
            category: CATEGORY,
            severity: Severity::Low,
        })
        .collect()
}

fn wanted(values: &Values<'_>) -> [bool; IDS.len()] {
    let (deny, allow) = (values.texts("deny"), values.texts("allow"));
    IDS.map(|id| deny.contains(&id) && !allow.contains(&id))
}

// === impl Code ===

impl Code {
    fn compile(values: &Values<'_>) -> Result<Self, BuildError> {
        Ok(Self {
            patterns: Arc::new(Patterns::compile(patterns::all(), |_| true)?),
            wanted: wanted(values),
        })
    }

    /// Finds regions of code in lines outside of fences.
    fn look_through(&self, lines: &[Line<'_>], pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        for Region {
            span,
            language,
            score,
        } in lines::regions(lines, pace)
        {
            self.report(language, span, score, hits);
        }
    }

    fn report(&self, language: Language, span: Span, score: f32, hits: &mut Vec<Hit>) {
        if self.wanted[language as usize] {
            hits.push(Hit {
                rule: language as usize,
                span,
                score,
                preview: Preview::of(format_args!("[{} code]", language.id())),
            });
        }
    }
}

impl Detect for Code {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut lines = lines::split(text, pace);
        self.patterns.find(text, pace, |pattern, span| {
            let line = lines.partition_point(|line| line.span.end <= span.start);
            if let Some(line) = lines.get_mut(line)
                && !is_inline(text, line.span.start, span.start)
            {
                line.weigh(pattern.rule, pattern.score);
            }
        });
        let mut rest = 0;
        for block in fence::blocks(text, &lines, pace) {
            self.look_through(&lines[rest..block.first], pace, hits);
            rest = block.after;
            if let Some((language, score)) = block_language(&block, &lines, pace) {
                self.report(language, block.span, score, hits);
            }
        }
        self.look_through(&lines[rest..], pace, hits);
    }

    fn with(&self, values: &Values<'_>) -> Option<Result<Arc<dyn Detect>, BuildError>> {
        Some(Ok(Arc::new(Self {
            patterns: self.patterns.clone(),
            wanted: wanted(values),
        })))
    }
}

/// Whether a place on a line that begins at `line` lies between backticks.
fn is_inline(text: &str, line: usize, at: usize) -> bool {
    const FAR: usize = 200;
    let from = text.ceil_char_boundary(line.max(at.saturating_sub(FAR)));
    text[from..at].matches('`').count() % 2 == 1
}

/// The language of a block: what its fence says, else what its lines look like.
fn block_language(
    block: &Block<'_>,
    lines: &[Line<'_>],
    pace: &Pace<'_>,
) -> Option<(Language, f32)> {
    let inner = &lines[block.inner.clone()];
    if inner.iter().all(|line| pace.step() && line.is_blank()) {
        return None;
    }
    let looks_like = lines::judge(inner, pace);
    match language::of_info(block.info) {
        language::Info::Known(language) => Some((language, 0.95)),
        language::Info::Unknown => looks_like.or(Some((Language::Other, 0.8))),
        language::Info::NoCode | language::Info::Absent => looks_like,
    }
}
