//! Erasures: what other services still have to erase of users and organisations that are no more.
//!
//! Written down in the transaction that deletes, claimed by a lease and no lock, so that nothing is
//! held in the database while guards is asked. Guards is asked at least once at once, and once
//! more when nothing that identified who is gone can be accepted any more: a call that was under
//! way meanwhile may have left something. Asking twice does no harm.

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::backoff;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::db::erasures;
use crate::revocation;

/// How long a claim lasts: longer than guards are waited for.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// Whose data is to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A user's, in all organisations.
    User(UserId),
    /// All of an organisation.
    Organization(OrganizationId),
}

/// An erasure that one instance holds for one attempt.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) subject: Subject,
    /// Which attempt this is, counted from 1.
    pub(crate) attempt: i32,
    pub(crate) claimed_at: DateTime<Utc>,
    /// An attempt claimed from then on is the last one that is needed.
    pub(crate) final_from: DateTime<Utc>,
}

/// Writes an erasure down, in the transaction that deletes `subject`. Whoever commits this wakes
/// the job, or leaves it to find out.
pub(crate) async fn record(
    connection: &mut PgConnection,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    erasures::insert_unscoped(connection, subject, now, revocation::settled_at(now)).await
}

/// Claims erasures that are due, at most `limit`.
pub(crate) async fn claim(
    pool: &PgPool,
    now: DateTime<Utc>,
    limit: u16,
) -> Result<Vec<Claim>, sqlx::Error> {
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    let (lease_end, limit) = (now + LEASE, i64::from(limit));
    let claims = erasures::claim_unscoped(&mut transaction, now, lease_end, limit).await?;
    transaction.commit().await?;
    Ok(claims)
}

/// How long the erasure has been due that waits longest.
pub(crate) async fn oldest_due(
    pool: &PgPool,
    now: DateTime<Utc>,
) -> Result<Option<TimeDelta>, sqlx::Error> {
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    let due_at = erasures::oldest_due_unscoped(&mut transaction, now).await?;
    transaction.commit().await?;
    Ok(due_at.map(|due_at| now - due_at))
}

// === impl Subject ===

impl Subject {
    pub(crate) fn uuid(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::Organization(id) => id.uuid(),
        }
    }
}

// === impl Claim ===

impl Claim {
    /// Guards erased it: nothing is left to ask for, or once more later.
    pub(crate) async fn conclude(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut transaction = database::begin(pool, Scope::Platform).await?;
        if self.claimed_at >= self.final_from {
            erasures::delete_unscoped(&mut transaction, self).await?;
        } else {
            erasures::await_final_unscoped(&mut transaction, self).await?;
        }
        transaction.commit().await
    }

    /// Puts it off: guards did not say that it erased it.
    pub(crate) async fn postpone(
        &self,
        pool: &PgPool,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = database::begin(pool, Scope::Platform).await?;
        let next = now + backoff::delay(self.attempt, self.subject.uuid());
        erasures::postpone_unscoped(&mut transaction, self, next).await?;
        transaction.commit().await
    }
}
