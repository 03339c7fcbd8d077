//! The published keys of a Clerk instance (RFC 7517), read strictly: RS256 signature keys of 2048
//! to 4096 bits with the usual exponent, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::https::{Https, HttpsError};
use crate::identity::key_set::{KeySet, PublishedKey};

/// 65537, as every issuer has it.
const EXPONENT: &str = "AQAB";
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

/// Where an instance publishes its keys.
pub(crate) struct Jwks {
    issuer: String,
    https: Https,
}

/// Why there are no keys.
#[derive(Debug, Error)]
pub(crate) enum JwksError {
    #[error(transparent)]
    Https(#[from] HttpsError),
    #[error("the answer is no key set")]
    Malformed,
    #[error("the key set has no key that we take")]
    Empty,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    r#use: String,
    alg: String,
    kid: String,
    n: String,
    e: String,
}

// === impl Jwks ===

impl Jwks {
    pub(crate) fn new(issuer: &str, https: Https) -> Self {
        Self {
            issuer: issuer.to_owned(),
            https,
        }
    }

    /// Whose keys they are.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Fetches the keys.
    pub(crate) async fn fetch(&self) -> Result<KeySet, JwksError> {
        let url = format!("{}/.well-known/jwks.json", self.issuer);
        read(&self.https.get(&url).await?)
    }
}

fn read(document: &[u8]) -> Result<KeySet, JwksError> {
    let document: Document = serde_json::from_slice(document).map_err(|_| JwksError::Malformed)?;
    let keys: Vec<Option<Key>> = document.keys.into_iter().map(key).collect();
    let set = KeySet::load(keys.iter().map(|key| {
        let key = key.as_ref()?;
        Some(PublishedKey {
            kid: &key.kid,
            material: [&key.n, &key.e],
            key: DecodingKey::from_rsa_components(&key.n, &key.e).ok()?,
        })
    }));
    if set.is_empty() {
        return Err(JwksError::Empty);
    }
    Ok(set)
}

fn key(value: Value) -> Option<Key> {
    let key: Key = serde_json::from_value(value).ok()?;
    let modulus = URL_SAFE_NO_PAD.decode(&key.n).ok()?;
    let fits = key.kty == "RSA"
        && key.r#use == "sig"
        && key.alg == "RS256"
        && key.e == EXPONENT
        && MODULUS_BYTES.contains(&modulus.len())
        // With leading zeros a shorter number would pass for a long one.
        && modulus.first().is_some_and(|byte| *byte >= 0x80);
    fits.then_some(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn jwk(kid: &str) -> Value {
        let modulus = URL_SAFE_NO_PAD.encode([0xC5; 256]);
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": modulus, "e": "AQAB"})
    }

    fn with(kid: &str, name: &str, value: Value) -> Value {
        let mut key = jwk(kid);
        key[name] = value;
        key
    }

    #[test]
    fn only_signature_keys_of_good_size_are_taken() {
        let encode = |bytes: &[u8]| json!(URL_SAFE_NO_PAD.encode(bytes));
        let mut padded = vec![0; 1];
        padded.extend([0xC5; 256]);
        let keys = json!({"keys": [
            jwk("good"),
            with("type", "kty", json!("EC")),
            with("use", "use", json!("enc")),
            with("no use", "use", Value::Null),
            with("algorithm", "alg", json!("RS512")),
            with("hmac", "alg", json!("HS256")),
            with("exponent", "e", json!("Aw")),
            with("short", "n", encode(&[0xC5; 128])),
            with("long", "n", encode(&[0xC5; 1024])),
            with("zeros", "n", encode(&padded)),
            with("low", "n", encode(&[0x01; 256])),
            with("text", "n", json!("!")),
            with("number", "kid", json!(1)),
            with("", "kid", json!("")),
            with("twice", "kid", json!("twice")),
            with("twice", "kid", json!("twice")),
            json!("no key"),
        ]});
        let set = read(keys.to_string().as_bytes()).unwrap();
        assert!(set.get("good").is_some());
        for kid in [
            "type",
            "use",
            "no use",
            "algorithm",
            "hmac",
            "exponent",
            "short",
            "long",
            "zeros",
            "low",
            "text",
            "1",
            "",
            "twice",
        ] {
            assert!(set.get(kid).is_none(), "{kid}");
        }
    }

    #[test]
    fn what_is_no_key_set_is_an_error() {
        for text in ["", "{}", "[]", r#"{"keys": {}}"#, "<html>"] {
            assert!(
                matches!(read(text.as_bytes()), Err(JwksError::Malformed)),
                "{text}"
            );
        }
        for text in [r#"{"keys": []}"#, r#"{"keys": [{"kty": "RSA"}]}"#] {
            assert!(
                matches!(read(text.as_bytes()), Err(JwksError::Empty)),
                "{text}"
            );
        }
    }
}
