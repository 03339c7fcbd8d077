//! A guard: a named set of rules with the code that finds them. The registry lists them all.
//!
//! A new guard is one file in `guard/`, one line in `REGISTRY`, and its table of cases.

pub(crate) mod invisible_text;
pub(crate) mod pii;
pub(crate) mod secrets;

use std::fmt;

use crate::BuildError;
use crate::finding::{Finding, Severity};
use crate::scan::{self, Hit};
use crate::view::View;

/// Every guard there is, in the order in which they are listed.
const REGISTRY: [fn() -> Result<Guard, BuildError>; 3] =
    [secrets::guard, pii::guard, invisible_text::guard];

/// One kind of thing to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Stable id, unique within the guard; placeholders show it.
    pub id: &'static str,
    /// What it finds, for people.
    pub description: &'static str,
    /// Group of rules that policies treat alike.
    pub category: &'static str,
    /// Harm if a finding is real.
    pub severity: Severity,
}

/// A named set of rules with the code that finds them.
pub struct Guard {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    categories: &'static [&'static str],
    rules: Vec<RuleInfo>,
    detector: Box<dyn Detect>,
    /// Whether it also looks at the text without its invisible characters.
    sees_through: bool,
}

/// The matching code of a guard.
pub(crate) trait Detect: Send + Sync {
    /// Appends what it finds in `text`, in any order. [`Hit::rule`] is an index into the rules of
    /// the guard; spans lie on character boundaries. Must be linear in the length of the text.
    fn detect(&self, text: &str, hits: &mut Vec<Hit>);
}

// === impl Guard ===

impl Guard {
    /// Stable id, such as `"secrets"`.
    pub fn id(&self) -> &str {
        self.id
    }

    /// Name for people.
    pub fn name(&self) -> &str {
        self.name
    }

    /// What it looks for, in a sentence.
    pub fn description(&self) -> &str {
        self.description
    }

    /// The categories that its rules use.
    pub fn categories(&self) -> &[&'static str] {
        self.categories
    }

    /// Its rules, in a stable order.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// Everything it finds in `text`, sorted by place, also where invisible characters split it. A finding that lies within a better one of
    /// the same guard is left out.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        let mut hits = Vec::new();
        self.detector.detect(text, &mut hits);
        if let Some(view) = self.sees_through.then(|| View::of(text)).flatten() {
            let mut hidden = Vec::new();
            self.detector.detect(view.text(), &mut hidden);
            hits.extend(hidden.into_iter().map(|hit| Hit {
                span: view.original(hit.span),
                ..hit
            }));
        }
        scan::into_findings(text, self.id, &self.rules, hits)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("id", &self.id)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

/// Builds every guard.
pub(crate) fn registry() -> Result<Vec<Guard>, BuildError> {
    REGISTRY.iter().map(|build| build()).collect()
}
