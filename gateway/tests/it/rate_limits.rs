//! Rate limits counted by the gateway itself, seen through its port. Time stands still but for
//! what a test moves it on.

use chrono::TimeDelta;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::testing::http::Response;
use guardmesh_gateway::config::RateLimitArgs;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::house::{House, Plan, closed_port, listen, until};
use crate::issuer::claims;
use crate::problem::problem;

/// A gateway with these limits, ready.
async fn limited(rate_limits: &str, trusted_proxies: &'static str) -> House {
    let plan = Plan {
        rate_limits: RateLimitArgs {
            rate_limits: rate_limits.parse().unwrap(),
            ..RateLimitArgs::default()
        },
        trusted_proxies,
        ..Plan::default()
    };
    let house = House::planned(plan).await;
    house.ready().await;
    house
}

async fn login(house: &House) -> Response {
    let body = json!({"email": "ada@example.org"});
    house.post("/api/v1/auth/login", &body).await
}

async fn me(house: &House, bearer: &str) -> Response {
    let headers = [("authorization", bearer)];
    house.get("/api/v1/auth/me", &headers).await
}

fn refused(answer: &Response) {
    problem(answer, 429, "RESOURCE_EXHAUSTED", "RATE_LIMITED");
}

fn told(answer: &Response) -> [&str; 2] {
    ["ratelimit-policy", "ratelimit"].map(|name| answer.header(name).unwrap_or_default())
}

#[tokio::test]
async fn a_client_is_told_of_its_limit_and_refused_beyond_it() {
    let house = limited("auth.ip=6/min,burst=3", "").await;
    let policy = "\"auth.ip\";q=3;w=30";
    for limit in [
        "\"auth.ip\";r=2;t=20",
        "\"auth.ip\";r=1;t=20",
        "\"auth.ip\";r=0;t=10",
    ] {
        let answer = login(&house).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(told(&answer), [policy, limit]);
        assert_eq!(answer.header("retry-after"), None);
    }
    let reached = house.backend.count();
    for _ in 0..3 {
        let answer = login(&house).await;
        refused(&answer);
        assert_eq!(told(&answer), [policy, "\"auth.ip\";r=0;t=10"]);
        assert_eq!(answer.header("retry-after"), Some("10"));
    }
    assert_eq!(house.backend.count(), reached);

    house.clock.advance(TimeDelta::milliseconds(9_999));
    refused(&login(&house).await);
    house.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(login(&house).await.status, 200);
    refused(&login(&house).await);
}

#[tokio::test]
async fn classes_count_apart_and_health_does_not_count() {
    let house = limited("auth.ip=2/hour; default.ip=3/hour", "").await;
    for _ in 0..2 {
        assert_eq!(login(&house).await.status, 200);
    }
    refused(&login(&house).await);
    let bearer = house.bearer(&[]);
    for _ in 0..3 {
        assert_eq!(me(&house, &bearer).await.status, 200);
    }
    refused(&me(&house, &bearer).await);
    for path in ["/health", "/health/live", "/health/ready", "/openapi.json"] {
        for _ in 0..10 {
            let answer = house.get(path, &[]).await;
            assert_eq!((answer.status, told(&answer)), (200, ["", ""]), "{path}");
        }
    }
}

#[tokio::test]
async fn errors_of_a_service_and_of_the_request_count_as_well() {
    let house = limited("auth.ip=3/hour", "").await;
    let conflict = json!({"email": "conflict"});
    let answer = house.post("/api/v1/auth/login", &conflict).await;
    assert_eq!(
        (answer.status, told(&answer)[1]),
        (409, "\"auth.ip\";r=2;t=2400")
    );
    let answer = house.post("/api/v1/auth/login", &json!([])).await;
    assert_eq!(
        (answer.status, told(&answer)[1]),
        (400, "\"auth.ip\";r=1;t=2400")
    );
    assert_eq!(login(&house).await.status, 200);
    refused(&login(&house).await);
}

#[tokio::test]
async fn users_and_organisations_have_limits_of_their_own() {
    let house = limited(
        "default.ip=off; default.user=2/hour; default.org=3/hour",
        "",
    )
    .await;
    let issue = |user: &str, organization: &str| {
        let mut claims = claims(house.clock.now(), &[]);
        claims["sub"] = user.into();
        claims["org"] = organization.into();
        format!("Bearer {}", house.issuer.token(&claims))
    };
    let ids = claims(house.clock.now(), &[]);
    let others = claims(house.clock.now(), &[]);
    let id = |claims: &serde_json::Value, name: &str| claims[name].as_str().unwrap().to_owned();
    let (ada, bob) = (id(&ids, "sub"), id(&others, "sub"));
    let (first, second) = (id(&ids, "org"), id(&others, "org"));

    for _ in 0..2 {
        assert_eq!(me(&house, &issue(&ada, &first)).await.status, 200);
    }
    // A new token is no new user.
    let answer = me(&house, &issue(&ada, &second)).await;
    refused(&answer);
    assert!(told(&answer)[1].starts_with("\"default.user\";r=0;"));
    // What was refused was not taken from the organisation: one is left in each.
    assert_eq!(me(&house, &issue(&bob, &first)).await.status, 200);
    let answer = me(&house, &issue(&bob, &first)).await;
    refused(&answer);
    assert!(told(&answer)[1].starts_with("\"default.org\";r=0;"));
    let answer = me(&house, &issue(&bob, &second)).await;
    assert_eq!(answer.status, 200);
    let policy = "\"default.user\";q=2;w=3600, \"default.org\";q=3;w=3600";
    assert_eq!(told(&answer), [policy, "\"default.user\";r=0;t=1800"]);
}

