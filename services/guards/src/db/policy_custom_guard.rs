//! `guards.policy_custom_guards`

use std::collections::BTreeSet;

use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::constraint;
use crate::custom_guard::CustomGuardId;
use crate::error::Error;
use crate::policy::PolicyId;

/// Says which custom guards the present version of a policy names.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    organization: OrganizationId,
    policy: PolicyId,
    guards: &BTreeSet<CustomGuardId>,
) -> Result<(), Error> {
    sqlx::query!(
        "delete from guards.policy_custom_guards where organization_id = $1 and policy_id = $2",
        organization.uuid(),
        policy.uuid(),
    )
    .execute(&mut *connection)
    .await?;
    if guards.is_empty() {
        return Ok(());
    }
    let guards: Vec<Uuid> = guards.iter().map(|guard| guard.uuid()).collect();
    sqlx::query!(
        "insert into guards.policy_custom_guards (policy_id, custom_guard_id, organization_id)
         select $2, guard, $1 from unnest($3::uuid[]) as guard",
        organization.uuid(),
        policy.uuid(),
        &guards,
    )
    .execute(connection)
    .await
    .map_err(|error| match constraint(&error) {
        // Deleted since the document was read.
        Some("policy_custom_guards_in_use") => Error::NoSuchGuard,
        _ => error.into(),
    })?;
    Ok(())
}
