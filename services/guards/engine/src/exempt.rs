//! What a guard is told to leave alone: rules of its own, and values that are known.
//!
//! Which findings a policy acts on is not decided here: what is exempt is never found.

use std::collections::HashSet;

use crate::BuildError;
use crate::guard::RuleInfo;
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, Values, wrong};
use crate::scan::Hit;

/// More than any guard has.
const MOST_RULES: usize = 500;
const MOST_VALUES: usize = 1000;
/// Characters: a private key is longer, but then it is no example any more.
const LONGEST_VALUE: usize = 500;

/// Rules that are not applied.
pub(crate) const IGNORE: Parameter = Parameter {
    name: "ignore",
    description: "Ids of rules that are not applied, as the list of guards has them",
    shape: Shape::Texts {
        most: MOST_RULES,
        longest: 100,
    },
};

/// Values that are no finding.
pub(crate) const ALLOW: Parameter = Parameter {
    name: "allow",
    description: "Values that are no finding, such as your own address or the key of an example, \
                  as they stand in the text",
    shape: Shape::Texts {
        most: MOST_VALUES,
        longest: LONGEST_VALUE,
    },
};

/// Rules and values that a guard leaves alone.
pub(crate) struct Exempt {
    /// For each rule of the guard.
    ignored: Vec<bool>,
    allowed: HashSet<Box<str>>,
}

// === impl Exempt ===

impl Exempt {
    /// As [`IGNORE`] and [`ALLOW`] were given, for a guard with these rules.
    pub(crate) fn of(values: &Values<'_>, rules: &[RuleInfo]) -> Result<Self, BuildError> {
        let mut ignored = vec![false; rules.len()];
        for (index, id) in values.texts(IGNORE.name).into_iter().enumerate() {
            let rule = rules.iter().position(|rule| rule.id == id);
            let unknown = || {
                let at = format!("{}[{index}]", IGNORE.name);
                wrong(at, "is not the id of a rule of this guard")
            };
            ignored[rule.ok_or_else(unknown)?] = true;
        }
        let allowed = values.texts(ALLOW.name).into_iter().map(Box::from);
        Ok(Self {
            ignored,
            allowed: allowed.collect(),
        })
    }

    /// Whether a rule is not applied.
    pub(crate) fn ignores(&self, rule: usize) -> bool {
        self.ignored[rule]
    }

    /// Whether a value is no finding.
    pub(crate) fn allows(&self, value: &str) -> bool {
        self.allowed.contains(value)
    }

    /// Takes what is exempt out of the hits in `text`.
    pub(crate) fn filter(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        if self.allowed.is_empty() && !self.ignored.contains(&true) {
            return;
        }
        hits.retain(|hit| {
            let value = &text[hit.span.start..hit.span.end];
            pace.step() && !self.ignores(hit.rule) && !self.allows(value)
        });
    }
}
