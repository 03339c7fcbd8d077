//! Nothing a client or an upstream sends makes the crate panic.

use http::Method;
use proptest::prelude::*;

use crate::fixture::{TRANSCODER, config};

/// Bytes that look like JSON here and there, so that the parser gets somewhere.
fn jsonish() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        4 => prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"", "null", "true", "1e3", "-0.5", "\\u", "\\ud83d",
            "\\n", " ", "{\"sink\":", "{\"wellKnown\":", "{\"any\":", "\"@type\":", "\"value\":",
            "\"type.googleapis.com/kitchen.v1.Sink\"", "\"type.googleapis.com/google.protobuf.Any\"",
            "\"timestamp\":", "\"2026-01-01T00:00:00Z\"", "\"duration\":", "\"1.5s\"",
            "{\"maps\":{\"byInt32\":{", "\"1\":", "{\"choice\":{", "\"text\":", "\"number\":",
            "{\"lists\":{\"int32s\":[", "\"aStruct\":", "\"fieldMask\":\"a,b\"",
        ]).prop_map(|token| token.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

/// Fields with small numbers and plausible lengths, nested at random.
fn wireish() -> impl Strategy<Value = Vec<u8>> {
    let field = (1u8..24, 0u8..6, prop::collection::vec(any::<u8>(), 0..12));
    let leaf = prop::collection::vec(field, 0..6).prop_map(|fields| {
        let mut wire = Vec::new();
        for (number, wire_type, bytes) in fields {
            prost::encoding::encode_varint(u64::from(number << 3 | wire_type), &mut wire);
            if wire_type == 2 {
                prost::encoding::encode_varint(bytes.len() as u64, &mut wire);
            }
            wire.extend(bytes);
        }
        wire
    });
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop::collection::vec((1u8..24, inner), 0..6).prop_map(|fields| {
            let mut wire = Vec::new();
            for (number, bytes) in fields {
                prost::encoding::encode_varint(u64::from(number << 3 | 2), &mut wire);
                prost::encoding::encode_varint(bytes.len() as u64, &mut wire);
                wire.extend(bytes);
            }
            wire
        })
    })
}

fn decode(path: &str, wire: &[u8]) -> bool {
    let route = TRANSCODER.route(&Method::POST, path).expect("a route");
    match route.decode_response(wire) {
        Ok(response) if response.content_type == "application/json" => {
            serde_json::from_slice::<serde_json::Value>(&response.body).is_ok()
        }
        _ => true,
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn bodies(body in prop_oneof![jsonish(), prop::collection::vec(any::<u8>(), 0..200)]) {
        for path in ["/v1/sinks", "/v1/items/7:check", "/v1/shelves/1/items", "/v1/tags"] {
            let route = TRANSCODER.route(&Method::POST, path).expect("a route");
            if let Err(error) = route.encode_request(None, None, &body) {
                prop_assert!(error.line().is_some() && error.column().is_some());
            }
        }
        let patch = TRANSCODER.route(&Method::PATCH, "/v1/shelves/1/items/2").expect("a route");
        drop(patch.encode_request(None, None, &body));
    }

    #[test]
    fn wires(wire in prop_oneof![wireish(), prop::collection::vec(any::<u8>(), 0..200)]) {
        prop_assert!(decode("/v1/sinks", &wire), "an answer is not JSON");
        prop_assert!(decode("/v1/items:check", &wire), "an answer is not JSON");
        decode("/v1/upload", &wire);
    }

    #[test]
    fn paths(
        path in prop_oneof![
            ".*",
            prop::collection::vec(
                prop::sample::select(vec![
                    "/", "v1", "items", "shelves", "files", "deep", "a", "z", "end", "mid", "raw",
                    ":", "check", "%", "%2F", "%2e", ".", "typed", "%ff", "%00", "any",
                ]),
                0..16,
            ).prop_map(|parts| parts.concat()),
        ],
        query in ".*",
        verb in prop::sample::select(vec!["GET", "POST", "PATCH", "DELETE", "PURGE"]),
    ) {
        let verb = Method::from_bytes(verb.as_bytes()).expect("a method");
        if let Ok(route) = TRANSCODER.route(&verb, &path) {
            drop(route.encode_request(Some(&query), None, b""));
        }
    }

    #[test]
    fn queries(
        query in prop::collection::vec(
            prop::sample::select(vec![
                "&", "=", "pageSize", "filter", ".", "not", "text", "labels", "[", "]", "1", "%",
                "%41", "+", "colours", "flags", "since", "readMask", "a,b", "true", "numbers", "é",
            ]),
            0..24,
        )
    ) {
        let route = TRANSCODER.route(&Method::GET, "/v1/items").expect("a route");
        drop(route.encode_request(Some(&query.concat()), None, b""));
    }
}
