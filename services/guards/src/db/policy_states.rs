//! `guards.policy_states`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

use crate::error::Error;
use crate::policy::PolicyId;

/// Raises the revision of an organisation's policies and holds it until the transaction ends; the
/// first time, `key` becomes its key for hashes.
pub(crate) async fn raise(
    connection: &mut PgConnection,
    organization: OrganizationId,
    key: &[u8],
) -> Result<(), Error> {
    sqlx::query!(
        "insert into guards.policy_states (organization_id, revision, hash_key, changed_at)
         values ($1, 1, $2, clock_timestamp())
         on conflict (organization_id) do update
         set revision = policy_states.revision + 1, changed_at = excluded.changed_at",
        organization.uuid(),
        key,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The revision of an organisation's policies, the active one, and the key for hashes.
pub(crate) async fn get(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Option<(i64, Option<PolicyId>, Vec<u8>)>, Error> {
    let row = sqlx::query!(
        "select revision, active_policy_id, hash_key from guards.policy_states
         where organization_id = $1",
        organization.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        (
            row.revision,
            row.active_policy_id.map(PolicyId::from),
            row.hash_key,
        )
    }))
}

pub(crate) async fn set_active(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: Option<PolicyId>,
) -> Result<(), Error> {
    sqlx::query!(
        "update guards.policy_states set active_policy_id = $2 where organization_id = $1",
        organization.uuid(),
        policy.map(PolicyId::uuid),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes the row of an organisation; gives how many there were.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.policy_states where organization_id = $1",
        organization.uuid(),
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// The database's time.
pub(crate) async fn now_unscoped(connection: &mut PgConnection) -> Result<DateTime<Utc>, Error> {
    let now = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#);
    Ok(now.fetch_one(connection).await?)
}

/// Organisations whose policies changed since `last`, with the revision. A change is seen when it
/// is committed, and bears the time when it was made: it may be told of for two minutes, which no
/// transaction of ours outlasts.
pub(crate) async fn changed_unscoped(
    connection: &mut PgConnection,
    last: DateTime<Utc>,
) -> Result<Vec<(OrganizationId, i64)>, Error> {
    let rows = sqlx::query!(
        "select organization_id, revision from guards.policy_states
         where changed_at > $1::timestamptz - interval '2 minutes'",
        last,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (OrganizationId::from(row.organization_id), row.revision))
        .collect())
}
