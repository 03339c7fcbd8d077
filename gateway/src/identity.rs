//! Identity: who calls, by the one credential of the request.
//!
//! Credentials are told apart by their shape: API keys, session tokens of the configured Clerk
//! instances, and otherwise our own access tokens. What was verified is remembered; what was
//! revoked is refused all the same. What the caller may do is not decided here.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guardmesh_chassis::caller::CallerKeys;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::policy::{Access, Policy};
use guardmesh_chassis::tls::CertificateError;
use http::HeaderMap;

use crate::config::Config;
use crate::metrics::Counter;
use crate::problem::Problem;
use crate::upstream::Upstream;
use access_token::{AccessToken, AccessTokens, TokenRules};
use api_key::ApiKeys;
use auth::Auth;
use clerk::account::Accounts;
use clerk::https::Https;
use clerk::{ClerkTokens, SessionToken};
use credential::Credential;
use digest::Digest;
use refusal::Refusal;
use revocation::Revocations;
use revocation::watch::Watch;
use signing_keys::{SigningKeys, Source};

mod access_token;
mod answers;
mod api_key;
mod auth;
mod clerk;
mod credential;
mod digest;
mod flights;
mod jose;
mod key_set;
mod refusal;
mod revocation;
mod signing_keys;
mod standing;
mod token_cache;

pub(crate) use answers::Bounds;
pub(crate) use revocation::Rules as RevocationRules;
pub(crate) use standing::Identified;
use standing::Proof;

/// Identifies callers.
pub(crate) struct Identity {
    keys: Arc<SigningKeys>,
    access_tokens: AccessTokens,
    api_keys: ApiKeys,
    clerk_tokens: ClerkTokens,
    clerk_accounts: Accounts,
    revocations: Arc<Revocations>,
    watch: Watch,
    clock: Clock,
    /// Streams that lost their caller.
    pub(crate) lapsed: Counter,
}

// === impl Identity ===

impl Identity {
    /// By the word of `auth`, which is called under `keys`.
    pub(crate) fn new(
        config: &Config,
        auth: Arc<Upstream>,
        keys: CallerKeys,
        clock: Clock,
    ) -> Result<Self, CertificateError> {
        let settings = &config.identity;
        let (capacity, bounds) = (settings.cache_bytes, settings.answers());
        let auth = Auth::new(auth, keys, clock.clone());
        let revocations = Arc::new(Revocations::new(settings.revocations()));
        let rules = TokenRules {
            issuer: config.token_issuer.clone(),
            audience: config.token_audience.clone(),
        };
        let keys = Arc::new(SigningKeys::new(Source::Auth(auth.clone()), clock.clone()));
        Ok(Self {
            access_tokens: AccessTokens::new(rules, keys.clone(), capacity),
            keys,
            api_keys: ApiKeys::new(auth.clone(), bounds, revocations.clone(), clock.clone()),
            clerk_tokens: ClerkTokens::new(
                &settings.clerk_issuers,
                settings.clerk_authorized_parties.clone(),
                &Https::new(settings.clerk_ca_file.as_deref())?,
                &clock,
                capacity,
            ),
            clerk_accounts: Accounts::new(auth.clone(), bounds, revocations.clone(), clock.clone()),
            watch: Watch::new(auth, revocations.clone(), clock.clone()),
            revocations,
            clock,
            lapsed: Counter::default(),
        })
    }

    /// The caller, where the method wants to know. Public methods do not look: a client that
    /// sends an expired token along with its login is not turned away.
    pub(crate) async fn identify(
        &self,
        headers: &HeaderMap,
        policy: &Policy,
    ) -> Result<Option<Identified>, Problem> {
        if policy.access == Access::Public {
            return Ok(None);
        }
        let caller = match self.caller(headers).await {
            Ok(caller) => self.revocations.check_current(policy).map(|()| caller),
            Err(refusal) => Err(refusal),
        };
        caller.map(Some).map_err(|refusal| {
            tracing::debug!(reason = %refusal, "no caller");
            refusal.into()
        })
    }

    /// Whether revocations are known as they happen.
    pub(crate) fn knows_revocations(&self) -> bool {
        !self.revocations.is_stale()
    }

    /// Follows what changes: keys and revocations.
    pub(crate) async fn keep_current(self: Arc<Self>) {
        tokio::join!(
            self.keys.keep_current(),
            self.clerk_tokens.keep_current(),
            self.watch.follow(),
        );
    }

    async fn caller(&self, headers: &HeaderMap) -> Result<Identified, Refusal> {
        match credential::of(headers)? {
            Credential::ApiKey(secret) => {
                // What may have to ask auth has no room in the state of those that do not.
                let key = Box::pin(self.api_keys.verify(secret)).await?;
                Ok(Identified {
                    caller: key.caller,
                    proof: Proof::ApiKey(secret),
                    expires_at: key.expires_at.map(|time| time.timestamp()),
                })
            }
            Credential::Token(token) => self.bearer(token).await,
        }
    }

    async fn bearer(&self, token: &str) -> Result<Identified, Refusal> {
        jose::check_length(token)?;
        let (digest, now) = (Digest::of(token.as_bytes()), self.clock.now());
        if let Some(known) = self.access_tokens.known(&digest, now) {
            return self.by_access_token(known);
        }
        Box::pin(self.unknown(token, digest, now)).await
    }

    /// Of a token that is none of ours, or was not verified before.
    async fn unknown(
        &self,
        token: &str,
        digest: Digest,
        now: DateTime<Utc>,
    ) -> Result<Identified, Refusal> {
        if let Some(known) = self.clerk_tokens.known(&digest, now) {
            return self.by_clerk_token(known).await;
        }
        if let Some(issuer) = self.clerk_tokens.issuer_of(token) {
            let verified = self.clerk_tokens.verify(issuer, token, digest, now).await?;
            return self.by_clerk_token(verified).await;
        }
        let verified = self.access_tokens.verify(token, digest, now).await?;
        self.by_access_token(verified)
    }

    fn by_access_token(&self, token: Arc<AccessToken>) -> Result<Identified, Refusal> {
        self.unless_revoked(&token)?;
        Ok(Identified {
            caller: token.caller.clone(),
            expires_at: Some(token.expires_at),
            proof: Proof::AccessToken(token),
        })
    }

    async fn by_clerk_token(&self, token: Arc<SessionToken>) -> Result<Identified, Refusal> {
        Ok(Identified {
            caller: self.clerk_accounts.of(&token).await?,
            expires_at: Some(token.expires_at),
            proof: Proof::ClerkToken(token),
        })
    }

    fn unless_revoked(&self, token: &AccessToken) -> Result<(), Refusal> {
        if self.revocations.session(token.session) {
            return Err(Refusal::Revoked("the session"));
        }
        if self.revocations.user(token.user, token.issued_at) {
            return Err(Refusal::Revoked("the user"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
