//! `auth.erasures`. What they name is no more, so that no query here has a tenant.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::erasure::{Claim, Subject};

/// `auth.erasures.kind`.
#[derive(Debug, Clone, Copy, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
enum Kind {
    User,
    Organization,
}

fn key(subject: Subject) -> (Kind, Uuid) {
    let kind = match subject {
        Subject::User(_) => Kind::User,
        Subject::Organization(_) => Kind::Organization,
    };
    (kind, subject.uuid())
}

/// Adds an erasure that is due now.
pub(crate) async fn insert_unscoped(
    connection: &mut PgConnection,
    subject: Subject,
    now: DateTime<Utc>,
    final_from: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (kind, id) = key(subject);
    sqlx::query!(
        "insert into auth.erasures (kind, subject_id, due_at, final_from, next_attempt_at)
         values ($1, $2, $3, $4, $3)",
        kind as Kind,
        id,
        now,
        final_from,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims erasures that are due, each until `lease_end`: at most `limit`, those that wait longest
/// first. What others are claiming at this moment is passed over.
pub(crate) async fn claim_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease_end: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Claim>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with due as materialized (
               select kind, subject_id from auth.erasures
               where next_attempt_at <= $1
               order by next_attempt_at
               limit $3
               for update skip locked
           )
           update auth.erasures
           set attempts = attempts + 1, next_attempt_at = $2
           from due
           where erasures.kind = due.kind and erasures.subject_id = due.subject_id
           returning erasures.kind as "kind: Kind", erasures.subject_id, erasures.attempts,
                     erasures.final_from"#,
        now,
        lease_end,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let claim = |kind, id: Uuid, attempt, final_from| Claim {
        subject: match kind {
            Kind::User => Subject::User(id.into()),
            Kind::Organization => Subject::Organization(id.into()),
        },
        attempt,
        claimed_at: now,
        final_from,
    };
    Ok(rows
        .into_iter()
        .map(|row| claim(row.kind, row.subject_id, row.attempts, row.final_from))
        .collect())
}

/// Removes an erasure, if the claim is still held.
pub(crate) async fn delete_unscoped(
    connection: &mut PgConnection,
    claim: &Claim,
) -> Result<(), sqlx::Error> {
    let (kind, id) = key(claim.subject);
    sqlx::query!(
        "delete from auth.erasures where kind = $1 and subject_id = $2 and attempts = $3",
        kind as Kind,
        id,
        claim.attempt,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes an erasure due once more at its final time, if the claim is still held.
pub(crate) async fn await_final_unscoped(
    connection: &mut PgConnection,
    claim: &Claim,
) -> Result<(), sqlx::Error> {
    let (kind, id) = key(claim.subject);
    sqlx::query!(
        "update auth.erasures
         set due_at = final_from, next_attempt_at = final_from
         where kind = $1 and subject_id = $2 and attempts = $3",
        kind as Kind,
        id,
        claim.attempt,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts an erasure off, if the claim is still held.
pub(crate) async fn postpone_unscoped(
    connection: &mut PgConnection,
    claim: &Claim,
    next_attempt_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (kind, id) = key(claim.subject);
    sqlx::query!(
        "update auth.erasures
         set next_attempt_at = $4
         where kind = $1 and subject_id = $2 and attempts = $3",
        kind as Kind,
        id,
        claim.attempt,
        next_attempt_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Since when the one is due that waits longest; none if nothing is due.
pub(crate) async fn oldest_due_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select min(due_at) from auth.erasures where due_at <= $1",
        now,
    )
    .fetch_one(connection)
    .await
}
