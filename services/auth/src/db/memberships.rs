//! `auth.memberships`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgConnection;

use crate::membership::Role;

/// Makes the user a member of the organisation in this role, whether they were one or not.
/// `stated_at` is when the token of another issuer was issued that says so; one that is older than
/// another that was seen changes nothing.
pub(crate) async fn set_role(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    role: Role,
    stated_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.memberships (organization_id, user_id, role, stated_at, created_at)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, user_id) do update
         set role = excluded.role, stated_at = excluded.stated_at
         where (memberships.stated_at <= excluded.stated_at) is not false",
        organization.uuid(),
        user.uuid(),
        role as Role,
        stated_at,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the user has this role in the organisation, by the word of a token that was issued at
/// `since` or later, if that matters.
pub(crate) async fn states(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    role: Role,
    since: Option<DateTime<Utc>>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
               select from auth.memberships
               where organization_id = $1 and user_id = $2 and role = $3
                 and ($4::timestamptz is null or stated_at >= $4)
           ) as "stated!""#,
        organization.uuid(),
        user.uuid(),
        role as Role,
        since,
    )
    .fetch_one(connection)
    .await
}

/// The role of a user in an organisation; none for who is no member.
pub(crate) async fn role(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Role>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select role as "role: Role"
           from auth.memberships
           where organization_id = $1 and user_id = $2"#,
        organization.uuid(),
        user.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// Locks a membership until the end of the transaction, as [`lock_all_unscoped`] does, unless a token
/// that was issued after `until` stated it; gives whether there is such a one.
pub(crate) async fn lock_stated(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    until: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select user_id
         from auth.memberships
         where organization_id = $1 and user_id = $2 and (stated_at is null or stated_at <= $3)
         for update",
        organization.uuid(),
        user.uuid(),
        until,
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Deletes a membership, with the sessions and keys that belong to it.
pub(crate) async fn delete(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from auth.memberships where organization_id = $1 and user_id = $2",
        organization.uuid(),
        user.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Locks the memberships of a user until the end of the transaction: no session and no key is
/// added to them meanwhile.
pub(crate) async fn lock_all_unscoped(
    connection: &mut PgConnection,
    user: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select organization_id
         from auth.memberships
         where user_id = $1
         order by organization_id
         for update",
        user.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Locks the members of an organisation until the end of the transaction, as
/// [`lock_all_unscoped`] does; gives them.
pub(crate) async fn lock_members(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<UserId>, sqlx::Error> {
    let members = sqlx::query_scalar!(
        "select user_id
         from auth.memberships
         where organization_id = $1
         order by user_id
         for update",
        organization.uuid(),
    )
    .fetch_all(connection)
    .await?;
    Ok(members.into_iter().map(UserId::from).collect())
}

/// The roles of an organisation's members other than `user`.
pub(crate) async fn roles_of_others(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<Role>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct role as "role: Role"
           from auth.memberships
           where organization_id = $1 and user_id <> $2"#,
        organization.uuid(),
        user.uuid(),
    )
    .fetch_all(connection)
    .await
}

/// The organisation that a user has been a member of for the longest time, with the role there;
/// they stay a member until the end of the transaction. None for who is in none.
pub(crate) async fn oldest_organization_unscoped(
    connection: &mut PgConnection,
    user: UserId,
) -> Result<Option<(OrganizationId, Role)>, sqlx::Error> {
    let membership = sqlx::query!(
        r#"select organization_id, role as "role: Role"
           from auth.memberships
           where user_id = $1
           order by created_at, organization_id
           limit 1
           for key share"#,
        user.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(membership.map(|row| (row.organization_id.into(), row.role)))
}
