//! What code looks like: constructs with the language that they tell of, and how much they weigh.
//!
//! A region needs a weight of 4: one construct that prose does not have, or several weak ones. What
//! many languages have alike is given to `Other`, which counts for each language that has something
//! of its own beside it.

mod data;
mod managed;
mod native;
mod other;
mod script;
mod shape;
mod web;

use super::language::Language;
use crate::pattern::{Edge, Matcher, Pattern};

/// A construct that begins with one of `keywords`, which are in lower case; the expression minds
/// case.
const fn construct(
    language: Language,
    weight: f32,
    edge: Edge,
    keywords: &'static [&'static str],
    expression: &'static str,
) -> Pattern {
    Pattern {
        rule: language as usize,
        preview: "",
        score: weight,
        keywords,
        edge,
        matcher: Matcher::Regex(expression),
        unless: &[],
    }
}

/// Every construct of every language.
pub(super) fn all() -> impl Iterator<Item = &'static Pattern> {
    let tables = [
        managed::MANAGED,
        native::NATIVE,
        web::WEB,
        script::SCRIPTS,
        script::SHELLS,
        data::QUERIES,
        data::MARKUP,
        shape::SHAPES,
        other::FUNCTIONAL,
        other::PROCEDURAL,
        other::DECLARATIVE,
    ];
    tables.into_iter().flatten()
}
