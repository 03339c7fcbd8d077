//! `auth.revocations`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::revocation::{Revocation, Subject};

/// Where a commit is announced.
pub(crate) const CHANNEL: &str = "guardmesh_auth_revocations";

/// `auth.revocations.kind`.
#[derive(Debug, Clone, Copy, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
enum Kind {
    Session,
    ApiKey,
    User,
}

/// Adds revocations, each of another subject. One of the same subject that is older gives way.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    revocations: &[(Option<OrganizationId>, Revocation)],
) -> Result<(), sqlx::Error> {
    let (kinds, ids): (Vec<_>, Vec<_>) = revocations
        .iter()
        .map(|(_, revocation)| match revocation.subject {
            Subject::Session(id) => (Kind::Session, id.uuid()),
            Subject::ApiKey(id) => (Kind::ApiKey, id.uuid()),
            Subject::User(id) => (Kind::User, id.uuid()),
        })
        .unzip();
    let organizations: Vec<_> = revocations
        .iter()
        .map(|(organization, _)| organization.map(OrganizationId::uuid))
        .collect();
    let (revoked_at, expires_at): (Vec<_>, Vec<_>) = revocations
        .iter()
        .map(|(_, revocation)| (revocation.revoked_at, revocation.expires_at))
        .unzip();
    sqlx::query!(
        "insert into auth.revocations (kind, subject_id, organization_id, revoked_at, expires_at)
         select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[],
                              $5::timestamptz[])
         on conflict (kind, subject_id) do update
         set revoked_at = excluded.revoked_at,
             expires_at = excluded.expires_at,
             transaction_id = excluded.transaction_id
         where excluded.revoked_at > revocations.revoked_at",
        &kinds as &[Kind],
        &ids,
        &organizations as &[Option<Uuid>],
        &revoked_at,
        &expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The oldest transaction that has neither committed nor been rolled back.
pub(crate) async fn oldest_open_transaction_unscoped(
    connection: &mut PgConnection,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text as "oldest!""#)
        .fetch_one(connection)
        .await
}

/// Revocations that have not expired, written by the transaction `since` or later ones; all of
/// them without it.
pub(crate) async fn list_since_unscoped(
    connection: &mut PgConnection,
    since: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<Revocation>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select kind as "kind: Kind", subject_id, revoked_at, expires_at
           from auth.revocations
           where transaction_id >= coalesce($1::text, '0')::xid8 and expires_at > $2"#,
        since,
        now,
    )
    .fetch_all(connection)
    .await?;
    let revocation = |kind, id: Uuid, revoked_at, expires_at| Revocation {
        subject: match kind {
            Kind::Session => Subject::Session(id.into()),
            Kind::ApiKey => Subject::ApiKey(id.into()),
            Kind::User => Subject::User(id.into()),
        },
        revoked_at,
        expires_at,
    };
    Ok(rows
        .into_iter()
        .map(|row| revocation(row.kind, row.subject_id, row.revoked_at, row.expires_at))
        .collect())
}

/// Wakes whoever listens.
pub(crate) async fn notify_unscoped(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_notify($1, '')", CHANNEL)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes at most `limit` revocations that expired before `now`; gives how many.
pub(crate) async fn delete_expired_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query!(
        "delete from auth.revocations
         where (kind, subject_id) in (
             select kind, subject_id from auth.revocations
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
