//! `auth.organizations`.

use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

use crate::organization::Organization;

pub(crate) async fn insert(
    connection: &mut PgConnection,
    organization: &Organization,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.organizations (id, name, created_at) values ($1, $2, $3)",
        organization.id.uuid(),
        organization.name,
        organization.created_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    id: OrganizationId,
) -> Result<Option<Organization>, sqlx::Error> {
    sqlx::query_as!(
        Organization,
        "select id, name, created_at from auth.organizations where id = $1",
        id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// Locks an organisation until the end of the transaction. Members may be added to it meanwhile.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: OrganizationId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select id from auth.organizations where id = $1 for no key update",
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(())
}