#[tokio::test]
async fn guessed_tokens_count_strictly_and_right_ones_do_not_help() {
    let house = limited("failure.ip=3/hour; default.ip=100/hour", "").await;
    // To have no credentials is no attempt.
    for _ in 0..5 {
        let answer = house.get("/api/v1/auth/me", &[]).await;
        problem(&answer, 401, "UNAUTHENTICATED", "UNAUTHENTICATED");
        assert!(told(&answer)[1].starts_with("\"default.ip\";"));
    }
    for left in [2, 1, 0] {
        let answer = me(&house, "Bearer guess").await;
        problem(&answer, 401, "UNAUTHENTICATED", "INVALID_TOKEN");
        let expected = format!("\"failure.ip\";r={left};");
        assert!(
            told(&answer)[1].starts_with(&expected),
            "{:?}",
            told(&answer)
        );
    }
    refused(&me(&house, "Bearer guess").await);
    refused(&me(&house, &house.bearer(&[])).await);
    assert_eq!(house.backend.count(), 0);
    // Who attempts nothing goes on, and time heals.
    assert_eq!(house.get("/api/v1/auth/me", &[]).await.status, 401);
    assert_eq!(login(&house).await.status, 200);
    house.clock.advance(TimeDelta::minutes(20));
    assert_eq!(me(&house, &house.bearer(&[])).await.status, 200);
}

#[tokio::test]
async fn a_client_is_whom_trusted_proxies_report() {
    let from = async |house: &House, forwarded: &str| {
        let headers = [("x-forwarded-for", forwarded)];
        let body = br#"{"email": "ada@example.org"}"#;
        let answer = house.request("POST", "/api/v1/auth/login", &headers, body);
        answer.await.status
    };
    let house = limited("auth.ip=1/hour", "127.0.0.0/8,10.0.0.0/8").await;
    assert_eq!(from(&house, "192.0.2.1").await, 200);
    assert_eq!(from(&house, "192.0.2.1").await, 429);
    assert_eq!(from(&house, "192.0.2.7, 192.0.2.1, 10.1.1.1").await, 429);
    assert_eq!(from(&house, "192.0.2.2").await, 200);
    assert_eq!(from(&house, "2001:db8::1").await, 200);
    assert_eq!(from(&house, "2001:db8::ffff:1").await, 429);
    assert_eq!(from(&house, "2001:db8:0:1::1").await, 200);

    // Nobody is trusted: what clients write has no effect.
    let house = limited("auth.ip=1/hour", "").await;
    assert_eq!(from(&house, "192.0.2.1").await, 200);
    assert_eq!(from(&house, "192.0.2.2").await, 429);
}

/// A later time than that of `Retry-After` must not be told beside it.
#[tokio::test]
async fn a_service_that_is_away_is_told_of_alone() {
    let mut plan = Plan {
        rate_limits: RateLimitArgs {
            rate_limits: "default.ip=1000000/hour".parse().unwrap(),
            ..RateLimitArgs::default()
        },
        ..Plan::default()
    };
    let (_port, address) = closed_port();
    plan.guards = Some(address);
    let house = House::planned(plan).await;
    until("the keys", async || house.bearer_is_accepted().await).await;
    let answer = house.check().await;
    problem(&answer, 503, "UNAVAILABLE", "UNAVAILABLE");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(told(&answer), ["", ""]);
}

#[tokio::test]
async fn off_is_off() {
    let house = limited("off", "").await;
    let answer = login(&house).await;
    assert_eq!((answer.status, told(&answer)), (200, ["", ""]));
    let health = house.get("/health", &[]).await;
    assert!(health.text().contains("RATE_LIMIT_STATE_OFF"));
}

#[tokio::test]
async fn limits_for_nothing_end_the_start() {
    let house = limited("auth.ip=1/hour", "").await;
    let health = house.get("/health", &[]).await;
    assert!(health.text().contains("RATE_LIMIT_STATE_LOCAL"));
    let mut config = house.config.clone();
    config.rate_limits.rate_limits = "nonsense.ip=1/hour".parse().unwrap();
    let never = CancellationToken::new();
    let served = guardmesh_gateway::serve(
        &config,
        Environment::Development,
        listen().await,
        Clock::system(),
        never,
    )
    .await;
    let error = served.unwrap_err().to_string();
    assert!(
        error.contains("nonsense") && error.contains("webhook"),
        "{error}"
    );
}
