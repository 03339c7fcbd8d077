//! `auth.sessions`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, SessionId, UserId};
use sqlx::PgConnection;

use crate::session::{EndReason, Session};

pub(crate) async fn insert(
    connection: &mut PgConnection,
    session: &Session,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.sessions (id, organization_id, user_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        session.id.uuid(),
        session.organization_id.uuid(),
        session.user_id.uuid(),
        session.created_at,
        session.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: SessionId,
) -> Result<Option<Session>, sqlx::Error> {
    sqlx::query_as!(
        Session,
        "select id, organization_id, user_id, created_at, expires_at, ended_at
         from auth.sessions
         where organization_id = $1 and id = $2",
        organization.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// The session of a refresh token, locked until the end of the transaction. What a token is worth
/// must be read after this, in a query of its own: a join would show it as it was before the wait.
pub(crate) async fn lock_by_refresh_token_unscoped(
    connection: &mut PgConnection,
    token_hash: &[u8],
) -> Result<Option<Session>, sqlx::Error> {
    sqlx::query_as!(
        Session,
        "select id, organization_id, user_id, created_at, expires_at, ended_at
         from auth.sessions
         where id = (select session_id from auth.refresh_tokens where hash = $1)
         for update",
        token_hash,
    )
    .fetch_optional(connection)
    .await
}

pub(crate) async fn set_expiry(
    connection: &mut PgConnection,
    session: &Session,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update auth.sessions set expires_at = $3 where organization_id = $1 and id = $2",
        session.organization_id.uuid(),
        session.id.uuid(),
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a session, unless it has ended before; gives whether it had not.
pub(crate) async fn end(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: SessionId,
    now: DateTime<Utc>,
    reason: EndReason,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "update auth.sessions
         set ended_at = $3, end_reason = $4
         where organization_id = $1 and id = $2 and ended_at is null",
        organization.uuid(),
        id.uuid(),
        now,
        reason as EndReason,
    )
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends all sessions of a user, in whatever organisation; gives those that had not ended before.
pub(crate) async fn end_all_unscoped(
    connection: &mut PgConnection,
    user: UserId,
    now: DateTime<Utc>,
    reason: EndReason,
) -> Result<Vec<(OrganizationId, SessionId)>, sqlx::Error> {
    let ended = sqlx::query!(
        "update auth.sessions
         set ended_at = $2, end_reason = $3
         where user_id = $1 and ended_at is null
         returning organization_id, id",
        user.uuid(),
        now,
        reason as EndReason,
    )
    .fetch_all(connection)
    .await?;
    Ok(ended
        .into_iter()
        .map(|row| (row.organization_id.into(), row.id.into()))
        .collect())
}

/// Deletes all sessions of an organisation, with their tokens; gives those that had not ended
/// before.
pub(crate) async fn delete_all(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<SessionId>, sqlx::Error> {
    let open = sqlx::query_scalar!(
        "with deleted as (
             delete from auth.sessions where organization_id = $1 returning id, ended_at
         )
         select id from deleted where ended_at is null",
        organization.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(open.into_iter().map(SessionId::from).collect())
}

/// Deletes at most `limit` sessions that expired before `now`, with their tokens; gives how many.
pub(crate) async fn delete_expired_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query!(
        "delete from auth.sessions
         where id in (
             select id from auth.sessions
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
