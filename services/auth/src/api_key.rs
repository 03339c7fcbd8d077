//! API keys: credentials of programs. A key acts within one organisation, on behalf of the member
//! who created it, and may do no more than that member.
//!
//! How a secret is spelled is in the chassis; only its hash is stored.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use guardmesh_chassis::api_key::ApiKeySecret;
use guardmesh_chassis::caller::UserCaller;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{ApiKeyId, OrganizationId, UserId};
use guardmesh_chassis::name::Name;
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;

use crate::State;
use crate::db::{api_keys, memberships, organizations, sessions, users};
use crate::error::{Error, Violation};
use crate::membership;
use crate::revocation::{self, Subject};

/// Keys of an organisation that work. Those that no longer do are kept for a while beside them.
const MAX_LIVE: i64 = 100;
/// Permissions that are asked for: each may be told to be wrong.
const MAX_PERMISSIONS: usize = 50;

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(crate) id: ApiKeyId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) user_id: UserId,
    pub(crate) name: String,
    pub(crate) prefix: String,
    /// Sorted.
    pub(crate) permissions: Vec<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

/// A wish for a key, as it came.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) name: String,
    /// None for all that the caller holds.
    pub(crate) permissions: Vec<String>,
    /// None for never.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

// === impl ApiKey ===

impl ApiKey {
    /// Whether the key has neither been revoked nor expired.
    fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

// === impl Wish ===

impl Wish {
    /// The key that `caller` may have; tells of all fields that are invalid at once.
    fn grant(
        self,
        caller: &UserCaller,
        organization: OrganizationId,
        secret: &ApiKeySecret,
        now: DateTime<Utc>,
    ) -> Result<ApiKey, Error> {
        let name = Name::required(&self.name);
        let mut violations = Vec::new();
        if let Err(rule) = name {
            violations.push(Violation::new("name", rule));
        }
        if self.permissions.len() > MAX_PERMISSIONS {
            violations.push(Violation::new("permissions", "must be at most 50"));
        }
        for (index, permission) in self.permissions.iter().take(MAX_PERMISSIONS).enumerate() {
            if !caller.permissions.contains(permission) {
                let field = format!("permissions[{index}]");
                violations.push(Violation::new(field, "is not a permission that you hold"));
            }
        }
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            violations.push(Violation::new("expireTime", "must be in the future"));
        }
        let (Ok(name), []) = (name, &*violations) else {
            return Err(Error::Invalid(violations));
        };
        let permissions = match &*self.permissions {
            [] => &caller.permissions,
            wanted => wanted,
        };
        let permissions: BTreeSet<_> = permissions.iter().cloned().collect();
        Ok(ApiKey {
            id: ApiKeyId::generate(),
            organization_id: organization,
            user_id: caller.user,
            name: name.as_str().to_owned(),
            prefix: secret.hint().to_owned(),
            permissions: permissions.into_iter().collect(),
            created_at: now,
            expires_at: self.expires_at,
            revoked_at: None,
        })
    }
}

/// Creates a key for a caller, who must still be who they were when they were let in: a key
/// outlives the credential that it was made with.
pub(crate) async fn create(
    state: &State,
    caller: &UserCaller,
    organization: OrganizationId,
    wish: Wish,
) -> Result<(ApiKey, ApiKeySecret), Error> {
    let secret = ApiKeySecret::generate()?;
    let now = state.clock.now();
    let key = wish.grant(caller, organization, &secret, now)?;

    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(&state.database, scope).await?;
    organizations::lock(&mut transaction, organization).await?; // one count and insert at a time
    let outlived = require_live(&mut transaction, caller, organization, now).await?;
    if outlived.is_some_and(|end| key.expires_at.is_none_or(|expires_at| end < expires_at)) {
        let rule = "must not be later than that of the API key that this call is made with";
        return Err(Error::Invalid(vec![Violation::new("expireTime", rule)]));
    }
    if api_keys::count_live(&mut transaction, organization, now).await? >= MAX_LIVE {
        return Err(Error::TooManyApiKeys);
    }
    api_keys::insert(&mut transaction, &key, &secret.sha256())
        .await
        .map_err(not_a_member)?;
    transaction.commit().await?;
    Ok((key, secret))
}

/// Refuses a caller whose credential has ended since it was let in; gives when it expires, if it
/// is an API key that does. Who signed in elsewhere has none of ours.
async fn require_live(
    connection: &mut PgConnection,
    caller: &UserCaller,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    if let Some(id) = caller.api_key {
        let key = api_keys::find(connection, organization, id).await?;
        let key = key.filter(|key| key.is_live(now));
        return Ok(key.ok_or(Error::InvalidApiKey)?.expires_at);
    }
    if let Some(id) = caller.session {
        let session = sessions::find(connection, organization, id).await?;
        session
            .filter(|session| session.is_live(now))
            .ok_or(Error::SessionEnded)?;
    }
    Ok(None)
}

/// One page of an organisation's keys, the newest first, with the token of the next page.
pub(crate) async fn list(
    state: &State,
    organization: OrganizationId,
    page: Page,
) -> Result<(Vec<ApiKey>, String), Error> {
    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(&state.database, scope).await?;
    let mut keys = api_keys::list(&mut transaction, organization, page).await?;
    transaction.commit().await?;
    let next = page.finish(&mut keys, |key| key.id.uuid());
    Ok((keys, next))
}

/// Revokes a key. It may have been revoked before: the wish is fulfilled then, too.
pub(crate) async fn revoke(
    state: &State,
    organization: OrganizationId,
    id: ApiKeyId,
) -> Result<ApiKey, Error> {
    let scope = Scope::Organization(organization.uuid());
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, scope).await?;
    if api_keys::revoke(&mut transaction, organization, id, now).await? {
        let subject = Subject::ApiKey(id);
        revocation::record(&mut transaction, Some(organization), subject, now).await?;
    }
    let key = api_keys::find(&mut transaction, organization, id).await?;
    transaction.commit().await?;
    state.revocations.announce();
    key.ok_or(Error::ApiKeyNotFound)
}

/// The live key with a secret of this hash, and those of its permissions that its user holds now.
pub(crate) async fn verify(state: &State, secret_sha256: &[u8]) -> Result<ApiKey, Error> {
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let key = api_keys::find_by_secret_unscoped(&mut transaction, secret_sha256).await?;
    let mut key = key
        .filter(|key| key.is_live(state.clock.now()))
        .ok_or(Error::InvalidApiKey)?;
    let role = memberships::role(&mut transaction, key.organization_id, key.user_id).await?;
    let role = role.ok_or(Error::InvalidApiKey)?;
    let user = users::get_unscoped(&mut transaction, key.user_id).await?;
    transaction.commit().await?;
    let held = membership::permissions(user.platform_role, role);
    key.permissions
        .retain(|permission| held.contains(&&**permission));
    Ok(key)
}

fn not_a_member(error: sqlx::Error) -> Error {
    let constraint = error
        .as_database_error()
        .and_then(|error| error.constraint());
    if constraint == Some("api_keys_member_fkey") {
        Error::NotAMember
    } else {
        error.into()
    }
}
