//! The keys that sign access tokens: P-256, made by the installation itself at its first start,
//! at rest sealed under `AUTH_SEALING_KEY`.
//!
//! All instances of this service sign with the same key. A key that cannot be opened, because the
//! sealing key has changed, stays published: tokens that it signed are valid until they expire.

use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::sealing::SealingKey;
use jsonwebtoken::EncodingKey;
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::State;
use crate::db::signing_keys;
use crate::error::Error;

/// A key that signs.
#[derive(Debug)]
pub(crate) struct SigningKey {
    kid: String,
    private: EncodingKey,
}

/// A public key in the members of RFC 7517 and RFC 7518 §6.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JsonWebKey {
    pub(crate) kty: String,
    #[serde(rename = "use")]
    pub(crate) usage: String,
    pub(crate) alg: String,
    pub(crate) kid: String,
    pub(crate) crv: String,
    pub(crate) x: String,
    pub(crate) y: String,
}

/// A key as the database holds it.
#[derive(Debug)]
pub(crate) struct StoredKey {
    pub(crate) kid: String,
    pub(crate) private_key_sealed: Vec<u8>,
}

/// A key pair that is in no database yet.
struct NewKey {
    pkcs8: SecretSlice<u8>,
    public: JsonWebKey,
}

// === impl SigningKey ===

impl SigningKey {
    fn new(kid: String, pkcs8: &SecretSlice<u8>) -> Self {
        Self {
            kid,
            private: EncodingKey::from_ec_der(pkcs8.expose_secret()),
        }
    }

    /// RFC 7638 thumbprint of the public key.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    pub(crate) fn encoding_key(&self) -> &EncodingKey {
        &self.private
    }
}

// === impl StoredKey ===

impl StoredKey {
    fn open(&self, sealing_key: &SealingKey) -> Result<SigningKey, Unspecified> {
        let pkcs8 = sealing_key.open(self.kid.as_bytes(), &self.private_key_sealed)?;
        Ok(SigningKey::new(self.kid.clone(), &pkcs8))
    }
}

// === impl NewKey ===

impl NewKey {
    fn generate() -> Result<Self, Unspecified> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let pkcs8 = pair.to_pkcs8v1()?.as_ref().to_vec().into();
        let public = JsonWebKey::from_point(pair.public_key().as_ref()).ok_or(Unspecified)?;
        Ok(Self { pkcs8, public })
    }
}

// === impl JsonWebKey ===

impl JsonWebKey {
    /// Reads an uncompressed point of P-256 (SEC 1 §2.3.3): 4, x, y.
    fn from_point(point: &[u8]) -> Option<Self> {
        let [4, coordinates @ ..] = point else {
            return None;
        };
        let (x, y) = coordinates.split_at_checked(32)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        // RFC 7638 §3.2: the required members, in this order, without white space.
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let thumbprint = digest::digest(&digest::SHA256, members.as_bytes());
        Some(Self {
            kty: "EC".to_owned(),
            usage: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: URL_SAFE_NO_PAD.encode(thumbprint),
            crv: "P-256".to_owned(),
            x,
            y,
        })
    }
}

/// The newest key that can be opened; a new one when there is none. Instances that start at the
/// same time agree on one.
pub(crate) async fn load_or_create(
    pool: &PgPool,
    sealing_key: &SealingKey,
    clock: &Clock,
) -> Result<SigningKey, Error> {
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    signing_keys::lock_unscoped(&mut transaction).await?;
    let stored = signing_keys::list_unscoped(&mut transaction).await?;
    if let Some(key) = stored.iter().find_map(|key| key.open(sealing_key).ok()) {
        return Ok(key);
    }
    if !stored.is_empty() {
        tracing::warn!(
            keys = stored.len(),
            "AUTH_SEALING_KEY opens none of the signing keys: a new one signs from now on, the \
             others only verify"
        );
    }
    let NewKey { pkcs8, public } = NewKey::generate()?;
    let sealed = sealing_key.seal(public.kid.as_bytes(), pkcs8.expose_secret())?;
    signing_keys::insert_unscoped(&mut transaction, &sealed, &public, clock.now()).await?;
    transaction.commit().await?;
    tracing::info!(kid = public.kid, "made a key to sign access tokens with");
    Ok(SigningKey::new(public.kid, &pkcs8))
}

/// The public keys of this installation, the newest first.
pub(crate) async fn published(state: &State) -> Result<Vec<JsonWebKey>, Error> {
    state.signing_key().await?; // so that there is one
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let keys = signing_keys::list_public_unscoped(&mut transaction).await?;
    transaction.commit().await?;
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::{Jwk, ThumbprintHash};

    use super::*;

    #[test]
    fn a_public_key_is_what_others_derive_from_the_private_one() {
        let NewKey { pkcs8, public } = NewKey::generate().unwrap();
        let private = EncodingKey::from_ec_der(pkcs8.expose_secret());
        let theirs = Jwk::from_encoding_key(&private, jsonwebtoken::Algorithm::ES256).unwrap();
        assert_eq!(
            public.kid,
            theirs.thumbprint(ThumbprintHash::SHA256).unwrap()
        );

        let theirs = serde_json::to_value(theirs).unwrap();
        let ours = serde_json::to_value(&public).unwrap();
        for member in ["kty", "crv", "x", "y"] {
            assert_eq!(ours[member], theirs[member], "{member}");
        }
    }

    #[test]
    fn only_uncompressed_points_are_read() {
        assert_eq!(JsonWebKey::from_point(&[]), None);
        assert_eq!(JsonWebKey::from_point(&[2; 33]), None);
        assert_eq!(JsonWebKey::from_point(&[4; 20]), None);
    }
}
