//! Streams of a service as the body of an answer: events, lines, and parts of a file.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use crate::body_stream::BodyStream;
use crate::chat::Chat;
use crate::contracts::SECRET_TEXT;
use crate::house::{House, until, within};

/// A stream of notes with these headers.
async fn get(house: &House, path: &str, headers: &str) -> BodyStream {
    let bearer = house.bearer(&[]);
    let request = format!(
        "GET /api/v1/notes:{path} HTTP/1.1\r\nhost: a\r\nauthorization: {bearer}\r\n{headers}\r\n"
    );
    BodyStream::open(house.address, &request).await
}

const EVENTS: &str = "accept: text/event-stream\r\n";

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn note(count: u32) -> Value {
    json!({"text": "note", "count": count, "filling": "", "room": ""})
}

#[tokio::test]
async fn lines_are_the_messages() {
    let (house, chat) = Chat::house(|_| {}).await;
    let answer = get(
        &house,
        "watch?count=2",
        "x-note: mine\r\nlast-event-id: 7\r\n",
    )
    .await;
    assert_eq!(answer.status(), 200);
    for header in [
        "content-type: application/x-ndjson\r\n",
        "transfer-encoding: chunked\r\n",
        "cache-control: no-store, no-transform\r\n",
        "x-accel-buffering: no\r\n",
        "x-request-id: req_",
        "x-content-type-options: nosniff\r\n",
    ] {
        assert!(answer.head.contains(header), "{header}: {}", answer.head);
    }
    assert!(!answer.head.contains("x-inside"));
    let body = answer.rest().await.unwrap();
    assert_eq!(lines(&body), [note(1), note(2)]);
    let metadata = &chat.calls()[0];
    assert_eq!(metadata["x-note"], "mine");
    assert_eq!(metadata["last-event-id"], "7");

    let answer = get(&house, "watch?count=0", "").await;
    assert_eq!(
        (answer.status(), answer.rest().await.unwrap()),
        (200, String::new())
    );
}

#[tokio::test]
async fn events_have_ids_and_an_end() {
    let (house, chat) = Chat::house(|_| {}).await;
    let answer = get(&house, "watch?count=2", EVENTS).await;
    assert!(answer.head.contains("content-type: text/event-stream\r\n"));
    let body = answer.rest().await.unwrap();
    let (one, two) = (note(1), note(2));
    let body: Vec<&str> = body.split("\n\n").collect();
    assert_eq!(body[0], "retry: 2000");
    for (event, id, note) in [(body[1], 1, one), (body[2], 2, two)] {
        let data = event.strip_prefix(&format!("id: {id}\ndata: ")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(data).unwrap(), note);
    }
    assert_eq!(body[3..], ["event: end\ndata: {}", ""]);

    // Ids go on where the client left off, and the service is told; only our own ids are.
    let answer = get(
        &house,
        "watch?count=1",
        &format!("{EVENTS}last-event-id: 41\r\n"),
    )
    .await;
    assert!(answer.rest().await.unwrap().contains("\n\nid: 42\ndata: "));
    let answer = get(
        &house,
        "watch?count=1",
        &format!("{EVENTS}last-event-id: -1\r\n"),
    )
    .await;
    assert!(answer.rest().await.unwrap().contains("\n\nid: 1\ndata: "));
    let given = chat.calls();
    assert_eq!(given[1]["last-event-id"], "41");
    assert!(!given[2].contains_key("last-event-id"));
}

#[tokio::test]
async fn a_body_is_taken_and_the_connection_serves_on() {
    let (house, _) = Chat::house(|_| {}).await;
    let bearer = house.bearer(&[]);
    let body = r#"{"text": "", "count": 1}"#;
    let request = format!(
        "POST /api/v1/notes:watch HTTP/1.1\r\nhost: a\r\nauthorization: {bearer}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // Pipelined: the second answer follows the first.
    let answer = BodyStream::open(house.address, &request.repeat(2)).await;
    let (first, mut second) = answer.next().await;
    assert_eq!(lines(&first.unwrap()), [note(1)]);
    assert_eq!(second.status(), 200);
    assert_eq!(lines(&second.through("\n").await), [note(1)]);
}

#[tokio::test]
async fn what_fails_before_the_first_message_has_its_status() {
    let (house, _) = Chat::house(|_| {}).await;
    for accept in ["", EVENTS] {
        let headers = [("authorization", &*house.bearer(&[])), ("accept", accept)];
        let headers = &headers[..if accept.is_empty() { 1 } else { 2 }];
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.trim_start_matches("accept: ").trim()))
            .collect();
        for (path, status, reason) in [
            ("watch?text=no", 404, "NO_NOTE"),
            ("watch?text=too%20large", 500, "INTERNAL"),
            ("watch?nothing=1", 400, "INVALID_REQUEST"),
            ("download?text=no", 404, "NO_NOTE"),
        ] {
            let answer = house.get(&format!("/api/v1/notes:{path}"), &headers).await;
            assert_eq!(answer.status, status, "{path}");
            let problem: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(problem["reason"], reason, "{path}");
        }
        let answer = house.get("/api/v1/notes:watch", &headers[1..]).await;
        assert_eq!(answer.status, 401);
    }
    let bearer = house.bearer(&[]);
    let headers = [("authorization", &*bearer), ("accept", "application/json")];
    let answer = house.get("/api/v1/notes:watch", &headers).await;
    assert_eq!(answer.status, 406);
    // Both ways there is no body.
    let answer = house.get("/api/v1/rooms/x:talk", &headers).await;
    assert_eq!(answer.status, 426);
    let upgrade = ("upgrade".to_owned(), "websocket".to_owned());
    assert!(answer.headers.contains(&upgrade));
}

