//! Revocations reach the gateway by a stream, and count for whoever was let in before.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use guardmesh_chassis::testing::http::Response;
use guardmesh_gateway::config::identity::Stale;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use serde_json::Value;

use crate::house::{House, Plan, until};
use crate::issuer;
use crate::problem::problem;
use crate::services::Package;

const ME: &str = "/api/v1/auth/me";
/// Sensitive by its contract.
const CREATE_KEY: &str = "/api/v1/api-keys";

/// Somebody signed in.
struct Session {
    bearer: String,
    claims: Value,
}

fn sign_in(house: &House) -> Session {
    let permissions = ["api_keys:write", "api_keys:read"];
    let claims = issuer::claims(house.clock.now(), &permissions);
    Session {
        bearer: format!("Bearer {}", house.issuer.token(&claims)),
        claims,
    }
}

impl Session {
    fn claim(&self, name: &str) -> String {
        self.claims[name].as_str().unwrap().to_owned()
    }

    async fn get(&self, house: &House, path: &str) -> Response {
        let headers = [("authorization", self.bearer.as_str())];
        house.get(path, &headers).await
    }

    async fn create_key(&self, house: &House) -> Response {
        let headers = [("authorization", self.bearer.as_str())];
        house.request("POST", CREATE_KEY, &headers, b"{}").await
    }
}

fn revoked(answer: &Response) -> bool {
    if answer.status == 200 {
        return false;
    }
    problem(answer, 401, "UNAUTHENTICATED", "TOKEN_REVOKED");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    true
}

/// A stale bound short enough to be waited for.
fn impatient(on_stale: Stale) -> Plan {
    let mut plan = Plan::default();
    plan.identity.revocations_stale = Duration::from_millis(500);
    plan.identity.on_stale_revocations = on_stale;
    plan
}

