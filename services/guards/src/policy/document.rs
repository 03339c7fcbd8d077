//! The document of a policy: YAML or JSON, read within bounds, held to the schema, typed.
//!
//! What it means is for `compile`; here is only what it says.

mod sentence;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_saphyr::options::AliasLimits;
use serde_saphyr::{Budget, Options};

use super::schema::Schema;

/// Most bytes of a document.
pub const MAX_DOCUMENT: usize = 64 * 1024;
/// Violations that are told of at a time.
pub(super) const MAX_VIOLATIONS: usize = 20;
/// Mappings and lists within one another: twice what the schema knows.
const MAX_DEPTH: usize = 24;
const MAX_NODES: usize = 20_000;
/// Nodes that all aliases together may stand for, so that few lines do not become gigabytes.
const MAX_REPLAYED: usize = 20_000;

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Such as `routes[0].guards[1].action`, or `line 3, column 7`; empty for the whole.
    pub at: String,
    /// The rule, as the rest of a sentence; after it in brackets line and column, where they are known.
    pub rule: String,
}

/// A document that keeps to the schema.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[expect(dead_code, reason = "for readers of the document")]
    description: Option<String>,
    #[serde(default)]
    pub(super) on_outage: OnOutage,
    pub(super) routes: Vec<RouteDocument>,
}

/// What becomes of a run while the database does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnOutage {
    /// It is stored later.
    #[default]
    Defer,
    /// It is dropped, and counted.
    Drop,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteDocument {
    #[serde(default, rename = "match")]
    pub(super) conditions: ConditionsDocument,
    pub(super) keep_text_hours: Option<u32>,
    pub(super) guards: Vec<StepDocument>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ConditionsDocument {
    pub(super) direction: Option<DirectionName>,
    pub(super) channels: Option<Vec<String>>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) applications: Option<Vec<String>>,
    pub(super) labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepDocument {
    pub(super) guard: String,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) parameters: Map<String, Value>,
    #[serde(default)]
    pub(super) threshold: f32,
    #[serde(default)]
    pub(super) action: ActionName,
    #[serde(default)]
    pub(super) redaction: RedactionName,
    pub(super) replacement: Option<String>,
    pub(super) timeout_ms: Option<u64>,
    #[serde(default)]
    pub(super) on_error: OnErrorName,
    #[serde(default)]
    pub(super) mode: ModeName,
    pub(super) stage: Option<u8>,
    #[serde(default)]
    pub(super) when: WhenName,
}

/// Declares the words of one field, the first being its default.
macro_rules! words {
    ($($name:ident { $first:ident, $($word:ident),+ })+) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { #[default] $first, $($word),+ }
    )+};
}

words! {
    DirectionName { Input, Output }
    ActionName { Standard, Block, Review, Redact, Anonymize, Refrain, Flag }
    RedactionName { Replace, Mask, Hash }
    OnErrorName { FailClosed, FailOpen }
    ModeName { Enforce, Shadow }
    WhenName { Doubt, Always }
}

/// Reads a document as plain values, whether it keeps to the schema or not.
pub(super) fn values(text: &str) -> Result<Value, Violation> {
    if text.len() > MAX_DOCUMENT {
        return Err(Violation::new("", "must have at most 65536 bytes"));
    }
    let mut values = read(text).map_err(|error| sentence::unreadable(&error))?;
    whole_numbers(&mut values);
    Ok(values)
}

