//! Bad input gets a clear error: a problem document with the right status, and nothing else.

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::guardmesh::Guardmesh;

fn is_problem(answer: &Answer, status: u16, reason: &str) {
    let body = &answer.body;
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(body["reason"], reason, "{body}");
    assert_eq!(
        answer.response.header("content-type"),
        Some("application/problem+json")
    );
    let id = answer.response.header("x-request-id").unwrap();
    assert_eq!(body["requestId"], id);
    assert!(
        body["code"].is_string() && body["violations"].is_array(),
        "{body}"
    );
}

#[tokio::test]
async fn every_bad_request_is_answered_with_a_problem() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);
    let ada = client.registered("ada@example.org").await;

    is_problem(&client.get("/api/v1/nothing").await, 404, "NO_ROUTE");
    let wrong = client.send("DELETE", "/api/v1/auth/login", &[], b"").await;
    is_problem(&wrong, 405, "METHOD_NOT_ALLOWED");
    assert_eq!(wrong.response.header("allow"), Some("POST, OPTIONS"));

    let json_type = [("content-type", "application/json")];
    let broken = b"{\"email\": \"a@b.example\",\n  \"password\" }";
    let malformed = client
        .send("POST", "/api/v1/auth/login", &json_type, broken)
        .await;
    is_problem(&malformed, 400, "INVALID_REQUEST");
    let violation = &malformed.body["violations"][0];
    assert_eq!(
        (&violation["line"], &violation["column"]),
        (&json!(2), &json!(14))
    );
    let unknown = client
        .post("/api/v1/auth/login", &json!({"emial": "a@b.example"}))
        .await;
    is_problem(&unknown, 400, "INVALID_REQUEST");
    assert_eq!(unknown.body["violations"][0]["field"], "emial");

    let large = json!({"content": "x".repeat(7 * 1024 * 1024)});
    is_problem(
        &ada.post("/api/v1/guards:check", &large).await,
        413,
        "BODY_TOO_LARGE",
    );

    let none = client.get("/api/v1/auth/me").await;
    is_problem(&none, 401, "UNAUTHENTICATED");
    assert!(
        none.response
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    let bad = client
        .with_token("not.a.token")
        .get("/api/v1/auth/me")
        .await;
    is_problem(&bad, 401, "INVALID_TOKEN");
    assert!(
        bad.response
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
    is_problem(
        &ada.get("/api/v1/invoices").await,
        403,
        "PERMISSION_REQUIRED",
    );

    let login = json!({"email": "ada@example.org", "password": "wrong horse"});
    is_problem(
        &client.post("/api/v1/auth/login", &login).await,
        401,
        "INVALID_CREDENTIALS",
    );
    let login = json!({"email": "nobody@example.org", "password": "wrong horse"});
    is_problem(
        &client.post("/api/v1/auth/login", &login).await,
        401,
        "INVALID_CREDENTIALS",
    );
}

#[tokio::test]
async fn invalid_fields_are_named_all_at_once() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);
    let body = json!({"email": "nobody", "password": "short", "name": "x".repeat(101)});
    let answer = client.post("/api/v1/auth/register", &body).await;
    assert_eq!(answer.status, 400);
    let violations = answer.body["violations"].as_array().unwrap();
    let fields: Vec<&Value> = violations
        .iter()
        .map(|violation| &violation["field"])
        .collect();
    assert_eq!(fields, ["email", "password", "name"]);

    let ada = client.registered("ada@example.org").await;
    for (body, field) in [
        (json!({"content": ""}), "content"),
        (json!({"content": "x".repeat(1024 * 1024 + 1)}), "content"),
        (
            json!({"content": "x", "guards": ["pii", "nothing"]}),
            "guards[1]",
        ),
    ] {
        let answer = ada.post("/api/v1/guards:check", &body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.body["violations"][0]["field"], field);
    }
}
