//! `guards.policies`, read with the document of the present version and whether it is active.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;
use uuid::Uuid;

use super::constraint;
use crate::error::Error;
use crate::policy::{Policy, PolicyId};

struct Row {
    id: Uuid,
    name: String,
    version: i32,
    document: String,
    active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

pub(crate) async fn count(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from guards.policies where organization_id = $1"#,
        organization.uuid(),
    );
    Ok(count.fetch_one(connection).await?)
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: &Policy,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into guards.policies (id, organization_id, name, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6)",
        policy.id.uuid(),
        organization.uuid(),
        policy.name,
        policy.version,
        policy.created_at,
        policy.updated_at,
    )
    .execute(connection)
    .await
    .map_err(|error| match constraint(&error) {
        Some("policies_name") => Error::PolicyNameTaken,
        _ => error.into(),
    })?;
    Ok(())
}

/// Takes over the version and the time of its making.
pub(crate) async fn update(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: &Policy,
) -> Result<(), Error> {
    sqlx::query!(
        "update guards.policies set version = $3, updated_at = $4
         where organization_id = $1 and id = $2",
        organization.uuid(),
        policy.id.uuid(),
        policy.version,
        policy.updated_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn get(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: PolicyId,
) -> Result<Option<Policy>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select policies.id, policies.name, policies.version, policy_versions.document,
                  coalesce(policy_states.active_policy_id = policies.id, false) as "active!",
                  policies.created_at, policies.updated_at
           from guards.policies
           join guards.policy_versions
                on policy_versions.policy_id = policies.id
                and policy_versions.version = policies.version
           left join guards.policy_states
                on policy_states.organization_id = policies.organization_id
           where policies.organization_id = $1 and policies.id = $2"#,
        organization.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Policy::from))
}

/// Policies without their documents, newest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    organization: OrganizationId,
    page: Page,
) -> Result<Vec<Policy>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select policies.id, policies.name, policies.version, '' as "document!",
                  coalesce(policy_states.active_policy_id = policies.id, false) as "active!",
                  policies.created_at, policies.updated_at
           from guards.policies
           left join guards.policy_states
                on policy_states.organization_id = policies.organization_id
           where policies.organization_id = $1 and ($2::uuid is null or policies.id < $2)
           order by policies.id desc
           limit $3"#,
        organization.uuid(),
        page.after(),
        page.limit(),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Policy::from).collect())
}

/// Deletes the policy with its versions. Whether there was one.
pub(crate) async fn delete(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: PolicyId,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "delete from guards.policies where organization_id = $1 and id = $2",
        organization.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await
    .map_err(|error| match constraint(&error) {
        Some("policy_states_active") => Error::PolicyActive,
        _ => error.into(),
    })?;
    Ok(done.rows_affected() > 0)
}

/// Deletes all policies of an organisation with their versions, once none is active; gives how many
/// policies.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.policies where organization_id = $1",
        organization.uuid(),
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

// === impl Policy ===

impl From<Row> for Policy {
    fn from(row: Row) -> Self {
        Self {
            id: PolicyId::from(row.id),
            name: row.name,
            version: row.version,
            document: row.document,
            active: row.active,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
