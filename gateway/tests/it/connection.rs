//! Connections of clients: reused, pipelined, in pieces, given up.

use std::time::Duration;

use guardmesh_chassis::testing::http;

use crate::house::{House, Plan, until, within};
use crate::wire::Wire;

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n";

fn login(email: &str) -> String {
    let body = format!(r#"{{"email": "{email}"}}"#);
    format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    for request in [
        LIVE.to_owned(),
        login("a"),
        // Errors whose request was read in full do not end a connection.
        login("conflict"),
        "GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /api/v1/auth/me HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "HEAD /health HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        login("b"),
    ] {
        wire.send(&request).await;
        let answer = if request.starts_with("HEAD") {
            wire.head().await
        } else {
            wire.answer().await
        };
        assert!(answer.head.contains("connection: keep-alive"), "{answer:?}");
    }
    assert_eq!(house.backend.calls("Login").len(), 3);
}

#[tokio::test]
async fn a_request_may_come_byte_by_byte() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    let body = r#"{"email": "slow@example.com"}"#;
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\n";
    let length = body.len();
    let half = &body[..10];
    let rest = &body[10..];
    for request in [
        format!("{head}content-length: {length}\r\n\r\n{body}"),
        format!(
            "{head}transfer-encoding: chunked\r\n\r\n{:X};ext=1\r\n{half}\r\n{:x}\r\n{rest}\r\n0\r\ntrailer: x\r\n\r\n",
            half.len(),
            rest.len(),
        ),
    ] {
        for byte in request.as_bytes() {
            wire.send([*byte]).await;
            tokio::task::yield_now().await;
        }
        let answer = wire.answer().await;
        assert!(answer.body.contains("slow@example.com"), "{answer:?}");
    }
}

/// Requests that come before the first is answered are answered in their order (RFC 9112,
/// section 9.3.2), also when one comes while a service works.
#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    wire.send(format!("{}{}{}", login("first"), login("wait"), LIVE))
        .await;
    assert!(wire.answer().await.body.contains("first"));
    until("the call", async || house.backend.calls("Login").len() == 2).await;
    let (head, rest) = LIVE.split_at(9);
    wire.send(login("fourth") + head).await;
    house.backend.gate.add_permits(1);
    assert!(wire.answer().await.body.contains("wait"));
    assert!(wire.answer().await.body.contains("SERVING"));
    assert!(wire.answer().await.body.contains("fourth"));
    wire.send(rest).await;
    assert!(wire.answer().await.body.contains("SERVING"));
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing_behind() {
    let mut plan = Plan::default();
    plan.limits.max_connections = 2;
    let house = House::planned(plan).await;
    house.ready().await;
    for part in [
        "",
        "GET /health",
        LIVE,
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n",
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{\"e",
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n",
    ] {
        for _ in 0..4 {
            let mut wire = Wire::open(house.address).await;
            wire.send(part).await;
        }
        // All its places are free again, as soon as it knows that they are.
        until("room after those who left", async || {
            let answer = http::request(house.address, "GET", "/health/live", &[], b"").await;
            answer.is_ok_and(|answer| answer.status == 200)
        })
        .await;
    }
    // Gone while a service works: the call ends, and so does the connection.
    let mut wire = Wire::open(house.address).await;
    wire.send(login("hang")).await;
    until("the call", async || house.backend.calls("Login").len() == 1).await;
    drop(wire);
    until("the end of the call", async || {
        house.backend.cancelled() == 1
    })
    .await;
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
}

/// Also after a first request.
#[tokio::test]
async fn an_idle_connection_is_closed() {
    let mut plan = Plan::default();
    plan.limits.idle_timeout = Duration::from_millis(300);
    let house = House::planned(plan).await;
    house.ready().await;
    assert_eq!(Wire::open(house.address).await.rest().await, b"");
    let mut wire = Wire::open(house.address).await;
    wire.send(LIVE).await;
    let answer = wire.answer().await;
    assert!(answer.head.contains("connection: keep-alive"), "{answer:?}");
    assert_eq!(wire.rest().await, b"");
}

/// The whole head has its time, however steadily it drips.
#[tokio::test]
async fn a_head_that_drips_is_refused() {
    let mut plan = Plan::default();
    plan.limits.head_timeout = Duration::from_millis(300);
    let house = House::planned(plan).await;
    house.ready().await;
    for before in ["", LIVE] {
        let mut wire = Wire::open(house.address).await;
        if !before.is_empty() {
            wire.send(before).await;
            assert_eq!(wire.answer().await.status(), 200);
        }
        wire.send("GET /health/live HTTP/1.1\r\n").await;
        let dripping = async {
            while !wire.has_answer().await {
                wire.send_if_open(b"x").await;
            }
        };
        within("the deadline", dripping).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), 408, "{answer:?}");
        assert!(answer.body.contains("HEAD_TIMEOUT"), "{answer:?}");
        assert!(answer.head.contains("x-request-id: req_"), "{answer:?}");
        assert!(answer.head.contains("connection: close"), "{answer:?}");
        assert_eq!(wire.rest().await, b"");
    }
}

/// The preface of HTTP/2 has its time, too, and then there is nothing to say.
#[tokio::test]
async fn a_beginning_that_may_be_http2_has_its_time() {
    let mut plan = Plan::default();
    plan.limits.head_timeout = Duration::from_millis(300);
    let house = House::planned(plan).await;
    house.ready().await;
    let mut wire = Wire::open(house.address).await;
    wire.send("PRI * HTTP/2.0\r\n").await;
    assert_eq!(wire.rest().await, b"");
}

/// What cannot be read as a request gets an answer that can be found in the log.
#[tokio::test]
async fn what_is_no_request_is_answered_as_a_problem() {
    let house = House::start().await;
    for bytes in [
        "\x16\x03\x01\x02\x00",
        "GET\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    ] {
        let answer = house.raw(bytes.as_bytes()).await;
        assert_eq!(answer.status, 400, "{bytes:?}");
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let id = problem["requestId"].as_str().unwrap();
        assert_eq!(answer.header("x-request-id"), Some(id), "{bytes:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{bytes:?}");
    }
}

/// What follows it does not cost the client its answer: the connection ends, and is not reset.
#[tokio::test]
async fn who_goes_on_after_a_refusal_still_gets_it() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    wire.send(format!("NONSENSE\r\n\r\n{}", "x".repeat(100_000)))
        .await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 400, "{answer:?}");
    wire.send("more").await;
    wire.finish().await;
    assert_eq!(wire.end().await.unwrap(), b"");
}

/// More than the buffers of both kernels hold, so that it must be read to be sent.
#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_cut_off() {
    let mut plan = Plan::default();
    plan.limits.max_connections = 1;
    plan.limits.body_timeout = Duration::from_millis(100);
    let house = House::planned(plan).await;
    house.ready().await;
    let mut wire = Wire::open(house.address).await;
    wire.send(login("fairly large")).await;
    // Its place is free again, while it is still there.
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
    let part = wire.rest().await;
    assert!(part.len() < 15 * 1024 * 1024, "{} bytes", part.len());
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let mut plan = Plan::default();
    plan.limits.max_connections = 1;
    let house = House::planned(plan).await;
    house.ready().await;
    let mut first = Wire::open(house.address).await;
    first.send(login("wait")).await;
    until("the call", async || house.backend.calls("Login").len() == 1).await;
    let mut second = Wire::open(house.address).await;
    second.send(login("second")).await;
    house.backend.gate.add_permits(1);
    assert_eq!(first.answer().await.status(), 200);
    drop(first);
    assert!(second.answer().await.body.contains("second"));
}
