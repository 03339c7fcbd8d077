//! Parameters of a guard: declared once, from which come their JSON Schema and their validation.
//!
//! What a parameter means is the guard's business; here is only its shape and its bounds.

use serde_json::{Map, Value, json};

use crate::BuildError;

/// One parameter that a guard takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) shape: Shape,
}

/// What a parameter may be, and what it is when it is not given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Flag {
        default: bool,
    },
    /// A whole number within bounds; nothing when not given and without a default.
    Integer {
        least: i64,
        most: i64,
        default: Option<i64>,
    },
    Number {
        least: f64,
        most: f64,
        default: f64,
    },
    /// One of a list.
    Choice {
        of: &'static [&'static str],
        default: &'static str,
    },
    /// Some of a list; `default` when not given.
    Choices {
        of: &'static [&'static str],
        default: &'static [&'static str],
    },
    /// Up to `most` texts, each of 1 to `longest` characters; none when not given.
    Texts {
        most: usize,
        longest: usize,
    },
    /// A JSON object of at most so many bytes, nested at most [`DEEPEST`]; none when not given. What
    /// it may hold is the guard's business.
    Object {
        most_bytes: usize,
    },
}

/// How deep an object may be nested.
const DEEPEST: usize = 32;

/// Parameters that have been checked against their declaration.
pub(crate) struct Values<'a> {
    declared: &'static [Parameter],
    given: &'a Map<String, Value>,
}

// === impl Parameter ===

impl Parameter {
    fn schema(&self) -> Value {
        let mut schema = match self.shape {
            Shape::Flag { default } => json!({"type": "boolean", "default": default}),
            Shape::Integer {
                least,
                most,
                default,
            } => {
                let mut schema = json!({"type": "integer", "minimum": least, "maximum": most});
                if let Some(default) = default {
                    schema["default"] = json!(default);
                }
                schema
            }
            Shape::Number {
                least,
                most,
                default,
            } => json!({"type": "number", "minimum": least, "maximum": most, "default": default}),
            Shape::Choice { of, default } => {
                json!({"type": "string", "enum": of, "default": default})
            }
            Shape::Choices { of, default } => json!({
                "type": "array", "items": {"type": "string", "enum": of},
                "maxItems": of.len(), "default": default,
            }),
            Shape::Texts { most, longest } => json!({
                "type": "array", "maxItems": most, "default": [],
                "items": {"type": "string", "minLength": 1, "maxLength": longest},
            }),
            Shape::Object { .. } => json!({"type": "object"}),
        };
        schema["description"] = json!(self.description);
        schema
    }

    /// What rule the value breaks, with the place in it.
    fn violation(&self, value: &Value) -> Option<(String, String)> {
        let at = || self.name.to_owned();
        let broken = |rule: String| Some((at(), rule));
        match self.shape {
            Shape::Flag { .. } if value.is_boolean() => None,
            Shape::Flag { .. } => broken("must be true or false".to_owned()),
            Shape::Integer { least, most, .. } => {
                let fits = whole(value).is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| (at(), format!("must be a whole number, {least} to {most}")))
            }
            Shape::Number { least, most, .. } => {
                let fits = (value.as_f64()).is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| (at(), format!("must be a number, {least} to {most}")))
            }
            Shape::Choice { of, .. } if is_one_of(value, of) => None,
            Shape::Choice { of, .. } => broken(format!("must be one of {}", of.join(", "))),
            Shape::Choices { of, .. } => {
                let fits = |item: &Value| is_one_of(item, of);
                let rule = || format!("must be one of {}", of.join(", "));
                self.list_violation(value, of.len(), fits, rule)
            }
            Shape::Texts { most, longest } => {
                let fits = |item: &Value| {
                    let length = item.as_str().map(|text| text.chars().count());
                    length.is_some_and(|length| (1..=longest).contains(&length))
                };
                let rule = || format!("must be a text of 1 to {longest} characters");
                self.list_violation(value, most, fits, rule)
            }
            Shape::Object { most_bytes } => {
                let fits = value.is_object()
                    && depth_fits(value, DEEPEST)
                    && value.to_string().len() <= most_bytes;
                let rule =
                    || format!("must be an object of at most {most_bytes} bytes, {DEEPEST} deep");
                (!fits).then(|| (at(), rule()))
            }
        }
    }

    fn list_violation(
        &self,
        value: &Value,
        most: usize,
        fits: impl Fn(&Value) -> bool,
        rule: impl Fn() -> String,
    ) -> Option<(String, String)> {
        let Some(items) = value.as_array().filter(|items| items.len() <= most) else {
            return Some((
                self.name.to_owned(),
                format!("must be a list of at most {most}"),
            ));
        };
        let wrong = items.iter().position(|item| !fits(item))?;
        Some((format!("{}[{wrong}]", self.name), rule()))
    }
}

