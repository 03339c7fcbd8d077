//! What pages of other origins may do.

use guardmesh_chassis::testing::http::Response;
use guardmesh_gateway::config::{CorsArgs, RateLimitArgs};

use crate::house::{House, Plan};
use crate::problem::problem;

const APP: &str = "https://app.example.com";

pub(crate) fn cors(origins: &[&str], cors_credentials: bool) -> CorsArgs {
    CorsArgs {
        cors_origins: origins.iter().map(|text| text.parse().unwrap()).collect(),
        cors_credentials,
        cors_headers: vec!["x-trace".parse().unwrap()],
        cors_max_age: 60,
    }
}

async fn house(origins: &[&str], cors_credentials: bool) -> House {
    let house = House::planned(Plan {
        cors: cors(origins, cors_credentials),
        ..Plan::default()
    })
    .await;
    house.ready().await;
    house
}

fn varies_by_origin(answer: &Response) -> bool {
    let mut varies = answer.headers.iter().filter(|(name, _)| name == "vary");
    varies.any(|(_, value)| value == "origin")
}

#[tokio::test]
async fn only_allowed_origins_may_read() {
    let house = house(&[APP, "https://*.example.org"], true).await;
    for (origin, allowed) in [
        (APP, true),
        ("https://a.example.org", true),
        ("https://a.b.example.org", true),
        ("https://example.org", false),
        ("https://evilexample.org", false),
        ("http://app.example.com", false),
        ("https://app.example.com:8443", false),
        ("https://app.example.com.evil.com", false),
        ("null", false),
        ("nonsense", false),
    ] {
        let answer = house.get("/health", &[("origin", origin)]).await;
        assert_eq!(answer.status, 200, "{origin}");
        assert!(varies_by_origin(&answer), "{origin}");
        let named = answer.header("access-control-allow-origin");
        assert_eq!(named, allowed.then_some(origin), "{origin}");
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials, allowed.then_some("true"), "{origin}");
        let exposed = answer.header("access-control-expose-headers");
        assert_eq!(exposed.is_some(), allowed, "{origin}");
        if let Some(exposed) = exposed {
            for name in ["x-request-id", "ratelimit", "retry-after", "etag"] {
                assert!(exposed.split(", ").any(|exposed| exposed == name), "{name}");
            }
        }
    }
    assert!(varies_by_origin(&house.get("/health", &[]).await));
}

#[tokio::test]
async fn errors_may_be_read_too() {
    let house = house(&[APP], false).await;
    let bad_json = ("POST", "/api/v1/auth/login", "{", 400);
    let conflict = (
        "POST",
        "/api/v1/auth/login",
        r#"{"email": "conflict"}"#,
        409,
    );
    let failing = (
        "POST",
        "/api/v1/auth/login",
        r#"{"email": "internal"}"#,
        500,
    );
    for (method, path, body, status) in [
        bad_json,
        conflict,
        failing,
        ("GET", "/nothing", "", 404),
        ("GET", "/api/v1/auth/me", "", 401),
        ("PUT", "/api/v1/auth/me", "", 405),
        ("GET", "/a/../b", "", 400),
    ] {
        let headers = [("origin", APP)];
        let answer = house.request(method, path, &headers, body.as_bytes()).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        let named = answer.header("access-control-allow-origin");
        assert_eq!(named, Some(APP), "{method} {path}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn so_may_a_refusal_for_too_many_calls() {
    let house = House::planned(Plan {
        cors: cors(&[APP], false),
        rate_limits: RateLimitArgs {
            rate_limits: "auth.ip=1/hour".parse().unwrap(),
            ..RateLimitArgs::default()
        },
        ..Plan::default()
    })
    .await;
    house.ready().await;
    let headers = [("origin", APP)];
    let mut answers = Vec::new();
    for _ in 0..2 {
        let path = "/api/v1/auth/login";
        answers.push(house.request("POST", path, &headers, b"{}").await);
    }
    for (answer, status) in answers.iter().zip([200, 429]) {
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        assert!(answer.header("ratelimit").is_some());
    }
}

#[tokio::test]
async fn a_preflight_is_told_what_the_path_has() {
    let house = house(&[APP], false).await;
    for (path, methods) in [
        ("/api/v1/auth/login", "POST, OPTIONS"),
        ("/api/v1/auth/me", "GET, DELETE, HEAD, OPTIONS"),
        ("/api/v1/guard-runs/run_1", "GET, HEAD, OPTIONS"),
        ("/api/v1/guards:check", "POST, OPTIONS"),
        // Not what the path would have were the verb a part of the id.
        ("/api/v1/guard-policies/pol_1:activate", "POST, OPTIONS"),
        // POST in the contract: to HTTP it is a WebSocket.
        ("/api/v1/guards:checkStream", "GET, OPTIONS"),
    ] {
        let headers = [
            ("origin", APP),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization"),
        ];
        let answer = house.request("OPTIONS", path, &headers, b"").await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        assert_eq!(answer.header("access-control-allow-methods"), Some(methods));
        assert_eq!(answer.header("access-control-max-age"), Some("60"));
        assert_eq!(answer.header("content-length"), None);
        let headers = answer.header("access-control-allow-headers").unwrap();
        for name in [
            "authorization",
            "content-type",
            "x-api-key",
            "idempotency-key",
            "x-trace",
        ] {
            assert!(headers.split(", ").any(|header| header == name), "{name}");
        }
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn a_preflight_of_others_is_refused() {
    let house = house(&[APP], false).await;
    for origin in [
        "https://evil.example.com",
        "null",
        "https://app.example.com.evil.com",
    ] {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
        ];
        let answer = house
            .request("OPTIONS", "/api/v1/auth/login", &headers, b"")
            .await;
        problem(&answer, 403, "PERMISSION_DENIED", "ORIGIN_NOT_ALLOWED");
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("access-control-allow-methods"), None);
    }
    let headers = [("origin", APP), ("access-control-request-method", "POST")];
    let answer = house.request("OPTIONS", "/nothing", &headers, b"").await;
    problem(&answer, 404, "NOT_FOUND", "NO_ROUTE");
}

#[tokio::test]
async fn any_origin_is_named_as_such_and_without_credentials() {
    let house = house(&["*"], false).await;
    let answer = house.get("/health", &[("origin", "http://any.test")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert!(varies_by_origin(&answer));
    let answer = house.get("/health", &[("origin", "null")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn without_origins_there_is_no_cors() {
    let house = House::start().await;
    let headers = [("origin", APP), ("access-control-request-method", "POST")];
    for method in ["GET", "OPTIONS"] {
        let answer = house.request(method, "/health", &headers, b"").await;
        assert!(!varies_by_origin(&answer));
        let any = |(name, _): &(String, String)| name.starts_with("access-control-");
        assert!(!answer.headers.iter().any(any), "{answer:?}");
    }
}
