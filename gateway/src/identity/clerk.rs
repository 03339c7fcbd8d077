//! Session tokens of Clerk, for teams whose people sign in there: verified here, against the keys
//! of the configured instances. Which account one stands for is auth's to say (`account`).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::digest::Digest;
use super::jose::Form;
use super::refusal::Refusal;
use super::signing_keys::{SigningKeys, Source};
use super::token_cache::TokenCache;
use claims::Claims;
use https::Https;
use jwks::Jwks;

pub(crate) mod account;
mod claims;
pub(crate) mod https;
pub(crate) mod jwks;

pub(crate) use claims::SessionToken;

const FORM: Form = Form {
    algorithm: Algorithm::RS256,
    typ: "jwt",
};

/// Verifies session tokens of Clerk.
pub(crate) struct ClerkTokens {
    issuers: Vec<Arc<Issuer>>,
    authorized_parties: Vec<String>,
    verified: TokenCache<Arc<Verified>>,
}

/// One Clerk instance.
pub(crate) struct Issuer {
    url: String,
    keys: SigningKeys,
}

struct Verified {
    issuer: Arc<Issuer>,
    token: Arc<SessionToken>,
}

/// What a token says of its origin, before anything is verified.
#[derive(Deserialize)]
struct Origin {
    iss: String,
}

// === impl ClerkTokens ===

impl ClerkTokens {
    /// Trusts the instances at these URLs, whose keys come by `https`, and tokens made for these
    /// parties. Keeps what verified tokens say in up to `capacity` bytes.
    pub(crate) fn new(
        issuers: &[String],
        authorized_parties: Vec<String>,
        https: &Https,
        clock: &Clock,
        capacity: usize,
    ) -> Self {
        let issuer = |url: &String| {
            let source = Source::Clerk(Jwks::new(url, https.clone()));
            Arc::new(Issuer {
                url: url.clone(),
                keys: SigningKeys::new(source, clock.clone()),
            })
        };
        Self {
            issuers: issuers.iter().map(issuer).collect(),
            authorized_parties,
            verified: TokenCache::new(capacity),
        }
    }

    /// The token with this hash, if it was verified before and still holds.
    pub(crate) fn known(&self, digest: &Digest, now: DateTime<Utc>) -> Option<Arc<SessionToken>> {
        if self.issuers.is_empty() {
            return None;
        }
        let keys = |verified: &Arc<Verified>| verified.issuer.keys.fingerprint(now);
        let verified = self.verified.get(digest, keys, now.timestamp())?;
        Some(verified.token.clone())
    }

    /// The configured instance that the token claims to come from. Nothing is verified by that;
    /// it only says who is to verify.
    pub(crate) fn issuer_of(&self, token: &str) -> Option<&Arc<Issuer>> {
        if self.issuers.is_empty() {
            return None;
        }
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let origin: Origin = serde_json::from_slice(&claims).ok()?;
        self.issuers.iter().find(|issuer| issuer.url == origin.iss)
    }

    /// Verifies a token of `issuer`.
    pub(crate) async fn verify(
        &self,
        issuer: &Arc<Issuer>,
        token: &str,
        digest: Digest,
        now: DateTime<Utc>,
    ) -> Result<Arc<SessionToken>, Refusal> {
        let kid = FORM.key_id(token)?;
        let claims = issuer.keys.with_key(&kid, |keys| {
            let key = keys.get(&kid).ok_or(Refusal::InvalidToken("unknown key"))?;
            Ok((FORM.claims::<Claims>(token, key)?, keys.fingerprint()))
        });
        let (claims, keys) = claims
            .await
            .ok_or(Refusal::Unavailable("no keys of Clerk"))??;
        let session = claims.judge(&issuer.url, &self.authorized_parties, now.timestamp())?;
        let session = Arc::new(session);
        let verified = Arc::new(Verified {
            issuer: issuer.clone(),
            token: session.clone(),
        });
        self.verified
            .insert(digest, keys, session.expires_at, token.len(), verified);
        Ok(session)
    }

    /// Keeps the keys of all instances current.
    pub(crate) async fn keep_current(&self) {
        let loops = self.issuers.iter().map(|issuer| issuer.keys.keep_current());
        futures_util::future::join_all(loops).await;
    }
}