#[tokio::test]
async fn what_fails_later_is_told_at_the_end() {
    let (house, _) = Chat::house(|_| {}).await;
    let answer = get(&house, "watch?count=1&text=then%20no", "").await;
    let body = lines(&answer.rest().await.unwrap());
    assert_eq!(body[0], note(1));
    assert_eq!(body[1]["error"]["status"], 404);
    assert_eq!(body[1]["error"]["reason"], "NO_NOTE");
    assert_eq!(body.len(), 2);

    let answer = get(&house, "watch?count=1&text=then%20broken", EVENTS).await;
    let body = answer.rest().await.unwrap();
    let (_, error) = body.split_once("\n\nevent: error\ndata: ").unwrap();
    let problem: Value = serde_json::from_str(error.trim_end()).unwrap();
    assert_eq!(
        (&problem["code"], &problem["status"]),
        (&json!("INTERNAL"), &json!(500))
    );
    assert!(!body.contains(SECRET_TEXT));
}

#[tokio::test]
async fn parts_of_a_file_are_one_body() {
    let (house, _) = Chat::house(|_| {}).await;
    let answer = get(&house, "download?count=2", "accept: image/png\r\n").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.head.contains("content-type: text/csv\r\n"));
    assert_eq!(answer.rest().await.unwrap(), "note,1\nnote,2\n");

    let mut answer = get(&house, "download?count=1&text=then%20no", "").await;
    answer.through("note,1\n").await;
    assert_eq!(
        answer.rest().await,
        None,
        "a file that breaks off is not complete"
    );
}

#[tokio::test]
async fn messages_are_sent_as_they_come_and_silence_is_filled() {
    let (house, chat) = Chat::house(|plan| {
        plan.limits.streams.heartbeat = Duration::from_millis(20);
    })
    .await;
    let mut answer = get(&house, "watch?count=1&text=then%20wait", EVENTS).await;
    answer.through("\n\nid: 1\ndata: ").await;
    for _ in 0..3 {
        answer.through("\n\n:").await;
    }
    chat.gate.add_permits(1);
    answer
        .through("\n\nid: 2\ndata: {\"text\":\"waited\"")
        .await;
    assert!(
        answer
            .rest()
            .await
            .unwrap()
            .ends_with("event: end\ndata: {}\n\n")
    );

    // A stream without messages begins all the same.
    let mut answer = get(&house, "watch?text=hang", EVENTS).await;
    assert_eq!(answer.status(), 200);
    answer.through(":\n\n").await;
}

#[tokio::test]
async fn a_client_that_leaves_cancels_the_call() {
    let (house, chat) = Chat::house(|_| {}).await;
    for path in [
        "watch?count=1&text=then%20silence",
        "download?count=1&text=then%20silence",
    ] {
        let before = chat.cancelled.load(Ordering::SeqCst);
        let mut answer = get(&house, path, "").await;
        answer.through("\n").await;
        drop(answer);
        until("the cancellation", async || {
            chat.cancelled.load(Ordering::SeqCst) == before + 1
        })
        .await;
    }
}

#[tokio::test]
async fn silence_has_a_bound_and_so_has_all_of_it() {
    let (house, chat) = Chat::house(|plan| {
        plan.limits.streams.idle_timeout = Duration::from_millis(200);
    })
    .await;
    let answer = get(&house, "watch?count=1&text=then%20silence", "").await;
    let body = lines(&answer.rest().await.unwrap());
    assert_eq!(body[1]["error"]["reason"], "STREAM_IDLE");
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;

    let (house, chat) = Chat::house(|plan| {
        plan.limits.streams.max_duration = Duration::from_millis(200);
    })
    .await;
    let answer = get(&house, "watch?count=1&text=then%20silence", EVENTS).await;
    let body = answer.rest().await.unwrap();
    assert!(body.contains("\"code\":\"DEADLINE_EXCEEDED\""), "{body}");
    until("the cancellation", async || {
        chat.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn a_shutdown_ends_streams_so_that_clients_can_tell() {
    let (house, _) = Chat::house(|_| {}).await;
    let mut events = get(&house, "watch?count=1&text=then%20silence", EVENTS).await;
    let mut lines = get(&house, "watch?count=1&text=then%20silence", "").await;
    events.through("id: 1\n").await;
    lines.through("\n").await;
    house.shutdown.cancel();
    let body = events.rest().await.unwrap();
    assert!(
        body.contains("\n\nevent: error\n") && body.contains("SHUTTING_DOWN"),
        "{body}"
    );
    assert!(lines.rest().await.unwrap().contains("SHUTTING_DOWN"));
    within("the gateway", house.gateway).await.unwrap();
}

/// Of 256 MiB, a reader that does not read has the service send as much as lies in windows and
/// socket buffers, and no more.
#[tokio::test]
async fn a_reader_that_stops_stops_the_service() {
    const NOTE: usize = 64 * 1024;
    let (house, chat) = Chat::house(|_| {}).await;
    let path = "watch?text=large&count=4096";
    let mut answer = get(&house, path, "").await;
    answer.through("{").await;
    until("a stop", async || {
        let before = chat.sent.load(Ordering::SeqCst);
        // Meanwhile the gateway is busy with others.
        for _ in 0..20 {
            assert_eq!(house.get("/health", &[]).await.status, 200);
        }
        chat.sent.load(Ordering::SeqCst) == before
    })
    .await;
    let sent = chat.sent.load(Ordering::SeqCst) * NOTE;
    assert!(
        sent < 16 * 1024 * 1024,
        "{sent} bytes were taken for nobody"
    );

    // It goes on when the reader does.
    let more = chat.sent.load(Ordering::SeqCst) + 100;
    for _ in 0..more {
        answer.through("\n").await;
    }
    assert!(chat.sent.load(Ordering::SeqCst) >= more);
}
