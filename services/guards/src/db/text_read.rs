//! `guards.text_reads`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{ApiKeyId, OrganizationId};
use sqlx::PgConnection;

use super::first_id;
use crate::disclosure::{Purpose, Reader, TextReadId};
use crate::error::Error;
use crate::run::RunId;

pub(crate) async fn insert(
    connection: &mut PgConnection,
    id: TextReadId,
    reader: Reader,
    purpose: Purpose,
    runs: &[RunId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let runs: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    sqlx::query!(
        "insert into guards.text_reads
             (id, organization_id, user_id, api_key_id, created_at, purpose, run_ids)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        reader.owner.organization.uuid(),
        reader.owner.user.uuid(),
        reader.api_key.map(ApiKeyId::uuid),
        now,
        purpose.as_str(),
        &runs,
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
        "delete from guards.text_reads
         where id = any(array(
             select id from guards.text_reads where id < $1 order by id limit $2
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
        "delete from guards.text_reads
         where id = any(array(
             select id from guards.text_reads where organization_id = $1 limit $2))",
        organization.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}
