//! Request bodies: every byte of them, up to a bound, in time.

use std::time::Duration;

use guardmesh_proto::google::api::HttpBody;
use serde_json::Value;

use crate::contracts::fingerprint;
use crate::house::{House, Plan};
use crate::problem::problem;
use crate::wire::Wire;

/// As planned in the house, and as the contract of webhooks states.
const LIMIT: usize = 64 * 1024;
const WEBHOOK_LIMIT: usize = 524_288;

/// A body in chunks of at most `size` bytes.
fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in body.chunks(size) {
        out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

fn head(path: &str, headers: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

/// A login of exactly this many bytes.
fn login(length: usize) -> Vec<u8> {
    let empty = br#"{"email": ""}"#.len();
    format!(r#"{{"email": "{}"}}"#, "x".repeat(length - empty)).into_bytes()
}

#[tokio::test]
async fn a_body_may_fill_its_limit() {
    let house = House::start().await;
    let answer = house
        .request("POST", "/api/v1/auth/login", &[], &login(LIMIT))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    for size in [1000, 8192, LIMIT] {
        let body = chunked(&login(LIMIT), size);
        let request = [
            head("/api/v1/auth/login", "transfer-encoding: chunked\r\n"),
            body,
        ]
        .concat();
        let answer = house.raw(&request).await;
        assert_eq!(answer.status, 200, "{size}: {}", answer.text());
    }
    let answer = house
        .request("POST", "/webhooks/stripe", &[], &vec![b'x'; WEBHOOK_LIMIT])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn one_byte_more_is_too_large() {
    let house = House::start().await;
    for (path, limit) in [
        ("/api/v1/auth/login", LIMIT),
        ("/webhooks/stripe", WEBHOOK_LIMIT),
        ("/api/v1/webhooks/clerk", WEBHOOK_LIMIT),
    ] {
        let body = login(limit + 1);
        let answers = [
            house.request("POST", path, &[], &body).await,
            house
                .raw(
                    &[
                        head(path, "transfer-encoding: chunked\r\n"),
                        chunked(&body, 1000),
                    ]
                    .concat(),
                )
                .await,
        ];
        for answer in answers {
            let body = problem(&answer, 413, "RESOURCE_EXHAUSTED", "BODY_TOO_LARGE");
            let detail = body["detail"].as_str().unwrap();
            assert!(detail.contains(&limit.to_string()), "{detail}");
            assert_eq!(answer.header("connection"), Some("close"));
        }
    }
    assert_eq!(house.backend.count(), 0);
}

/// The client is still sending when the answer is known: it can send it all, and gets the
/// answer, with no reset in between.
#[tokio::test]
async fn a_refused_body_does_not_cost_the_client_its_answer() {
    let house = House::start().await;
    // More than the buffers of both kernels hold, and no more than a busy machine reads in a second.
    let body = vec![b'x'; 16 * 1024 * 1024];
    for (path, status) in [
        ("/api/v1/auth/login", 413),
        ("/nothing", 404),
        ("/api/v1/guards:check", 401),
    ] {
        let length = format!("content-length: {}\r\n", body.len());
        for request in [
            [head(path, &length), body.clone()].concat(),
            [
                head(path, "transfer-encoding: chunked\r\n"),
                chunked(&body, 10_000),
            ]
            .concat(),
        ] {
            let mut wire = Wire::open(house.address).await;
            wire.send(&request).await;
            let answer = wire.answer().await;
            assert_eq!(answer.status(), status, "{answer:?}");
            assert!(answer.head.contains("connection: close"), "{answer:?}");
            assert_eq!(wire.rest().await, b"");
        }
    }
}

#[tokio::test]
async fn a_body_announced_too_large_is_not_waited_for() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    let request = head("/api/v1/auth/login", "content-length: 9999999999\r\n");
    wire.send(&request).await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 413, "{answer:?}");
}

#[tokio::test]
async fn webhook_bytes_arrive_unchanged() {
    let house = House::start().await;
    let all: Vec<u8> = (0..=255).collect();
    for body in [
        &all[..],
        b"",
        b"\xef\xbb\xbf{\"id\": 1}",
        b" \t\r\n{ \"b\": 1.0,\n \"a\":1e2, \"b\": 2 } \n\n",
        b"\xff\xfe not UTF-8 \0",
    ] {
        for content_type in ["application/json; charset=utf-8", "text/plain"] {
            let expected = fingerprint(&HttpBody {
                content_type: content_type.to_owned(),
                data: body.to_vec(),
                extensions: vec![],
            });
            let header = [("content-type", content_type)];
            let plain = house
                .request("POST", "/webhooks/stripe", &header, body)
                .await;
            let headers = format!("content-type: {content_type}\r\ntransfer-encoding: chunked\r\n");
            let in_chunks = [head("/webhooks/stripe", &headers), chunked(body, 3)].concat();
            for answer in [plain, house.raw(&in_chunks).await] {
                assert_eq!(answer.status, 200, "{}", answer.text());
                let answer: Value = answer.text().parse().unwrap();
                assert_eq!(answer["eventId"], expected.as_str());
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let mut plan = Plan::default();
    plan.limits.body_timeout = Duration::from_millis(100);
    let house = House::planned(plan).await;
    house.ready().await;
    for (headers, part) in [
        ("content-length: 20\r\n", "{\"email\""),
        ("content-length: 20\r\n", ""),
        ("transfer-encoding: chunked\r\n", "3\r\n{\"e\r\n"),
        ("transfer-encoding: chunked\r\n", "f"),
    ] {
        let request = [head("/api/v1/auth/login", headers), part.into()].concat();
        let answer = house.raw(&request).await;
        problem(&answer, 408, "DEADLINE_EXCEEDED", "BODY_TIMEOUT");
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn a_body_that_is_no_body_is_refused() {
    let house = House::start().await;
    for body in [
        "nonsense\r\n",
        "-1\r\n",
        "fffffffffffffffff\r\n",
        "3\r\nabcdef\r\n",
    ] {
        let headers = "transfer-encoding: chunked\r\n";
        let request = [head("/api/v1/auth/login", headers), body.into()].concat();
        let answer = house.raw(&request).await;
        problem(&answer, 400, "INVALID_ARGUMENT", "INVALID_BODY");
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn an_expected_continue_is_answered_when_the_body_is_wanted() {
    let house = House::start().await;
    let expect = "expect: 100-continue\r\ncontent-length: 2\r\n";
    let mut wire = Wire::open(house.address).await;
    wire.send(head("/api/v1/auth/login", expect)).await;
    let answer = wire.answer().await;
    assert!(answer.head.starts_with("http/1.1 100 "), "{answer:?}");
    wire.send("{}").await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 200, "{answer:?}");

    // There is none: there is nothing to ask for.
    for headers in [
        "expect: 100-continue\r\n",
        "expect: 100-continue\r\ncontent-length: 0\r\n",
    ] {
        let mut wire = Wire::open(house.address).await;
        let request = format!("GET /health/live HTTP/1.1\r\nhost: test\r\n{headers}\r\n");
        wire.send(request).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), 200, "{answer:?}");
    }

    // It is not wanted: the answer comes instead, and the connection ends, since the gateway
    // cannot know whether a body follows.
    for (path, headers, status) in [
        ("/nothing", expect, 404),
        ("/api/v1/guards:check", expect, 401),
        (
            "/api/v1/auth/login",
            "expect: 100-continue\r\ncontent-length: 99999999\r\n",
            413,
        ),
    ] {
        let mut wire = Wire::open(house.address).await;
        let request = format!("POST {path} HTTP/1.1\r\nhost: test\r\n{headers}\r\n");
        wire.send(request).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), status, "{answer:?}");
        assert!(answer.head.contains("connection: close"), "{answer:?}");
        assert_eq!(wire.rest().await, b"");
    }
}