// === impl Values ===

impl<'a> Values<'a> {
    /// Checks `given` against the declaration: no unknown name, every bound kept.
    pub(crate) fn parse(
        declared: &'static [Parameter],
        given: &'a Map<String, Value>,
    ) -> Result<Self, BuildError> {
        for (name, value) in given {
            let known = declared.iter().find(|parameter| parameter.name == name);
            let broken = match known {
                Some(parameter) => parameter.violation(value),
                None => Some((name.clone(), unknown(declared))),
            };
            if let Some((at, rule)) = broken {
                return Err(BuildError::Parameter { at, rule });
            }
        }
        Ok(Self { declared, given })
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        let given = self.given.get(name).and_then(Value::as_bool);
        given.unwrap_or(matches!(
            self.shape(name),
            Some(Shape::Flag { default: true })
        ))
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        match (self.given.get(name), self.shape(name)) {
            (Some(value), _) => whole(value),
            (None, Some(Shape::Integer { default, .. })) => default,
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        match (self.given.get(name), self.shape(name)) {
            (Some(value), _) => value.as_f64().unwrap_or_default(),
            (None, Some(Shape::Number { default, .. })) => default,
            _ => 0.0,
        }
    }

    /// The one that is chosen.
    pub(crate) fn choice(&self, name: &str) -> &str {
        let default = match self.shape(name) {
            Some(Shape::Choice { default, .. }) => default,
            _ => "",
        };
        (self.given.get(name).and_then(Value::as_str)).unwrap_or(default)
    }

    /// The texts or choices of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        match (self.given.get(name), self.shape(name)) {
            (Some(Value::Array(items)), _) => items.iter().filter_map(Value::as_str).collect(),
            (None, Some(Shape::Choices { default, .. })) => default.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The object, if one is given.
    pub(crate) fn object(&self, name: &str) -> Option<&Value> {
        self.given.get(name).filter(|value| value.is_object())
    }

    fn shape(&self, name: &str) -> Option<Shape> {
        let known = self
            .declared
            .iter()
            .find(|parameter| parameter.name == name);
        known.map(|parameter| parameter.shape)
    }
}

/// The JSON Schema (2020-12) of the parameters.
pub(crate) fn schema(parameters: &[Parameter]) -> Value {
    let properties: Map<String, Value> = parameters
        .iter()
        .map(|parameter| (parameter.name.to_owned(), parameter.schema()))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// What is said of a name that is none of these.
fn unknown(declared: &[Parameter]) -> String {
    let names: Vec<_> = declared.iter().map(|known| known.name).collect();
    match &*names {
        [] => "cannot be given: this guard has no parameters".to_owned(),
        names => format!("is none of its parameters: {}", names.join(", ")),
    }
}

/// A parameter of a guard that breaks a rule of the guard's own.
pub(crate) fn wrong(at: impl Into<String>, rule: impl Into<String>) -> BuildError {
    BuildError::Parameter {
        at: at.into(),
        rule: rule.into(),
    }
}

/// Whether nothing is nested deeper than this.
fn depth_fits(value: &Value, deepest: usize) -> bool {
    let Some(left) = deepest.checked_sub(1) else {
        return !(value.is_object() || value.is_array());
    };
    match value {
        Value::Object(members) => members.values().all(|member| depth_fits(member, left)),
        Value::Array(items) => items.iter().all(|item| depth_fits(item, left)),
        _ => true,
    }
}

fn is_one_of(value: &Value, of: &[&str]) -> bool {
    value.as_str().is_some_and(|text| of.contains(&text))
}

/// A whole number, also if it is written as `3.0`, as Protobuf's `Value` does.
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "within the exact range")]
    let from_float =
        |number: f64| (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64);
    value
        .as_i64()
        .or_else(|| value.as_f64().and_then(from_float))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARED: &[Parameter] = &[
        Parameter {
            name: "words",
            description: "Words",
            shape: Shape::Texts {
                most: 2,
                longest: 3,
            },
        },
        Parameter {
            name: "most",
            description: "Limit",
            shape: Shape::Integer {
                least: 1,
                most: 9,
                default: Some(4),
            },
        },
        Parameter {
            name: "kinds",
            description: "Kinds",
            shape: Shape::Choices {
                of: &["x", "y"],
                default: &["y"],
            },
        },
        Parameter {
            name: "share",
            description: "Share",
            shape: Shape::Number {
                least: 0.0,
                most: 1.0,
                default: 0.5,
            },
        },
        Parameter {
            name: "fold",
            description: "Fold",
            shape: Shape::Flag { default: true },
        },
        Parameter {
            name: "kind",
            description: "Kind",
            shape: Shape::Choice {
                of: &["x", "y"],
                default: "y",
            },
        },
        Parameter {
            name: "tree",
            description: "Tree",
            shape: Shape::Object { most_bytes: 400 },
        },
    ];

    fn broken(given: &Value) -> Option<String> {
        match Values::parse(DECLARED, given.as_object().unwrap()) {
            Err(BuildError::Parameter { at, .. }) => Some(at),
            _ => None,
        }
    }

    fn nested(depth: usize) -> Value {
        (1..depth).fold(json!({}), |inner, _| json!({"a": inner}))
    }

    #[test]
    fn every_bound_is_kept() {
        for (given, at) in [
            (json!({"other": 1}), "other"),
            (json!({"words": ["a", "abcd"]}), "words[1]"),
            (json!({"words": [""]}), "words[0]"),
            (json!({"words": ["a", "b", "c"]}), "words"),
            (json!({"words": "a"}), "words"),
            (json!({"most": 10}), "most"),
            (json!({"most": 1.5}), "most"),
            (json!({"kinds": ["z"]}), "kinds[0]"),
            (json!({"share": 1.1}), "share"),
            (json!({"fold": 1}), "fold"),
            (json!({"kinds": null}), "kinds"),
            (json!({"kind": "z"}), "kind"),
            (json!({"kind": ["x"]}), "kind"),
            (json!({"tree": []}), "tree"),
            (json!({"tree": {"a": "x".repeat(400)}}), "tree"),
            (json!({"tree": nested(DEEPEST + 1)}), "tree"),
        ] {
            assert_eq!(broken(&given).as_deref(), Some(at), "{given}");
        }
        let good = json!({"words": ["äöü"], "most": 3.0, "kinds": [], "share": 1,
                          "fold": false, "kind": "x", "tree": nested(DEEPEST)});
        assert_eq!(broken(&good), None);
    }

    #[test]
    fn what_is_not_given_has_its_default() {
        let empty = Map::new();
        let values = Values::parse(DECLARED, &empty).unwrap();
        assert_eq!(values.texts("words"), [""; 0]);
        assert_eq!(values.integer("most"), Some(4));
        assert_eq!(values.texts("kinds"), ["y"]);
        assert_eq!(values.choice("kind"), "y");
        assert_eq!(values.object("tree"), None);
        assert!((values.number("share") - 0.5).abs() < 1e-9 && values.flag("fold"));
    }
}
