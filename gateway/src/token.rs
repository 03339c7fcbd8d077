//! Access tokens: verified here, against the public keys of auth, with no call for a request.
//!
//! The verifier is strict where libraries are lenient (RFC 9068, RFC 8725): one algorithm, one
//! type, a known key, every claim present and of its type, no header that names a key elsewhere.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use guardmesh_chassis::caller::UserCaller;
use guardmesh_chassis::clock::Clock;
use guardmesh_proto::guardmesh::auth::v1::GetJsonWebKeySetResponse;
use http::HeaderMap;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use prost::Message;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::key_set::KeySet;
use crate::upstream::{Call, Upstream};

const KEY_SET_PATH: &str = "/guardmesh.auth.v1.KeyService/GetJsonWebKeySet";
const FETCH_TIMEOUT: Duration = Duration::from_secs(3);
/// A key that auth no longer publishes is forgotten after this time.
const REFRESH: Duration = Duration::from_mins(1);
/// A token with an unknown key id makes us look again, but no more often than this.
const REFETCH: Duration = Duration::from_secs(2);
const MAX_TOKEN: usize = 8 * 1024;
/// Clocks differ; a token from further in the future is not ours.
const MAX_SKEW_SECONDS: i64 = 60;

/// What a token of ours says about itself.
pub(crate) struct TokenRules {
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

/// Verifies access tokens.
#[derive(Clone)]
pub(crate) struct AccessTokens(Arc<State>);

struct State {
    rules: TokenRules,
    auth: Arc<Upstream>,
    clock: Clock,
    keys: RwLock<Arc<KeySet>>,
    /// Held while the keys are asked for.
    asked: Mutex<Asked>,
}

/// When the keys were asked for last.
#[derive(Default)]
struct Asked {
    /// The last time auth answered.
    answered: Option<Instant>,
    /// The last time a question was over, answered or not.
    over: Option<Instant>,
}

/// Why a token does not identify a caller.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// It does not hold. The reason is for the log.
    Invalid(&'static str),
    /// There are no keys to verify it with: auth has not answered yet.
    NoKeys,
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
    /// No keys are known before auth is first asked.
    pub(crate) fn new(rules: TokenRules, auth: Arc<Upstream>, clock: Clock) -> Self {
        Self(Arc::new(State {
            rules,
            auth,
            clock,
            keys: RwLock::default(),
            asked: Mutex::default(),
        }))
    }

    /// The caller that `token` identifies.
    pub(crate) async fn verify(&self, token: &str) -> Result<UserCaller, TokenError> {
        let kid = key_id(token)?;
        let mut keys = self.0.keys();
        if keys.get(&kid).is_none() {
            self.0.fetch(REFETCH).await;
            keys = self.0.keys();
        }
        if keys.is_empty() {
            return Err(TokenError::NoKeys);
        }
        let key = keys.get(&kid).ok_or(TokenError::Invalid("unknown key"))?;
        let claims = decode::<Claims>(token, key, &signature_only())
            .map_err(|_| TokenError::Invalid("signature or claims"))?
            .claims;
        self.0.identify(claims)
    }

    /// Renews the keys, again and again.
    pub(crate) async fn keep_current(self) {
        loop {
            self.0.fetch(REFRESH / 2).await;
            let wait = if self.0.keys().is_empty() {
                REFETCH / 8
            } else {
                REFRESH
            };
            tokio::time::sleep(wait).await;
        }
    }
}

// === impl State ===

impl State {
    fn keys(&self) -> Arc<KeySet> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Asks auth for its keys, unless it answered within `interval`. Callers that come while
    /// one asks share what comes of that, also when it is nothing: were each to ask in turn, a
    /// silent auth would make a queue without end.
    async fn fetch(&self, interval: Duration) {
        let came = Instant::now();
        let mut asked = self.asked.lock().await;
        let fresh = asked.answered.is_some_and(|at| at.elapsed() < interval);
        if fresh || asked.over.is_some_and(|over| over > came) {
            return;
        }
        let call = Call {
            path: KEY_SET_PATH,
            metadata: HeaderMap::new(),
            message: Bytes::new(),
            deadline: Instant::now() + FETCH_TIMEOUT,
            idempotent: true,
        };
        let answer = self
            .auth
            .call(call)
            .await
            .map(GetJsonWebKeySetResponse::decode);
        if let Ok(Ok(answer)) = answer {
            let set = Arc::new(KeySet::load(&answer.keys));
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = set;
            asked.answered = Some(Instant::now());
        }
        asked.over = Some(Instant::now());
    }

    fn identify(&self, claims: Claims) -> Result<UserCaller, TokenError> {
        let now = self.clock.now().timestamp();
        let invalid = |what| Err(TokenError::Invalid(what));
        if claims.iss != self.rules.issuer {
            return invalid("issuer");
        }
        if claims.aud != self.rules.audience {
            return invalid("audience");
        }
        if claims.exp <= now {
            return invalid("expired");
        }
        if claims.nbf.max(claims.iat) > now + MAX_SKEW_SECONDS {
            return invalid("not valid yet");
        }
        let malformed = |_| TokenError::Invalid("malformed id");
        Ok(UserCaller {
            user: claims.sub.parse().map_err(malformed)?,
            organization: claims
                .org
                .map(|org| org.parse())
                .transpose()
                .map_err(malformed)?,
            session: Some(claims.sid.parse().map_err(malformed)?),
            api_key: None,
            permissions: claims.permissions,
        })
    }
}

/// The key id, of a header that is exactly what auth writes.
fn key_id(token: &str) -> Result<String, TokenError> {
    let invalid = TokenError::Invalid;
    if token.len() > MAX_TOKEN {
        return Err(invalid("too long"));
    }
    let header = decode_header(token).map_err(|_| invalid("malformed"))?;
    if header.alg != Algorithm::ES256 {
        return Err(invalid("algorithm"));
    }
    if !header
        .typ
        .as_deref()
        .is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt"))
    {
        return Err(invalid("type"));
    }
    let foreign = header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.crit.is_some()
        || header.enc.is_some()
        || header.zip.is_some();
    if foreign {
        return Err(invalid("foreign header"));
    }
    header.kid.ok_or(invalid("no key id"))
}

/// The library checks the signature; the claims are ours to check, against our clock.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}
