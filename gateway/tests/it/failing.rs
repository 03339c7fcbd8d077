//! Services that fail: not there, not answering, not what they should be. Each gives the right
//! status, never a hang, and heals by itself.

use std::io::ErrorKind;
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::yield_now;

use crate::house::{House, Plan, closed_port, listen, until, within};
use crate::problem::problem;
use crate::services::Package;

/// Longer than a test waits for anything else.
const PATIENT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_service_that_is_not_there_is_unavailable_until_it_is() {
    let (socket, address) = closed_port();
    let house = House::with_guards_at(address, PATIENT).await;
    // More often than there are connections.
    for _ in 0..10 {
        let answer = house.check().await;
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    // The others go on.
    assert_eq!(
        house.post("/api/v1/auth/login", &json!({})).await.status,
        200
    );

    let guards = house
        .serve(Package::Guards, socket.listen(64).unwrap())
        .await;
    // The breaker has opened, and closes by itself.
    until("the recovery", async || house.check().await.status == 200).await;
    for _ in 0..10 {
        assert_eq!(house.check().await.status, 200);
    }

    // It goes, and comes back.
    let address = guards.stop().await;
    until("the end of guards", async || {
        house.check().await.status == 503
    })
    .await;
    problem(&house.check().await, 503, "UNAVAILABLE", "UNAVAILABLE");
    // Another program's connection may have the port for a moment.
    let bind = async {
        loop {
            match TcpListener::bind(address).await {
                Err(error) if error.kind() == ErrorKind::AddrInUse => yield_now().await,
                listener => break listener.unwrap(),
            }
        }
    };
    let listener = within("the wait for the port", bind).await;
    let _guards = house.serve(Package::Guards, listener).await;
    until("the recovery", async || house.check().await.status == 200).await;
    for _ in 0..10 {
        assert_eq!(house.check().await.status, 200);
    }
}

#[tokio::test]
async fn a_service_that_closes_every_connection_is_unavailable() {
    let listener = listen().await;
    let house = House::with_guards_at(listener.local_addr().unwrap(), PATIENT).await;
    let serving = tokio::spawn(async move {
        loop {
            drop(listener.accept().await.unwrap());
        }
    });
    for _ in 0..20 {
        let answer = within("the answer", house.check()).await;
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
    }
    serving.abort();
}

#[tokio::test]
async fn a_service_that_speaks_something_else_is_unavailable() {
    let listener = listen().await;
    let house = House::with_guards_at(listener.local_addr().unwrap(), PATIENT).await;
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let text = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
                let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, text).await;
                let _ = stream.read_to_end(&mut Vec::new()).await;
            });
        }
    });
    let answer = within("the answer", house.check()).await;
    problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
    serving.abort();
}

/// Accepts and reads, and says nothing: no HTTP/2, no answer, no end.
#[tokio::test]
async fn a_silent_service_costs_its_deadline() {
    let listener = listen().await;
    let short = Duration::from_millis(100);
    let house = House::with_guards_at(listener.local_addr().unwrap(), short).await;
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
        }
    });
    for _ in 0..10 {
        let answer = within("the answer", house.check()).await;
        problem(&answer, 504, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED");
    }
    serving.abort();
}

#[tokio::test]
async fn a_method_that_never_answers_costs_its_deadline() {
    let mut plan = Plan::default();
    plan.limits.call_timeout = Duration::from_millis(100);
    let house = House::planned(plan).await;
    house.ready().await;
    for _ in 0..10 {
        let answer = house
            .post("/api/v1/auth/login", &json!({"email": "hang"}))
            .await;
        problem(&answer, 504, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED");
    }
    // Its connections are none the worse.
    for _ in 0..10 {
        assert_eq!(
            house.post("/api/v1/auth/login", &json!({})).await.status,
            200
        );
    }
}

#[tokio::test]
async fn a_method_that_panics_is_a_failure_and_nothing_more() {
    let house = House::start().await;
    for _ in 0..10 {
        let answer = house
            .post("/api/v1/auth/login", &json!({"email": "panic"}))
            .await;
        assert!([500, 503].contains(&answer.status), "{}", answer.text());
        assert!(!answer.text().contains("panics"), "{}", answer.text());
        assert_eq!(
            house.post("/api/v1/auth/login", &json!({})).await.status,
            200
        );
    }
}

#[tokio::test]
async fn an_answer_beyond_the_bound_is_a_failure() {
    let house = House::start().await;
    let answer = house
        .post("/api/v1/auth/login", &json!({"email": "large"}))
        .await;
    problem(&answer, 500, "INTERNAL", "INTERNAL");
    assert!(answer.body.len() < 1000);
    assert_eq!(
        house.post("/api/v1/auth/login", &json!({})).await.status,
        200
    );
}

/// The host is gone without a word, no reset and no end: its connections are given up, and those
/// that follow are new ones.
#[tokio::test]
async fn a_connection_that_went_dead_is_replaced() {
    let listener = listen().await;
    let address = listener.local_addr().unwrap();
    let house = House::with_guards_at(address, PATIENT).await;
    let (dies, mut dying) = mpsc::unbounded_channel();
    let accepting = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(die_at_a_call(stream, dies.clone()));
        }
    });
    // As many as the gateway opens to a service, and calls enough to fill them; all of these hang.
    let threads = available_parallelism().map_or(1, NonZero::get);
    let connections = threads * 4_usize.div_ceil(threads);
    let calls = join_all((0..20 * connections).map(|_| house.check()));
    tokio::pin!(calls);
    let mut dead = Vec::new();
    while dead.len() < connections {
        tokio::select! {
            connection = dying.recv() => dead.push(connection),
            _ = &mut calls => panic!("nobody answers"),
        }
    }
    accepting.abort();
    let _ = accepting.await;
    let listener = TcpListener::bind(address).await.unwrap();
    let _guards = house.serve(Package::Guards, listener).await;
    for answer in within("the end of the dead calls", calls).await {
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
    }
    // The breaker has opened, and closes by itself.
    until("the recovery", async || house.check().await.status == 200).await;
    for _ in 0..connections {
        assert_eq!(house.check().await.status, 200);
    }
    drop(dead);
}

type Dead = h2::server::Connection<TcpStream, bytes::Bytes>;

/// Serves a connection until its first call, and hands it over: open, and moved by nobody.
async fn die_at_a_call(stream: TcpStream, dies: mpsc::UnboundedSender<Dead>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let mut unanswered = Vec::new();
    while let Some(Ok((request, respond))) = connection.accept().await {
        let is_call = !request.uri().path().starts_with("/grpc.health.");
        unanswered.push(respond);
        if is_call {
            dies.send(connection).unwrap();
            return;
        }
    }
}
