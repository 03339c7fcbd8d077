//! Memberships: what a user may do, from the role in an organisation and the one on the platform;
//! and how one ends that another issuer named.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgConnection;

use crate::db::{api_keys, memberships};
use crate::error::Error;
use crate::revocation::{self, Subject};
use crate::user::PlatformRole;

/// What a member may do within an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum Role {
    /// Everything.
    Owner,
    /// What every member may.
    Member,
}

// === impl Role ===

impl Role {
    /// Permissions that come with the role, each `resource:action`.
    fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Owner => &[
                "api_keys:read",
                "api_keys:write",
                "custom_guards:read",
                "custom_guards:write",
                "guard_disclosures:read",
                "guard_policies:read",
                "guard_policies:write",
                "guard_runs:read",
                "guard_stats:read",
                "guard_texts:read",
                "guards:deanonymize",
                "organizations:delete",
            ],
            Self::Member => &[],
        }
    }
}

/// All permissions of a user who acts within an organisation.
pub(crate) fn permissions(platform_role: PlatformRole, role: Role) -> Vec<&'static str> {
    [platform_role.permissions(), role.permissions()].concat()
}

/// Ends a membership with its sessions and API keys, unless a token that was issued after `until`
/// stated it. Whoever commits this announces it.
pub(crate) async fn end(
    connection: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if !memberships::lock_stated(connection, organization, user, until).await? {
        return Ok(());
    }
    let keys = api_keys::working_of(connection, organization, user).await?;
    memberships::delete(connection, organization, user).await?;
    // Tokens of other issuers are known by their user alone; who stays elsewhere gets new ones.
    let mut revoked = vec![(None, Subject::User(user))];
    revoked.extend(
        keys.into_iter()
            .map(|key| (Some(organization), Subject::ApiKey(key))),
    );
    revocation::record_all(connection, &revoked, now).await?;
    Ok(())
}
