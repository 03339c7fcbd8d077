//! Requests that break a rule of the contract.

use guardmesh_proto::guardmesh::guards::v1::CheckRequest;
use tonic::Code;
use tonic_types::StatusExt;

use crate::app::{App, invalid_fields, member, reason, text};

const MEBIBYTE: usize = 1024 * 1024;

fn guards(ids: &[&str]) -> CheckRequest {
    CheckRequest {
        guards: ids.iter().map(|&id| id.to_owned()).collect(),
        ..text("a text")
    }
}

#[tokio::test]
async fn the_field_that_breaks_a_rule_is_named() {
    let app = App::start().await;
    let caller = member();
    let many = vec!["pii"; 101];
    let channel = |channel| CheckRequest {
        channel,
        ..text("a text")
    };
    for (request, field) in [
        (text(""), "content"),
        (text("a".repeat(MEBIBYTE + 1)), "content"),
        // The limit is one of bytes: these are half as many characters.
        (text("é".repeat(MEBIBYTE / 2 + 1)), "content"),
        (channel(7), "channel"),
        (channel(-1), "channel"),
        (channel(i32::MAX), "channel"),
        (guards(&["clairvoyance"]), "guards[0]"),
        (guards(&["pii", "secrets", "PII"]), "guards[2]"),
        (guards(&["pii", ""]), "guards[1]"),
        (guards(&["pii\0"]), "guards[0]"),
        (guards(&["custom:ids", "PII"]), "guards[1]"),
        (guards(&many), "guards"),
    ] {
        let status = app.check(&caller, request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{field}");
        assert_eq!(reason(&status), "INVALID_FIELD", "{field}");
        assert_eq!(invalid_fields(&status), [field]);
    }
    let runs = app.list(&caller, 0, "").await.unwrap().guard_runs;
    assert!(runs.is_empty(), "a refused check leaves no run");
}

#[tokio::test]
async fn an_unknown_guard_is_answered_with_those_there_are() {
    let app = App::start().await;
    let status = app.check(&member(), guards(&["clairvoyance"])).await;
    let details = status.unwrap_err().get_error_details();
    let violation = details.bad_request().unwrap().field_violations[0].clone();
    assert!(
        violation
            .description
            .contains("secrets, pii, invisible_text")
    );
}

#[tokio::test]
async fn a_text_of_the_largest_size_is_checked() {
    let app = App::start().await;
    let caller = member();
    let mut content = "four ".repeat(MEBIBYTE / 5);
    let room = MEBIBYTE - content.len();
    content.push_str(&"x".repeat(room));
    content.replace_range(MEBIBYTE - 16.., " ada@example.org");
    assert_eq!(content.len(), MEBIBYTE);
    let answer = app.check(&caller, text(content)).await.unwrap();
    let range = answer.findings[0].byte_range.unwrap();
    assert_eq!([range.start, range.end], [1_048_561, 1_048_576]);
    let run = app.get(&caller, &answer.run_id).await.unwrap();
    assert_eq!(run.content_bytes, 1_048_576);
}

#[tokio::test]
async fn a_message_beyond_reason_is_refused_unread() {
    let app = App::start().await;
    let status = app.check(&member(), text("a".repeat(5 * MEBIBYTE))).await;
    assert_eq!(status.unwrap_err().code(), Code::OutOfRange);
}
