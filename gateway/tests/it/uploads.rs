//! A client's stream as the body of a request.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::chat::Chat;
use crate::house::{House, until};
use crate::wire::{Answer, Wire};

const COLLECT: &str = "/api/v1/notes:collect";

/// A request whose body is chunked, and not sent yet.
async fn begin(house: &House, path: &str, content_type: &str) -> Wire {
    let mut wire = Wire::open(house.address).await;
    let bearer = house.bearer(&[]);
    wire.send(format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: {bearer}\r\n\
         content-type: {content_type}\r\ntransfer-encoding: chunked\r\n\r\n"
    ))
    .await;
    wire
}

async fn chunk(wire: &mut Wire, data: &str) {
    wire.send(format!("{:x}\r\n{data}\r\n", data.len())).await;
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn lines_are_messages_as_they_come() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut wire = begin(&house, COLLECT, "application/x-ndjson; charset=utf-8").await;
    chunk(&mut wire, "{\"text\": \"a\"}\n{\"te").await;
    until("the first", async || {
        chat.arrived.load(Ordering::SeqCst) == 1
    })
    .await;
    chunk(&mut wire, "xt\": \"b\"}\r\n\r\n{\"text\": \"c\"}").await;
    chunk(&mut wire, "").await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 200);
    let note = json(&answer);
    assert_eq!((&note["text"], &note["count"]), (&json!("abc"), &json!(3)));
    // Nothing follows chunks.
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    assert_eq!(wire.rest().await, b"");
}

#[tokio::test]
async fn the_service_may_answer_early() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut wire = begin(&house, COLLECT, "application/x-ndjson").await;
    chunk(&mut wire, "{\"text\": \"enough\"}\n").await;
    let answer = wire.answer().await;
    assert_eq!((answer.status(), &json(&answer)["count"]), (200, &json!(1)));
    assert_eq!(chat.cancelled.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let (house, chat) = Chat::house(|_| {}).await;
    for (content_type, body, status, reason) in [
        ("application/json", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            "application/x-ndjson",
            "{}\n{\"text\": 1}\n",
            400,
            "INVALID_REQUEST",
        ),
        ("application/x-ndjson", "{\n}\n", 400, "INVALID_REQUEST"),
        (
            "application/x-ndjson",
            &"x".repeat(70_000),
            413,
            "MESSAGE_TOO_LARGE",
        ),
    ] {
        let mut wire = begin(&house, COLLECT, content_type).await;
        chunk(&mut wire, body).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), status, "{body:.50}");
        assert_eq!(json(&answer)["reason"], reason, "{body:.50}");
    }
    until("the cancellations", async || {
        chat.cancelled.load(Ordering::SeqCst) == 3
    })
    .await;
    let mut wire = begin(&house, &format!("{COLLECT}?texd=x"), "application/x-ndjson").await;
    chunk(&mut wire, "").await;
    assert_eq!(wire.answer().await.status(), 400);
}

#[tokio::test]
async fn a_client_that_leaves_cancels_the_call() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut wire = begin(&house, COLLECT, "application/x-ndjson").await;
    chunk(&mut wire, "{\"text\": \"a\"}\n").await;
    until("the note", async || {
        chat.arrived.load(Ordering::SeqCst) == 1
    })
    .await;
    drop(wire);
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn any_body_is_an_upload_in_parts() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut wire = begin(&house, "/api/v1/files/x:upload", "image/png").await;
    chunk(&mut wire, "one").await;
    until("the first part", async || {
        chat.arrived.load(Ordering::SeqCst) == 1
    })
    .await;
    chunk(&mut wire, "two").await;
    chunk(&mut wire, "").await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    let note = json(&answer);
    assert_eq!(note["text"], "image/png:onetwo");
    assert_eq!((&note["count"], &note["room"]), (&json!(2), &json!("x")));
}
