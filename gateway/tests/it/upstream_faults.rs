//! A service that breaks calls: each has the right status, is repeated only where that can do no
//! harm, and the service is used again as soon as it works.

use std::net::SocketAddr;
use std::time::Duration;

use guardmesh_gateway::config::UpstreamSettings;
use h2::Reason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::faulty::{Fate, Faulty};
use crate::house::{House, Plan, listen, until, within};
use crate::problem::problem;
use crate::wire::Wire;

async fn house(endpoint: &Faulty) -> House {
    House::with_endpoints(&[endpoint.address], UpstreamSettings::default()).await
}

/// What the gateway asks when nothing goes wrong.
const ONCE: usize = 1;

#[tokio::test]
async fn a_call_that_breaks_is_unavailable_and_not_repeated() {
    let guards = Faulty::start().await;
    let house = house(&guards).await;
    for (what, fate) in [
        ("killed before headers", Fate::Kill),
        ("killed midway", Fate::KillMidway),
        ("reset", Fate::Reset(Reason::ENHANCE_YOUR_CALM)),
        ("an error", Fate::Error("14")),
    ] {
        let before = guards.calls();
        guards.next(fate);
        let answer = within(what, house.check()).await;
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
        assert_eq!(guards.calls() - before, ONCE, "{what}");
        assert_eq!(house.check().await.status, 200, "after {what}");
    }
}

#[tokio::test]
async fn an_idempotent_call_that_breaks_is_repeated() {
    let guards = Faulty::start().await;
    let house = house(&guards).await;
    for (what, fate) in [
        ("killed before headers", Fate::Kill),
        ("killed midway", Fate::KillMidway),
        ("reset", Fate::Reset(Reason::ENHANCE_YOUR_CALM)),
        ("an error", Fate::Error("14")),
    ] {
        let before = guards.calls();
        guards.next(fate);
        let answer = within(what, house.list()).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        assert_eq!(guards.calls() - before, ONCE + 1, "{what}");
    }
    // What the service means is not asked twice.
    for (code, status) in [("5", 404), ("13", 500), ("9", 400)] {
        let before = guards.calls();
        guards.next(Fate::Error(code));
        assert_eq!(house.list().await.status, status);
        assert_eq!(guards.calls() - before, ONCE, "code {code}");
    }
}

#[tokio::test]
async fn a_call_that_was_refused_is_repeated_though_it_is_not_idempotent() {
    let guards = Faulty::start().await;
    let house = house(&guards).await;
    guards.next(Fate::Reset(Reason::REFUSED_STREAM));
    assert_eq!(house.check().await.status, 200);
    assert_eq!(guards.calls(), ONCE + 1);
    // Not for ever.
    guards.usually(Fate::Reset(Reason::REFUSED_STREAM));
    problem(&house.check().await, 503, "UNAVAILABLE", "UNAVAILABLE");
    assert_eq!(guards.calls(), ONCE + 1 + 3);
}

