//! The JSON Schema of a policy's document: what the API serves is what documents are held to.

use guardmesh_guard_engine::{Channel, Engine, Guard};
use jsonschema::Validator;
use serde_json::{Value, json};

/// Stages there can be.
const MAX_STAGE: u8 = 3;
const MAX_ROUTES: usize = 50;
const MAX_STEPS: usize = 50;
/// Values that a route lists for one of its conditions.
const MAX_VALUES: usize = 100;
/// A year.
const MAX_TEXT_HOURS: u32 = 366 * 24;
/// Characters of a name or label.
const MAX_NAME: usize = 100;

/// The schema, ready to hold documents to it.
#[derive(Debug)]
pub(crate) struct Schema {
    document: Value,
    pub(super) validator: Validator,
}

// === impl Schema ===

impl Schema {
    /// With the guards of `engine`.
    #[expect(
        clippy::expect_used,
        reason = "the schema is a constant but for the ids of guards, which are texts"
    )]
    pub(crate) fn new(engine: &Engine) -> Self {
        let document = of(engine);
        let validator = jsonschema::draft202012::new(&document);
        Self {
            validator: validator.expect("a schema of ours is one"),
            document,
        }
    }

    /// The fields that an object has, given the place of the rule that it has no others.
    pub(super) fn fields(&self, rule: &str) -> Vec<&str> {
        let object = rule.rsplit_once('/').map_or("", |(object, _)| object);
        let fields = self.document.pointer(&format!("{object}/properties"));
        let fields = fields.and_then(Value::as_object).into_iter().flatten();
        let mut names: Vec<&str> = fields.map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names
    }
}

/// The schema (2020-12), with the guards of `engine`.
pub(crate) fn of(engine: &Engine) -> Value {
    let guards: Vec<&str> = engine.guards().iter().map(Guard::id).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Guardmesh policy",
        "type": "object",
        "additionalProperties": false,
        "required": ["routes"],
        "properties": {
            "description": {
                "description": "What the policy is for.",
                "type": "string", "maxLength": 1000,
            },
            "on_outage": {
                "description": "What becomes of the record of a check while the database does not \
                    answer: it waits in memory, within bounds, or it is dropped and counted.",
                "enum": ["defer", "drop"], "default": "defer",
            },
            "routes": {
                "description": "The first route that fits a text has its guards. A text that none \
                    fits is looked at by the guards that run by default.",
                "type": "array", "minItems": 1, "maxItems": MAX_ROUTES, "items": route(&guards),
            },
        },
    })
}

fn route(guards: &[&str]) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["guards"],
        "properties": {
            "match": {
                "description": "Conditions that all hold; without any, the route fits every text.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "direction": {
                        "description": "To a model, or from it.",
                        "enum": ["input", "output"],
                    },
                    "channels": {
                        "type": "array", "minItems": 1, "uniqueItems": true,
                        "items": {"enum": Channel::ALL.map(Channel::as_str)},
                    },
                    "languages": {
                        "description": "As the request states it (ISO 639-1), or else the one that \
                            most of the text is in for certain. A text that is too short to tell, \
                            or in doubt, fits no such route.",
                        "type": "array", "minItems": 1, "maxItems": MAX_VALUES,
                        "items": {"type": "string", "pattern": "^[a-z]{2}$"},
                    },
                    "applications": {
                        "type": "array", "minItems": 1, "maxItems": MAX_VALUES,
                        "items": {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
                    },
                    "labels": {
                        "description": "Labels that the request has, with these values.",
                        "type": "object", "minProperties": 1, "maxProperties": 20,
                        "additionalProperties": {"type": "string", "maxLength": MAX_NAME},
                    },
                },
            },
            "keep_text_hours": {
                "description": "For how many hours the text of a check is kept, sealed, for those \
                    who may read it and for dry runs; no longer than the service allows. If nothing \
                    is stated it is not kept, nor is one of more than a mebibyte.",
                "type": "integer", "minimum": 1, "maximum": MAX_TEXT_HOURS,
            },
            "guards": {
                "description": "What looks at the text; none lets it pass.",
                "type": "array", "maxItems": MAX_STEPS, "items": step(guards),
            },
        },
    })
}

fn step(guards: &[&str]) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["guard"],
        "properties": {
            "guard": {
                "description": "Id of the guard, or `custom:` and the name of one of your own.",
                "anyOf": [
                    {"enum": guards},
                    {"type": "string", "pattern": "^custom:[a-z][a-z0-9_-]{0,47}$"},
                ],
            },
            "name": {
                "description": "What findings and results are named by, unique in the route; the \
                    id of the guard if not given.",
                "type": "string", "pattern": "^[a-z][a-z0-9_.-]{0,63}$",
            },
            "parameters": {
                "description": "Parameters of the guard, as its own schema says.",
                "type": "object",
            },
            "threshold": {
                "description": "Findings that score below it do not count.",
                "type": "number", "minimum": 0, "maximum": 1, "default": 0,
            },
            "action": {
                "description": "What happens on a finding. `standard` is what the guard holds fit \
                    for each of its findings; `refrain` gives no text at all instead.",
                "enum": ["standard", "block", "review", "redact", "anonymize", "refrain", "flag"],
                "default": "standard",
            },
            "redaction": {
                "description": "What stands in the place of a finding: a placeholder or \
                    `replacement`; an asterisk for each character; a keyed hash, the same for the \
                    same value throughout the organisation.",
                "enum": ["replace", "mask", "hash"], "default": "replace",
            },
            "replacement": {"type": "string", "maxLength": MAX_NAME},
            "timeout_ms": {
                "description": "Most milliseconds; no more than the service allows a guard, which \
                    is what it has if nothing is stated.",
                "type": "integer", "minimum": 1, "maximum": 60000,
            },
            "on_error": {
                "description": "What follows when the guard fails or runs out of time: nothing, \
                    or a review (a block, if its action is to block).",
                "enum": ["fail_open", "fail_closed"], "default": "fail_closed",
            },
            "mode": {
                "description": "In shadow it runs and is recorded, and changes nothing.",
                "enum": ["enforce", "shadow"], "default": "enforce",
            },
            "stage": {
                "description": "Stages run one after the other.",
                "type": "integer", "minimum": 1, "maximum": MAX_STAGE, "default": 1,
            },
            "when": {
                "description": "In a later stage than the first of the route: only if the stages \
                    before found something and did not block, or whatever they said.",
                "enum": ["doubt", "always"], "default": "doubt",
            },
        },
        "dependentSchemas": {
            "redaction": {"required": ["action"], "properties": {"action": {"const": "redact"}}},
            "replacement": {
                "required": ["action"],
                "properties": {
                    "action": {"const": "redact"}, "redaction": {"const": "replace"},
                },
            },
        },
    })
}
