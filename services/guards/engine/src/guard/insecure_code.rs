//! Insecure code: constructs that open holes, in Python, JavaScript and TypeScript, Java, C#, Go,
//! PHP, Ruby, C and C++, with some of Rust and shell.
//!
//! Patterns over the text, no parser and no data flow: `eval(name)` is found whether or not `name`
//! can come from outside, and a call that is built in several steps is missed. What is quoted in
//! prose is found as well. One file a subject; SQL that is put together is found by code in `sql`,
//! passwords in the source in `credential`.

mod command;
mod credential;
mod crypto;
mod execution;
mod objects;
mod page;
mod sql;
mod transport;

use std::sync::Arc;

use crate::finding::Severity;
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::pattern::{Edge, Matcher, Pattern, Patterns};
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "insecure_code";

const RULE_IDS: &[&str] = &[
    "code_eval",
    "shell_concatenation",
    "sql_concatenation",
    "unsafe_deserialization",
    "weak_crypto",
    "tls_check_disabled",
    "hardcoded_credential",
    "html_injection",
];

const fn rule(kind: Kind, description: &'static str, severity: Severity) -> RuleInfo {
    RuleInfo {
        id: RULE_IDS[kind as usize],
        description,
        category: CATEGORY,
        severity,
    }
}

const CATEGORY: &str = "insecure_code";

const RULES: [RuleInfo; 8] = [
    rule(Kind::Eval, "Text run as code", Severity::High),
    rule(
        Kind::Shell,
        "Command line put together from values",
        Severity::High,
    ),
    rule(Kind::Sql, "SQL put together from values", Severity::High),
    rule(
        Kind::Deserialization,
        "Objects read in a format that can run code",
        Severity::High,
    ),
    rule(
        Kind::Crypto,
        "Broken or misused cryptography",
        Severity::Medium,
    ),
    rule(
        Kind::Transport,
        "TLS or host checks switched off",
        Severity::High,
    ),
    rule(
        Kind::Credential,
        "Password or key in the source",
        Severity::High,
    ),
    rule(
        Kind::Html,
        "HTML put together from values",
        Severity::Medium,
    ),
];

/// A rule; the order is that of [`RULES`].
#[derive(Clone, Copy)]
enum Kind {
    Eval,
    Shell,
    Sql,
    Deserialization,
    Crypto,
    Transport,
    Credential,
    Html,
}

struct InsecureCode {
    patterns: Patterns,
    /// Whether the rules are others than by default.
    chosen: bool,
}

/// About what some of the rules take in memory, in bytes.
const WEIGHT: usize = 2 * 1024 * 1024;

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Insecure code",
    description: "Code that evaluates text, builds commands or SQL, trusts data or skips checks.",
    categories: &[CATEGORY],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: false,
    sight: Sight::Both,
    extent: Extent::Local,
    parameters: &[Parameter {
        name: "rules",
        description: "The rules to apply",
        shape: Shape::Choices {
            of: RULE_IDS,
            default: RULE_IDS,
        },
    }],
    build: |values| {
        let wanted = values.texts("rules");
        let table = (execution::PATTERNS.iter())
            .chain(command::PATTERNS)
            .chain(objects::PATTERNS)
            .chain(page::PATTERNS)
            .chain(sql::PATTERNS)
            .chain(crypto::PATTERNS)
            .chain(transport::PATTERNS)
            .chain(credential::PATTERNS);
        let patterns = Patterns::compile(table, |rule| wanted.contains(&RULE_IDS[rule]))?;
        Ok(Arc::new(InsecureCode {
            patterns,
            chosen: wanted != RULE_IDS,
        }))
    },
};

// === impl InsecureCode ===

impl Detect for InsecureCode {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        self.patterns.find(text, pace, |pattern, span| {
            hits.push(Hit {
                rule: pattern.rule,
                span,
                score: pattern.score,
                preview: pattern.preview.into(),
            });
        });
    }

    fn weight(&self) -> usize {
        if self.chosen { WEIGHT } else { 0 }
    }
}

// === impl Pattern ===

impl Pattern {
    /// A row of the tables here.
    const fn code(
        kind: Kind,
        score: f32,
        preview: &'static str,
        keywords: &'static [&'static str],
        edge: Edge,
        regex: &'static str,
    ) -> Self {
        Self {
            rule: kind as usize,
            preview,
            score,
            keywords,
            edge,
            matcher: Matcher::Regex(regex),
            unless: &[],
        }
    }

    /// Harmless where one of `words` stands in the line.
    const fn unless(mut self, words: &'static [&'static str]) -> Self {
        self.unless = words;
        self
    }
}