/// A connection that is told to go away with a last stream below the call's: the service did
/// nothing, and says so (RFC 9113, section 6.8).
#[tokio::test]
async fn a_call_above_the_last_stream_is_repeated_though_it_is_not_idempotent() {
    let listener = listen().await;
    let address = listener.local_addr().unwrap();
    let house = House::with_guards_at(address, Duration::from_secs(20)).await;
    let turned_away = tokio::spawn(async move {
        // Fewer than a call has attempts; health checks may take some.
        for _ in 0..2 {
            let (stream, _) = listener.accept().await.unwrap();
            turn_away(stream).await;
        }
        Faulty::on(listener)
    });
    let answer = within("the answer", house.check()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let guards = within("the good endpoint", turned_away).await.unwrap();
    assert_eq!(guards.calls(), ONCE);
}

/// Reads up to the first request and sends `GOAWAY` with no stream as the last.
async fn turn_away(mut stream: TcpStream) {
    const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
    const GOAWAY: &[u8] = b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0";
    const HEADERS: u8 = 1;
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await.unwrap();
    stream.write_all(SETTINGS).await.unwrap();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = u64::from(u32::from_be_bytes([0, head[0], head[1], head[2]]));
        let payload = (&mut stream).take(length);
        tokio::io::copy(&mut { payload }, &mut tokio::io::sink())
            .await
            .unwrap();
        if head[3] == HEADERS {
            break;
        }
    }
    stream.write_all(GOAWAY).await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn a_hung_call_costs_its_deadline_and_is_given_up_at_the_service() {
    let mut guards = Faulty::start().await;
    let mut plan = Plan {
        guards_at: Some(format!("guards={}", guards.address).parse().unwrap()),
        ..Plan::default()
    };
    plan.limits.call_timeout = Duration::from_millis(100);
    let house = House::planned(plan).await;
    until("the keys", async || house.bearer_is_accepted().await).await;
    guards.next(Fate::Hang);
    let answer = within("the answer", house.check()).await;
    problem(&answer, 504, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED");
    let reset = within("the reset", guards.resets.recv()).await;
    assert_eq!(reset, Some(Reason::CANCEL));
    assert_eq!(house.check().await.status, 200);
}

#[tokio::test]
async fn a_client_that_leaves_gives_its_call_up() {
    let mut guards = Faulty::start().await;
    let house = house(&guards).await;
    guards.next(Fate::Hang);
    let mut wire = Wire::open(house.address).await;
    let bearer = house.bearer(&[]);
    wire.send(format!(
        "POST /api/v1/guards:check HTTP/1.1\r\nhost: localhost\r\nauthorization: {bearer}\r\n\
         content-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
    ))
    .await;
    until("the call", async || guards.calls() == ONCE).await;
    drop(wire);
    let reset = within("the reset", guards.resets.recv()).await;
    assert_eq!(reset, Some(Reason::CANCEL));
}

#[tokio::test]
async fn connections_that_go_away_under_load_lose_nothing() {
    let guards = Faulty::start().await;
    let house = house(&guards).await;
    // Every tenth call ends its connection.
    let calls = 400;
    {
        let mut next = guards.script.next.lock().unwrap();
        for call in 0..calls {
            next.push_back(if call % 10 == 0 {
                Fate::GoAway
            } else {
                Fate::Answer
            });
        }
    }
    let worker = async || {
        for _ in 0..calls / 8 {
            assert_eq!(house.check().await.status, 200);
        }
    };
    within(
        "the load",
        futures_util::future::join_all((0..8).map(|_| worker())),
    )
    .await;
    assert_eq!(guards.calls(), calls, "none was lost, none was made twice");
}

#[tokio::test]
async fn a_breaker_opens_and_closes_by_itself() {
    let guards = Faulty::start().await;
    let house = house(&guards).await;
    guards.usually(Fate::Error("14"));
    // Open: the answer is there, and the service was not asked.
    until("the breaker", async || {
        let before = guards.calls();
        let answer = house.check().await;
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), Some("1"));
        guards.calls() == before
    })
    .await;
    assert!(guards.calls() >= 10, "{} calls", guards.calls());
    // Others go on.
    assert!(house.bearer_is_accepted().await);
    guards.usually(Fate::Answer);
    until("the recovery", async || house.check().await.status == 200).await;
    for _ in 0..20 {
        assert_eq!(house.check().await.status, 200);
    }
}

/// One endpoint that comes and goes beside one that stays.
#[tokio::test]
async fn an_endpoint_that_flaps_costs_no_idempotent_call() {
    let steady = Faulty::start().await;
    let flapping = Faulty::start().await;
    let address: SocketAddr = flapping.address;
    let endpoints = [steady.address, address];
    let house = House::with_endpoints(&endpoints, UpstreamSettings::default()).await;
    let mut flapping = Some(flapping);
    for round in 0..10 {
        for call in 0..10 {
            assert_eq!(house.list().await.status, 200, "round {round}, call {call}");
        }
        // It dies with its connections, or comes back on its port.
        flapping = match flapping.take() {
            Some(endpoint) => {
                drop(endpoint);
                None
            }
            None => Some(Faulty::on(TcpListener::bind(address).await.unwrap())),
        };
    }
}
