//! JSON Schema: a text that must be JSON, and valid under a schema that the policy gives.
//!
//! `format` and `content…` are notes, as they are by default in the drafts from 2019-09 on: they are
//! not checked. Where a schema refers to itself, or a text is so large beside its schema that the
//! places could not be found in bounded time, what breaks the schema is told for the whole text
//! alone. An empty text has no place to point to, and is not found.

mod document;
mod schema;

use std::sync::Arc;

use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::preview::Preview;
use crate::scan::Hit;
use document::Document;
use schema::Extents;

/// Id of the guard.
pub(crate) const ID: &str = "json_schema";

const CATEGORY: &str = "structure";

const RULES: [RuleInfo; 3] = [
    RuleInfo {
        id: "not_json",
        description: "Text that is not JSON",
        category: CATEGORY,
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "schema_violation",
        description: "JSON that the schema does not allow",
        category: CATEGORY,
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "json_too_large",
        description: "JSON that is larger or deeper than allowed",
        category: CATEGORY,
        severity: Severity::Medium,
    },
];
const NOT_JSON: usize = 0;
const VIOLATION: usize = 1;
const TOO_LARGE: usize = 2;

/// Most places told of one text.
const MOST_PLACES: usize = 16;
/// Most applications of a part of the schema to a value of the text, for a text to be looked at.
const MOST_WORK: usize = 20_000_000;
/// Most steps from a schema that refers to itself into a text.
const MOST_STEPS: usize = 1_000;
/// The same as [`MOST_WORK`], for its places to be found: each may be an error that is kept for a moment.
const MOST_PLACED_WORK: usize = 200_000;
/// Longest path of a place that a preview shows, in characters.
const LONGEST_PATH: usize = 40;

/// A schema with its bounds.
struct JsonSchema {
    validator: Validator,
    extents: Extents,
    most_bytes: usize,
    most_depth: usize,
    fenced: bool,
}

/// Without a schema, nothing is found.
struct Unset;

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "JSON Schema",
    description: "Text that is not JSON, or not as a JSON Schema says it must be.",
    categories: &[CATEGORY],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::Original,
    extent: Extent::Whole,
    parameters: &[
        Parameter {
            name: "schema",
            description: "The JSON Schema, draft 2020-12 unless its $schema says otherwise, of at \
                          most 64 KiB; $ref leads to places within it alone, patterns are without \
                          look-around and back-references, at most 64 of them, format is not checked",
            shape: Shape::Object {
                most_bytes: 64 * 1024,
            },
        },
        Parameter {
            name: "fenced",
            description: "Whether the JSON may stand in a Markdown code fence, with nothing around",
            shape: Shape::Flag { default: false },
        },
        Parameter {
            name: "most_bytes",
            description: "Most bytes of a text",
            shape: Shape::Integer {
                least: 1,
                most: 10 << 20,
                default: Some(1 << 20),
            },
        },
        Parameter {
            name: "most_depth",
            description: "How deep arrays and objects may be nested",
            shape: Shape::Integer {
                least: 0,
                most: 100,
                default: Some(64),
            },
        },
    ],
    build: |values| {
        let Some(schema) = values.object("schema") else {
            return Ok(Arc::new(Unset));
        };
        let bound = |name| values.integer(name).and_then(|n| usize::try_from(n).ok());
        Ok(Arc::new(JsonSchema {
            extents: Extents::of(schema)?,
            validator: schema::compile(schema)?,
            most_bytes: bound("most_bytes").unwrap_or_default(),
            most_depth: bound("most_depth").unwrap_or_default(),
            fenced: values.flag("fenced"),
        }))
    },
};

// === impl Unset ===

impl Detect for Unset {
    fn is_idle(&self) -> bool {
        true
    }

