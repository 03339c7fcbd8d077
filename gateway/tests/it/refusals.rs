//! Requests that are refused, and how: status, headers, and a problem document.

use guardmesh_chassis::testing::http::Response;
use serde_json::{Value, json};

use crate::contracts::SECRET_TEXT;
use crate::house::House;
use crate::problem::problem;

#[tokio::test]
async fn an_unknown_route_is_not_found() {
    let house = House::start().await;
    for path in [
        "/",
        "/nothing",
        "/api/v1/auth",
        "/api/v1/auth/me/",
        "/API/v1/auth/me",
        "/api/v1/guards:nothing",
        // Methods of gRPC, one of them open to services only.
        "/guardmesh.auth.v1.OrganizationService/GetOrganization",
        "/guardmesh.auth.v1.AuthService/Login",
        "/grpc.health.v1.Health/Check",
    ] {
        problem(&house.get(path, &[]).await, 404, "NOT_FOUND", "NO_ROUTE");
        problem(
            &house.post(path, &json!({})).await,
            404,
            "NOT_FOUND",
            "NO_ROUTE",
        );
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn another_verb_is_not_allowed_and_told_the_right_one() {
    let house = House::start().await;
    for (verb, path, allow) in [
        ("GET", "/api/v1/auth/login", "POST, OPTIONS"),
        ("PUT", "/api/v1/auth/login", "POST, OPTIONS"),
        ("PUT", "/api/v1/auth/me", "GET, DELETE, HEAD, OPTIONS"),
        ("NONSENSE", "/webhooks/stripe", "POST, OPTIONS"),
    ] {
        let answer = house.request(verb, path, &[], b"").await;
        problem(&answer, 405, "UNIMPLEMENTED", "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some(allow), "{verb} {path}");
    }
}

async fn login(house: &House, body: &[u8]) -> Response {
    house.request("POST", "/api/v1/auth/login", &[], body).await
}

#[tokio::test]
async fn malformed_json_is_told_where() {
    let house = House::start().await;
    for (body, line, column) in [
        (&b"{"[..], 1, 2),
        (b"{\n  \"email\": \"a\",\n}", 3, 1),
        (b"{\"email\": }", 1, 11),
        (b"{} x", 1, 4),
        (b"nonsense", 1, 1),
    ] {
        let shown = String::from_utf8_lossy(body);
        let body = problem(
            &login(&house, body).await,
            400,
            "INVALID_ARGUMENT",
            "INVALID_REQUEST",
        );
        let violation = &body["violations"][0];
        assert_eq!(violation["line"], line, "{shown}: {body}");
        assert_eq!(violation["column"], column, "{shown}: {body}");
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn fields_that_do_not_fit_are_named() {
    let house = House::start().await;
    for (body, field) in [
        (&br#"{"emial": "a"}"#[..], "emial"),
        (br#"{"email": 7}"#, "email"),
        (br#"{"email": "a", "email": "b"}"#, "email"),
        (b"{\"email\": \"\\ud800\"}", "email"),
    ] {
        let body = problem(
            &login(&house, body).await,
            400,
            "INVALID_ARGUMENT",
            "INVALID_REQUEST",
        );
        assert_eq!(body["violations"][0]["field"], field, "{body}");
        assert!(body["violations"][0]["description"].is_string());
    }
    let invalid = |answer: &Response| {
        problem(answer, 400, "INVALID_ARGUMENT", "INVALID_REQUEST");
    };
    invalid(&login(&house, b"{\"email\": \"\xff\"}").await);
    invalid(&login(&house, "[".repeat(10_000).as_bytes()).await);
    let bearer = house.bearer(&["invoices:read"]);
    let auth = [("authorization", bearer.as_str())];
    for path in [
        "/api/v1/invoices?nothing=1",
        "/api/v1/invoices?page_size=x",
        "/api/v1/invoices?page_size=1&pageSize=2",
        "/api/v1/invoices?page_size=99999999999",
        "/api/v1/invoices?page_token=%ff",
        "/api/v1/invoices?page_token=%zz",
    ] {
        invalid(&house.get(path, &auth).await);
    }
    invalid(&house.request("GET", "/api/v1/invoices", &auth, b"{}").await);
    let xml = [("content-type", "application/xml")];
    let answer = house
        .request("POST", "/api/v1/auth/login", &xml, b"<a/>")
        .await;
    problem(&answer, 415, "INVALID_ARGUMENT", "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn a_caller_without_the_permission_is_forbidden() {
    let mut house = House::start().await;
    // The services enforce the same rules; here it is the gateway that must.
    house.guards.take().unwrap().stop().await;
    house.webhooks.take().unwrap().stop().await;
    let bearer = house.bearer(&["invoices:write"]);
    let answer = house
        .get("/api/v1/invoices", &[("authorization", &bearer)])
        .await;
    let body = problem(&answer, 403, "PERMISSION_DENIED", "PERMISSION_REQUIRED");
    assert!(body["detail"].as_str().unwrap().contains("invoices:read"));

    let mut claims = crate::issuer::claims(house.clock.now(), &[]);
    claims.as_object_mut().unwrap().remove("org");
    let bearer = format!("Bearer {}", house.issuer.token(&claims));
    let answer = house
        .get("/api/v1/guard-runs", &[("authorization", &bearer)])
        .await;
    problem(&answer, 403, "PERMISSION_DENIED", "NO_ORGANIZATION");
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn errors_of_a_service_keep_their_reason_and_their_violations() {
    let house = House::start().await;
    let answer = async |email: &str| {
        house
            .post("/api/v1/auth/login", &json!({"email": email}))
            .await
    };
    let conflict = problem(
        &answer("conflict").await,
        409,
        "ALREADY_EXISTS",
        "EMAIL_TAKEN",
    );
    assert_eq!(conflict["detail"], "This address has an account already.");
    assert_eq!(conflict["violations"], json!([]));

    let invalid = answer("invalid").await;
    let invalid = problem(&invalid, 400, "INVALID_ARGUMENT", "INVALID_FIELD");
    assert_eq!(
        invalid["violations"],
        json!([
            {"field": "email", "description": "has no @"},
            {"field": "password", "description": "short"},
        ])
    );

    let busy = answer("busy").await;
    problem(&busy, 429, "RESOURCE_EXHAUSTED", "TOO_MANY");
    assert_eq!(busy.header("retry-after"), Some("7"));

    let bearer = house.bearer(&["webhooks:read"]);
    let missing = house
        .get(
            "/api/v1/webhook-events/evt_1",
            &[("authorization", &bearer)],
        )
        .await;
    problem(&missing, 404, "NOT_FOUND", "NO_EVENT");
}

#[tokio::test]
async fn text_that_a_service_did_not_mean_for_clients_stays_inside() {
    let house = House::start().await;
    for (email, status, code) in [
        ("internal", 500, "INTERNAL"),
        ("unknown", 500, "UNKNOWN"),
        ("invalid, says a library", 400, "INVALID_ARGUMENT"),
    ] {
        let answer = house
            .post("/api/v1/auth/login", &json!({"email": email}))
            .await;
        problem(&answer, status, code, code);
        for part in SECRET_TEXT
            .split([':', '/', '@'])
            .filter(|part| part.len() > 4)
        {
            assert!(!answer.text().contains(part), "{}", answer.text());
        }
    }
}

/// The problem object of the API document, and what is sent, agree.
#[tokio::test]
async fn problems_are_what_the_api_document_declares() {
    let house = House::start().await;
    let document: Value = house
        .get("/openapi.json", &[])
        .await
        .text()
        .parse()
        .unwrap();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let fits = |value: &Value, schema: &Value| {
        let members = value.as_object().unwrap();
        for (name, member) in members {
            let declared = &schema["properties"][name];
            let kind = match member {
                Value::String(_) => "string",
                Value::Number(_) => "integer",
                Value::Array(_) => "array",
                _ => "nothing of a problem",
            };
            assert_eq!(declared["type"], kind, "{name} in {value}");
        }
        for name in schema["required"].as_array().unwrap() {
            assert!(members.contains_key(name.as_str().unwrap()), "{name}");
        }
    };
    for answer in [
        house.get("/nothing", &[]).await,
        house.get("/api/v1/auth/me", &[]).await,
        login(&house, b"{\n!").await,
        login(&house, br#"{"email": "invalid"}"#).await,
        login(&house, br#"{"email": "internal"}"#).await,
    ] {
        let body: Value = answer.text().parse().unwrap();
        fits(&body, &schema("Problem"));
        for violation in body["violations"].as_array().unwrap() {
            fits(violation, &schema("Violation"));
        }
    }
}
