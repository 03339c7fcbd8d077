//! The end: readiness off, no new connections, what is in flight is finished, within a bound.

use std::time::Duration;

use tokio::net::TcpStream;

use crate::house::{House, Plan, until, within};
use crate::wire::Wire;

const WAIT: &str = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 17\r\n\r\n{\"email\": \"wait\"}";
const HANG: &str = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 17\r\n\r\n{\"email\": \"hang\"}";
const READY: &str = "GET /health/ready HTTP/1.1\r\nhost: a\r\n\r\n";

async fn called(house: &House) {
    until("the call", async || house.backend.calls("Login").len() == 1).await;
}

async fn closed(house: &House) {
    until("the end of the listener", async || {
        TcpStream::connect(house.address).await.is_err()
    })
    .await;
}

#[tokio::test]
async fn a_request_in_flight_is_answered_and_no_new_one_is_taken() {
    let house = House::start().await;
    let mut in_flight = Wire::open(house.address).await;
    in_flight.send(WAIT).await;
    called(&house).await;
    let mut idle = Wire::open(house.address).await;
    idle.send(READY).await;
    assert_eq!(idle.answer().await.status(), 200);
    let mut untouched = Wire::open(house.address).await;
    untouched.send("GET /health").await;

    house.shutdown.cancel();
    closed(&house).await;
    assert_eq!(idle.rest().await, b"", "connections that wait are closed");
    assert_eq!(untouched.rest().await, b"");

    house.backend.gate.add_permits(1);
    let answer = in_flight.answer().await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    assert_eq!(in_flight.rest().await, b"");
    within("the gateway", house.gateway).await.unwrap();
}

/// The request began before the shutdown, and asks after it.
#[tokio::test]
async fn readiness_is_off_once_a_shutdown_has_begun() {
    let house = House::start().await;
    let mut wire = Wire::open(house.address).await;
    // The head is complete, and the body (of nothing) is not.
    wire.send("GET /health/ready HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n")
        .await;
    assert!(wire.answer().await.head.starts_with("http/1.1 100 "));
    house.shutdown.cancel();
    closed(&house).await;
    wire.send("0\r\n\r\n").await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), 503, "{answer:?}");
    assert!(answer.body.contains("NOT_SERVING"), "{answer:?}");
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    within("the gateway", house.gateway).await.unwrap();
}

#[tokio::test]
async fn an_idle_gateway_ends_at_once() {
    let house = House::start().await;
    house.shutdown.cancel();
    within("the gateway", house.gateway).await.unwrap();
    assert!(TcpStream::connect(house.address).await.is_err());
}

/// When it has ended nothing of it is left, not even what did not finish.
#[tokio::test]
async fn a_request_that_does_not_finish_is_cut_off() {
    let mut plan = Plan::default();
    plan.limits.drain_timeout = Duration::from_millis(100);
    let house = House::planned(plan).await;
    house.ready().await;
    let mut wire = Wire::open(house.address).await;
    wire.send(HANG).await;
    called(&house).await;
    house.shutdown.cancel();
    within("the gateway", house.gateway).await.unwrap();
    assert_eq!(wire.rest().await, b"");
}
