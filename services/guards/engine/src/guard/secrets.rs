//! Secrets: credentials that give access, by the published shape of each provider's tokens, and
//! by name and entropy where there is no shape.
//!
//! One pass of an Aho-Corasick automaton over the keywords of all rules; only where a keyword
//! occurs does the pattern of its rule run, anchored, on a bounded window. Besides, runs of key
//! characters, which are rare, are read for what is `drawn`. Providers' formats are in `rules/`, one
//! file a field; what is never a secret is in `allow`; nothing here calls a provider to see whether a
//! token is live.

mod allow;
mod assignment;
mod drawn;
mod entropy;
mod key_block;
mod manifest;
mod marked;
mod rule;
mod rules;
mod verify;

use std::sync::Arc;

use crate::BuildError;
use crate::exempt::{self, Exempt};
use crate::finding::Span;
use crate::guard::{Cost, Detect, Extent, Sight, Spec};
use crate::literal::Literals;
use crate::pace::Pace;
use crate::parameter::Values;
use crate::preview::Preview;
use crate::redact::PLACEHOLDER;
use crate::scan::Hit;
use rule::{Compiled, Rule};

/// Id of the guard.
pub(crate) const ID: &str = "secrets";
/// Category of secrets that only their name and their entropy give away.
pub(crate) const GENERIC: &str = "generic";
/// Category of tokens and keys of a provider.
const TOKEN: &str = "token";
/// Category of private key files.
const PRIVATE_KEY: &str = "private_key";
/// Category of addresses that hold a password.
const CONNECTION: &str = "connection";

/// Keywords and the rules behind them.
struct Secrets {
    table: Arc<Table>,
    exempt: Exempt,
}

/// All rules, compiled once for whatever parameters.
struct Table {
    keywords: Literals,
    /// For each keyword, the rules that it begins.
    rules_of: Vec<Vec<usize>>,
    /// The rules that are tried at each run of key characters.
    of_runs: Vec<usize>,
    rules: Vec<Compiled>,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Secrets",
    description: "API keys, tokens, passwords, private keys and connection strings.",
    categories: &[TOKEN, PRIVATE_KEY, CONNECTION, GENERIC],
    rules: || rules::all().map(|rule| rule.info).collect(),
    cost: Cost::Cheap,
    by_default: true,
    sight: Sight::Decoded,
    extent: Extent::Local,
    parameters: &[exempt::IGNORE, exempt::ALLOW],
    build: |values| {
        let table: Vec<_> = rules::all().collect();
        Ok(Arc::new(Secrets {
            exempt: exempt(values)?,
            table: Arc::new(Table::compile(&table)?),
        }))
    },
};

fn exempt(values: &Values<'_>) -> Result<Exempt, BuildError> {
    let infos: Vec<_> = rules::all().map(|rule| rule.info).collect();
    Exempt::of(values, &infos)
}

// === impl Table ===

impl Table {
    fn compile(table: &[&'static Rule]) -> Result<Self, BuildError> {
        let mut keywords: Vec<&'static str> = Vec::new();
        let mut rules_of: Vec<Vec<usize>> = Vec::new();
        let mut of_runs = Vec::new();
        for (index, rule) in table.iter().enumerate() {
            if rule.keywords.is_empty() {
                of_runs.push(index);
            }
            for keyword in rule.keywords {
                let place = keywords.iter().position(|known| known == keyword);
                let place = place.unwrap_or_else(|| {
                    keywords.push(keyword);
                    rules_of.push(Vec::new());
                    keywords.len() - 1
                });
                rules_of[place].push(index);
            }
        }
        Ok(Self {
            keywords: Literals::compile(keywords)?,
            rules_of,
            of_runs,
            rules: table
                .iter()
                .map(|rule| rule.compile())
                .collect::<Result<_, _>>()?,
        })
    }
}

// === impl Secrets ===

impl Secrets {
    /// What the rule finds at a keyword of its own, or at a run of key characters; of the value no more
    /// is shown than `public`.
    fn hit(&self, rule: usize, text: &str, place: Span, public: Span) -> Option<Hit> {
        if self.exempt.ignores(rule) {
            return None;
        }
        let (span, score) = self.table.rules[rule].find(text, place.start, place.end)?;
        let exempt = self.exempt.allows(&text[span.start..span.end]);
        let generic = self.table.rules[rule].is_generic();
        let value = &text[span.start..span.end];
        let cut = generic && self.table.rules.iter().any(|rule| rule.is_cut(value));
        let score = if cut { score.min(rule::TYPED) } else { score };
        // Of what is ignored the form alone says nothing either.
        let formed = generic && score <= drawn::UNSAID;
        let mut rules = self.table.rules.iter().enumerate();
        let ignored =
            formed && rules.any(|(rule, known)| self.exempt.ignores(rule) && known.begins(value));
        (!exempt && !ignored).then(|| Hit {
            rule,
            span,
            score,
            preview: preview(text, span, public),
        })
    }
}

impl Detect for Secrets {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut known = hits.len();
        for keyword in self.table.keywords.places(text, pace) {
            let place = Span::new(keyword.start(), keyword.end());
            let rules = self.table.rules_of[keyword.pattern().as_usize()].iter();
            hits.extend(rules.filter_map(|rule| self.hit(*rule, text, place, place)));
        }
        for run in drawn::runs(text, pace).take_while(|_| pace.step()) {
            // Most keys were found by their name: by then nothing here is better.
            while hits.get(known).is_some_and(|hit| hit.span.end < run.end) {
                known += 1;
            }
            let better = |hit: &Hit| hit.score >= drawn::NAMED && hit.span.contains(run);
            if !hits.get(known).is_some_and(better) {
                let (rules, none) = (self.table.of_runs.iter(), Span::new(run.start, run.start));
                hits.extend(rules.filter_map(|rule| self.hit(*rule, text, run, none)));
            }
        }
    }

    fn with(&self, values: &Values<'_>) -> Option<Result<Arc<dyn Detect>, BuildError>> {
        let table = self.table.clone();
        Some(exempt(values).map(|exempt| Arc::new(Self { table, exempt }) as Arc<dyn Detect>))
    }
}

/// The public prefix of the token if it has one, then asterisks. Of a key or password that merely
/// stands near its keyword nothing is shown.
fn preview(text: &str, value: Span, keyword: Span) -> Preview {
    let shown = if value.start == keyword.start && value.end > keyword.end {
        &text[keyword.start..keyword.end]
    } else {
        ""
    };
    Preview::of(format_args!("{shown}****"))
}

/// Whether `at` lies within a placeholder that a redaction left behind.
fn in_placeholder(text: &str, at: usize) -> bool {
    const LONGEST_ID: usize = 64;
    let bytes = &text.as_bytes()[at.saturating_sub(LONGEST_ID)..at];
    memchr::memrchr(b'[', bytes)
        .map(|open| &bytes[open..])
        .is_some_and(|tail| tail.starts_with(PLACEHOLDER.as_bytes()) && !tail.contains(&b']'))
}
