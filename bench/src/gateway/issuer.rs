//! Signs access tokens as auth does, with a key of the harness's own.

use anyhow::{Result, anyhow};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::{OrganizationId, SessionId, UserId};
use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use serde_json::{Value, json};

/// The `iss` of the tokens.
pub(super) const ISSUER: &str = "https://guardmesh.bench";
/// The `aud` of the tokens.
pub(super) const AUDIENCE: &str = "guardmesh";
const KEY_ID: &str = "bench";
/// Longer than any run.
const LIFETIME_SECONDS: i64 = 6 * 3600;

/// A signing key.
pub(super) struct Issuer(EcdsaKeyPair);

// === impl Issuer ===

impl Issuer {
    pub(super) fn new() -> Result<Self> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref())
            .map_err(|error| anyhow!("{error}"))?;
        Ok(Self(pair))
    }

    /// The public half, as auth publishes it.
    pub(super) fn public(&self) -> JsonWebKey {
        // An uncompressed point: a byte that says so, and two coordinates of 32 bytes.
        let (_, point) = self.0.public_key().as_ref().split_at(1);
        let (x, y) = point.split_at(32);
        JsonWebKey {
            kty: "EC".to_owned(),
            r#use: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: KEY_ID.to_owned(),
            crv: "P-256".to_owned(),
            x: encode(x),
            y: encode(y),
        }
    }

    /// The token of a member of an organisation.
    pub(super) fn token(&self, permissions: &[&str]) -> Result<String> {
        let now = Clock::system().now().timestamp();
        let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": KEY_ID});
        let claims = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": UserId::generate().to_string(),
            "org": OrganizationId::generate().to_string(),
            "sid": SessionId::generate().to_string(),
            "permissions": permissions,
            "client_id": "guardmesh",
            "jti": SessionId::generate().to_string(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_SECONDS,
        });
        let part = |value: &Value| encode(value.to_string().as_bytes());
        let input = format!("{}.{}", part(&header), part(&claims));
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes())?;
        Ok(format!("{input}.{}", encode(signature.as_ref())))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
