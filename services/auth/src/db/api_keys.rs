//! `auth.api_keys`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{ApiKeyId, OrganizationId, UserId};
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;

use crate::api_key::ApiKey;

pub(crate) async fn insert(
    connection: &mut PgConnection,
    key: &ApiKey,
    secret_sha256: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.api_keys
             (id, organization_id, user_id, name, prefix, secret_sha256, permissions, created_at,
              expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        key.id.uuid(),
        key.organization_id.uuid(),
        key.user_id.uuid(),
        key.name,
        key.prefix,
        secret_sha256,
        &key.permissions,
        key.created_at,
        key.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keys that have neither been revoked nor expired.
pub(crate) async fn count_live(
    connection: &mut PgConnection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from auth.api_keys
           where organization_id = $1 and revoked_at is null
             and (expires_at is null or expires_at > $2)"#,
        organization.uuid(),
        now,
    )
    .fetch_one(connection)
    .await
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: ApiKeyId,
) -> Result<Option<ApiKey>, sqlx::Error> {
    sqlx::query_as!(
        ApiKey,
        "select id, organization_id, user_id, name, prefix, permissions, created_at, expires_at,
                revoked_at
         from auth.api_keys
         where organization_id = $1 and id = $2",
        organization.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

pub(crate) async fn find_by_secret_unscoped(
    connection: &mut PgConnection,
    secret_sha256: &[u8],
) -> Result<Option<ApiKey>, sqlx::Error> {
    sqlx::query_as!(
        ApiKey,
        "select id, organization_id, user_id, name, prefix, permissions, created_at, expires_at,
                revoked_at
         from auth.api_keys
         where secret_sha256 = $1",
        secret_sha256,
    )
    .fetch_optional(connection)
    .await
}

/// One page, the newest first, with one row more than the page holds.
pub(crate) async fn list(
    connection: &mut PgConnection,
    organization: OrganizationId,
    page: Page,
) -> Result<Vec<ApiKey>, sqlx::Error> {
    sqlx::query_as!(
        ApiKey,
        "select id, organization_id, user_id, name, prefix, permissions, created_at, expires_at,
                revoked_at
         from auth.api_keys
         where organization_id = $1 and ($2::uuid is null or id < $2)
         order by id desc
         limit $3",
        organization.uuid(),
        page.after(),
        page.limit(),
    )
    .fetch_all(connection)
    .await
}

/// Revokes a key, unless it was before; gives whether it was not.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let revoked = sqlx::query!(
        "update auth.api_keys
         set revoked_at = $3
         where organization_id = $1 and id = $2 and revoked_at is null",
        organization.uuid(),
        id.uuid(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() > 0)
}

/// Revokes all keys of a user, in whatever organisation; gives those that were not before.
pub(crate) async fn revoke_all_unscoped(
    connection: &mut PgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<(OrganizationId, ApiKeyId)>, sqlx::Error> {
    let revoked = sqlx::query!(
        "update auth.api_keys
         set revoked_at = $2
         where user_id = $1 and revoked_at is null
         returning organization_id, id",
        user.uuid(),
        now,
    )
    .fetch_all(connection)
    .await?;
    Ok(revoked
        .into_iter()
        .map(|row| (row.organization_id.into(), row.id.into()))
        .collect())
}

/// Deletes all keys of an organisation; gives those that were not revoked before.
pub(crate) async fn delete_all(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<ApiKeyId>, sqlx::Error> {
    let working = sqlx::query_scalar!(
        "with deleted as (
             delete from auth.api_keys where organization_id = $1 returning id, revoked_at
         )
         select id from deleted where revoked_at is null",
        organization.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(working.into_iter().map(ApiKeyId::from).collect())
}

/// The keys of a member of an organisation that are not revoked.
pub(crate) async fn working_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<ApiKeyId>, sqlx::Error> {
    let working = sqlx::query_scalar!(
        "select id
         from auth.api_keys
         where organization_id = $1 and user_id = $2 and revoked_at is null",
        organization.uuid(),
        user.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(working.into_iter().map(ApiKeyId::from).collect())
}

/// Deletes at most `limit` keys that stopped working before `end`; gives how many.
pub(crate) async fn delete_ended_unscoped(
    connection: &mut PgConnection,
    end: DateTime<Utc>,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query!(
        "delete from auth.api_keys
         where id in (
             select id from auth.api_keys
             where least(revoked_at, expires_at) < $1
             order by least(revoked_at, expires_at)
             limit $2
             for update skip locked
         )",
        end,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(deleted.rows_affected())
}
