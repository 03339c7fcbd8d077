//! `auth.organizations`.

use guardmesh_chassis::id::{OrganizationId, UserId};
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

/// Locks an organisation that is to be deleted, until the end of the transaction: no member is
/// added to it meanwhile. Gives whether there is one.
pub(crate) async fn lock_for_deletion(
    connection: &mut PgConnection,
    id: OrganizationId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select id from auth.organizations where id = $1 for update",
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Locks the organisations that a user owns, as [`lock_for_deletion`] does; gives them. Those
/// whose members another issuer names are not among them.
pub(crate) async fn lock_owned_unscoped(
    connection: &mut PgConnection,
    user: UserId,
) -> Result<Vec<OrganizationId>, sqlx::Error> {
    let owned = sqlx::query_scalar!(
        "select organizations.id
         from auth.organizations
         join auth.memberships on memberships.organization_id = organizations.id
         where memberships.user_id = $1 and memberships.role = 'owner'
           and not exists (
               select from auth.external_organizations
               where external_organizations.organization_id = organizations.id
           )
         order by organizations.id
         for update of organizations",
        user.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(owned.into_iter().map(OrganizationId::from).collect())
}

/// Deletes an organisation, with its memberships and all that belongs to these.
pub(crate) async fn delete(
    connection: &mut PgConnection,
    id: OrganizationId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from auth.organizations where id = $1", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
