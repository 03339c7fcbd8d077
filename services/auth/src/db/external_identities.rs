//! `auth.external_identities`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgConnection;

use crate::external_identity::Identity;

pub(crate) async fn find_unscoped(
    connection: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<Identity>, sqlx::Error> {
    let row = sqlx::query!(
        "select user_id, organization_id
         from auth.external_identities
         where issuer = $1 and subject = $2",
        issuer,
        subject,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Identity {
        user: row.user_id.into(),
        home: row.organization_id.into(),
    }))
}

/// The accounts behind an id, whichever issuer gave it. Issuers, of which there are few, are found
/// one by one in the index that begins with them.
pub(crate) async fn users_unscoped(
    connection: &mut PgConnection,
    subject: &str,
) -> Result<Vec<UserId>, sqlx::Error> {
    let users = sqlx::query_scalar!(
        "with recursive issuers (issuer) as (
             (select issuer from auth.external_identities order by issuer limit 1)
             union all
             select (select issuer from auth.external_identities
                     where issuer > issuers.issuer
                     order by issuer limit 1)
             from issuers
             where issuers.issuer is not null
         )
         select user_id
         from auth.external_identities
         join issuers using (issuer)
         where subject = $1
         order by user_id",
        subject,
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}

/// Adds an identity; gives whether it was not there before.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    issuer: &str,
    subject: &str,
    identity: Identity,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "insert into auth.external_identities
             (issuer, subject, user_id, organization_id, created_at)
         values ($1, $2, $3, $4, $5)
         on conflict (issuer, subject) do nothing",
        issuer,
        subject,
        identity.user.uuid(),
        identity.home.uuid(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// Those of an organisation's members who sign in elsewhere.
pub(crate) async fn members(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<UserId>, sqlx::Error> {
    let members = sqlx::query_scalar!(
        "select distinct external_identities.user_id
         from auth.external_identities
         join auth.memberships on memberships.user_id = external_identities.user_id
         where memberships.organization_id = $1",
        organization.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(members.into_iter().map(UserId::from).collect())
}

/// Whose own organisation this is.
pub(crate) async fn at_home(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<UserId>, sqlx::Error> {
    let users = sqlx::query_scalar!(
        "select distinct user_id from auth.external_identities where organization_id = $1",
        organization.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}

/// Gives a user another organisation of their own in the place of `former`.
pub(crate) async fn set_home(
    connection: &mut PgConnection,
    former: OrganizationId,
    identity: Identity,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update auth.external_identities
         set organization_id = $3
         where organization_id = $1 and user_id = $2",
        former.uuid(),
        identity.user.uuid(),
        identity.home.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
