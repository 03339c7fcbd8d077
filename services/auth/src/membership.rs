//! Memberships: what a user may do, from the role in an organisation and the one on the platform.

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