    fn detect(&self, _: &str, _: &Pace<'_>, _: &mut Vec<Hit>) {}
}

// === impl JsonSchema ===

impl Detect for JsonSchema {
    fn weight(&self) -> usize {
        // What patterns compile to is not told: most take far less than they may.
        self.extents.patterns * schema::PATTERN_BYTES / 2
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        if text.is_empty() {
            return;
        }
        let whole = Span::new(0, text.len());
        let inner = (self.fenced.then(|| unfenced(text)).flatten()).unwrap_or(whole);
        let first = hits.len();
        self.check(&text[inner.start..inner.end], pace, hits);
        for hit in &mut hits[first..] {
            hit.span = match hit.span {
                // What is wrong with all of it is wrong with the fence, too.
                span if span.len() == inner.len() => whole,
                span => Span::new(span.start + inner.start, span.end + inner.start),
            };
        }
    }
}

impl JsonSchema {
    fn check(&self, json: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let whole = Span::new(0, json.len());
        let mut found = |rule, span, score, preview: Preview| {
            hits.push(Hit {
                rule,
                span,
                score,
                preview,
            });
        };
        if json.len() > self.most_bytes {
            let preview = Preview::of(format_args!(
                "{} bytes, {} allowed",
                json.len(),
                self.most_bytes
            ));
            return found(TOO_LARGE, whole, 0.99, preview);
        }
        let document = Document::of(json, pace);
        // The parser and the validator cannot be left on their way.
        if !pace.long_step() {
            return;
        }
        if document.depth > self.most_depth {
            let preview = Preview::of(format_args!(
                "nested {}, {} allowed",
                document.depth, self.most_depth
            ));
            return found(TOO_LARGE, whole, 0.99, preview);
        }
        let value: Value = match serde_json::from_str(json) {
            Ok(value) => value,
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let preview = Preview::of(format_args!("no JSON at {line}:{column}"));
                return found(NOT_JSON, rest_from(json, &error), 0.99, preview);
            }
        };
        if !pace.long_step() {
            return;
        }
        let work = document.values.saturating_mul(self.extents.applied);
        let steps = document.depth.saturating_mul(self.extents.steps);
        if work > MOST_WORK || (self.extents.recursive && steps > MOST_STEPS) {
            return found(TOO_LARGE, whole, 0.99, "too large for its schema".into());
        }
        if self.validator.is_valid(&value) {
            return;
        }
        if self.extents.recursive || work > MOST_PLACED_WORK {
            return found(VIOLATION, whole, 0.99, "against the schema".into());
        }
        for error in self.validator.iter_errors(&value).take(MOST_PLACES) {
            let path: Vec<_> = error.instance_path().segments().collect();
            let span = document.place(&path).unwrap_or(whole);
            found(
                VIOLATION,
                span,
                score(path.len()),
                self.preview(&error, &path),
            );
        }
    }

    /// The keyword and the place. Names that the schema does not know could be anybody's.
    fn preview(&self, error: &ValidationError<'_>, path: &[LocationSegment<'_>]) -> Preview {
        let mut place = String::new();
        for segment in path {
            place.push('/');
            match segment {
                LocationSegment::Index(index) => place.push_str(&index.to_string()),
                LocationSegment::Property(name) if self.extents.names.contains(name.as_ref()) => {
                    place.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
                LocationSegment::Property(_) => place.push('*'),
            }
        }
        if place.chars().count() > LONGEST_PATH {
            place = place.chars().take(LONGEST_PATH - 1).chain(['…']).collect();
        }
        let keyword = error.kind().keyword();
        if place.is_empty() {
            Preview::of(format_args!("{keyword}"))
        } else {
            Preview::of(format_args!("{keyword} at {place}"))
        }
    }
}

/// Deeper places say more: they score above what they lie in, so that both are told.
fn score(depth: usize) -> f32 {
    let depth = u16::try_from(depth).unwrap_or(u16::MAX);
    0.99 - 0.09 / (1.0 + f32::from(depth))
}

/// What stands in a code fence that is all of the text.
fn unfenced(text: &str) -> Option<Span> {
    let trimmed = text.trim();
    let from = text.len() - text.trim_start().len();
    let fence = ["```", "~~~"]
        .into_iter()
        .find(|fence| trimmed.starts_with(fence))?;
    let info = trimmed.find('\n')?;
    let language = trimmed[fence.len()..info].trim();
    let end = trimmed.strip_suffix(fence)?.len();
    let known = language.is_empty() || language.to_ascii_lowercase().starts_with("json");
    (known && end > info).then(|| Span::new(from + info + 1, from + end))
}

/// From where the parser gave up to the end; all of it where the end is what it missed.
fn rest_from(json: &str, error: &serde_json::Error) -> Span {
    let lines_before = error.line().saturating_sub(1);
    let line = match lines_before.checked_sub(1) {
        None => 0,
        Some(last) => memchr::memchr_iter(b'\n', json.as_bytes())
            .nth(last)
            .map_or(json.len(), |at| at + 1),
    };
    let at = json.floor_char_boundary(line + error.column().saturating_sub(1));
    if error.is_eof() || at == json.len() {
        Span::new(0, json.len())
    } else {
        Span::new(at, json.len())
    }
}
