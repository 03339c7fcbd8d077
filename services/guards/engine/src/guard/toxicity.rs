//! Toxicity: insults, threats, slurs, sexual remarks and profanity, in English, and what is said most in
//! some fifteen other languages.
//!
//! Lexical plus linear: a term of the lexicon weighs something, what stands in its sentence adds to
//! that or takes from it (is it said to somebody, denied, quoted, shouted), and the sum becomes a
//! score; the weights are set by hand. Masked spellings are known (`f*ck`, `1d1ot`), letters set apart are
//! not. Hatred of groups and threats are sentences, not terms: their `grammar` has English, German, French
//! and Spanish. Contempt in other words is not found, irony is not understood, and reclaimed words are
//! taken for slurs. Where that matters, take a model, and this as its prefilter.

mod context;
mod grammar;
mod lexicon;

use std::sync::Arc;

use crate::BuildError;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::order;
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, Values};
use crate::preview::Preview;
use crate::scan::Hit;
use crate::words::Words;
use context::Context;
use grammar::{Grammar, Reading};
use lexicon::{Kind, Term};

/// Id of the guard.
pub(crate) const ID: &str = "toxicity";

const CATEGORY: &str = "toxicity";

const KINDS: [&str; 5] = ["insult", "threat", "slur", "profanity", "sexual"];

const RULES: [RuleInfo; 5] = [
    rule(
        Kind::Insult,
        "Words that put somebody down",
        Severity::Medium,
    ),
    rule(
        Kind::Threat,
        "Harm that is announced or wished to somebody",
        Severity::High,
    ),
    rule(
        Kind::Slur,
        "Words that put a group of people down",
        Severity::High,
    ),
    rule(Kind::Profanity, "Coarse words", Severity::Low),
    rule(
        Kind::Sexual,
        "Sexual remarks and demands to somebody",
        Severity::Medium,
    ),
];

const fn rule(kind: Kind, description: &'static str, severity: Severity) -> RuleInfo {
    RuleInfo {
        id: KINDS[kind as usize],
        description,
        category: CATEGORY,
        severity,
    }
}

struct Toxicity {
    table: Arc<Table>,
    wanted: [bool; KINDS.len()],
    threshold: f64,
}

/// What is known of words and sentences, made once for whatever parameters.
struct Table {
    words: Words,
    terms: Vec<Term>,
    roles: context::Roles,
    grammar: Grammar,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Toxicity",
    description: "Insults, threats, slurs, sexual remarks and profanity, also encoded, by words and their sentence.",
    categories: &[CATEGORY],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: false,
    sight: Sight::Sought {
        original: false,
        words: true,
    },
    extent: Extent::Local,
    parameters: &[
        Parameter {
            name: "kinds",
            description: "What to look for; coarse words alone are seldom meant ill",
            shape: Shape::Choices {
                of: &KINDS,
                default: &["insult", "threat", "slur", "sexual"],
            },
        },
        Parameter {
            name: "threshold",
            description: "Least score of a finding",
            shape: Shape::Number {
                least: 0.3,
                most: 0.95,
                default: 0.5,
            },
        },
    ],
    build: |values| Ok(Arc::new(Toxicity::of(Arc::new(Table::compile()?), values))),
};

// === impl Table ===

impl Table {
    fn compile() -> Result<Self, BuildError> {
        let terms = lexicon::terms();
        let grammar = Grammar::new();
        let listed = terms.iter().map(|term| term.text.as_str());
        Ok(Self {
            words: Words::compile(listed.chain(grammar.anchors()))?,
            roles: context::Roles::new(),
            grammar,
            terms,
        })
    }

    /// The terms and anchors in a text, as it is and with signs read as the letters they stand for. Anchors
    /// are numbered after the terms.
    fn terms_in(&self, text: &str, pace: &Pace<'_>) -> Vec<(Span, usize)> {
        let turned = |(term, span): (usize, Span)| (span, term);
        let mut found: Vec<_> = self
            .words
            .find(text, pace)
            .into_iter()
            .map(turned)
            .collect();
        if let Some(unmasked) = lexicon::unmasked(text, pace) {
            found.extend(self.words.find(&unmasked, pace).into_iter().map(turned));
        }
        let mut found = order::sorted(found, |(span, _)| span.start, Ord::cmp, pace);
        found.dedup();
        found
    }
}

// === impl Toxicity ===

impl Toxicity {
    fn of(table: Arc<Table>, values: &Values<'_>) -> Self {
        Self {
            table,
            wanted: KINDS.map(|kind| values.texts("kinds").contains(&kind)),
            threshold: values.number("threshold"),
        }
    }

    /// What was found, if it is looked for and weighs enough.
    fn hit(&self, span: Span, kind: Kind, weight: f32) -> Option<Hit> {
        let score = 1.0 / (1.0 + (context::BIAS - weight).exp());
        let counts = self.wanted[kind as usize] && f64::from(score) >= self.threshold;
        counts.then(|| Hit {
            rule: kind as usize,
            span,
            score,
            preview: Preview::of(format_args!("[{}]", KINDS[kind as usize])),
        })
    }
}

impl Detect for Toxicity {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let table = &self.table;
        let found = table.terms_in(text, pace);
        let (anchors, found): (Vec<_>, Vec<_>) = pace
            .along(found.into_iter())
            .partition(|(_, term)| *term >= table.terms.len());
        let (harmless, terms): (Vec<_>, Vec<_>) = pace
            .along(found.into_iter())
            .partition(|(_, term)| table.terms[*term].kind.is_none());
        let is_harmless = |span: Span| {
            let up_to = harmless.partition_point(|(phrase, _)| phrase.start <= span.start);
            let phrase = up_to.checked_sub(1).map(|last| harmless[last].0);
            phrase.is_some_and(|phrase| phrase.contains(span))
        };
        let mut context = Context::of(text, &table.roles);
        for (span, term) in terms.into_iter().take_while(|_| pace.step()) {
            let term = &table.terms[term];
            let Some(kind) = term.kind.filter(|kind| self.wanted[*kind as usize]) else {
                continue;
            };
            if !is_harmless(span) {
                let weight = term.weight + context::weight(&mut context, span, kind);
                hits.extend(self.hit(span, kind, weight));
            }
        }
        let mut reading = Reading::of(text, &table.grammar);
        let mut said = Vec::new();
        for (span, anchor) in anchors.into_iter().take_while(|_| pace.step()) {
            if !is_harmless(span) {
                reading.around(anchor - table.terms.len(), span, &mut said);
            }
        }
        let said = pace.along(said.iter());
        hits.extend(said.filter_map(|said| self.hit(said.span, said.kind, said.weight)));
    }

    fn with(&self, values: &Values<'_>) -> Option<Result<Arc<dyn Detect>, BuildError>> {
        Some(Ok(Arc::new(Self::of(self.table.clone(), values))))
    }
}
