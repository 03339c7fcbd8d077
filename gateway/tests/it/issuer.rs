//! Signs access tokens as auth does, and as an attacker would.
//!
//! Signing is written out here, with no JOSE library: the gateway's library must not vouch for
//! itself.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, SessionId, UserId};
use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://issuer.test";
pub(crate) const AUDIENCE: &str = "audience.test";

/// A signing key of auth.
pub(crate) struct Issuer {
    pub(crate) kid: String,
    pair: EcdsaKeyPair,
}

// === impl Issuer ===

impl Issuer {
    pub(crate) fn new(kid: &str) -> Self {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let document = document.unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref());
        Self {
            kid: kid.to_owned(),
            pair: pair.unwrap(),
        }
    }

    /// The public half, as auth publishes it.
    pub(crate) fn public(&self) -> JsonWebKey {
        let (x, y) = self.point().split_at(32);
        JsonWebKey {
            kty: "EC".to_owned(),
            r#use: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: self.kid.clone(),
            crv: "P-256".to_owned(),
            x: encode(x),
            y: encode(y),
        }
    }

    /// Both coordinates of the public key.
    pub(crate) fn point(&self) -> &[u8] {
        &self.pair.public_key().as_ref()[1..]
    }

    /// The header that auth writes.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": "ES256", "typ": "at+jwt", "kid": self.kid})
    }

    /// A token with this header and these claims.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = signing_input(header, claims);
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes());
        format!("{input}.{}", encode(signature.unwrap().as_ref()))
    }

    /// A good token for these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }
}

/// What is signed: header and claims, encoded.
pub(crate) fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| encode(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The claims of a member of an organisation, issued at `now` for half an hour.
pub(crate) fn claims(now: DateTime<Utc>, permissions: &[&str]) -> Value {
    let now = now.timestamp();
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": UserId::generate().to_string(),
        "org": OrganizationId::generate().to_string(),
        "sid": SessionId::generate().to_string(),
        "permissions": permissions,
        "iat": now,
        "nbf": now,
        "exp": now + 1800,
    })
}
