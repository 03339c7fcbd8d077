//! Connections of clients: reused, pipelined, in pieces, given up.

use std::time::Duration;

use crate::house::{House, Plan, until};
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

/// A second request that comes before the first is answered is not served, and is not taken for
/// something else either: the connection ends, and the client sends it again.
#[tokio::test]
async fn a_pipelined_request_ends_the_connection() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    wire.send(format!("{}{}", login("first"), login("second")))
        .await;
    let answer = wire.answer().await;
    assert!(answer.body.contains("first"), "{answer:?}");
    assert_eq!(wire.rest().await, b"");
    assert_eq!(house.backend.calls("Login").len(), 1);
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
        // All its places are free again.
        let answer = house.get("/health/live", &[]).await;
        assert_eq!(answer.status, 200, "{part:?}");
    }
    // Gone while a service works: the call ends, and so does the connection.
    let mut wire = Wire::open(house.address).await;
    wire.send(login("wait")).await;
    until("the call", async || house.backend.calls("Login").len() == 1).await;
    drop(wire);
    house.backend.gate.add_permits(1);
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
}

/// Also after a first request.
#[tokio::test]
async fn an_idle_connection_is_closed() {
    let mut plan = Plan::default();
    plan.limits.idle_timeout = Duration::from_secs(1);
    let house = House::planned(plan).await;
    house.ready().await;
    for unfinished in ["", "GET /health/live HTTP/1.1\r\nhost:"] {
        let mut wire = Wire::open(house.address).await;
        wire.send(LIVE).await;
        let answer = wire.answer().await;
        assert!(answer.head.contains("connection: keep-alive"), "{answer:?}");
        wire.send(unfinished).await;
        assert_eq!(wire.rest().await, b"");
    }
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
