//! What of a request reaches a service: its id, the signed caller, the headers that the method
//! asks for, and nothing else.

use std::collections::BTreeSet;

use guardmesh_chassis::caller::{Caller, METADATA_KEY};
use http::HeaderMap;
use serde_json::Value;
use tonic::metadata::{BinaryMetadataValue, MetadataMap};

use crate::house::{House, caller_keys};
use crate::issuer;
use crate::problem::problem;

/// What every call has, of gRPC and of ours.
const ALWAYS: [&str; 5] = [
    "content-type",
    "te",
    "grpc-timeout",
    "x-request-id",
    "traceparent",
];

fn names(metadata: &HeaderMap) -> BTreeSet<&str> {
    metadata.keys().map(http::HeaderName::as_str).collect()
}

fn signed(metadata: &HeaderMap) -> BinaryMetadataValue {
    let metadata = MetadataMap::from_headers(metadata.clone());
    metadata.get_bin(METADATA_KEY).unwrap().clone()
}

#[tokio::test]
async fn a_request_id_and_a_trace_of_a_harmless_form_are_taken_over() {
    let house = House::start().await;
    let long = "x".repeat(129);
    for (given, kept) in [
        ("4bf92f35-77b3.a_1", true),
        (&long[..128], true),
        (&long, false),
        ("", false),
        ("two words", false),
        ("quote\"", false),
        ("a,b", false),
        ("caf\u{e9}", false),
    ] {
        let before = house.backend.calls("Login").len();
        let path = "/api/v1/auth/login";
        let answer = house
            .request("POST", path, &[("x-request-id", given)], b"{}")
            .await;
        let echoed = answer.header("x-request-id").unwrap();
        assert_eq!(echoed == given, kept, "{given}: {echoed}");
        let call = &house.backend.calls("Login")[before];
        assert_eq!(call.metadata["x-request-id"], echoed, "{given}");
    }
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (given, kept) in [(trace, true), ("00-nothing", false)] {
        let before = house.backend.calls("Login").len();
        let headers = [("traceparent", given)];
        house
            .request("POST", "/api/v1/auth/login", &headers, b"{}")
            .await;
        let call = &house.backend.calls("Login")[before];
        assert_eq!(call.metadata["traceparent"] == given, kept, "{given}");
    }
    let twice = [("x-request-id", "a"), ("x-request-id", "a")];
    let answer = house.get("/health/live", &twice).await;
    assert!(answer.header("x-request-id").unwrap().starts_with("req_"));

    // Errors have the client's id as well.
    let answer = house.get("/nothing", &[("x-request-id", "mine")]).await;
    let body: Value = answer.text().parse().unwrap();
    assert_eq!(body["requestId"], "mine");
}

