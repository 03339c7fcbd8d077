//! The keys of auth change, and auth is not always there.

use crate::house::{House, Plan, closed_port, listen, until, within};
use crate::issuer::{Issuer, claims};
use crate::problem::problem;
use crate::services::Package;

const ME: &str = "/api/v1/auth/me";

async fn status(house: &House, issuer: &Issuer) -> u16 {
    let token = issuer.token(&claims(house.clock.now(), &[]));
    let bearer = format!("Bearer {token}");
    let answer = house.get(ME, &[("authorization", &bearer)]).await;
    answer.status
}

#[tokio::test]
async fn a_new_key_is_fetched_when_its_first_token_comes() {
    let house = House::start().await;
    assert_eq!(status(&house, &house.issuer).await, 200);
    let second = Issuer::new("second");
    assert_eq!(status(&house, &second).await, 401);
    house.backend.keys.lock().unwrap().push(second.public());
    // The keys are asked for again after a short while only, however many tokens come.
    until("the new key", async || status(&house, &second).await == 200).await;
    assert_eq!(status(&house, &house.issuer).await, 200);
}

#[tokio::test]
async fn a_key_that_is_no_longer_published_stops_working() {
    let house = House::start().await;
    let second = Issuer::new("second");
    house.backend.keys.lock().unwrap().push(second.public());
    until("the new key", async || status(&house, &second).await == 200).await;
    house.backend.keys.lock().unwrap().remove(0);
    // A token of a key that nobody knows makes the gateway look.
    let unknown = Issuer::new("unknown");
    until("the end of the first key", async || {
        assert_eq!(status(&house, &unknown).await, 401);
        status(&house, &house.issuer).await == 401
    })
    .await;
    assert_eq!(status(&house, &second).await, 200);
}

/// A key that replaces another under the same id: tokens of the old one are worthless.
#[tokio::test]
async fn a_key_id_does_not_stand_for_a_key() {
    let house = House::start().await;
    let replacement = Issuer::new("first");
    *house.backend.keys.lock().unwrap() = vec![replacement.public()];
    let unknown = Issuer::new("unknown");
    until("the replacement", async || {
        status(&house, &unknown).await;
        status(&house, &replacement).await == 200
    })
    .await;
    assert_eq!(status(&house, &house.issuer).await, 401);
}

#[tokio::test]
async fn while_auth_has_not_answered_tokens_cannot_be_judged() {
    let (socket, address) = closed_port();
    let plan = Plan {
        auth: Some(address),
        ..Plan::default()
    };
    let house = House::planned(plan).await;
    let bearer = house.bearer(&[]);
    for bearer in [&bearer, "Bearer a.b.c"] {
        let answer = house.get(ME, &[("authorization", bearer)]).await;
        // Garbage is garbage, with or without keys.
        if bearer.ends_with("a.b.c") {
            problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
        } else {
            problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
    }
    let _auth = house.serve(Package::Auth, socket.listen(64).unwrap()).await;
    until("auth", async || status(&house, &house.issuer).await == 200).await;
}

#[tokio::test]
async fn known_keys_go_on_working_while_auth_is_down() {
    let mut house = House::start().await;
    let bearer = house.bearer(&[]);
    house.auth.take().unwrap().stop().await;
    until("the end of auth", async || {
        house.get("/health", &[]).await.status == 503
    })
    .await;
    let headers = [("authorization", bearer.as_str())];
    let answer = house.get("/api/v1/guards", &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Auth accepts and says nothing. Callers wait for one question to it together, not each for
/// the questions of all before it.
#[tokio::test]
async fn a_silent_auth_does_not_make_a_queue() {
    let listener = listen().await;
    let plan = Plan {
        auth: Some(listener.local_addr().unwrap()),
        ..Plan::default()
    };
    let house = House::planned(plan).await;
    // The port is open, and nobody accepts: the kernel does.
    let bearer = house.bearer(&[]);
    let ask = async || {
        let answer = house.get(ME, &[("authorization", &bearer)]).await;
        problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
    };
    // Thirty callers, a few seconds each, would take longer than a test waits.
    let asks = (0..30).map(|_| ask());
    within("all answers", futures_util::future::join_all(asks)).await;
    drop(listener);
}
