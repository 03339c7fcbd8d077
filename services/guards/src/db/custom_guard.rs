//! `guards.custom_guards`

use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::custom_guard::{CustomGuard, CustomGuardId, Definition, Kind};
use crate::error::Error;
use crate::remote::Endpoint;
use crate::remote::destination::Destination;
use crate::run::Owner;
use crate::vault::SealedSecret;

struct Row {
    id: Uuid,
    organization_id: Uuid,
    version: i32,
    name: String,
    description: String,
    kind: String,
    parameters: Value,
    uri: Option<String>,
    timeout_ms: Option<i32>,
    authorization_key_id: Option<String>,
    sealed_authorization: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The columns of an endpoint.
struct EndpointRow<'a> {
    uri: Option<String>,
    timeout_ms: Option<i32>,
    key_id: Option<&'a str>,
    sealed: Option<&'a [u8]>,
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
    let endpoint = EndpointRow::of(guard);
    let inserted = sqlx::query!(
        "insert into guards.custom_guards
             (id, organization_id, version, name, description, kind, parameters, uri, timeout_ms,
              authorization_key_id, sealed_authorization, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        guard.id.uuid(),
        owner.organization.uuid(),
        guard.version,
        definition.name,
        definition.description,
        definition.kind.as_str(),
        Value::Object(definition.parameters.clone()),
        endpoint.uri,
        endpoint.timeout_ms,
        endpoint.key_id,
        endpoint.sealed,
        owner.user.uuid(),
        guard.created_at,
    );
    match inserted.execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) if super::constraint(&error) == Some("custom_guards_name_is_free") => {
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
        "select id, organization_id, version, name, description, kind, parameters, uri, timeout_ms,
                authorization_key_id, sealed_authorization, created_at, updated_at
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
        "select id, organization_id, version, name, description, kind, parameters, uri, timeout_ms,
                authorization_key_id, sealed_authorization, created_at, updated_at
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

/// All guards of an organisation, which has at most a hundred, by name.
pub(crate) async fn all(
    connection: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<CustomGuard>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, organization_id, version, name, description, kind, parameters, uri, timeout_ms,
                authorization_key_id, sealed_authorization, created_at, updated_at
         from guards.custom_guards
         where organization_id = $1
         order by name",
        organization.uuid(),
    );
    let rows = rows.fetch_all(connection).await?;
    rows.into_iter().map(Row::into_guard).collect()
}

/// The guards of these names, by name.
pub(crate) async fn by_name(
    connection: &mut PgConnection,
    organization: OrganizationId,
    names: &[String],
) -> Result<Vec<CustomGuard>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, organization_id, version, name, description, kind, parameters, uri, timeout_ms,
                authorization_key_id, sealed_authorization, created_at, updated_at
         from guards.custom_guards
         where organization_id = $1 and name = any($2)
         order by name",
        organization.uuid(),
        names,
    );
    let rows = rows.fetch_all(connection).await?;
    rows.into_iter().map(Row::into_guard).collect()
}

/// Takes over all of the guard that can change.
pub(crate) async fn update(
    connection: &mut PgConnection,
    organization: OrganizationId,
    guard: &CustomGuard,
) -> Result<(), Error> {
    let endpoint = EndpointRow::of(guard);
    sqlx::query!(
        "update guards.custom_guards
         set version = $3, description = $4, parameters = $5, uri = $6, timeout_ms = $7,
             authorization_key_id = $8, sealed_authorization = $9, updated_at = $10
         where organization_id = $1 and id = $2",
        organization.uuid(),
        guard.id.uuid(),
        guard.version,
        guard.definition.description,
        Value::Object(guard.definition.parameters.clone()),
        endpoint.uri,
        endpoint.timeout_ms,
        endpoint.key_id,
        endpoint.sealed,
        guard.updated_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Guards whose authorization is under another key than this one, by id from `after` on, locked until
/// the end of the transaction; without those that another instance is at.
pub(crate) async fn lock_sealed_otherwise_unscoped(
    connection: &mut PgConnection,
    key_id: &str,
    after: Uuid,
    limit: i64,
) -> Result<Vec<CustomGuard>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, organization_id, version, name, description, kind, parameters, uri, timeout_ms,
                authorization_key_id, sealed_authorization, created_at, updated_at
         from guards.custom_guards
         where authorization_key_id <> $1 and id > $2
         order by id
         limit $3
         for update skip locked",
        key_id,
        after,
        limit,
    );
    let rows = rows.fetch_all(connection).await?;
    rows.into_iter().map(Row::into_guard).collect()
}

/// Takes over the same authorization under another key.
pub(crate) async fn reseal_unscoped(
    connection: &mut PgConnection,
    id: CustomGuardId,
    sealed: &SealedSecret,
) -> Result<(), Error> {
    sqlx::query!(
        "update guards.custom_guards
         set authorization_key_id = $2, sealed_authorization = $3
         where id = $1",
        id.uuid(),
        sealed.key_id,
        sealed.bytes,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes a guard, unless the present version of a policy names it.
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
    .await
    .map_err(|error| match super::constraint(&error) {
        Some("policy_custom_guards_in_use") => Error::GuardInUse,
        _ => error.into(),
    })?;
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
        let corrupt = Error::Corrupt("custom_guards");
        let mut kinds = [Kind::Regex, Kind::Keywords, Kind::Remote].into_iter();
        let kind = kinds.find(|kind| kind.as_str() == self.kind);
        let (Some(kind), Value::Object(parameters)) = (kind, self.parameters) else {
            return Err(corrupt);
        };
        let sealed = self.authorization_key_id.zip(self.sealed_authorization);
        let authorization = sealed.map(|(key_id, bytes)| SealedSecret { key_id, bytes });
        let endpoint = self.uri.map(|uri| {
            Some(Endpoint {
                destination: Destination::parse(&uri)?,
                timeout: self.timeout_ms.map(millis),
                authorization,
            })
        });
        Ok(CustomGuard {
            id: CustomGuardId::from(self.id),
            organization: OrganizationId::from(self.organization_id),
            version: self.version,
            definition: Definition {
                name: self.name,
                description: self.description,
                kind,
                parameters,
            },
            endpoint: endpoint
                .map(|endpoint| endpoint.ok_or(corrupt))
                .transpose()?,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

// === impl EndpointRow ===

impl<'a> EndpointRow<'a> {
    fn of(guard: &'a CustomGuard) -> Self {
        let endpoint = guard.endpoint.as_ref();
        let timeout = endpoint.and_then(|endpoint| endpoint.timeout);
        let sealed = endpoint.and_then(|endpoint| endpoint.authorization.as_ref());
        Self {
            uri: endpoint.map(|endpoint| endpoint.destination.to_string()),
            timeout_ms: timeout
                .map(|timeout| i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX)),
            key_id: sealed.map(|sealed| &*sealed.key_id),
            sealed: sealed.map(|sealed| &*sealed.bytes),
        }
    }
}

fn millis(millis: i32) -> Duration {
    Duration::from_millis(u64::from(millis.unsigned_abs()))
}
