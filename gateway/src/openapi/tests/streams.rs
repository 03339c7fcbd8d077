//! How streams are described.

use serde_json::{Value, json};

use super::{generate, reference};

const STREAMS: &str = r#"
syntax = "proto3";
package things.v1;
import "google/api/annotations.proto";
import "google/api/httpbody.proto";
import "guardmesh/common/v1/policy.proto";
message Thing { string id = 1; }
service Streams {
  // Watches things.
  rpc Watch(Thing) returns (stream Thing) {
    option (google.api.http) = {get: "/v1/things:watch"};
    option (guardmesh.common.v1.policy) = {access: ACCESS_PUBLIC};
  }
  // Gives a file.
  rpc Download(Thing) returns (stream google.api.HttpBody) {
    option (google.api.http) = {get: "/v1/things:download"};
    option (guardmesh.common.v1.policy) = {access: ACCESS_PUBLIC};
  }
  // Takes things.
  rpc Upload(stream Thing) returns (Thing) {
    option (google.api.http) = {post: "/v1/things:upload" body: "*"};
    option (guardmesh.common.v1.policy) = {access: ACCESS_PUBLIC};
  }
  // Gives things for things.
  rpc Trade(stream Thing) returns (stream Thing) {
    option (google.api.http) = {post: "/v1/things:trade" body: "*"};
    option (guardmesh.common.v1.policy) = {access: ACCESS_PUBLIC};
  }
}
"#;

fn operation(path: &str, verb: &str) -> Value {
    generate(STREAMS).unwrap()["paths"][path][verb].clone()
}

#[test]
fn a_stream_of_the_service_has_two_forms() {
    let watch = operation("/v1/things:watch", "get");
    let content = &watch["responses"]["200"]["content"];
    let item = json!({"schema": reference("Thing")});
    let both = json!({"application/x-ndjson": item, "text/event-stream": item});
    assert_eq!(*content, both);
    assert!(watch["description"].as_str().unwrap().contains("`end`"));

    let file = operation("/v1/things:download", "get");
    let content = &file["responses"]["200"]["content"];
    assert_eq!(*content, json!({"*/*": {"schema": {}}}));
}

#[test]
fn a_stream_of_the_client_is_lines() {
    let upload = operation("/v1/things:upload", "post");
    let content = &upload["requestBody"]["content"];
    let lines = json!({"application/x-ndjson": {"schema": reference("Thing")}});
    assert_eq!(*content, lines);
    let answer = &upload["responses"]["200"]["content"];
    assert_eq!(
        answer.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["application/json"]
    );
}

#[test]
fn streams_both_ways_are_a_websocket() {
    assert_eq!(operation("/v1/things:trade", "post"), Value::Null);
    let trade = operation("/v1/things:trade", "get");
    assert_eq!(trade.get("requestBody"), None);
    assert_eq!(trade["responses"].get("200"), None);
    assert!(trade["responses"]["101"]["description"].is_string());
    let description = trade["description"].as_str().unwrap();
    assert!(description.starts_with("A WebSocket"));
    for side in ["client", "server"] {
        let message = &trade["x-websocket-messages"][side]["$ref"];
        let schema = message.as_str().unwrap();
        assert!(schema.starts_with("#/components/schemas/"), "{schema}");
    }
}
