//! What every error answer is: a problem document as the API document declares it.

use guardmesh_chassis::testing::http::Response;
use serde_json::Value;

/// Checks an error answer in all its parts; gives its body.
#[track_caller]
pub(crate) fn problem(response: &Response, status: u16, code: &str, reason: &str) -> Value {
    let text = response.text();
    assert_eq!(response.status, status, "{text}");
    assert_eq!(
        response.header("content-type"),
        Some("application/problem+json"),
        "{text}"
    );
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["code"], code, "{text}");
    assert_eq!(body["reason"], reason, "{text}");
    assert_eq!(body["status"], status, "{text}");
    assert_eq!(body["type"], "about:blank", "{text}");
    assert!(!body["title"].as_str().unwrap().is_empty(), "{text}");
    assert!(!body["detail"].as_str().unwrap().is_empty(), "{text}");
    assert_eq!(
        body["requestId"].as_str(),
        response.header("x-request-id"),
        "{text}"
    );
    assert!(response.header("x-request-id").is_some(), "{text}");
    assert_hardened(response);
    body
}

/// The headers that every answer has.
#[track_caller]
pub(crate) fn assert_hardened(response: &Response) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(response.header(name), Some(value), "{name}");
    }
    assert_eq!(response.header("server"), None);
}
