//! `guards.deanonymizations`

use sqlx::PgConnection;

use super::int;
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
        record.api_key.map(|key| key.uuid()),
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
