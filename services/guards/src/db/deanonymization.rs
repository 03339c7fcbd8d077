//! `guards.deanonymizations`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{ApiKeyId, OrganizationId};
use sqlx::PgConnection;

use super::{first_id, int};
use crate::error::Error;
use crate::run::Owner;
use crate::vault::{Deanonymization, Scope};

pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    scope: &Scope,
    record: &Deanonymization,
) -> Result<(), Error> {
    let runs: Vec<_> = record.runs.iter().map(|run| run.uuid()).collect();
    sqlx::query!(
        "insert into guards.deanonymizations
             (id, organization_id, user_id, api_key_id, created_at, scope, run_ids,
              restored_count, unknown_count)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        record.id.uuid(),
        owner.organization.uuid(),
        owner.user.uuid(),
        record.api_key.map(ApiKeyId::uuid),
        record.created_at,
        scope.as_str(),
        &runs,
        int(record.restored),
        int(record.unknown),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes up to `limit` records from before `end`; gives how many.
pub(crate) async fn delete_before_unscoped(
    connection: &mut PgConnection,
    end: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.deanonymizations
         where id = any(array(
             select id from guards.deanonymizations where id < $1 order by id limit $2
             for update skip locked))",
        first_id(end),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// Deletes up to `limit` records of an organisation; gives how many.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.deanonymizations
         where id = any(array(
             select id from guards.deanonymizations where organization_id = $1 limit $2))",
        organization.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}
