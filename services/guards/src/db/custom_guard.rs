//! `guards.custom_guards`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::custom_guard::{Change, CustomGuard, CustomGuardId, Definition, Kind};
use crate::error::Error;
use crate::run::Owner;

struct Row {
    id: Uuid,
    name: String,
    description: String,
    kind: String,
    parameters: Value,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Makes others who define guards for this organisation wait, until the end of the transaction.
pub(crate) async fn lock_organization(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<(), Error> {
    let key = format!("guards.custom_guards {organization}");
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn count(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from guards.custom_guards where organization_id = $1"#,
        organization.uuid(),
    );
    Ok(count.fetch_one(connection).await?)
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    guard: &CustomGuard,
) -> Result<(), Error> {
    let definition = &guard.definition;
    let inserted = sqlx::query!(
        "insert into guards.custom_guards
             (id, organization_id, name, description, kind, parameters, created_by, created_at,
              updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        guard.id.uuid(),
        owner.organization.uuid(),
        definition.name,
        definition.description,
        definition.kind.as_str(),
        Value::Object(definition.parameters.clone()),
        owner.user.uuid(),
        guard.created_at,
    );
    match inserted.execute(connection).await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error))
            if error.constraint() == Some("custom_guards_name_is_free") =>
        {
            Err(Error::NameTaken)
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn get(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: CustomGuardId,
) -> Result<Option<CustomGuard>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select id, name, description, kind, parameters, created_at, updated_at
         from guards.custom_guards
         where organization_id = $1 and id = $2",
        organization.uuid(),
        id.uuid(),
    );
    let row = row.fetch_optional(connection).await?;
    row.map(Row::into_guard).transpose()
}

/// Newest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    organization: OrganizationId,
    page: Page,
) -> Result<Vec<CustomGuard>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, description, kind, parameters, created_at, updated_at
         from guards.custom_guards
         where organization_id = $1 and ($2::uuid is null or id < $2)
         order by id desc
         limit $3",
        organization.uuid(),
        page.after(),
        page.limit(),
    );
    let rows = rows.fetch_all(connection).await?;
    rows.into_iter().map(Row::into_guard).collect()
}

/// What the guards of these names look for, by name.
pub(crate) async fn by_name(
    connection: &mut PgConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<Vec<Definition>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, description, kind, parameters, created_at, updated_at
         from guards.custom_guards
         where organization_id = $1 and name = any($2)
         order by name",
        organization.uuid(),
        names,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let guards = rows.map(|row| Ok(row.into_guard()?.definition));
    guards.collect()
}

/// The guard as it is after the change.
pub(crate) async fn update(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: CustomGuardId,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<Option<CustomGuard>, Error> {
    let row = sqlx::query_as!(
        Row,
        "update guards.custom_guards
         set description = coalesce($3, description), parameters = coalesce($4, parameters),
             updated_at = $5
         where organization_id = $1 and id = $2
         returning id, name, description, kind, parameters, created_at, updated_at",
        organization.uuid(),
        id.uuid(),
        change.description,
        change.parameters.clone().map(Value::Object),
        now,
    );
    let row = row.fetch_optional(connection).await?;
    row.map(Row::into_guard).transpose()
}

pub(crate) async fn delete(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: CustomGuardId,
) -> Result<(), Error> {
    sqlx::query!(
        "delete from guards.custom_guards where organization_id = $1 and id = $2",
        organization.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes all guards of an organisation, which has at most a hundred; gives how many.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.custom_guards where organization_id = $1",
        organization.uuid(),
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

// === impl Row ===

impl Row {
    fn into_guard(self) -> Result<CustomGuard, Error> {
        let kinds = [Kind::Regex, Kind::Keywords].into_iter();
        let mut kinds = kinds.filter(|kind| kind.as_str() == self.kind);
        let (Some(kind), Value::Object(parameters)) = (kinds.next(), self.parameters) else {
            return Err(Error::Corrupt("custom_guards"));
        };
        Ok(CustomGuard {
            id: CustomGuardId::from(self.id),
            definition: Definition {
                name: self.name,
                description: self.description,
                kind,
                parameters,
            },
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
