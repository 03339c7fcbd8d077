//! Whether a caller still is who they were let in as: what goes on longer than a request, a
//! stream, ends when its credential expires or is revoked.
//!
//! Nothing is polled: a stream is judged when it begins, and when the set of revocations has news
//! of its user, its session or its key. While revocations are stale it goes on; what was revoked
//! meanwhile ends it with the snapshot that heals that.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select_all;
use guardmesh_chassis::caller::Caller;
use tokio::time::sleep;

use super::Identity;
use super::access_token::AccessToken;
use super::clerk::SessionToken;
use super::digest::Digest;
use super::refusal::Refusal;
use super::revocation::{Listener, Subject};
use crate::problem::Problem;

/// Who calls, and by what that is known.
#[derive(Clone)]
pub(crate) struct Identified {
    pub(crate) caller: Arc<Caller>,
    pub(super) proof: Proof,
    /// Seconds since the epoch.
    pub(super) expires_at: Option<i64>,
}

/// A credential that held.
#[derive(Clone)]
pub(super) enum Proof {
    AccessToken(Arc<AccessToken>),
    /// The hash of its secret.
    ApiKey(Digest),
    ClerkToken(Arc<SessionToken>),
}

// === impl Identified ===

impl Identified {
    /// What can be revoked of it; `None` for a service, whom no credential of a client names.
    fn subjects(&self) -> Option<Vec<Subject>> {
        let Caller::User(user) = &*self.caller else {
            return None;
        };
        let session = user.session.map(Subject::Session);
        let key = user.api_key.map(Subject::ApiKey);
        let subjects = [Some(Subject::User(user.user)), session, key];
        Some(subjects.into_iter().flatten().collect())
    }
}

// === impl Identity ===

impl Identity {
    /// Returns once the credential holds no more, and why.
    pub(crate) async fn lapse(&self, identified: &Identified) -> Problem {
        let refusal = tokio::select! {
            Err(refusal) = self.revoked(identified) => refusal,
            () = self.expired(identified.expires_at) => Refusal::Expired,
        };
        tracing::debug!(reason = %refusal, "a stream loses its caller");
        self.lapsed.count();
        refusal.into()
    }

    /// Fails once the credential is revoked.
    async fn revoked(&self, identified: &Identified) -> Result<Infallible, Refusal> {
        let Some(subjects) = identified.subjects() else {
            return pending().await;
        };
        let listeners = subjects
            .into_iter()
            .map(|subject| self.revocations.listen(subject))
            .collect::<Vec<_>>();
        loop {
            // Asked for before the judgement, so that nothing is missed between the two.
            let news = listeners.iter().map(Listener::news).map(Box::pin);
            let news = select_all(news);
            self.judge(&identified.proof).await?;
            news.await;
        }
    }

    async fn expired(&self, expires_at: Option<i64>) {
        let Some(expires_at) = expires_at else {
            return pending().await;
        };
        let left = expires_at.saturating_mul(1000) - self.clock.now().timestamp_millis();
        sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
    }

    /// Refuses what is revoked by now.
    async fn judge(&self, proof: &Proof) -> Result<(), Refusal> {
        match proof {
            Proof::AccessToken(token) => self.unless_revoked(token),
            Proof::ApiKey(secret) => self.api_keys.verify(*secret).await.map(drop),
            Proof::ClerkToken(token) => self.clerk_accounts.of(token).await.map(drop),
        }
    }
}
