//! `guards.deanonymizations` and `guards.text_reads` as one list.

use guardmesh_chassis::id::{ApiKeyId, OrganizationId, UserId};
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;

use super::uint;
use crate::disclosure::{Disclosed, Disclosure, Purpose, TextReadId};
use crate::error::Error;
use crate::run::RunId;
use crate::vault::DeanonymizationId;

/// Runs that a listed record names: a record may have thousands, and a page a hundred records.
pub(crate) const MAX_RUNS: i32 = 100;

/// Records of an organisation, the newest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    organization: OrganizationId,
    page: Page,
) -> Result<Vec<Disclosure>, Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", created_at as "created_at!", user_id as "user_id!", api_key_id,
                  run_ids[1:$4] as "run_ids!", cardinality(run_ids) as "run_count!", purpose, scope,
                  restored_count as "restored_count!", unknown_count as "unknown_count!"
           from (
               (select id, created_at, user_id, api_key_id, run_ids, null as purpose, scope,
                       restored_count, unknown_count
                from guards.deanonymizations
                where organization_id = $1 and ($2::uuid is null or id < $2)
                order by id desc limit $3)
               union all
               (select id, created_at, user_id, api_key_id, run_ids, purpose, null, 0, 0
                from guards.text_reads
                where organization_id = $1 and ($2::uuid is null or id < $2)
                order by id desc limit $3)
           ) as record
           order by id desc
           limit $3"#,
        organization.uuid(),
        page.after(),
        page.limit(),
        MAX_RUNS,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    rows.map(|row| {
        let what = match row.purpose.as_deref() {
            None => Disclosed::Values {
                id: DeanonymizationId::from(row.id),
                scope: row.scope.unwrap_or_default(),
                restored: uint(row.restored_count),
                unknown: uint(row.unknown_count),
            },
            Some(name) => Disclosed::Texts {
                id: TextReadId::from(row.id),
                purpose: purpose(name)?,
            },
        };
        Ok(Disclosure {
            created_at: row.created_at,
            user: UserId::from(row.user_id),
            api_key: row.api_key_id.map(ApiKeyId::from),
            runs: row.run_ids.into_iter().map(RunId::from).collect(),
            run_count: uint(row.run_count),
            what,
        })
    })
    .collect()
}

/// Reads a stored purpose.
fn purpose(text: &str) -> Result<Purpose, Error> {
    [Purpose::Read, Purpose::DryRun]
        .into_iter()
        .find(|purpose| purpose.as_str() == text)
        .ok_or(Error::Corrupt("text_reads"))
}
