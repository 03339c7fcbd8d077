//! A service of several endpoints: who gets how much, and what a bad one costs.

use std::sync::atomic::Ordering;

use guardmesh_gateway::config::UpstreamSettings;
use tokio::sync::watch;

use crate::faulty::{Fate, Faulty};
use crate::house::{House, until, within};
use crate::problem::problem;

async fn two() -> (Faulty, Faulty, House) {
    let (first, second) = (Faulty::start().await, Faulty::start().await);
    let endpoints = [first.address, second.address];
    let house = House::with_endpoints(&endpoints, UpstreamSettings::default()).await;
    // Both have been seen healthy once both are used.
    until("both endpoints", async || {
        assert_eq!(house.check().await.status, 200);
        first.calls() > 0 && second.calls() > 0
    })
    .await;
    (first, second, house)
}

async fn load(house: &House, workers: usize, calls: usize) {
    let worker = async || {
        for _ in 0..calls {
            assert_eq!(house.check().await.status, 200);
        }
    };
    let all = futures_util::future::join_all((0..workers).map(|_| worker()));
    within("the load", all).await;
}

/// They keep what they get until all calls are there, so that neither is quicker than the other.
#[tokio::test]
async fn endpoints_that_are_alike_share_the_load() {
    const CALLS: usize = 40;
    let (first, second, house) = two().await;
    let before = [&first, &second].map(Faulty::calls);
    for one in [&first, &second] {
        one.usually(Fate::AnswerAtGate);
    }
    let held = async {
        until("all calls", async || {
            first.calls() + second.calls() == before[0] + before[1] + CALLS
        })
        .await;
        let shares = [first.calls() - before[0], second.calls() - before[1]];
        for one in [&first, &second] {
            one.script.gate.add_permits(CALLS);
        }
        shares
    };
    let ((), [first, second]) = tokio::join!(load(&house, CALLS, 1), held);
    assert!(
        first.min(second) * 2 > first.max(second),
        "{first} and {second}"
    );
}

/// The slow one answers once for every ten answers of the other.
#[tokio::test]
async fn a_slow_endpoint_gets_less() {
    let (slow, quick, house) = two().await;
    slow.usually(Fate::AnswerAtGate);
    let (slow_before, quick_before) = (slow.calls(), quick.calls());
    let (done, mut ended) = watch::channel(false);
    let gate = slow.script.gate.clone();
    let pace = async {
        let mut answered = quick.calls();
        loop {
            tokio::select! {
                _ = ended.changed() => return,
                () = tokio::task::yield_now() => {}
            }
            // At the end there is nobody to make up for the last of the slow ones.
            if quick.calls() >= answered + 10 || quick.calls() - quick_before > 300 {
                answered = quick.calls();
                gate.add_permits(1);
            }
        }
    };
    let loading = async {
        load(&house, 8, 50).await;
        done.send(true).unwrap();
    };
    tokio::join!(pace, loading);
    let (slow, quick) = (slow.calls() - slow_before, quick.calls() - quick_before);
    assert_eq!(slow + quick, 400);
    assert!(slow * 3 < quick, "{slow} slow and {quick} quick");
}

#[tokio::test]
async fn an_endpoint_that_dies_costs_no_idempotent_call() {
    let (dying, steady, house) = two().await;
    let worker = async || {
        for _ in 0..40 {
            let answer = house.list().await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    };
    let before = steady.calls();
    let death = async {
        until("some load", async || steady.calls() > before + 20).await;
        drop(dying);
    };
    let load = futures_util::future::join_all((0..8).map(|_| worker()));
    within("the load", async { tokio::join!(death, load) }).await;
    // What is refused a connection never arrived anywhere: it goes to the other.
    for _ in 0..50 {
        assert_eq!(house.check().await.status, 200);
    }
}

/// It says that it is healthy, and fails every call.
#[tokio::test]
async fn an_endpoint_that_only_fails_is_left_out() {
    let (failing, _steady, house) = two().await;
    failing.usually(Fate::Error("14"));
    until("the ejection", async || {
        let before = failing.calls();
        for _ in 0..20 {
            assert!([200, 503].contains(&house.check().await.status));
        }
        failing.calls() == before
    })
    .await;
    // It is let back in, and used once it works.
    failing.usually(Fate::Answer);
    let before = failing.calls();
    until("its return", async || {
        assert_eq!(house.check().await.status, 200);
        failing.calls() > before
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_says_it_does_not_serve_gets_nothing() {
    let (leaving, staying, house) = two().await;
    leaving.script.serving.store(false, Ordering::Relaxed);
    until("its leave", async || {
        let before = (leaving.calls(), staying.calls());
        for _ in 0..20 {
            assert_eq!(house.check().await.status, 200);
        }
        (leaving.calls(), staying.calls()) == (before.0, before.1 + 20)
    })
    .await;
    leaving.script.serving.store(true, Ordering::Relaxed);
    let before = leaving.calls();
    until("its return", async || {
        assert_eq!(house.check().await.status, 200);
        leaving.calls() > before
    })
    .await;
}

/// The last endpoint is used however it fails, so that it can be seen to heal.
#[tokio::test]
async fn when_all_fail_they_are_still_asked() {
    let (first, second, house) = two().await;
    first.usually(Fate::Error("14"));
    second.usually(Fate::Error("14"));
    for _ in 0..30 {
        problem(&house.check().await, 503, "UNAVAILABLE", "UNAVAILABLE");
    }
    first.usually(Fate::Answer);
    second.usually(Fate::Answer);
    until("the recovery", async || house.check().await.status == 200).await;
}
