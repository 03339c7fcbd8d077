//! The worker: brings the effects of stored events into place.
//!
//! Any number of workers, in any number of processes, share the events; see `processing` for how.
//! A worker is woken by a receipt in its own process, and looks for what is due each second.

use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database;
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgPool;
use thiserror::Error;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::client::auth::{Auth, AuthError};
use crate::handler::{self, Change, Effect, EventError};
use crate::processing::{self, Claim, Fault, Outcome};

/// Events that one worker processes at the same time.
const CONCURRENCY: usize = 8;
/// Connections of one worker: one for each event in work, and one to claim with.
pub(crate) const CONNECTIONS: u32 = 9;
/// How long events in work may take to finish once a shutdown has begun. What does not is
/// claimed again by others after its lease.
const DRAIN: Duration = Duration::from_secs(8);

/// Processes events until it is stopped.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) pool: PgPool,
    pub(crate) auth: Auth,
    pub(crate) clock: Clock,
    /// Told when an event was stored.
    pub(crate) wake: Arc<Notify>,
    /// How often to look for what is due without being told.
    pub(crate) poll: Duration,
}

/// Why an attempt failed.
#[derive(Debug, Error)]
enum Failure {
    /// Stored by a newer version of this service.
    #[error("this version knows no such source")]
    UnknownSource,
    #[error(transparent)]
    Event(#[from] EventError),
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The text of the database is for the log; `last_error` is shown to people.
    #[error("a database operation failed")]
    Database(#[from] sqlx::Error),
}

// === impl Worker ===

impl Worker {
    /// Works until `shutdown`, and then until what is in work is done.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let mut running = JoinSet::new();
        while !shutdown.is_cancelled() {
            for claim in self.claim(CONCURRENCY - running.len()).await {
                running.spawn(self.clone().process(claim));
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(self.poll) => {}
                Some(ended) = running.join_next() => report(ended),
            }
            while let Some(ended) = running.try_join_next() {
                report(ended);
            }
        }
        let drained = async {
            while let Some(ended) = running.join_next().await {
                report(ended);
            }
        };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("events were still in work when the time to finish them was over");
        }
        self.pool.close().await;
    }

    async fn claim(&self, limit: usize) -> Vec<Claim> {
        if limit == 0 {
            return Vec::new();
        }
        match processing::claim(&self.pool, self.clock.now(), limit).await {
            Ok(claims) => claims,
            Err(error) => {
                database::fault(&error); // logs it; the next look comes soon
                Vec::new()
            }
        }
    }

    async fn process(self, claim: Claim) {
        let Err(failure) = self.attempt(&claim).await else {
            return;
        };
        if let Failure::Database(error) = &failure {
            database::fault(error);
        }
        let error = failure.to_string();
        let now = self.clock.now();
        if let Err(error) = claim.fail(&self.pool, failure.fault(), &error, now).await {
            // The lease ends, and the event is claimed again.
            database::fault(&error);
        }
    }

    async fn attempt(&self, claim: &Claim) -> Result<(), Failure> {
        let source = handler::source(&claim.source).ok_or(Failure::UnknownSource)?;
        let outcome = match (source.effect)(&claim.kind, &claim.body)? {
            None => Outcome::Nothing,
            Some(Effect::Deletion(deletion)) => {
                self.auth.delete(&deletion, claim.event_time).await?;
                Outcome::Elsewhere
            }
            Some(Effect::Change(change)) => {
                let owner = self.owner(&change).await?;
                Outcome::Change(change.object, owner)
            }
        };
        let now = self.clock.now();
        claim.conclude(&self.pool, outcome, now).await?;
        Ok(())
    }

    /// The organisation that a change names, if there is one by that id.
    async fn owner(&self, change: &Change) -> Result<Option<OrganizationId>, AuthError> {
        let Some(named) = change.organization else {
            return Ok(None);
        };
        let exists = self.auth.has(named).await?;
        Ok(exists.then_some(named))
    }
}

/// A panic ends one attempt only; the event is claimed again after its lease.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "an attempt panicked");
    }
}

// === impl Failure ===

impl Failure {
    fn fault(&self) -> Fault {
        match self {
            Self::Auth(AuthError::Refused(_)) => Fault::Event,
            Self::Auth(_) => Fault::Dependency,
            Self::Database(error) if database::is_unavailable(error) => Fault::Dependency,
            Self::Database(_) | Self::Event(_) | Self::UnknownSource => Fault::Event,
        }
    }
}
