//! More connections than there is room for: clients that say nothing make way for those that ask.

use std::time::Duration;

use crate::house::{House, Plan, until, within};
use crate::wire::Wire;

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n";
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// SETTINGS, empty.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// A house with room for one connection, which no deadline frees.
async fn small_house() -> House {
    let mut plan = Plan::default();
    plan.limits.max_connections = 1;
    for wait in [
        &mut plan.limits.head_timeout,
        &mut plan.limits.body_timeout,
        &mut plan.limits.idle_timeout,
    ] {
        *wait = Duration::from_hours(1);
    }
    let house = House::planned(plan).await;
    house.ready().await;
    house
}

#[tokio::test]
async fn who_has_no_request_under_way_makes_room() {
    let house = small_house().await;
    for begin in [
        &b""[..],
        b"P",
        b"PRI * HTTP/2.0\r\n",
        b"GET /health/live HTTP/1.1\r\nhost: a\r\nx-slow: ",
        PREFACE,
        &[PREFACE, SETTINGS].concat(),
    ] {
        let mut silent = Wire::open(house.address).await;
        silent.send(begin).await;
        let answer = house.get("/health/live", &[]).await;
        assert_eq!(answer.status, 200, "{begin:?}");
        silent.rest().await;
    }
}

#[tokio::test]
async fn who_may_ask_again_makes_room() {
    let house = small_house().await;
    let mut idle = Wire::open(house.address).await;
    idle.send(LIVE).await;
    assert_eq!(idle.answer().await.status(), 200);
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
    assert_eq!(idle.rest().await, b"");
}

/// As many silent connections as one likes keep nobody out.
#[tokio::test]
async fn silence_keeps_nobody_out() {
    let house = small_house().await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(Wire::open(house.address).await);
    }
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
}

#[tokio::test]
async fn a_body_that_drips_makes_room() {
    let house = small_house().await;
    let mut slow = Wire::open(house.address).await;
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n";
    slow.send(format!("{head}content-length: 9\r\n\r\n{{"))
        .await;
    assert_eq!(slow.head().await.status(), 100);
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
    let answer = slow.answer().await;
    assert_eq!(answer.status(), 408, "{answer:?}");
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    assert_eq!(slow.rest().await, b"");
}

/// Nor do clients that have had their answer, or are told to leave: what they still send is let go,
/// but only while nobody waits for their place. Each of them would keep it for a second.
#[tokio::test]
async fn whoever_was_answered_keeps_nobody_out() {
    let house = small_house().await;
    for (request, status) in [
        (
            "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\nexpect: 100-continue",
            100,
        ),
        ("POST /nothing HTTP/1.1\r\nhost: a", 404),
        (
            "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\nno header",
            400,
        ),
    ] {
        let ask = async || {
            let mut wire = Wire::open(house.address).await;
            wire.send(format!("{request}\r\ncontent-length: 9\r\n\r\n"))
                .await;
            assert_eq!(wire.head().await.status(), status);
            wire
        };
        let mut open = Vec::new();
        within(request, async {
            for _ in 0..40 {
                open.push(ask().await);
            }
        })
        .await;
    }
}

/// More than the buffers of both kernels hold, so that it must be read to be sent.
#[tokio::test]
async fn an_answer_that_is_not_read_makes_room() {
    let house = small_house().await;
    let mut slow = Wire::open(house.address).await;
    let body = r#"{"email": "fairly large"}"#;
    let length = body.len();
    slow.send(format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
    .await;
    until("the answer", async || house.backend.count() == 1).await;
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
    let part = slow.rest().await;
    assert!(part.len() < 15 * 1024 * 1024, "{} bytes", part.len());
}
