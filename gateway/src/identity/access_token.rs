//! Our access tokens (RFC 9068): verified here, against the public keys of auth, with no call for
//! a request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::id::{SessionId, UserId};
use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::digest::Digest;
use super::jose::{Form, Validity};
use super::refusal::Refusal;
use super::signing_keys::SigningKeys;
use super::token_cache::TokenCache;

const FORM: Form = Form {
    algorithm: Algorithm::ES256,
    typ: "at+jwt",
};

/// What a token of ours says about itself.
pub(crate) struct TokenRules {
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

/// Verifies access tokens.
pub(crate) struct AccessTokens {
    rules: TokenRules,
    keys: Arc<SigningKeys>,
    verified: TokenCache<Arc<AccessToken>>,
}

/// A verified token.
pub(crate) struct AccessToken {
    pub(crate) caller: Arc<Caller>,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    /// Seconds since the epoch, as `expires_at` is.
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
}

/// The claims, with no default for any that must be there.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    org: Option<String>,
    #[serde(default)]
    permissions: Vec<String>,
    iat: i64,
    nbf: i64,
    exp: i64,
}

// === impl AccessTokens ===

impl AccessTokens {
    /// Keeps what verified tokens say in up to `capacity` bytes.
    pub(crate) fn new(rules: TokenRules, keys: Arc<SigningKeys>, capacity: usize) -> Self {
        Self {
            rules,
            keys,
            verified: TokenCache::new(capacity),
        }
    }

    /// The token with this hash, if it was verified before and still holds.
    pub(crate) fn known(&self, digest: &Digest, now: DateTime<Utc>) -> Option<Arc<AccessToken>> {
        let keys = |_: &Arc<AccessToken>| self.keys.fingerprint(now);
        self.verified.get(digest, keys, now.timestamp())
    }

    /// Verifies the token.
    pub(crate) async fn verify(
        &self,
        token: &str,
        digest: Digest,
        now: DateTime<Utc>,
    ) -> Result<Arc<AccessToken>, Refusal> {
        let kid = FORM.key_id(token)?;
        let claims = self.keys.with_key(&kid, |keys| {
            let key = keys.get(&kid).ok_or(Refusal::InvalidToken("unknown key"))?;
            Ok((FORM.claims::<Claims>(token, key)?, keys.fingerprint()))
        });
        let (claims, keys) = claims
            .await
            .ok_or(Refusal::Unavailable("no keys of auth"))??;
        let verified = Arc::new(self.rules.judge(claims, now.timestamp())?);
        self.verified.insert(
            digest,
            keys,
            verified.expires_at,
            token.len(),
            verified.clone(),
        );
        Ok(verified)
    }
}

// === impl TokenRules ===

impl TokenRules {
    fn judge(&self, claims: Claims, now: i64) -> Result<AccessToken, Refusal> {
        if claims.iss != self.issuer {
            return Err(Refusal::InvalidToken("issuer"));
        }
        if claims.aud != self.audience {
            return Err(Refusal::InvalidToken("audience"));
        }
        let validity = Validity {
            issued_at: claims.iat,
            not_before: claims.nbf,
            expires_at: claims.exp,
        };
        validity.check(now)?;
        let malformed = |_| Refusal::InvalidToken("malformed id");
        let user = claims.sub.parse().map_err(malformed)?;
        let session = claims.sid.parse().map_err(malformed)?;
        let organization = claims.org.map(|org| org.parse()).transpose();
        let caller = UserCaller {
            user,
            organization: organization.map_err(malformed)?,
            session: Some(session),
            api_key: None,
            permissions: claims.permissions,
        };
        Ok(AccessToken {
            caller: Arc::new(Caller::User(caller)),
            user,
            session,
            issued_at: claims.iat,
            expires_at: claims.exp,
        })
    }
}