#[tokio::test]
async fn a_revoked_session_is_refused_and_another_of_the_same_user_is_not() {
    let house = House::start().await;
    let (session, bystander) = (sign_in(&house), sign_in(&house));
    let mut claims = session.claims.clone();
    claims["sid"] = bystander.claims["sid"].clone();
    let other = format!("Bearer {}", house.issuer.token(&claims));
    assert_eq!(session.get(&house, ME).await.status, 200);
    let subject = Subject::SessionId(session.claim("sid"));
    house.backend.auth.revoke(subject, house.clock.now());
    until("the revocation", async || {
        revoked(&session.get(&house, ME).await)
    })
    .await;
    // A token of the session that was not seen before.
    let mut fresh = session.claims.clone();
    fresh["jti"] = "another".into();
    let fresh = format!("Bearer {}", house.issuer.token(&fresh));
    assert!(revoked(&house.get(ME, &[("authorization", &fresh)]).await));
    let answer = house.get(ME, &[("authorization", &other)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(bystander.get(&house, ME).await.status, 200);
}

#[tokio::test]
async fn a_revoked_user_keeps_what_was_issued_afterwards() {
    let house = House::start().await;
    let session = sign_in(&house);
    assert_eq!(session.get(&house, ME).await.status, 200);
    let since = house.clock.now() + TimeDelta::milliseconds(500);
    let subject = Subject::UserId(session.claim("sub"));
    house.backend.auth.revoke(subject, since);
    until("the revocation", async || {
        revoked(&session.get(&house, ME).await)
    })
    .await;
    let mut again = session.claims.clone();
    again["iat"] = (since.timestamp() + 1).into();
    let again = format!("Bearer {}", house.issuer.token(&again));
    let answer = house.get(ME, &[("authorization", &again)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn a_revoked_key_is_refused_although_it_is_remembered() {
    let house = House::start().await;
    let auth = &house.backend.auth;
    let (key, known) = auth.add_key(&[]);
    let ask = async || house.get(ME, &[("x-api-key", &key)]).await;
    assert_eq!(ask().await.status, 200);
    auth.revoke(Subject::ApiKeyId(known.api_key_id), house.clock.now());
    until("the revocation", async || revoked(&ask().await)).await;
    assert_eq!(auth.verified.lock().unwrap().len(), 1);
}

/// What the revocation of a user does to their keys, auth knows.
#[tokio::test]
async fn keys_of_a_revoked_user_are_asked_for_again() {
    let house = House::start().await;
    let auth = &house.backend.auth;
    let (kept, kept_as) = auth.add_key(&[]);
    let (lost, lost_as) = auth.add_key(&[]);
    for key in [&kept, &lost] {
        assert_eq!(house.get(ME, &[("x-api-key", key)]).await.status, 200);
    }
    auth.remove_key(&lost);
    for known in [kept_as, lost_as] {
        auth.revoke(Subject::UserId(known.user_id), house.clock.now());
    }
    until("the revocation", async || {
        house.get(ME, &[("x-api-key", &lost)]).await.status == 401
    })
    .await;
    until("the question", async || {
        assert_eq!(house.get(ME, &[("x-api-key", &kept)]).await.status, 200);
        auth.verified.lock().unwrap().len() == 4
    })
    .await;
}

#[tokio::test]
async fn a_new_snapshot_takes_the_place_of_what_was_known() {
    let house = House::start().await;
    let auth = &house.backend.auth;
    let sessions: Vec<Session> = (0..7).map(|_| sign_in(&house)).collect();
    let revoke = |session: &Session| {
        auth.revoke(Subject::SessionId(session.claim("sid")), house.clock.now());
    };
    // More than one message of the snapshot.
    sessions[..5].iter().for_each(revoke);
    for session in &sessions[..5] {
        until("the revocations", async || {
            revoked(&session.get(&house, ME).await)
        })
        .await;
    }
    auth.cut(true);
    auth.forget_revocations();
    sessions[5..].iter().for_each(revoke);
    // While there is no stream, what was known counts.
    for session in &sessions[..5] {
        assert!(revoked(&session.get(&house, ME).await));
    }
    auth.cut(false);
    for session in &sessions[5..] {
        until("the snapshot", async || {
            revoked(&session.get(&house, ME).await)
        })
        .await;
    }
    for session in &sessions[..5] {
        assert_eq!(session.get(&house, ME).await.status, 200);
    }
}

/// Cut and silent: sensitive methods are refused, the rest go on, and it heals by itself.
#[tokio::test]
async fn while_revocations_are_stale_sensitive_methods_are_refused() {
    let house = House::planned(impatient(Stale::Sensitive)).await;
    house.ready().await;
    let auth = &house.backend.auth;
    let session = sign_in(&house);
    let works = async || session.create_key(&house).await.status == 200;
    let stops: [fn(&House, bool); 2] = [
        |house, stop| house.backend.auth.cut(stop),
        |house, stop| house.backend.auth.silence(stop),
    ];
    for stop in stops {
        until("the first snapshot, or the next", works).await;
        stop(&house, true);
        until("staleness", async || !works().await).await;
        let answer = session.create_key(&house).await;
        problem(&answer, 503, "UNAVAILABLE", "REVOCATIONS_UNKNOWN");
        assert_eq!(answer.header("retry-after"), Some("1"));
        let answer = session.get(&house, CREATE_KEY).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        // Who is nobody is told so, stale or not.
        let answer = house.request("POST", CREATE_KEY, &[], b"{}").await;
        problem(&answer, 401, "UNAUTHENTICATED", "UNAUTHENTICATED");
        stop(&house, false);
        until("recovery", works).await;
    }
    let subject = Subject::SessionId(session.claim("sid"));
    auth.revoke(subject, house.clock.now());
    until("a revocation after it all", async || {
        session.get(&house, ME).await.status == 401
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_while_stale_is_a_setting() {
    for (on_stale, statuses) in [(Stale::All, [503, 503]), (Stale::None, [200, 200])] {
        let house = House::planned(impatient(on_stale)).await;
        house.ready().await;
        let session = sign_in(&house);
        house.backend.auth.cut(true);
        until("staleness", async || {
            let read = session.get(&house, CREATE_KEY).await.status;
            [session.create_key(&house).await.status, read] == statuses
        })
        .await;
        // Public methods need no caller.
        let answer = house
            .post("/api/v1/auth/login", &serde_json::json!({}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

/// More than are kept: what is left out cannot be known, and the gateway says so.
#[tokio::test]
async fn too_many_revocations_make_stale() {
    let mut plan = impatient(Stale::Sensitive);
    plan.identity.max_revocations = 3;
    let house = House::planned(plan).await;
    house.ready().await;
    let session = sign_in(&house);
    until("the snapshot", async || {
        session.create_key(&house).await.status == 200
    })
    .await;
    for _ in 0..4 {
        let subject = Subject::SessionId(sign_in(&house).claim("sid"));
        house.backend.auth.revoke(subject, house.clock.now());
    }
    until("staleness", async || {
        session.create_key(&house).await.status == 503
    })
    .await;
    house.backend.auth.forget_revocations();
    until("recovery", async || {
        session.create_key(&house).await.status == 200
    })
    .await;
}

#[tokio::test]
async fn the_stream_finds_auth_again_after_its_restart() {
    let mut house = House::start().await;
    let session = sign_in(&house);
    assert_eq!(session.get(&house, ME).await.status, 200);
    let address = house.auth.take().unwrap().stop().await;
    let subject = Subject::SessionId(session.claim("sid"));
    house.backend.auth.revoke(subject, house.clock.now());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let _auth = house.serve(Package::Auth, listener).await;
    until("the revocation", async || {
        session.get(&house, ME).await.status == 401
    })
    .await;
}

/// How long a revocation takes to count: printed, for whoever wants to know.
#[tokio::test]
#[ignore = "prints figures and proves nothing"]
async fn how_long_a_revocation_takes() {
    let house = House::start().await;
    let mut took = Vec::new();
    for _ in 0..200 {
        let session = sign_in(&house);
        assert_eq!(session.get(&house, ME).await.status, 200);
        let subject = Subject::SessionId(session.claim("sid"));
        let begun = Instant::now();
        house.backend.auth.revoke(subject, house.clock.now());
        while session.get(&house, ME).await.status == 200 {}
        took.push(begun.elapsed());
    }
    took.sort();
    let at = |share: usize| took[took.len() * share / 100];
    #[expect(clippy::print_stdout, reason = "it is what this is for")]
    {
        println!(
            "revoked after: p50 {:?}, p99 {:?}, most {:?}",
            at(50),
            at(99),
            took.last()
        );
    }
}
