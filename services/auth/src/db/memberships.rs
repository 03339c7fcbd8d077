//! `auth.memberships`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgConnection;

/// Makes the user the owner of the organisation.
pub(crate) async fn insert_owner(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.memberships (organization_id, user_id, role, created_at)
         values ($1, $2, 'owner', $3)",
        organization.uuid(),
        user.uuid(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The organisation that a user has been a member of for the longest time.
pub(crate) async fn oldest_organization_unscoped(
    connection: &mut PgConnection,
    user: UserId,
) -> Result<OrganizationId, sqlx::Error> {
    let organization = sqlx::query_scalar!(
        "select organization_id
         from auth.memberships
         where user_id = $1
         order by created_at, organization_id
         limit 1",
        user.uuid(),
    )
    .fetch_one(connection)
    .await?;
    Ok(organization.into())
}