#[tokio::test]
async fn nothing_that_a_client_makes_up_reaches_a_service() {
    let house = House::start().await;
    let user = issuer::claims(house.clock.now(), &["webhooks:read"]);
    let path = "/guardmesh.auth.v1.AuthService/Login";
    let stolen = caller_keys().sign(&admin(), path, &house.clock);
    let stolen = std::str::from_utf8(stolen.as_encoded_bytes()).unwrap();
    let bearer = format!("Bearer {}", house.issuer.token(&user));
    let mut headers = vec![
        (METADATA_KEY, stolen),
        ("X-Guardmesh-Caller-Bin", stolen),
        ("x_guardmesh_caller_bin", stolen),
        ("authorization", bearer.as_str()),
        ("cookie", "session=1"),
        ("grpc-timeout", "1n"),
        ("grpc-encoding", "gzip"),
        ("grpc-status", "0"),
        ("l5d-dst-override", "elsewhere:1"),
        ("te", "gzip"),
        ("user-agent", "curl"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-user-id", "usr_admin"),
        ("x-organization-id", "org_admin"),
        ("svix-id", "msg_1"),
        ("stripe-signature", "t=1"),
        ("anything-bin", "AAAA"),
    ];
    let login = house
        .request("POST", "/api/v1/auth/login", &headers, b"{}")
        .await;
    assert_eq!(login.status, 200, "{}", login.text());
    let call = &house.backend.calls("Login")[0];
    assert_eq!(names(&call.metadata), ALWAYS.into());
    assert_eq!(call.metadata["te"], "trailers");
    assert_eq!(call.caller, None);
    let timeout = call.metadata["grpc-timeout"].to_str().unwrap();
    assert!(timeout.ends_with('m'), "ours, in milliseconds: {timeout}");

    // Where there is a caller it is the token's, not the one made up.
    headers.retain(|(name, _)| *name != "x-request-id");
    let me = house.get("/api/v1/auth/me", &headers).await;
    assert_eq!(me.status, 200, "{}", me.text());
    let call = &house.backend.calls("GetMe")[0];
    let mut expected: BTreeSet<&str> = ALWAYS.into();
    expected.insert(METADATA_KEY);
    assert_eq!(names(&call.metadata), expected);
    let Some(Caller::User(caller)) = &call.caller else {
        panic!("{:?}", call.caller);
    };
    assert_eq!(user["sub"], caller.user.to_string());
}

fn admin() -> Caller {
    use guardmesh_chassis::caller::UserCaller;
    use guardmesh_chassis::id::UserId;
    Caller::User(UserCaller {
        user: UserId::generate(),
        organization: None,
        session: None,
        api_key: None,
        permissions: vec!["webhooks:read".to_owned()],
    })
}

#[tokio::test]
async fn the_signed_caller_holds_for_that_method_and_that_minute_only() {
    let house = House::start().await;
    let claims = issuer::claims(house.clock.now(), &["invoices:read", "webhooks:read"]);
    let bearer = format!("Bearer {}", house.issuer.token(&claims));
    let answer = house
        .get("/api/v1/invoices", &[("authorization", &bearer)])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let call = &house.backend.calls("ListInvoices")[0];
    let signed = signed(&call.metadata);
    let verify = |path: &str| caller_keys().verify(&signed, path, &house.clock);
    let path = "/guardmesh.webhooks.v1.WebhooksService/ListInvoices";
    let Caller::User(user) = verify(path).unwrap() else {
        panic!("a user");
    };
    assert_eq!(claims["sub"], user.user.to_string());
    assert_eq!(claims["org"], user.organization.unwrap().to_string());
    assert_eq!(claims["sid"], user.session.unwrap().to_string());
    assert_eq!(user.permissions, ["invoices:read", "webhooks:read"]);
    for other in [
        "/guardmesh.webhooks.v1.WebhooksService/ListWebhookEvents",
        "/guardmesh.webhooks.v1.WebhooksService/ListInvoices/",
        "",
    ] {
        assert!(verify(other).is_err(), "{other}");
    }
    house.clock.advance(chrono::TimeDelta::seconds(60));
    assert!(verify(path).is_err());
}

#[tokio::test]
async fn headers_that_a_method_asks_for_arrive_as_they_were_sent() {
    let house = House::start().await;
    let value = "t=1,v1=abc , v0=\"x\"";
    for path in ["/webhooks/stripe", "/api/v1/webhooks/stripe"] {
        let headers = [
            ("Stripe-Signature", value),
            ("stripe-signature", "second"),
            ("svix-id", "msg_1"),
        ];
        let answer = house.request("POST", path, &headers, b"{}").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    for call in house.backend.calls("ReceiveStripeEvent") {
        let given: Vec<_> = call.metadata.get_all("stripe-signature").iter().collect();
        assert_eq!(given, [value, "second"]);
        assert!(!call.metadata.contains_key("svix-id"));
    }
    let headers = [("webhook-id", "msg_1"), ("stripe-signature", "t=1")];
    house
        .request("POST", "/webhooks/clerk", &headers, b"{}")
        .await;
    let call = &house.backend.calls("ReceiveClerkEvent")[0];
    assert_eq!(call.metadata["webhook-id"], "msg_1");
    assert!(!call.metadata.contains_key("stripe-signature"));
}

#[tokio::test]
async fn an_idempotency_key_arrives_with_every_call() {
    let house = House::start().await;
    let longest = "k".repeat(255);
    for key in [
        "8e03978e-40d5-43e8-bc93-6894a57f9324",
        "\"quoted\"",
        &longest,
    ] {
        let headers = [("Idempotency-Key", key)];
        let answer = house
            .request("POST", "/api/v1/auth/login", &headers, b"{}")
            .await;
        assert_eq!(answer.status, 200, "{key}: {}", answer.text());
        let call = house.backend.calls("Login").pop().unwrap();
        assert_eq!(call.metadata["idempotency-key"], key);
    }
    let before = house.backend.count();
    let long = "k".repeat(256);
    for keys in [&[""][..], &["a b"], &["caf\u{e9}"], &[&long], &["a", "a"]] {
        let headers: Vec<_> = keys.iter().map(|key| ("idempotency-key", *key)).collect();
        let answer = house
            .request("POST", "/api/v1/auth/login", &headers, b"{}")
            .await;
        problem(&answer, 400, "INVALID_ARGUMENT", "INVALID_IDEMPOTENCY_KEY");
    }
    assert_eq!(house.backend.count(), before);
}

/// A header that fits the gateway need not fit a service: neither the call nor those that share
/// its connection may suffer.
#[tokio::test]
async fn a_forwarded_header_is_bounded() {
    let house = House::start().await;
    for length in [9 * 1024, 20_000, 200_000, 900_000] {
        let value = "x".repeat(length);
        let headers = [("stripe-signature", value.as_str())];
        let answer = house
            .request("POST", "/webhooks/stripe", &headers, b"{}")
            .await;
        let text = answer.text();
        assert_eq!(answer.status, 431, "{length}: {text}");
        assert!(text.contains("HEADERS_TOO_LARGE"), "{text}");
    }
    assert_eq!(house.backend.count(), 0);
    let value = "x".repeat(7 * 1024);
    let headers = [("stripe-signature", value.as_str())];
    let answer = house
        .request("POST", "/webhooks/stripe", &headers, b"{}")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
