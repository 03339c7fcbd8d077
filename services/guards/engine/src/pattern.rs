//! Many patterns over a text in one pass: keywords first, a pattern only where its keyword stands.
//!
//! An Aho-Corasick automaton finds the keywords of all patterns; there the pattern is tried,
//! anchored, on a window of bounded length. The work is linear in the length of the text.

use regex::bytes::{Regex, RegexBuilder};

use crate::BuildError;
use crate::finding::Span;
use crate::literal::Literals;
use crate::pace::Pace;

/// How much text a pattern may see, in bytes.
const WINDOW: usize = 400;

/// What to look for, beginning with a keyword.
pub(crate) struct Pattern {
    /// Index of the rule in its guard.
    pub(crate) rule: usize,
    /// Says in few words what a match is.
    pub(crate) preview: &'static str,
    pub(crate) score: f32,
    /// Literals in lower case, one of which begins every match. Case is ignored.
    pub(crate) keywords: &'static [&'static str],
    pub(crate) edge: Edge,
    pub(crate) matcher: Matcher,
    /// What makes it harmless, if it stands in the line from the match on.
    pub(crate) unless: &'static [&'static str],
}

/// What may stand before the keyword.
#[derive(Clone, Copy)]
pub(crate) enum Edge {
    Any,
    /// No letter or digit.
    Part,
    /// No letter, digit or underscore.
    Word,
    /// Nor a dot, nor a word such as `def` that makes it a definition.
    Call,
    /// Nothing but blanks on its line.
    Line,
}

/// How a pattern is tried.
#[derive(Clone, Copy)]
pub(crate) enum Matcher {
    /// A regular expression that begins with the keyword.
    Regex(&'static str),
    /// Code, given the text and the place of the keyword. Must look at a bounded part.
    Code(fn(&str, Span) -> Option<Span>),
}

/// Patterns, compiled.
pub(crate) struct Patterns {
    keywords: Literals,
    /// For each keyword, the pattern that it begins.
    pattern_of: Vec<usize>,
    tried: Vec<(&'static Pattern, Option<Regex>)>,
}

// === impl Patterns ===

impl Patterns {
    /// Compiles those of `table` whose rule is `wanted`.
    pub(crate) fn compile(
        table: impl IntoIterator<Item = &'static Pattern>,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Self, BuildError> {
        let mut patterns = Vec::new();
        let mut keywords = Vec::new();
        let mut pattern_of = Vec::new();
        for pattern in table.into_iter().filter(|pattern| wanted(pattern.rule)) {
            for keyword in pattern.keywords {
                keywords.push(*keyword);
                pattern_of.push(patterns.len());
            }
            let regex = match pattern.matcher {
                Matcher::Regex(source) => Some(compile(pattern, source)?),
                Matcher::Code(_) => None,
            };
            patterns.push((pattern, regex));
        }
        Ok(Self {
            keywords: Literals::compile(keywords)?,
            pattern_of,
            tried: patterns,
        })
    }

    /// Calls `found` with every pattern that matches, and where.
    pub(crate) fn find(&self, text: &str, pace: &Pace<'_>, mut found: impl FnMut(&Pattern, Span)) {
        for keyword in self.keywords.places(text, pace) {
            let at = Span::new(keyword.start(), keyword.end());
            let (pattern, regex) = &self.tried[self.pattern_of[keyword.pattern().as_usize()]];
            if !pattern.edge.allows(&text[..at.start]) {
                continue;
            }
            let to = text.floor_char_boundary(at.start + WINDOW);
            let window = &text[at.start..to];
            let span = match (pattern.matcher, regex) {
                (Matcher::Code(find), _) => find(text, at),
                (_, Some(regex)) => regex.find(window.as_bytes()).map(|found| {
                    // A class such as `[^a]` may end within a character.
                    Span::new(at.start, text.ceil_char_boundary(at.start + found.end()))
                }),
                (Matcher::Regex(_), None) => None,
            };
            let harmless = |_: &Span| {
                let line = window.split('\n').next().unwrap_or_default();
                pattern.unless.iter().any(|word| line.contains(word))
            };
            if let Some(span) = span.filter(|span| !harmless(span)) {
                found(pattern, span);
            }
        }
    }
}

// === impl Edge ===

impl Edge {
    fn allows(self, before: &str) -> bool {
        let last = before.chars().next_back();
        let word = last.is_some_and(|c| c.is_alphanumeric() || c == '_');
        match self {
            Self::Any => true,
            Self::Part => !last.is_some_and(char::is_alphanumeric),
            Self::Word => !word,
            Self::Line => {
                let rest = before.trim_end_matches([' ', '\t']);
                rest.is_empty() || rest.ends_with('\n')
            }
            Self::Call => !word && last != Some('.') && !is_defined(before),
        }
    }
}

/// Whether a word stands before that makes what follows a definition.
fn is_defined(before: &str) -> bool {
    const WORDS: [&str; 6] = ["def", "function", "fn", "func", "void", "sub"];
    let Some(line) = before.strip_suffix(' ') else {
        return false;
    };
    WORDS.iter().any(|word| line.ends_with(word))
}

fn compile(pattern: &Pattern, source: &str) -> Result<Regex, BuildError> {
    RegexBuilder::new(&format!("^(?:{source})"))
        .unicode(false)
        .build()
        .map_err(|source| BuildError::Pattern {
            rule: pattern.keywords.first().copied().unwrap_or_default(),
            source,
        })
}
