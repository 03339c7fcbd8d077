//! `guards.policy_versions`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Error;
use crate::policy::{PolicyId, Version};

struct Row {
    version: i32,
    document: String,
    comment: String,
    user_id: Uuid,
    created_at: DateTime<Utc>,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: PolicyId,
    version: &Version,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into guards.policy_versions
             (policy_id, version, organization_id, document, comment, user_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        policy.uuid(),
        version.number,
        organization.uuid(),
        version.document,
        version.comment,
        version.user.uuid(),
        version.created_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn get(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: PolicyId,
    version: i32,
) -> Result<Option<Version>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select version, document, comment, user_id, created_at from guards.policy_versions
         where organization_id = $1 and policy_id = $2 and version = $3",
        organization.uuid(),
        policy.uuid(),
        version,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Version::from))
}

/// Versions without their documents, newest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: PolicyId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Version>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select version, '' as "document!", comment, user_id, created_at
           from guards.policy_versions
           where organization_id = $1 and policy_id = $2
                 and ($3::integer is null or version < $3)
           order by version desc
           limit $4"#,
        organization.uuid(),
        policy.uuid(),
        before,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Version::from).collect())
}

/// Deletes the versions up to `last`.
pub(crate) async fn delete_to(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: PolicyId,
    last: i32,
) -> Result<(), Error> {
    sqlx::query!(
        "delete from guards.policy_versions
         where organization_id = $1 and policy_id = $2 and version <= $3",
        organization.uuid(),
        policy.uuid(),
        last,
    )
    .execute(connection)
    .await?;
    Ok(())
}

// === impl Version ===

impl From<Row> for Version {
    fn from(row: Row) -> Self {
        Self {
            number: row.version,
            document: row.document,
            comment: row.comment,
            user: UserId::from(row.user_id),
            created_at: row.created_at,
        }
    }
}
