//! All SQL of this service, one file a table: functions on a connection, which is in a
//! transaction whose scope the caller has set.
//!
//! No rule enters here. A query that takes no organisation ends in `_unscoped`: it works on all
//! tenants' rows, or on what belongs to none.

pub(crate) mod api_keys;
pub(crate) mod erasures;
pub(crate) mod external_deletions;
pub(crate) mod external_identities;
pub(crate) mod external_organizations;
pub(crate) mod memberships;
pub(crate) mod organizations;
pub(crate) mod refresh_tokens;
pub(crate) mod revocations;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod users;
