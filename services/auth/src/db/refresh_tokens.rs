//! `auth.refresh_tokens`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::refresh_token::StoredToken;
use crate::session::Session;

/// Adds the live token of a session, which must have none. It expires with the session.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    session: &Session,
    hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.refresh_tokens
             (hash, organization_id, session_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        hash,
        session.organization_id.uuid(),
        session.id.uuid(),
        now,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn find_unscoped(
    connection: &mut PgConnection,
    hash: &[u8],
) -> Result<Option<StoredToken>, sqlx::Error> {
    sqlx::query_as!(
        StoredToken,
        "select expires_at, rotated_at, successor_sealed
         from auth.refresh_tokens
         where hash = $1",
        hash,
    )
    .fetch_optional(connection)
    .await
}

/// Makes the token of this hash the predecessor: it is no longer live, and it alone of its
/// session holds a sealed successor.
pub(crate) async fn rotate(
    connection: &mut PgConnection,
    session: &Session,
    hash: &[u8],
    now: DateTime<Utc>,
    successor_sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update auth.refresh_tokens
         set rotated_at = coalesce(rotated_at, $4),
             successor_sealed = case when hash = $3 then $5::bytea end
         where organization_id = $1 and session_id = $2
           and (hash = $3 or successor_sealed is not null)",
        session.organization_id.uuid(),
        session.id.uuid(),
        hash,
        now,
        successor_sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes at most `limit` tokens that expired before `now`; gives how many.
pub(crate) async fn delete_expired_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query!(
        "delete from auth.refresh_tokens
         where hash in (
             select hash from auth.refresh_tokens
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
