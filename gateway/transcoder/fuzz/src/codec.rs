//! JSON and the wire, against prost-reflect and against each other.

use prost_reflect::DynamicMessage;
use serde_json::Value;

use crate::contract::{SINK, TRANSCODER, decode, print, sink};

/// What prost-reflect says of text that we take and it does not. Each is documented in the crate.
const STRICTER: [&str; 6] = [
    // An empty `Any` is `{}`.
    "expected '@type' field",
    // Enums as `-0`, `1.0` or `1e0`.
    "invalid type: floating point",
    // Field masks in the spelling of the contract.
    "invalid field mask",
    // `NullValue` by number or name, as of any enum.
    "expected null",
    // Exponents, fractions of zero and `-0` in strings that are integers.
    "invalid digit found in string",
    "expected 64-bit",
];

/// Any text: an error with a place, or a message that prost-reflect reads alike from text and
/// wire, and that goes to JSON and back.
pub fn json_to_wire(text: &[u8]) {
    let wire = match TRANSCODER.json_to_wire(SINK, text).expect("a type") {
        Ok(wire) => wire,
        Err(error) => {
            assert!(
                error.line().is_some() && error.column().is_some(),
                "{error}"
            );
            return;
        }
    };
    let ours = decode(sink(), &wire).expect("what we write is well-formed");
    match parse(text) {
        Ok(_) if is_rounded(text) => {}
        Ok(theirs) => assert_eq!(print(&ours).map(plain), print(&theirs).map(plain)),
        Err(error) => {
            let error = error.to_string();
            assert!(
                STRICTER.iter().any(|known| error.contains(known)),
                "{error}: {}",
                text.escape_ascii()
            );
        }
    }
    round_trip(&wire);
}

/// Any wire: an error, or JSON that prost-reflect prints alike, and that goes back and forth.
pub fn wire_to_json(wire: &[u8]) {
    let Ok(json) = TRANSCODER.wire_to_json(SINK, wire).expect("a type") else {
        return;
    };
    let ours: Value = serde_json::from_slice(&json).expect("JSON");
    // There, a value that a later one replaces is looked into, and an empty `Any` has no JSON.
    if let Some(theirs) = decode(sink(), wire).as_ref().and_then(print) {
        assert_eq!(plain(ours), plain(theirs));
    }
    round_trip(wire);
}

/// The wire to JSON to the wire to JSON: the same JSON. JSON may nest less deep than the wire, and
/// some field masks have no JSON form.
fn round_trip(wire: &[u8]) {
    let Ok(json) = TRANSCODER.wire_to_json(SINK, wire).expect("a type") else {
        return;
    };
    match TRANSCODER.json_to_wire(SINK, &json).expect("a type") {
        Ok(wire) => {
            let again = TRANSCODER.wire_to_json(SINK, &wire).expect("a type");
            let again = again.expect("what we write can be read");
            assert_eq!(without_null_value(&again), without_null_value(&json));
        }
        Err(error) => assert!(error.message().contains("deeper"), "{error}"),
    }
}

/// JSON without the field of the type `NullValue`: every number of it is `null`, which is then 0.
fn without_null_value(json: &[u8]) -> Value {
    fn prune(json: Value) -> Value {
        match json {
            Value::Array(list) => list.into_iter().map(prune).collect(),
            Value::Object(map) => {
                let members = map.into_iter().filter(|(key, _)| key != "nullValue");
                members.map(|(key, value)| (key, prune(value))).collect()
            }
            other => other,
        }
    }
    prune(serde_json::from_slice(json).expect("JSON"))
}

/// prost-reflect reads a number with a fraction or an exponent as a double, and an integer from
/// that; here no digit is lost.
fn is_rounded(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    text.split(|byte| !is_part(byte)).any(|number| {
        let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
        digits > 15 && number.iter().any(|byte| b".eE".contains(byte))
    })
}

fn parse(text: &[u8]) -> serde_json::Result<DynamicMessage> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let message = DynamicMessage::deserialize(sink(), &mut deserializer)?;
    deserializer.end().map(|()| message)
}

/// prost-reflect prints NaN and the infinities in wrappers as `null`, and takes -0.0 for a default,
/// which it prints as 0.0 in wrappers: here the ones are `null`, and zeros with a fraction left out.
fn plain(json: Value) -> Value {
    match json {
        Value::String(text) if ["NaN", "Infinity", "-Infinity"].contains(&&*text) => Value::Null,
        Value::Array(list) => list.into_iter().map(plain).collect(),
        Value::Object(map) => {
            let members = map.into_iter().filter(|(_, value)| !is_zero_float(value));
            members.map(|(key, value)| (key, plain(value))).collect()
        }
        other => other,
    }
}

fn is_zero_float(json: &Value) -> bool {
    json.is_f64() && json.as_f64() == Some(0.0)
}
