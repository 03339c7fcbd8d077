//! One of two endpoints hangs: how it is found, and that the other is used from then on.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::faulty::{Fate, Faulty};
use crate::house::{House, Plan, until};

/// Two endpoints, whose calls may take so long.
async fn two(call_timeout: Duration) -> (Faulty, Faulty, House) {
    let (first, second) = (Faulty::start().await, Faulty::start().await);
    let target = format!("guards={}|{}", first.address, second.address);
    let mut plan = Plan {
        guards_at: Some(target.parse().unwrap()),
        ..Plan::default()
    };
    plan.limits.call_timeout = call_timeout;
    let house = House::planned(plan).await;
    until("the keys", async || house.bearer_is_accepted().await).await;
    until("both endpoints", async || {
        assert_eq!(house.list().await.status, 200);
        first.calls() > 0 && second.calls() > 0
    })
    .await;
    (first, second, house)
}

/// It hangs as a whole, as a process does that was stopped: its health says so before its calls do.
#[tokio::test]
async fn an_endpoint_that_hangs_is_found_by_its_health() {
    let (hung, other, house) = two(Duration::from_secs(4)).await;
    hung.script.hung.store(true, Ordering::Relaxed);
    let mut late = 0;
    loop {
        let before = (hung.calls(), other.calls());
        for _ in 0..20 {
            match house.list().await.status {
                200 => {}
                504 => late += 1,
                other => panic!("{other}"),
            }
        }
        if (hung.calls(), other.calls()) == (before.0, before.1 + 20) {
            break;
        }
    }
    assert!(late < 5, "{late} calls were late: it was found by these");
    hung.script.hung.store(false, Ordering::Relaxed);
    let before = hung.calls();
    until("its return", async || {
        assert_eq!(house.list().await.status, 200);
        hung.calls() > before
    })
    .await;
}

/// Its health is fine, and its calls hang: it is found by those that were late.
#[tokio::test]
async fn an_endpoint_whose_calls_hang_is_left_out() {
    let (hung, _other, house) = two(Duration::from_millis(1100)).await;
    hung.usually(Fate::Hang);
    until("the ejection", async || {
        let before = hung.calls();
        let calls = join_all((0..10).map(|_| house.list())).await;
        assert!(calls.iter().all(|call| [200, 504].contains(&call.status)));
        hung.calls() == before
    })
    .await;
}

/// The same, and its clients leave before the gateway loses patience.
#[tokio::test]
async fn an_endpoint_that_clients_give_up_on_is_left_out() {
    let (hung, _other, house) = two(Duration::from_hours(1)).await;
    hung.usually(Fate::Hang);
    let impatient = async || timeout(Duration::from_millis(1500), house.list()).await;
    until("the ejection", async || {
        let before = hung.calls();
        join_all((0..10).map(|_| impatient())).await;
        hung.calls() == before
    })
    .await;
}
