//! `auth.external_organizations`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

pub(crate) async fn find_unscoped(
    connection: &mut PgConnection,
    issuer: &str,
    external_id: &str,
) -> Result<Option<OrganizationId>, sqlx::Error> {
    let organization = sqlx::query_scalar!(
        "select organization_id
         from auth.external_organizations
         where issuer = $1 and external_id = $2",
        issuer,
        external_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(organization.map(OrganizationId::from))
}

/// The organisations behind an id, whichever issuer gave it. Issuers are found one by one, as for
/// identities.
pub(crate) async fn list_unscoped(
    connection: &mut PgConnection,
    external_id: &str,
) -> Result<Vec<OrganizationId>, sqlx::Error> {
    let organizations = sqlx::query_scalar!(
        "with recursive issuers (issuer) as (
             (select issuer from auth.external_organizations order by issuer limit 1)
             union all
             select (select issuer from auth.external_organizations
                     where issuer > issuers.issuer
                     order by issuer limit 1)
             from issuers
             where issuers.issuer is not null
         )
         select organization_id
         from auth.external_organizations
         join issuers using (issuer)
         where external_id = $1
         order by organization_id",
        external_id,
    )
    .fetch_all(connection)
    .await?;
    Ok(organizations
        .into_iter()
        .map(OrganizationId::from)
        .collect())
}

/// Adds an organisation of an issuer; gives whether it was not there before.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    issuer: &str,
    external_id: &str,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "insert into auth.external_organizations (issuer, external_id, organization_id, created_at)
         values ($1, $2, $3, $4)
         on conflict (issuer, external_id) do nothing",
        issuer,
        external_id,
        organization.uuid(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}
