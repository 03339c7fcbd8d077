//! JSON Schemas of what Protobuf JSON does not write as an object of fields: scalars and the
//! well-known types. See <https://protobuf.dev/programming-guides/json/>.

use prost_reflect::{Kind, MessageDescriptor};
use serde_json::{Value, json};

/// The schema of a scalar; `None` for enums and messages.
pub(super) fn scalar(kind: &Kind) -> Option<Value> {
    Some(match kind {
        Kind::Double => json!({"type": "number", "format": "double"}),
        Kind::Float => json!({"type": "number", "format": "float"}),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            json!({"type": "integer", "format": "int32"})
        }
        Kind::Uint32 | Kind::Fixed32 => {
            json!({"type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX})
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            json!({"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"})
        }
        Kind::Uint64 | Kind::Fixed64 => {
            json!({"type": "string", "format": "uint64", "pattern": "^[0-9]+$"})
        }
        Kind::Bool => json!({"type": "boolean"}),
        Kind::String => json!({"type": "string"}),
        Kind::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
        Kind::Enum(_) | Kind::Message(_) => return None,
    })
}

/// The schema of a well-known type; `None` for every other message and enum.
pub(super) fn well_known(kind: &Kind) -> Option<Value> {
    let message = match kind {
        Kind::Enum(found) if found.full_name() == "google.protobuf.NullValue" => {
            return Some(json!({"type": "null"}));
        }
        Kind::Message(message) => message,
        _ => return None,
    };
    Some(match message.full_name() {
        "google.protobuf.Timestamp" => json!({"type": "string", "format": "date-time"}),
        "google.protobuf.Duration" => {
            json!({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"})
        }
        "google.protobuf.FieldMask" => json!({"type": "string"}),
        "google.protobuf.Struct" | "google.protobuf.Empty" => json!({"type": "object"}),
        "google.protobuf.Value" => json!({}),
        "google.protobuf.ListValue" => json!({"type": "array", "items": {}}),
        "google.protobuf.Any" => json!({
            "type": "object",
            "properties": {"@type": {"type": "string"}},
            "required": ["@type"],
        }),
        _ => nullable(&wrapped(message)?),
    })
}

/// The message has a JSON form of its own, into which no field path reaches.
pub(super) fn is_special(message: &MessageDescriptor) -> bool {
    well_known(&Kind::Message(message.clone())).is_some()
}

/// A value of this kind can be written as plain text, in a path or a query.
pub(super) fn is_textual(kind: &Kind) -> bool {
    match kind {
        Kind::Message(message) => {
            matches!(
                message.full_name(),
                "google.protobuf.Timestamp"
                    | "google.protobuf.Duration"
                    | "google.protobuf.FieldMask"
                    | "google.protobuf.Value"
            ) || wrapped(message).is_some()
        }
        _ => true,
    }
}

/// The schema of the value in a wrapper such as `google.protobuf.Int32Value`.
fn wrapped(message: &MessageDescriptor) -> Option<Value> {
    let name = message.full_name().strip_prefix("google.protobuf.")?;
    matches!(
        name.strip_suffix("Value")?,
        "Double" | "Float" | "Int64" | "UInt64" | "Int32" | "UInt32" | "Bool" | "String" | "Bytes"
    )
    .then(|| scalar(&message.get_field(1)?.kind()))
    .flatten()
}

fn nullable(schema: &Value) -> Value {
    let mut nullable = schema.clone();
    nullable["type"] = json!([schema["type"], "null"]);
    nullable
}
