//! The payloads: where each begins, and what makes it more than a mention. One file a language that
//! is broken out of.

mod path;
mod shell;
mod sql;

use super::Kind;
use crate::pattern::{Edge, Matcher, Pattern};

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Pattern> {
    sql::PATTERNS
        .iter()
        .chain(shell::PATTERNS)
        .chain(path::PATTERNS)
}

const fn pattern(
    kind: Kind,
    preview: &'static str,
    score: f32,
    keywords: &'static [&'static str],
    edge: Edge,
    regex: &'static str,
) -> Pattern {
    Pattern {
        rule: kind as usize,
        preview,
        score,
        keywords,
        edge,
        matcher: Matcher::Regex(regex),
        unless: &[],
    }
}

const fn read(
    kind: Kind,
    preview: &'static str,
    score: f32,
    keywords: &'static [&'static str],
    edge: Edge,
    find: fn(&str, crate::finding::Span) -> Option<crate::finding::Span>,
) -> Pattern {
    Pattern {
        rule: kind as usize,
        preview,
        score,
        keywords,
        edge,
        matcher: Matcher::Code(find),
        unless: &[],
    }
}
