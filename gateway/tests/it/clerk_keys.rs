//! The keys of Clerk change, and its server is not always there, or not itself.

use std::time::Instant;

use chrono::TimeDelta;

use crate::clerk::{Bench, SUBJECT, plan};
use crate::clerk_side::{self, ClerkKey, ClerkServer};
use crate::house::{House, until};
use crate::problem::problem;

const ME: &str = "/api/v1/auth/me";
/// Seconds.
const BETWEEN_FETCHES: u64 = 5;

/// What a fresh token by this key is answered with.
async fn status(bench: &Bench, key: &ClerkKey) -> u16 {
    let claims = clerk_side::claims(&bench.server.issuer, SUBJECT, bench.house.clock.now());
    bench.ask(&key.token(&claims)).await.status
}

#[tokio::test]
async fn unknown_key_ids_do_not_flood_clerk() {
    // Before the first keys, so that no fetch is due earlier than counted from here.
    let start = Instant::now();
    let bench = Bench::new().await;
    until("the first keys", async || {
        status(&bench, &bench.key).await == 200
    })
    .await;
    let before = bench.server.requests();
    let strangers: Vec<ClerkKey> = ["a", "b", "c"].map(ClerkKey::new).into();
    for _ in 0..10 {
        for stranger in &strangers {
            assert_eq!(status(&bench, stranger).await, 401);
        }
    }
    // None, unless the machine takes longer for this than the time between two fetches.
    let due = start.elapsed().as_secs() / BETWEEN_FETCHES;
    let fetches = bench.server.requests() - before;
    assert!(u64::try_from(fetches).unwrap() <= due, "{fetches} of {due}");
}

#[tokio::test]
async fn a_new_key_is_fetched_when_its_first_token_comes_and_an_old_one_forgotten() {
    let bench = Bench::new().await;
    until("the first key", async || {
        status(&bench, &bench.key).await == 200
    })
    .await;
    let old = bench.key.token(&bench.claims);
    assert_eq!(bench.ask(&old).await.status, 200);
    let second = ClerkKey::new("ins_second");
    bench.server.publish(&[&second]);
    until("the new key", async || status(&bench, &second).await == 200).await;
    // Also for a token that was verified by the old one and is remembered.
    assert_eq!(bench.ask(&old).await.status, 401);
}

#[tokio::test]
async fn known_keys_are_kept_for_a_while_when_the_server_fails() {
    let bench = Bench::new().await;
    until("the keys", async || status(&bench, &bench.key).await == 200).await;
    for (what, headers, body) in [
        ("500 Internal Server Error", "", ""),
        ("200 OK", "", "<html>"),
        ("200 OK", "", r#"{"keys": []}"#),
    ] {
        bench.server.answer_with(what, headers, body);
        let before = bench.server.requests();
        let stranger = ClerkKey::new("ins_stranger");
        until("a fetch", async || {
            assert_eq!(status(&bench, &stranger).await, 401);
            bench.server.requests() > before
        })
        .await;
        assert_eq!(status(&bench, &bench.key).await, 200, "{what}");
    }
    bench.house.clock.advance(TimeDelta::minutes(59));
    assert_eq!(status(&bench, &bench.key).await, 200);
    bench.house.clock.advance(TimeDelta::minutes(1));
    let claims = clerk_side::claims(&bench.server.issuer, SUBJECT, bench.house.clock.now());
    let answer = bench.ask(&bench.key.token(&claims)).await;
    problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
    bench.server.publish(&[&bench.key]);
    until("recovery", async || status(&bench, &bench.key).await == 200).await;
}

/// A server that the certificate does not vouch for, that sends us elsewhere, or too much: its
/// keys are not taken, however good they are.
#[tokio::test]
async fn keys_are_taken_only_from_the_issuer_itself() {
    let key = ClerkKey::new("ins_first");
    let good = ClerkServer::start(&[&key]).await;
    let large = format!(
        r#"{{"keys": [{}], "x": "{}"}}"#,
        key.public(),
        "x".repeat(300 * 1024)
    );
    let location = format!("location: {}/.well-known/jwks.json\r\n", good.issuer);

    let untrusted = ClerkServer::start(&[&key]).await;
    let mut by_another_authority = plan(&untrusted);
    by_another_authority.identity.clerk_ca_file = Some(good.authority.path().to_owned());

    let another_name = ClerkServer::start(&[&key]).await;
    let mut by_another_name = plan(&another_name);
    let address = another_name.issuer.replace("localhost", "127.0.0.1");
    by_another_name.identity.clerk_issuers = vec![address.clone()];

    let redirecting = ClerkServer::start(&[&key]).await;
    redirecting.answer_with("302 Found", &location, "");
    let flooding = ClerkServer::start(&[&key]).await;
    flooding.answer_with("200 OK", "", &large);

    for (what, plan, issuer) in [
        ("another authority", by_another_authority, &untrusted.issuer),
        ("another name", by_another_name, &address),
        ("a redirect", plan(&redirecting), &redirecting.issuer),
        ("too much", plan(&flooding), &flooding.issuer),
    ] {
        let house = House::planned(plan).await;
        house.ready().await;
        house.backend.auth.add_account(SUBJECT, &[]);
        let claims = clerk_side::claims(issuer, SUBJECT, house.clock.now());
        let bearer = format!("Bearer {}", key.token(&claims));
        let answer = house.get(ME, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    }
    assert_eq!(good.requests(), 0);
    assert_eq!(untrusted.requests() + another_name.requests(), 0);
    assert!(redirecting.requests() > 0 && flooding.requests() > 0);
}
