//! Published keys verify tokens, with a stock library; all instances agree on one key.

use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::json;
use tokio::time::timeout;
use tonic::Code;

use crate::app::{self, AUDIENCE, App, ISSUER, OWNER, PASSWORD, SEALING_KEY};

const OTHER_SEALING_KEY: &str = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f";

/// What any holder of the published key set does with a token.
pub(crate) fn verify(
    keys: &[JsonWebKey],
    token: &str,
) -> Result<serde_json::Value, jsonwebtoken::errors::Error> {
    let members = |key: &JsonWebKey| {
        json!({
            "kty": key.kty, "use": key.r#use, "alg": key.alg, "kid": key.kid,
            "crv": key.crv, "x": key.x, "y": key.y,
        })
    };
    let keys: Vec<_> = keys.iter().map(members).collect();
    let set: JwkSet = serde_json::from_value(json!({ "keys": keys })).unwrap();

    let header = jsonwebtoken::decode_header(token)?;
    let key = set.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
    validation.validate_nbf = true;
    let key = DecodingKey::from_jwk(key)?;
    jsonwebtoken::decode(token, &key, &validation).map(|token| token.claims)
}

#[tokio::test]
async fn an_access_token_is_what_rfc_9068_says() {
    let app = App::start().await;
    let registered = app.register("ada@example.com").await.unwrap();
    let (user, tokens) = (registered.user.unwrap(), registered.tokens.unwrap());
    assert_eq!((&*tokens.token_type, tokens.expires_in), ("Bearer", 1800));

    let header = jsonwebtoken::decode_header(&tokens.access_token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let claims = app.verify(&tokens.access_token).await;
    let now = app.now().timestamp();
    assert_eq!(claims["sub"], user.id);
    assert_eq!(claims["client_id"], "guardmesh");
    assert_eq!(claims["permissions"], json!(OWNER));
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["nbf"], now);
    assert_eq!(claims["exp"], now + 1800);
    assert!(claims["sid"].as_str().unwrap().starts_with("ses_"));
    assert!(claims["org"].as_str().unwrap().starts_with("org_"));
    assert!(!claims["jti"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_changed_token_does_not_verify() {
    let app = App::start().await;
    let tokens = app.register("ada@example.com").await.unwrap().tokens;
    let token = tokens.unwrap().access_token;
    let keys = app.keys().await.unwrap();
    assert!(verify(&keys, &token).is_ok());

    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let other = if claims.ends_with('A') { "B" } else { "A" };
    let claims = format!("{}{other}", &claims[..claims.len() - 1]);
    assert!(verify(&keys, &format!("{header}.{claims}.{signature}")).is_err());
}

#[tokio::test]
async fn instances_that_start_at_once_make_one_key() {
    let database = app::database().await;
    let start = || App::start_on(database.pool.clone(), SEALING_KEY);
    let apps = join_all((0..4).map(|_| start())).await;
    let keys = join_all(apps.iter().map(keys_at_last)).await;
    assert_eq!(keys[0].len(), 1);
    assert!(keys.iter().all(|others| *others == keys[0]), "{keys:?}");
    // The same key signs after a restart.
    let tokens = apps[0].register("ada@example.com").await.unwrap().tokens;
    let token = tokens.unwrap().access_token;
    assert!(verify(&keys_at_last(&start().await).await, &token).is_ok());
}

/// The published keys. On a busy machine connections take longer than a call waits for one: an
/// instance asks its callers to come again then.
async fn keys_at_last(app: &App) -> Vec<JsonWebKey> {
    let ask = async {
        loop {
            match app.keys().await {
                Err(status) if status.code() == Code::Unavailable => {}
                keys => return keys.unwrap(),
            }
        }
    };
    timeout(Duration::from_mins(1), ask).await.unwrap()
}

#[tokio::test]
async fn another_sealing_key_means_another_signing_key_and_the_old_one_still_verifies() {
    let database = app::database().await;
    let before = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let tokens = before.register("ada@example.com").await.unwrap().tokens;
    let old = tokens.unwrap().access_token;

    let after = App::start_on(database.pool, OTHER_SEALING_KEY).await;
    let tokens = after
        .login("ada@example.com", PASSWORD)
        .await
        .unwrap()
        .tokens;
    let new = tokens.unwrap().access_token;
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid;
    assert_ne!(kid(&old), kid(&new));
    for app in [&before, &after] {
        let keys = app.keys().await.unwrap();
        assert_eq!(keys.len(), 2);
        for token in [&old, &new] {
            assert!(verify(&keys, token).is_ok());
        }
    }
}

#[tokio::test]
async fn the_private_key_is_not_in_the_database() {
    let app = App::start().await;
    assert_eq!(app.keys().await.unwrap().len(), 1);
    let sealed: Vec<u8> = sqlx::query_scalar("select private_key_sealed from auth.signing_keys")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    let key = jsonwebtoken::EncodingKey::from_ec_der(&sealed);
    let header = jsonwebtoken::Header::new(Algorithm::ES256);
    assert!(jsonwebtoken::encode(&header, &json!({}), &key).is_err());
    let public: serde_json::Value = sqlx::query_scalar("select public_jwk from auth.signing_keys")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(public.get("d"), None);
}
