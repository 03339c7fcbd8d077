//! Regular expressions of a policy, in an engine that takes linear time for each match.
//!
//! No look-around and no back-references: that is what the time is bought with. Patterns are
//! capped in number, in length and in what they compile to; matches are capped as well, and a
//! text with more of them is found whole from there on.
//!
//! What is encoded is searched as a text of its own, but for rot13 and spelled words, in which classes of
//! letters match what they match anyway.

use std::sync::Arc;

use regex_automata::meta::{BuildError as PatternError, Config, Regex};
use regex_automata::util::syntax;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, wrong};
use crate::preview::Preview;
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "regex";

/// Most bytes that a pattern may compile to, and those of all patterns together.
const COMPILED: usize = 256 * 1024;
const COMPILED_TOGETHER: usize = 4 * 1024 * 1024;
/// Most bytes that the search may keep for a pattern.
const CACHE: usize = 1024 * 1024;
/// How deep groups may be nested.
const NESTING: u32 = 32;
/// Matches of a pattern, each of which may cost a look at the rest of the text.
const MOST_MATCHES: usize = 500;

const SYNTAX: &str = "is not a regular expression of the RE2 syntax";

const CATEGORY: &str = "pattern";

const RULES: [RuleInfo; 2] = [
    RuleInfo {
        id: "pattern_match",
        description: "What one of the patterns matches",
        category: CATEGORY,
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "too_many_matches",
        description: "The rest of a text in which a pattern matches too often to go on",
        category: CATEGORY,
        severity: Severity::Medium,
    },
];

struct Patterns(Vec<Regex>);

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Regular expressions",
    description: "Patterns of your own, in linear time, also in base64, hexadecimal, escapes and entities.",
    categories: &[CATEGORY],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::Sought {
        original: true,
        words: false,
    },
    // Where a match begins depends on where the one before it ended, and so on to the start.
    extent: Extent::Whole,
    parameters: &[
        Parameter {
            name: "patterns",
            description: "Regular expressions (RE2 syntax), none of which matches the empty text",
            shape: Shape::Texts {
                most: 20,
                longest: 500,
            },
        },
        Parameter {
            name: "ignore_case",
            description: "Whether upper and lower case are the same",
            shape: Shape::Flag { default: false },
        },
    ],
    build: |values| {
        let ignore_case = values.flag("ignore_case");
        let (mut patterns, mut together) = (Vec::new(), 0);
        for (index, pattern) in values.texts("patterns").into_iter().enumerate() {
            let at = || format!("patterns[{index}]");
            let regex = compiled(pattern, ignore_case).map_err(|rule| wrong(at(), rule))?;
            together += regex.memory_usage();
            if regex.is_match("") {
                return Err(wrong(at(), "must not match the empty text"));
            }
            if together > COMPILED_TOGETHER {
                return Err(wrong(at(), "is too large with those before it"));
            }
            patterns.push(regex);
        }
        Ok(Arc::new(Patterns(patterns)))
    },
};

/// As the crate `regex` compiles a pattern, within bounds; it does not tell the size of what it made.
fn compiled(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    let limits = Config::new()
        .nfa_size_limit(Some(COMPILED))
        .hybrid_cache_capacity(CACHE);
    let syntax = syntax::Config::new()
        .case_insensitive(ignore_case)
        .nest_limit(NESTING);
    let mut builder = Regex::builder();
    let built = builder.configure(limits).syntax(syntax).build(pattern);
    built.map_err(|error| told(&error))
}

/// Why a pattern does not compile. The crate tells over several lines what is wrong with one; the last has
/// the reason.
fn told(error: &PatternError) -> String {
    if error.size_limit().is_some() {
        return "is too large when compiled".to_owned();
    }
    let told = error.syntax_error().map(ToString::to_string);
    let last = told.as_deref().and_then(|told| told.lines().last());
    let reason = last.and_then(|line| line.strip_prefix("error: "));
    reason.map_or_else(|| SYNTAX.to_owned(), |reason| format!("{SYNTAX}: {reason}"))
}

// === impl Patterns ===

impl Detect for Patterns {
    fn is_idle(&self) -> bool {
        self.0.is_empty()
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let patterns = self.0.iter().enumerate();
        // A search that finds nothing cannot be left on its way.
        for (index, pattern) in patterns.take_while(|_| pace.long_step()) {
            let mut hit = |rule, span, score| {
                hits.push(Hit {
                    rule,
                    span,
                    score,
                    preview: Preview::of(format_args!("pattern {}", index + 1)),
                });
            };
            let matches = pattern.find_iter(text).filter(|found| !found.is_empty());
            for (count, found) in matches.take_while(|_| pace.step()).enumerate() {
                if count == MOST_MATCHES {
                    hit(1, Span::new(found.start(), text.len()), 0.9);
                    break;
                }
                hit(0, Span::new(found.start(), found.end()), 0.9);
            }
        }
    }

    fn weight(&self) -> usize {
        self.0.iter().map(Regex::memory_usage).sum()
    }
}
