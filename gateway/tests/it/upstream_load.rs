//! More than a service can do: what is too much is refused at once, retries stay a share, and
//! the gateway itself answers all the while.

use std::time::{Duration, Instant};

use guardmesh_gateway::config::UpstreamSettings;
use h2::Reason;

use crate::faulty::{Fate, Faulty};
use crate::house::{House, until, within};
use crate::problem::problem;

#[tokio::test]
async fn calls_beyond_the_bound_are_shed_while_health_answers() {
    let guards = Faulty::start().await;
    let settings = UpstreamSettings {
        max_calls: 5,
        ..UpstreamSettings::default()
    };
    let house = House::with_endpoints(&[guards.address], settings).await;
    guards.usually(Fate::AnswerAtGate);
    let held = futures_util::future::join_all((0..5).map(|_| house.check()));
    let shed = async {
        until("five calls", async || guards.calls() == 5).await;
        for _ in 0..20 {
            let answer = house.check().await;
            problem(&answer, 503, "UNAVAILABLE", "OVERLOADED");
            assert_eq!(answer.header("retry-after"), Some("1"));
            assert_eq!(house.get("/health/live", &[]).await.status, 200);
            assert_eq!(house.get("/health/ready", &[]).await.status, 200);
            assert!(house.bearer_is_accepted().await, "others go on");
        }
        assert_eq!(guards.calls(), 5);
        guards.script.gate.add_permits(1000);
    };
    let (answers, ()) = within("the answers", async { tokio::join!(held, shed) }).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(house.check().await.status, 200);
}

/// Nobody set a number of calls: the gateway finds it from answers that take too long.
#[tokio::test]
async fn the_limit_is_found_from_latency() {
    let guards = Faulty::start().await;
    let settings = UpstreamSettings {
        latency_ms: 1,
        ..UpstreamSettings::default()
    };
    let house = House::with_endpoints(&[guards.address], settings).await;
    guards.usually(Fate::AnswerAfter(Duration::from_millis(20)));
    until("shedding", async || {
        let answers = futures_util::future::join_all((0..60).map(|_| house.check())).await;
        answers.iter().any(|answer| {
            let shed = answer.text().contains("OVERLOADED");
            assert_eq!(answer.status, if shed { 503 } else { 200 });
            shed
        })
    })
    .await;
    // Few at a time are served always.
    assert_eq!(house.check().await.status, 200);
}

/// Every second attempt breaks: without a budget each call would be made twice.
#[tokio::test]
async fn retries_are_a_share_of_calls() {
    const CALLS: usize = 300;
    let guards = Faulty::start().await;
    let house = House::with_endpoints(&[guards.address], UpstreamSettings::default()).await;
    {
        let mut next = guards.script.next.lock().unwrap();
        let broken = Fate::Reset(Reason::ENHANCE_YOUR_CALM);
        next.extend((0..2 * CALLS).map(|call| if call % 2 == 0 { broken } else { Fate::Answer }));
    }
    let started = Instant::now();
    let mut failed = 0;
    for _ in 0..CALLS {
        let status = house.list().await.status;
        assert!([200, 503].contains(&status));
        failed += usize::from(status == 503);
    }
    // A fifth of the calls, ten at the start, and ten in each second that passed.
    let seconds = usize::try_from(started.elapsed().as_secs()).unwrap() + 1;
    let retries = guards.calls() - CALLS;
    assert!(
        retries <= CALLS / 5 + 10 + 10 * seconds,
        "{retries} in {seconds} s"
    );
    assert!(retries >= CALLS / 5, "{retries} retries");
    assert!(failed > 0 || seconds > 5, "the budget was never empty");
}

#[tokio::test]
async fn without_a_budget_nothing_is_repeated() {
    let guards = Faulty::start().await;
    let settings = UpstreamSettings {
        retry_percent: 0,
        ..UpstreamSettings::default()
    };
    let house = House::with_endpoints(&[guards.address], settings).await;
    guards.next(Fate::Kill);
    problem(&house.list().await, 503, "UNAVAILABLE", "UNAVAILABLE");
    assert_eq!(guards.calls(), 1);
}
