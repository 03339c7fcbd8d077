//! `google.protobuf.Struct` as the JSON that it stands for, and back.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as Message};
use serde_json::{Map, Number, Value};

/// The object that a message stands for.
pub fn object(message: Struct) -> Map<String, Value> {
    let fields = message.fields.into_iter();
    fields.map(|(name, value)| (name, json(value))).collect()
}

/// The message that stands for an object; empty for anything else.
pub fn message(value: Value) -> Struct {
    match value {
        Value::Object(fields) => Struct {
            fields: fields
                .into_iter()
                .map(|(name, v)| (name, wire(v)))
                .collect(),
        },
        _ => Struct::default(),
    }
}

fn json(message: Message) -> Value {
    match message.kind {
        // Infinity and NaN have no JSON: they are refused like `null`.
        Some(Kind::NumberValue(number)) => {
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }
        Some(Kind::StringValue(text)) => Value::String(text),
        Some(Kind::BoolValue(flag)) => Value::Bool(flag),
        Some(Kind::StructValue(fields)) => Value::Object(object(fields)),
        Some(Kind::ListValue(list)) => Value::Array(list.values.into_iter().map(json).collect()),
        Some(Kind::NullValue(_)) | None => Value::Null,
    }
}

fn wire(value: Value) -> Message {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(flag) => Kind::BoolValue(flag),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Value::String(text) => Kind::StringValue(text),
        Value::Array(items) => Kind::ListValue(ListValue {
            values: items.into_iter().map(wire).collect(),
        }),
        Value::Object(_) => Kind::StructValue(message(value)),
    };
    Message { kind: Some(kind) }
}
