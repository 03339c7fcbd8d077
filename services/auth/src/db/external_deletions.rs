//! `auth.external_deletions`. What they name is no more, so that no query here has a tenant.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::external_deletion::{Deletion, Gone};

/// The subject and the organisation that a row names; empty for none.
fn key(gone: &Gone) -> (&str, &str) {
    match gone {
        Gone::User(user) => (user, ""),
        Gone::Organization(organization) => ("", organization),
        Gone::Membership { user, organization } => (user, organization),
    }
}

/// Waits until nobody resolves an identity that the deletion is about, and keeps others from it
/// until the end of the transaction.
pub(crate) async fn lock_unscoped(
    connection: &mut PgConnection,
    gone: &Gone,
) -> Result<(), sqlx::Error> {
    let named = match gone {
        Gone::User(id) | Gone::Organization(id) | Gone::Membership { user: id, .. } => id,
    };
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('auth external ' || $1, 0))",
        named,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps deletions of a user and of an organisation away until the end of the transaction.
pub(crate) async fn hold_off_unscoped(
    connection: &mut PgConnection,
    subject: &str,
    organization: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock_shared(hashtextextended('auth external ' || id, 0))
         from unnest(array[$1, $2]) as id",
        subject,
        organization,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a deletion down until `expires_at`. Of two of the same, the later one counts.
pub(crate) async fn upsert_unscoped(
    connection: &mut PgConnection,
    deletion: &Deletion,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (subject, organization) = key(&deletion.gone);
    sqlx::query!(
        "insert into auth.external_deletions (subject, organization, deleted_at, expires_at)
         values ($1, $2, $3, $4)
         on conflict (subject, organization) do update
         set deleted_at = greatest(excluded.deleted_at, external_deletions.deleted_at),
             expires_at = greatest(excluded.expires_at, external_deletions.expires_at)",
        subject,
        organization,
        deletion.deleted_at,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the user or the organisation is deleted, or the membership ended no earlier than
/// `issued_at`. An empty `organization` stands for none.
pub(crate) async fn covers_unscoped(
    connection: &mut PgConnection,
    subject: &str,
    organization: &str,
    issued_at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
               select from auth.external_deletions
               where (subject, organization) in (($1, ''), ('', $2))
                  or (subject, organization) = ($1, $2) and deleted_at >= $3
           ) as "covered!""#,
        subject,
        organization,
        issued_at,
    )
    .fetch_one(connection)
    .await
}

/// Deletes at most `limit` rows that expired before `now`; gives how many.
pub(crate) async fn delete_expired_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query!(
        "delete from auth.external_deletions
         where (subject, organization) in (
             select subject, organization from auth.external_deletions
             where expires_at < $1
             order by expires_at
             limit $2
             for update skip locked
         )",
        now,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(deleted.rows_affected())
}
