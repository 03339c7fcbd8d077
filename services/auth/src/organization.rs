//! Organisations: the tenants.

use chrono::{DateTime, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

use crate::State;
use crate::db::organizations;
use crate::error::Error;

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organization {
    pub(crate) id: OrganizationId,
    pub(crate) name: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// Adds an organisation.
pub(crate) async fn create(
    connection: &mut PgConnection,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Organization, Error> {
    let organization = Organization {
        id: OrganizationId::generate(),
        name: name.to_owned(),
        created_at: now,
    };
    organizations::insert(connection, &organization).await?;
    Ok(organization)
}

/// The organisation with this id.
pub(crate) async fn get(state: &State, id: OrganizationId) -> Result<Organization, Error> {
    let scope = Scope::Organization(id.uuid());
    let mut transaction = database::begin(&state.database, scope).await?;
    let organization = organizations::find(&mut transaction, id).await?;
    organization.ok_or(Error::OrganizationNotFound)
}
