//! SQL and shell injection: text that breaks out of a query or a command line, where a value was
//! expected.
//!
//! Found are the payloads, not the holes: whether a program would fall for one is not known here,
//! and what explains injection quotes it. Holes are the business of `insecure_code`.

mod delay;
mod disguise;
mod patterns;
mod tautology;
mod value;

use std::sync::Arc;

use crate::finding::Severity;
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::pattern::Patterns;
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "sql_shell_injection";

const SQL: &str = "sql";
const SHELL: &str = "shell";
const PATH: &str = "path";
const TEMPLATE: &str = "template";

/// A rule of severity high.
const fn rule(id: &'static str, description: &'static str, category: &'static str) -> RuleInfo {
    RuleInfo {
        id,
        description,
        category,
        severity: Severity::High,
    }
}

const RULES: [RuleInfo; 10] = [
    rule(
        "sql_tautology",
        "Condition that is always true after a closed quote",
        SQL,
    ),
    rule(
        "sql_union",
        "UNION SELECT that adds rows of another table",
        SQL,
    ),
    rule(
        "sql_stacked",
        "Second statement after a closed quote or value",
        SQL,
    ),
    rule(
        "sql_delay",
        "Call that makes a database wait, to ask it by time",
        SQL,
    ),
    rule(
        "shell_command",
        "Command after a separator or in a substitution",
        SHELL,
    ),
    rule("shell_download", "Download that is run at once", SHELL),
    rule(
        "reverse_shell",
        "Shell that is handed to another host",
        SHELL,
    ),
    rule(
        "path_traversal",
        "Path that climbs out of its directory",
        PATH,
    ),
    rule(
        "template_expression",
        "Expression for a template engine or a logger",
        TEMPLATE,
    ),
    rule(
        "sql_answer",
        "Query whose answer comes by an error, by yes and no, or over the network",
        SQL,
    ),
];

/// A rule; the order is that of [`RULES`].
#[derive(Clone, Copy)]
enum Kind {
    Tautology,
    Union,
    Stacked,
    Delay,
    Command,
    Download,
    ReverseShell,
    Traversal,
    Template,
    Answer,
}

struct Injection(Patterns);

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "SQL and shell injection",
    description: "Text that breaks out of a query, a command line, a path or a template.",
    categories: &[SQL, SHELL, PATH, TEMPLATE],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: false,
    sight: Sight::Decoded,
    extent: Extent::Local,
    parameters: &[],
    build: |_| {
        Ok(Arc::new(Injection(Patterns::compile(
            patterns::all(),
            |_| true,
        )?)))
    },
};

// === impl Injection ===

impl Detect for Injection {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        self.0.find(text, pace, |pattern, span| {
            hits.push(Hit {
                rule: pattern.rule,
                span,
                score: pattern.score,
                preview: pattern.preview.into(),
            });
        });
    }
}
