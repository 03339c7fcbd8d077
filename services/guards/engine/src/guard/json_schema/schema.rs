//! A schema of a policy: refused where its work could not be bounded, else compiled.

use std::collections::HashSet;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value};

use crate::BuildError;
use crate::parameter::wrong;

/// Most parts of a schema that a value is held against, with what its references lead to.
const MOST_APPLIED: usize = 2_000;
/// Most patterns, each of them once, and most bytes that one may compile to.
const MOST_PATTERNS: usize = 64;
pub(super) const PATTERN_BYTES: usize = 64 * 1024;
/// Most steps from the whole schema to a part of it, along references as well.
const MOST_STEPS: usize = 64;

/// What a schema asks for.
#[derive(Debug, Default)]
pub(super) struct Extents {
    /// Parts of the schema, counted once for each way that leads to them.
    pub(super) applied: usize,
    /// Steps to its furthest part.
    pub(super) steps: usize,
    /// Whether it refers to itself.
    pub(super) recursive: bool,
    /// Names of properties that it knows.
    pub(super) names: HashSet<String>,
    /// Patterns that are compiled for it.
    pub(super) patterns: usize,
}

/// Keywords whose schemas, one, several or by name, hold for the same value.
const SAME_VALUE: [&str; 9] = [
    "allOf",
    "anyOf",
    "dependencies",
    "dependentSchemas",
    "else",
    "if",
    "not",
    "oneOf",
    "then",
];
/// Keywords whose schemas hold for what is in a value.
const WITHIN_VALUE: [&str; 10] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "items",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords of these that hold schemas by name.
const BY_NAME: [&str; 4] = [
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];
/// Keywords whose meaning depends on the way that led to them.
const DYNAMIC: [&str; 4] = [
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
];

/// A walk through a schema along its references.
struct Walk<'a> {
    root: &'a Value,
    extents: Extents,
    /// The references that led here, each with how far within a value it was met.
    references: Vec<(&'a str, usize)>,
    patterns: HashSet<&'a str>,
}

/// Where a walk is.
#[derive(Clone, Copy)]
struct Step {
    /// How many steps led here.
    taken: usize,
    /// How many of them went into a value.
    within: usize,
    /// How often the part is applied.
    times: usize,
}

// === impl Extents ===

impl Extents {
    /// Counts what is applied; refuses what cannot be counted, or is too much.
    pub(super) fn of(schema: &Value) -> Result<Self, BuildError> {
        let mut walk = Walk {
            root: schema,
            extents: Self::default(),
            references: vec![("#", 0)],
            patterns: HashSet::new(),
        };
        let start = Step {
            taken: 0,
            within: 0,
            times: 1,
        };
        walk.schema(schema, start)?;
        walk.extents.patterns = walk.patterns.len();
        if walk.extents.patterns > MOST_PATTERNS {
            refused("must have at most 64 different patterns")?;
        }
        Ok(walk.extents)
    }
}

// === impl Walk ===

impl<'a> Walk<'a> {
    fn schema(&mut self, schema: &'a Value, at: Step) -> Result<(), BuildError> {
        self.extents.applied = self.extents.applied.saturating_add(at.times);
        self.extents.steps = self.extents.steps.max(at.taken);
        if self.extents.applied > MOST_APPLIED || at.taken > MOST_STEPS {
            return refused("has too many parts, or references that multiply them");
        }
        let Value::Object(keywords) = schema else {
            return Ok(());
        };
        if DYNAMIC.iter().any(|name| keywords.contains_key(*name)) {
            return refused("must not have dynamic references");
        }
        if at.taken > 0 && ["$id", "id"].iter().any(|name| is_text(keywords, name)) {
            return refused("must not have parts with ids of their own");
        }
        // To know what is not yet evaluated, everything beside is evaluated again.
        let again = keywords.keys().any(|name| name.starts_with("unevaluated"));
        let same = Step {
            taken: at.taken + 1,
            times: at.times.saturating_mul(1 + usize::from(again)),
            ..at
        };
        let within = Step {
            within: at.within + 1,
            ..same
        };
        for (name, held) in keywords {
            let name = name.as_str();
            match held {
                Value::String(pattern) if name == "pattern" => _ = self.patterns.insert(pattern),
                Value::Object(parts) if name == "patternProperties" => {
                    self.patterns.extend(parts.keys().map(String::as_str));
                }
                _ => {}
            }
            match held {
                Value::String(reference) if name == "$ref" => self.reference(reference, same)?,
                _ if SAME_VALUE.contains(&name) => self.parts(name, held, same)?,
                _ if WITHIN_VALUE.contains(&name) => self.parts(name, held, within)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The schemas that a keyword holds: one, several, or by name.
    fn parts(&mut self, keyword: &str, held: &'a Value, at: Step) -> Result<(), BuildError> {
        match held {
            Value::Object(parts) if BY_NAME.contains(&keyword) => {
                if keyword == "properties" {
                    self.extents.names.extend(parts.keys().cloned());
                }
                parts.values().try_for_each(|part| self.schema(part, at))
            }
            Value::Array(parts) => parts.iter().try_for_each(|part| self.schema(part, at)),
            part => self.schema(part, at),
        }
    }

    fn reference(&mut self, reference: &'a str, at: Step) -> Result<(), BuildError> {
        let met = self
            .references
            .iter()
            .find(|(other, _)| *other == reference);
        if let Some((_, within)) = met {
            self.extents.recursive = true;
            return if *within == at.within {
                refused("must not refer to itself for the same value")
            } else {
                Ok(())
            };
        }
        let pointer = (reference.strip_prefix('#')).filter(|pointer| pointer.starts_with('/'));
        let Some(target) = pointer.and_then(|pointer| self.root.pointer(pointer)) else {
            return refused("must refer to places within it alone, as in \"#/$defs/name\"");
        };
        self.references.push((reference, at.within));
        self.schema(target, at)?;
        self.references.pop();
        Ok(())
    }
}

/// Compiles a schema: no reference leaves it, and patterns run in linear time.
pub(super) fn compile(schema: &Value) -> Result<Validator, BuildError> {
    let patterns = PatternOptions::regex()
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES);
    jsonschema::options()
        .offline()
        .with_pattern_options(patterns)
        .should_validate_formats(false)
        .without_content_media_type_support("application/json")
        .without_content_encoding_support("base64")
        .build(schema)
        .map_err(|error| {
            let place = format!("schema{}", error.instance_path());
            wrong(place, "is not right in a JSON Schema, or not supported")
        })
}

fn refused(rule: &str) -> Result<(), BuildError> {
    Err(wrong("schema", rule))
}

fn is_text(keywords: &Map<String, Value>, name: &str) -> bool {
    keywords.get(name).is_some_and(Value::is_string)
}
