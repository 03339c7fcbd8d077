//! The effect of a stored event, once: a claim leases the event, its effect and the end of the
//! claim commit together, a failure puts it off or gives it up. An effect in another service comes
//! before the end of the claim, and may come again: there it changes nothing.
//!
//! A claim is a lease and no lock, so that nothing is held in the database while other services
//! are asked. When its holder dies the lease ends, and the event is claimed again; the number of
//! the attempt keeps a holder that comes late from doing anything.

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::backoff;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use sqlx::{PgConnection, PgPool};

use crate::handler::Object;
use crate::revision::Revision;
use crate::webhook_event::{Status, WebhookEventId};
use crate::{db, invoice, subscription};

/// How long a claim lasts: longer than an attempt can take.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Attempts that may fail, or end with their worker, before an event is given up. With the
/// delays of [`backoff`] that is a quarter of an hour.
const MAX_FAILURES: i32 = 10;

/// An event that one worker holds for one attempt.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) id: WebhookEventId,
    pub(crate) source: String,
    pub(crate) external_id: String,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
    pub(crate) event_time: DateTime<Utc>,
    /// Which attempt this is, counted from 1.
    pub(crate) attempt: i32,
    /// Failures so far, this attempt included until it turns out otherwise.
    pub(crate) failures: i32,
}

/// What an attempt came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The event has no effect.
    Nothing,
    /// Its effect is in place, in another service.
    Elsewhere,
    /// An object is to be brought into place, with the organisation that it names, known to exist.
    Change(Object, Option<OrganizationId>),
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A dependency's: trying again helps, for as long as it takes.
    Dependency,
    /// The event's, or ours.
    Event,
}

/// Claims events that are due, at most `limit`. Events whose every attempt failed or ended with
/// its worker are given up here.
pub(crate) async fn claim(
    pool: &PgPool,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Claim>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let claims = db::events::claim_unscoped(&mut connection, now, now + LEASE, limit).await?;
    let (spent, claims): (Vec<Claim>, Vec<Claim>) = claims
        .into_iter()
        .partition(|claim| claim.failures > MAX_FAILURES);
    for claim in spent {
        let error = "no attempt came to an end";
        db::events::bury_unscoped(&mut connection, &claim, error, now).await?;
        tracing::error!(event = %claim.id, error, "an event was given up");
    }
    Ok(claims)
}

// === impl Claim ===

impl Claim {
    /// Commits the effect of the event together with the mark that it is in place. Does nothing
    /// when the claim is no longer held.
    pub(crate) async fn conclude(
        &self,
        pool: &PgPool,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let status = match outcome {
            Outcome::Change(..) | Outcome::Elsewhere => Status::Processed,
            Outcome::Nothing => Status::Ignored,
        };
        let mut transaction = database::begin(pool, Scope::Platform).await?;
        // First, so that of two holders one waits here for the other, and finds the claim gone.
        if !db::events::conclude_unscoped(&mut transaction, self, status, now).await? {
            tracing::info!(event = %self.id, attempt = self.attempt, "the lease had ended");
            return Ok(());
        }
        if let Outcome::Change(object, owner) = outcome {
            self.apply(&mut transaction, object, owner, now).await?;
        }
        transaction.commit().await
    }

    async fn apply(
        &self,
        connection: &mut PgConnection,
        object: Object,
        owner: Option<OrganizationId>,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let (family, deleted, rank) = match &object {
            Object::Invoice(invoice) => (invoice.family(), invoice.deleted, invoice.rank()),
            Object::Subscription(subscription) => (
                subscription.family(),
                subscription.deleted,
                subscription.rank(),
            ),
        };
        let revision = Revision {
            deleted,
            time: self.event_time,
            rank,
            event_id: self.external_id.clone(),
        };
        family.lock(connection).await?;
        match object {
            Object::Invoice(invoice) => {
                invoice::project(connection, invoice, revision, owner, now).await?;
            }
            Object::Subscription(subscription) => {
                subscription::project(connection, subscription, revision, owner, now).await?;
            }
        }
        family.link(connection, owner, self.event_time).await
    }

    /// Puts the event off, or gives it up after too many failures of its own.
    pub(crate) async fn fail(
        &self,
        pool: &PgPool,
        fault: Fault,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let mut connection = pool.acquire().await?;
        if fault == Fault::Event && self.failures >= MAX_FAILURES {
            tracing::error!(event = %self.id, kind = self.kind, error, "an event was given up");
            return db::events::bury_unscoped(&mut connection, self, error, now).await;
        }
        let failures = match fault {
            Fault::Dependency => self.failures - 1,
            Fault::Event => self.failures,
        };
        let delay = backoff::delay(self.attempt, self.id.uuid());
        tracing::warn!(event = %self.id, kind = self.kind, error, %delay, "an event was put off");
        db::events::postpone_unscoped(&mut connection, self, failures, error, now + delay).await
    }
}
