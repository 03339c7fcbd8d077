//! The walk through the public API that the README describes.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use crate::client::Client;
use crate::guardmesh::Guardmesh;

#[tokio::test]
async fn an_account_and_its_sessions() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);

    let account = json!({"email": "Ada@Example.org", "password": "correct horse", "name": "Ada"});
    let registered = client.post("/api/v1/auth/register", &account).await;
    assert_eq!(registered.status, 200, "{}", registered.body);
    assert_eq!(registered.body["user"]["email"], "ada@example.org");
    let tokens = &registered.body["tokens"];
    assert_eq!(tokens["tokenType"], "Bearer");
    assert_eq!(tokens["expiresIn"], 1800);

    // The shorter paths are the same methods.
    for path in ["/api/auth/register", "/api/register"] {
        let again = client.post(path, &account).await;
        assert_eq!(
            (again.status, &again.body["reason"]),
            (409, &json!("EMAIL_TAKEN")),
            "{path}"
        );
    }
    for path in ["/api/v1/auth/login", "/api/auth/login", "/api/login"] {
        let login = client.post(path, &account_login()).await;
        assert_eq!(login.status, 200, "{path}: {}", login.body);
    }

    let access_token = tokens["accessToken"].as_str().unwrap();
    verifies_with_an_ordinary_client(&client, access_token).await;
    let ada = client.with_token(access_token);
    let me = ada.get("/api/v1/auth/me").await;
    assert_eq!(me.status, 200, "{}", me.body);
    assert_eq!(me.body["user"]["email"], "ada@example.org");
    assert!(
        me.body["organizationId"]
            .as_str()
            .unwrap()
            .starts_with("org_")
    );

    // Both spellings of a field are understood.
    let refresh = json!({"refresh_token": tokens["refreshToken"]});
    let refreshed = client.post("/api/v1/auth/refresh-token", &refresh).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    let successor = &refreshed.body["tokens"]["refreshToken"];
    assert_ne!(successor, &tokens["refreshToken"]);

    let logout = ada.post("/api/v1/auth/logout", &json!({})).await;
    assert_eq!(logout.status, 200, "{}", logout.body);
    let refresh = json!({"refreshToken": successor});
    assert_eq!(
        client
            .post("/api/v1/auth/refresh-token", &refresh)
            .await
            .status,
        401
    );
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 401);
}

fn account_login() -> Value {
    json!({"email": "ada@example.org", "password": "correct horse"})
}

/// As any JOSE library does it: key by id, algorithm, issuer, audience, expiry.
async fn verifies_with_an_ordinary_client(client: &Client, token: &str) {
    let published = client.get("/.well-known/jwks.json").await;
    assert_eq!(published.status, 200);
    let keys: JwkSet = serde_json::from_value(published.body).unwrap();
    let header = decode_header(token).unwrap();
    assert_eq!(
        (header.alg, header.typ.as_deref()),
        (Algorithm::ES256, Some("at+jwt"))
    );
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&["https://guardmesh.localhost"]);
    validation.set_audience(&["guardmesh"]);
    let claims = decode::<Value>(token, &key, &validation).unwrap().claims;
    assert!(
        claims["sub"].as_str().unwrap().starts_with("usr_"),
        "{claims}"
    );
}

