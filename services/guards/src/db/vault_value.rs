//! `guards.vault_values`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgConnection;

use crate::error::Error;
use crate::run::{Owner, RunId};
use crate::vault::{Scope, Sealed};

/// The rows of these tokens, expired ones as well, locked in one order for all.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    owner: Owner,
    scope: &Scope,
    tokens: &[String],
) -> Result<Vec<Sealed>, Error> {
    let rows = sqlx::query!(
        "select token, run_id, key_id, sealed
         from guards.vault_values
         where organization_id = $1 and scope = $2 and token = any($3)
         order by token
         for update",
        owner.organization.uuid(),
        scope.as_str(),
        tokens,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let sealed = rows.map(|row| Sealed {
        token: row.token,
        run: RunId::from(row.run_id),
        key_id: row.key_id,
        bytes: row.sealed,
    });
    Ok(sealed.collect())
}

/// The rows of these tokens that have not expired.
pub(crate) async fn get(
    connection: &mut PgConnection,
    owner: Owner,
    scope: &Scope,
    tokens: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<Sealed>, Error> {
    let rows = sqlx::query!(
        "select token, run_id, key_id, sealed
         from guards.vault_values
         where organization_id = $1 and scope = $2 and token = any($3) and expires_at > $4",
        owner.organization.uuid(),
        scope.as_str(),
        tokens,
        now,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let sealed = rows.map(|row| Sealed {
        token: row.token,
        run: RunId::from(row.run_id),
        key_id: row.key_id,
        bytes: row.sealed,
    });
    Ok(sealed.collect())
}

/// Stores new values; gives the tokens of those whose place was free.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    scope: &Scope,
    expires_at: DateTime<Utc>,
    mut values: Vec<Sealed>,
) -> Result<Vec<String>, Error> {
    // In one order for all, so that two who store the same tokens wait for each other in turn.
    values.sort_by(|a, b| a.token.cmp(&b.token));
    let (mut tokens, mut runs) = (Vec::new(), Vec::new());
    let (mut key_ids, mut sealed) = (Vec::new(), Vec::new());
    for value in values {
        tokens.push(value.token);
        runs.push(value.run.uuid());
        key_ids.push(value.key_id);
        sealed.push(value.bytes);
    }
    let inserted = sqlx::query_scalar!(
        "insert into guards.vault_values
             (organization_id, scope, user_id, expires_at, token, run_id, key_id, sealed)
         select $1, $2, $3, $4, token, run_id, key_id, sealed
         from unnest($5::text[], $6::uuid[], $7::text[], $8::bytea[])
              as value (token, run_id, key_id, sealed)
         on conflict (organization_id, scope, token) do nothing
         returning token",
        owner.organization.uuid(),
        scope.as_str(),
        owner.user.uuid(),
        expires_at,
        &tokens,
        &runs,
        &key_ids,
        &sealed,
    );
    Ok(inserted.fetch_all(connection).await?)
}

/// Seals values anew that are there, and keeps them at least until `expires_at`.
pub(crate) async fn renew(
    connection: &mut PgConnection,
    owner: Owner,
    scope: &Scope,
    expires_at: DateTime<Utc>,
    values: &[Sealed],
) -> Result<(), Error> {
    let column = |value: fn(&Sealed) -> &String| -> Vec<String> {
        values.iter().map(|sealed| value(sealed).clone()).collect()
    };
    let sealed: Vec<Vec<u8>> = values.iter().map(|value| value.bytes.clone()).collect();
    sqlx::query!(
        "update guards.vault_values as stored
         set key_id = value.key_id, sealed = value.sealed,
             expires_at = greatest(stored.expires_at, $3)
         from unnest($4::text[], $5::text[], $6::bytea[]) as value (token, key_id, sealed)
         where organization_id = $1 and scope = $2 and stored.token = value.token",
        owner.organization.uuid(),
        scope.as_str(),
        expires_at,
        &column(|value| &value.token),
        &column(|value| &value.key_id),
        &sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes up to `limit` values that have expired; gives how many.
pub(crate) async fn delete_expired_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.vault_values
         where ctid = any(array(
             select ctid from guards.vault_values where expires_at <= $1 limit $2
             for update skip locked))",
        now,
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// Deletes up to `limit` values of an organisation; gives how many.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.vault_values
         where ctid = any(array(
             select ctid from guards.vault_values where organization_id = $1 limit $2))",
        organization.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// Deletes up to `limit` values that a user anonymised; gives how many.
pub(crate) async fn delete_of_user_unscoped(
    connection: &mut PgConnection,
    user: UserId,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.vault_values
         where ctid = any(array(
             select ctid from guards.vault_values where user_id = $1 limit $2))",
        user.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}
