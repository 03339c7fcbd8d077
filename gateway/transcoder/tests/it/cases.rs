//! Runs `tests/cases/*.json`: requests against the message or error they give, and messages
//! against the answer they give. Expected messages are read by prost-reflect.
//!
//! A request case has `request` ("POST /v1/items?x=1"), optionally `content_type`, `body` (text, or
//! any JSON, sent as it is) or `body_hex`; and either `message` (canonical JSON of the request
//! message) or `error` (`kind`, `field`, `line`, `column`; all but `kind` absent unless given).
//!
//! An answer case has `answer_to` (a request line) and `message` or `wire_hex`; and either `body`
//! (the exact text) with `content_type`, or `response_error` (the field, or null).
//!
//! `options` names flags of `Options` to turn over.

use std::path::Path;

use bytes::Bytes;
use guardmesh_transcoder::{Options, RequestError, Route, Transcoder};
use prost::Message as _;
use prost_reflect::MessageDescriptor;
use serde_json::{Value, json};

use crate::fixture::{TRANSCODER, canonical, parse, with};

fn run(file: &str) {
    run_each(file, |case| {
        let custom = case.get("options").map(|_| with(options(case)));
        let transcoder = custom.as_ref().unwrap_or(&TRANSCODER);
        if case.get("answer_to").is_some() {
            answer(transcoder, case)
        } else {
            request(transcoder, case)
        }
    });
}

/// Runs a file of cases; `check` gives what was found and what was expected.
pub(crate) fn run_each(file: &str, check: impl Fn(&Value) -> (Value, Value)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(file);
    let text = std::fs::read_to_string(&path).expect("a file of cases");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("a list of cases");
    let failure = |case: &Value| {
        let (found, expected) = check(case);
        let name = case["name"].as_str().expect("a name");
        (found != expected).then(|| format!("- {name}\n  found    {found}\n  expected {expected}"))
    };
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    assert!(!cases.is_empty());
    assert!(
        failures.is_empty(),
        "{} in {file}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn request(transcoder: &Transcoder, case: &Value) -> (Value, Value) {
    let (route, query) = route(
        transcoder,
        case["request"].as_str().expect("a request line"),
    );
    let body = match (&case["body"], &case["body_hex"]) {
        (Value::Null, Value::String(hex)) => from_hex(hex),
        (Value::Null, _) if case.get("body").is_none() => Vec::new(),
        (Value::String(text), _) => text.clone().into_bytes(),
        (json, _) => json.to_string().into_bytes(),
    };
    let content_type = match &case["content_type"] {
        Value::String(text) => Some(text.as_str()),
        _ if body.is_empty() || route.binding().takes_raw_body() => None,
        _ => Some("application/json"),
    };
    match route.encode_request(query.as_deref(), content_type, &body) {
        Ok(wire) => {
            let input = route.method().descriptor().input();
            let expected = match case.get("message") {
                Some(message) => canonical_of(&input, message),
                None => json!({"error": case["error"]}),
            };
            (canonical(input, &wire), expected)
        }
        Err(error) => (described(&error), case["error"].clone()),
    }
}

/// An error in the form of the cases.
pub(crate) fn described(error: &RequestError) -> Value {
    let mut found = json!({"kind": format!("{:?}", error.kind())});
    for (name, value) in [
        ("field", error.field().map(Value::from)),
        ("line", error.line().map(Value::from)),
        ("column", error.column().map(Value::from)),
    ] {
        if let Some(value) = value {
            found[name] = value;
        }
    }
    found
}

fn answer(transcoder: &Transcoder, case: &Value) -> (Value, Value) {
    let (route, _) = route(
        transcoder,
        case["answer_to"].as_str().expect("a request line"),
    );
    let wire = match &case["wire_hex"] {
        Value::String(hex) => from_hex(hex),
        _ => parse(route.method().descriptor().output(), &case["message"]).encode_to_vec(),
    };
    match route.decode_response(&wire) {
        Ok(response) => {
            let expected_type = case.get("content_type").cloned();
            let expected = json!({
                "content_type": expected_type.unwrap_or_else(|| "application/json".into()),
                "body": case["body"],
            });
            let body = text(&response.body);
            (
                json!({"content_type": response.content_type, "body": body}),
                expected,
            )
        }
        Err(error) => (
            json!(error.field()),
            case.get("response_error").cloned().into(),
        ),
    }
}

/// Finds the route of a request line, and its query.
pub(crate) fn route<'t>(transcoder: &'t Transcoder, line: &str) -> (Route<'t>, Option<String>) {
    let (verb, target) = line.split_once(' ').expect("a method and a path");
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(p, q)| (p, Some(q)));
    let verb = http::Method::from_bytes(verb.as_bytes()).expect("a method");
    let route = transcoder
        .route(&verb, path)
        .unwrap_or_else(|e| panic!("{line}: {e}"));
    (route, query.map(str::to_owned))
}

fn options(case: &Value) -> Options {
    let mut options = Options::default();
    for flag in case["options"].as_array().into_iter().flatten() {
        match flag.as_str() {
            Some("ignore_unknown_fields") => options.ignore_unknown_fields = true,
            Some("ignore_unknown_query_parameters") => {
                options.ignore_unknown_query_parameters = true;
            }
            Some("omit_defaults") => options.always_print_primitive_fields = false,
            Some("max_depth_3") => options.max_depth = 3,
            _ => panic!("unknown option {flag}"),
        }
    }
    options
}

/// The same message as prost-reflect prints it.
pub(crate) fn canonical_of(descriptor: &MessageDescriptor, json: &Value) -> Value {
    canonical(
        descriptor.clone(),
        &parse(descriptor.clone(), json).encode_to_vec(),
    )
}

fn from_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect()
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn scalars() {
    run("scalars.json");
}

#[test]
fn structure() {
    run("structure.json");
}

#[test]
fn syntax() {
    run("syntax.json");
}

#[test]
fn well_known_types() {
    run("well_known.json");
}

#[test]
fn bindings() {
    run("bindings.json");
}

#[test]
fn queries() {
    run("queries.json");
}

#[test]
fn field_masks() {
    run("field_masks.json");
}

#[test]
fn answers() {
    run("answers.json");
}