#[tokio::test]
async fn guards_and_their_runs() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);
    let ada = client.registered("ada@example.org").await;

    let guards = ada.get("/api/v1/guards").await;
    let ids: Vec<&Value> = guards.body["guards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|guard| &guard["id"])
        .collect();
    for id in ["secrets", "pii", "invisible_text"] {
        assert!(ids.contains(&&json!(id)), "{id} in {ids:?}");
    }

    // Characters of one, two and four bytes stand before the match.
    let content = "h\u{e9} \u{1f600} bob@example.com";
    let checked = ada
        .post("/api/v1/guards:check", &json!({"content": content}))
        .await;
    assert_eq!(checked.status, 200, "{}", checked.body);
    assert_eq!(checked.body["decision"], "DECISION_REDACT");
    assert_eq!(
        checked.body["sanitizedContent"],
        "h\u{e9} \u{1f600} [REDACTED:email]"
    );
    let finding = &checked.body["findings"][0];
    assert_eq!(finding["byteRange"], json!({"start": 9, "end": 24}));
    assert_eq!(finding["utf16Range"], json!({"start": 6, "end": 21}));
    assert!(
        !checked.body["findings"]
            .to_string()
            .contains("bob@example.com")
    );
    assert_eq!(checked.body["guardResults"].as_array().unwrap().len(), 5);

    let body = json!({"content": "harmless", "channel": "CHANNEL_ASSISTANT", "guards": ["pii"]});
    let clean = ada.post("/api/v1/guards:check", &body).await;
    assert_eq!(clean.body["decision"], "DECISION_ALLOW");
    assert_eq!(clean.body["findings"], json!([]));
    assert_eq!(clean.body["guardResults"].as_array().unwrap().len(), 1);

    let run_id = checked.body["runId"].as_str().unwrap();
    let run = ada.get(&format!("/api/v1/guard-runs/{run_id}")).await;
    assert_eq!(run.status, 200, "{}", run.body);
    assert_eq!(run.body["id"], run_id);
    assert_eq!(run.body["findings"], checked.body["findings"]);

    let first = ada.get("/api/v1/guard-runs?pageSize=1").await;
    assert_eq!(first.body["guardRuns"][0]["id"], clean.body["runId"]);
    let token = first.body["nextPageToken"].as_str().unwrap();
    let second = ada
        .get(&format!(
            "/api/v1/guard-runs?page_size=1&page_token={token}"
        ))
        .await;
    assert_eq!(second.body["guardRuns"][0]["id"], run_id);
    assert_eq!(second.body["nextPageToken"], "");

    // Ada owns her organisation, and so may see everybody's; nobody else is in it.
    let own = ada.get("/api/v1/guard-runs").await.body;
    let all = ada.get("/api/v1/guard-runs?allUsers=true").await;
    assert_eq!((all.status, &all.body), (200, &own));
    let me = ada.get("/api/v1/auth/me").await.body;
    assert_eq!(all.body["guardRuns"][0]["userId"], me["user"]["id"]);

    // Somebody else sees nothing of it.
    let eve = client.registered("eve@example.org").await;
    let foreign = eve.get(&format!("/api/v1/guard-runs/{run_id}")).await;
    assert_eq!(
        (foreign.status, &foreign.body["code"]),
        (404, &json!("NOT_FOUND"))
    );
    assert_eq!(
        eve.get("/api/v1/guard-runs").await.body["guardRuns"],
        json!([])
    );

    let content = json!({
        "content": "Try Acme.", "guards": ["keywords"],
        "parameters": {"keywords": {"ban": ["acme"]}},
    });
    let checked = ada.post("/api/v1/guards:check", &content).await;
    assert_eq!(
        checked.body["decision"], "DECISION_BLOCK",
        "{}",
        checked.body
    );
    assert_eq!(
        checked.body["sanitizedContent"],
        "Try [REDACTED:banned_word]."
    );
    let schema = &guards.body["guards"][0]["parametersSchema"];
    assert_eq!(schema["additionalProperties"], json!(false), "{schema}");
}

#[tokio::test]
async fn the_gateway_tells_about_itself() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);

    let health = client.get("/health").await;
    assert_eq!(
        (health.status, &health.body["status"]),
        (200, &json!("SERVING_STATUS_SERVING"))
    );
    let services = health.body["services"].as_array().unwrap();
    let names: Vec<&Value> = services.iter().map(|service| &service["name"]).collect();
    assert_eq!(names, ["auth", "guards", "webhooks"]);
    assert_eq!(client.get("/health/live").await.status, 200);
    assert_eq!(client.get("/health/ready").await.status, 200);

    let document = client.get("/openapi.json").await;
    assert_eq!(document.body["openapi"], "3.1.0");
    for path in [
        "/api/v1/auth/register",
        "/api/v1/guards:check",
        "/webhooks/stripe",
        "/health",
    ] {
        assert!(document.body["paths"].get(path).is_some(), "{path}");
    }
}
