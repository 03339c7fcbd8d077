//! Good answers: JSON in both spellings, paths, queries, bodies, on real calls.

use guardmesh_chassis::testing::http::Response;
use serde_json::{Value, json};

use crate::house::House;
use crate::problem::assert_hardened;

#[track_caller]
fn good(response: &Response) -> Value {
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert!(response.header("x-request-id").is_some());
    assert_hardened(response);
    serde_json::from_slice(&response.body).unwrap()
}

#[tokio::test]
async fn every_binding_of_a_method_calls_it() {
    let house = House::start().await;
    for path in [
        "/api/v1/auth/register",
        "/api/auth/register",
        "/api/register",
    ] {
        let answer = house
            .post(path, &json!({"email": "a@b.c", "name": "Zoë ☂"}))
            .await;
        let user = &good(&answer)["user"];
        assert_eq!(user["email"], "a@b.c", "{path}");
        assert_eq!(user["name"], "Zoë ☂", "{path}");
    }
    assert_eq!(house.backend.calls("Register").len(), 3);
}

#[tokio::test]
async fn both_spellings_go_in_and_lower_camel_case_comes_out() {
    let house = House::start().await;
    let bearer = house.bearer(&[]);
    for (channel, number) in [(json!("CHANNEL_CODE"), 6), (json!(3), 3)] {
        let body = json!({"content": "text", "channel": channel, "guards": ["pii"]}).to_string();
        let answer = house
            .request(
                "POST",
                "/api/v1/guards:check",
                &[("authorization", &bearer)],
                body.as_bytes(),
            )
            .await;
        let answer = good(&answer);
        assert_eq!(answer["runId"], "run_1");
        assert_eq!(answer["decision"], "DECISION_ALLOW");
        assert_eq!(answer["sanitizedContent"], "text");
        assert_eq!(answer["guardResults"][0]["guard"], "pii");
        assert_eq!(answer["guardResults"][0]["findingCount"], number);
    }
    for query in ["page_size=3&page_token=x", "pageSize=3&pageToken=x"] {
        let path = format!("/api/v1/guard-runs?{query}");
        let answer = house.get(&path, &[("authorization", &bearer)]).await;
        assert_eq!(good(&answer)["nextPageToken"], "x+3", "{query}");
    }
    for body in [r#"{"refresh_token": "x"}"#, r#"{"refreshToken": "x"}"#] {
        let path = "/api/v1/auth/refresh-token";
        good(&house.request("POST", path, &[], body.as_bytes()).await);
    }
}

#[tokio::test]
async fn a_path_variable_is_decoded_once() {
    let house = House::start().await;
    let bearer = house.bearer(&[]);
    for (path, id) in [
        ("/api/v1/guard-runs/run_1", "run_1"),
        ("/api/v1/guard-runs/a%2Fb%20c", "a/b c"),
        ("/api/v1/guard-runs/%252e", "%2e"),
        ("/api/v1/guard-runs/caf%C3%A9", "café"),
    ] {
        let answer = good(&house.get(path, &[("authorization", &bearer)]).await);
        // `response_body`: the run itself, with no message around it.
        assert_eq!(answer["id"], id, "{path}");
        assert_eq!(answer["contentBytes"], 42);
    }
}

#[tokio::test]
async fn sixty_four_bit_integers_are_strings() {
    let house = House::start().await;
    let bearer = house.bearer(&["invoices:read"]);
    let answer = house
        .get(
            "/api/v1/invoices?orphaned=true",
            &[("authorization", &bearer)],
        )
        .await;
    let invoice = &good(&answer)["invoices"][0];
    assert_eq!(invoice["amountDue"], "9223372036854775807");
    assert_eq!(invoice["amountPaid"], "-1");
}

#[tokio::test]
async fn the_caller_is_who_the_token_says() {
    let house = House::start().await;
    let claims = crate::issuer::claims(house.clock.now(), &["webhooks:read"]);
    let bearer = format!("bearer {}", house.issuer.token(&claims));
    let answer = house
        .get("/api/v1/auth/me", &[("authorization", &bearer)])
        .await;
    let me = good(&answer);
    assert_eq!(me["user"]["id"], claims["sub"]);
    assert_eq!(me["organizationId"], claims["org"]);
    assert_eq!(me["sessionId"], claims["sid"]);
    assert_eq!(me["permissions"], json!(["webhooks:read"]));
}

#[tokio::test]
async fn the_key_set_is_one_that_a_jose_client_reads() {
    let house = House::start().await;
    let answer = house.get("/.well-known/jwks.json", &[]).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer: Value = answer.text().parse().unwrap();
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(answer).unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(set.find("first").unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    rules.set_audience(&[crate::issuer::AUDIENCE]);
    let token = house
        .issuer
        .token(&crate::issuer::claims(chrono::Utc::now(), &[]));
    assert!(jsonwebtoken::decode::<Value>(&token, &key, &rules).is_ok());
}

#[tokio::test]
async fn a_public_method_ignores_a_token_that_does_not_hold() {
    let house = House::start().await;
    let answer = house
        .request(
            "POST",
            "/api/v1/auth/login",
            &[("authorization", "Bearer expired")],
            br#"{"email": "a@b.c"}"#,
        )
        .await;
    good(&answer);
    assert_eq!(house.backend.calls("Login")[0].caller, None);
}