/// Writes numbers without a fraction as whole ones: some clients write `500.0`, and JSON Schema means the
/// same by it.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = number.as_f64().filter(|_| number.is_f64());
            // What is larger is no whole number that a document may have.
            let whole = whole.filter(|whole| whole.fract() == 0.0 && whole.abs() < 1e9);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it has no fraction and is small"
            )]
            if let Some(whole) = whole {
                *number = (whole as i64).into();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(whole_numbers),
        Value::Object(fields) => fields.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Reads YAML or JSON within bounds.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_saphyr::Error> {
    serde_saphyr::from_str_with_options(text, options())
}

/// Reads a document; tells of all that is wrong with it.
pub(super) fn parse(text: &str, schema: &Schema) -> Result<Document, Vec<Violation>> {
    let values = values(text).map_err(|violation| vec![violation])?;
    let violations: Vec<Violation> = schema
        .validator
        .iter_errors(&values)
        .take(MAX_VIOLATIONS)
        .map(|error| sentence::violation(&error, schema))
        .collect();
    if !violations.is_empty() {
        return Err(violations);
    }
    serde_json::from_value(values).map_err(|error| vec![Violation::new("", error.to_string())])
}

fn options() -> Options {
    let mut budget = Budget::default();
    budget.max_depth = MAX_DEPTH;
    budget.flow_nesting_limit = MAX_DEPTH;
    budget.max_nodes = MAX_NODES;
    budget.max_documents = 1;
    let mut aliases = AliasLimits::default();
    aliases.max_total_replayed_events = MAX_REPLAYED;
    aliases.max_replay_stack_depth = MAX_DEPTH;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.alias_limits = aliases;
    // `no` is Norwegian, not false.
    options.strict_booleans = true;
    options
}

// === impl Violation ===

impl Violation {
    pub(crate) fn new(at: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            rule: rule.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::*;

    #[test]
    fn a_violation_says_what_should_be_there() {
        let engine = Engine::standard().unwrap();
        let schema = Schema::new(&engine);
        for (step, rule) in [
            (
                "{guard: pii, action: praise}",
                "must be one of standard, block, review, redact, anonymize, refrain, flag",
            ),
            (
                "{guard: pii, acton: flag}",
                "has no field `acton`; its fields are action, guard, mode, name, on_error, parameters, \
                 redaction, replacement, stage, threshold, timeout_ms, when",
            ),
            ("{action: flag}", "must have the field \"guard\""),
            ("{guard: pii, name: 7}", "must be of the type string"),
            (
                "{guard: pii, name: A}",
                "must be of the form ^[a-z][a-z0-9_.-]{0,63}$",
            ),
            ("{guard: pii, threshold: 2}", "must be at most 1"),
            ("{guard: pii, stage: 0}", "must be at least 1"),
            (
                "{guard: pii, action: block, redaction: mask}",
                "goes with `action: redact` alone",
            ),
            (
                "{guard: pii, replacement: X}",
                "goes with `action: redact` alone, and `redaction: replace`",
            ),
            (
                "{guard: pii, action: redact, redaction: mask, replacement: X}",
                "goes with `action: redact` alone, and `redaction: replace`",
            ),
        ] {
            let document = format!("routes: [{{guards: [{step}]}}]");
            let violations = parse(&document, &schema).unwrap_err();
            assert_eq!(violations[0].rule, rule, "{step}");
        }
        let unknown = "routes: [{guards: [{guard: clairvoyance}]}]";
        let told = &parse(unknown, &schema).unwrap_err()[0].rule;
        assert!(told.starts_with("must be one of secrets, pii, "), "{told}");
        assert!(
            told.ends_with(", or must be of the form ^custom:[a-z][a-z0-9_-]{0,47}$"),
            "{told}"
        );
    }

    #[test]
    fn a_violation_of_two_fields_is_told_at_the_one_that_needs_the_other() {
        let engine = Engine::standard().unwrap();
        let schema = Schema::new(&engine);
        for step in [
            "{guard: pii, redaction: mask}",
            "{guard: pii, action: anonymize, redaction: hash}",
        ] {
            let document = format!("routes: [{{guards: [{step}]}}]");
            let violations = parse(&document, &schema).unwrap_err();
            assert_eq!(violations.len(), 1, "{violations:?}");
            assert_eq!(violations[0].at, "routes[0].guards[0].redaction");
        }
    }

    #[test]
    fn whole_numbers_may_have_a_point() {
        let engine = Engine::standard().unwrap();
        let schema = Schema::new(&engine);
        for number in ["1.0", "1e0", "01", "1"] {
            let step = format!("{{guard: pii, stage: {number}, threshold: {number}}}");
            let document = parse(&format!("routes: [{{guards: [{step}]}}]"), &schema).unwrap();
            assert_eq!(document.routes[0].guards[0].stage, Some(1), "{number}");
        }
        let half = "routes: [{guards: [{guard: pii, stage: 1.5}]}]";
        assert_eq!(
            parse(half, &schema).unwrap_err()[0].rule,
            "must be of the type integer"
        );
    }

    #[test]
    fn names_that_there_are_not_are_told_in_part() {
        let engine = Engine::standard().unwrap();
        let schema = Schema::new(&engine);
        let names: Vec<String> = (0..500)
            .map(|n| format!("{}{n}: 1", "x".repeat(50)))
            .collect();
        let document = format!("{{routes: [], {}}}", names.join(", "));
        let told = parse(&document, &schema).unwrap_err();
        assert!(
            told.iter().any(|one| one.rule.contains("and 497 more")),
            "{told:?}"
        );
        assert!(told.iter().all(|one| one.rule.len() < 400), "{told:?}");
    }

    #[test]
    fn what_cannot_be_read_is_told_without_words_of_the_library() {
        let told = values("routes: 1\nroutes: 2").unwrap_err();
        assert_eq!(told.at, "line 2, column 1");
        assert!(
            told.rule.contains("duplicate mapping key: routes"),
            "{told:?}"
        );
        assert!(!told.rule.contains("Options"), "{told:?}");
        assert!(
            !told.rule.contains("line 2"),
            "the place stands there already: {told:?}"
        );
        for (document, rule) in [
            (
                "a: 1\n---\nb: 1",
                "must be one document: `---` begins another",
            ),
            (&"[".repeat(40), "is nested too deeply"),
            (&"- ".repeat(40), "is nested too deeply"),
            (
                &format!("a: &a [{}]\nb: [{}]", "1,".repeat(300), "*a,".repeat(300)),
                "is too large with all that its aliases stand for",
            ),
        ] {
            assert_eq!(values(document).unwrap_err().rule, rule);
        }
    }
}
