//! Runs `tests/cases/streams.json`.
//!
//! A case of a client's stream has `stream` (a request line), optionally `content_type`; and
//! either `sent` (the texts) with `messages` (canonical JSON of what each becomes, or its `error`),
//! or the `error` of its beginning. A case of a server's stream has `answers_to` (a request line),
//! `messages`, and the `bodies` and `content_types` they become.

use guardmesh_transcoder::RequestError;
use prost::Message as _;
use serde_json::{Value, json};

use crate::cases::{self, canonical_of, described};
use crate::fixture::{TRANSCODER, canonical, parse};

#[test]
fn streams() {
    cases::run_each("streams.json", |case| match case.get("stream") {
        Some(_) => requests(case),
        None => answers(case),
    });
}

fn requests(case: &Value) -> (Value, Value) {
    let line = case["stream"].as_str().expect("a request line");
    let (route, query) = cases::route(&TRANSCODER, line);
    assert!(route.method().client_streaming());
    let mut stream = match route.request_stream(query.as_deref(), case["content_type"].as_str()) {
        Ok(stream) => stream,
        Err(error) => return (described(&error), case["error"].clone()),
    };
    let input = route.method().descriptor().input();
    let mut encode = |text: &Value| -> Result<Value, RequestError> {
        let wire = stream.encode(text.as_str().expect("a text").as_bytes())?;
        Ok(canonical(input.clone(), &wire))
    };
    let found = case["sent"]
        .as_array()
        .expect("texts")
        .iter()
        .map(|text| encode(text).unwrap_or_else(|error| json!({"error": described(&error)})));
    let expected = case["messages"].as_array().expect("messages").iter();
    let expected = expected.map(|message| match message.get("error") {
        Some(_) => message.clone(),
        None => canonical_of(&input, message),
    });
    (found.collect(), expected.collect())
}

fn answers(case: &Value) -> (Value, Value) {
    let line = case["answers_to"].as_str().expect("a request line");
    let (route, _) = cases::route(&TRANSCODER, line);
    assert!(route.method().server_streaming());
    let raw = route.binding().answers_raw_body();
    let mut bodies = Vec::new();
    let mut content_types = Vec::new();
    for message in case["messages"].as_array().expect("messages") {
        let wire = parse(route.method().descriptor().output(), message).encode_to_vec();
        let answer = route.decode_response(&wire).expect("an answer");
        let text = String::from_utf8(answer.body.to_vec()).expect("text");
        assert!(raw || !text.contains(['\n', '\r']), "more than one line");
        bodies.push(text);
        content_types.push(answer.content_type);
    }
    let expected = case.get("content_types").cloned();
    let expected = expected.unwrap_or_else(|| vec!["application/json"; bodies.len()].into());
    (
        json!([bodies, content_types]),
        json!([case["bodies"], expected]),
    )
}
