//! Revocations: what identifies nobody any more although it has not expired.
//!
//! Whatever ends a session or a key early records it here, in the same transaction, and announces
//! it after the commit. `feed` brings it to the gateways. What has expired by itself is no
//! revocation: those who verify it see that alone.

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::id::{ApiKeyId, OrganizationId, SessionId, UserId};
use sqlx::PgConnection;

use crate::db::revocations;
use crate::token;

pub(crate) mod feed;

/// How long the answer to a verified API key may be relied on; the contract says so.
const VERIFIED_KEY_LIFE: TimeDelta = TimeDelta::minutes(5);
/// How far the clocks of those who issue, verify and revoke may be apart, with the time that a
/// call in flight takes.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);

/// What is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// The access tokens of a session.
    Session(SessionId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// Everything of a user that was issued before, by others than this service as well.
    User(UserId),
}

/// A revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revocation {
    pub(crate) subject: Subject,
    pub(crate) revoked_at: DateTime<Utc>,
    /// Nothing that it covers is valid after this.
    pub(crate) expires_at: DateTime<Utc>,
}

// === impl Revocation ===

impl Revocation {
    fn new(subject: Subject, now: DateTime<Utc>) -> Self {
        let life = match subject {
            Subject::ApiKey(_) => VERIFIED_KEY_LIFE,
            Subject::Session(_) | Subject::User(_) => token::LIFETIME,
        };
        Self {
            subject,
            revoked_at: now,
            expires_at: now + life + TOLERANCE,
        }
    }
}

/// Records a revocation in the transaction that makes it true. A user is revoked in no
/// organisation in particular; all else has one.
pub(crate) async fn record(
    connection: &mut PgConnection,
    organization: Option<OrganizationId>,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    record_all(connection, &[(organization, subject)], now).await
}

/// [`record`] for many subjects, each of them once.
pub(crate) async fn record_all(
    connection: &mut PgConnection,
    subjects: &[(Option<OrganizationId>, Subject)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let revocations: Vec<_> = subjects
        .iter()
        .map(|&(organization, subject)| (organization, Revocation::new(subject, now)))
        .collect();
    revocations::insert(connection, &revocations).await
}

/// When nothing that identified a user, revoked `now`, can be accepted by anybody any more.
pub(crate) fn settled_at(now: DateTime<Utc>) -> DateTime<Utc> {
    now + token::LIFETIME.max(VERIFIED_KEY_LIFE) + TOLERANCE
}
