//! Deletions, for good: of an account by its user, of an organisation by an owner. Rows go, not
//! flags up; what identified anybody is revoked, and what other services keep is to be erased.
//!
//! An account takes the organisations with it that nobody else is in, and cannot go while it alone
//! owns one that others are in. Organisations whose members another issuer (Clerk) names are left
//! to that issuer, whose deletions come by `external_deletion`.

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::caller::UserCaller;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::{PgConnection, PgPool};

use crate::State;
use crate::db::{api_keys, external_identities, memberships, organizations, sessions, users};
use crate::erasure;
use crate::error::Error;
use crate::external_identity::Identity;
use crate::membership::Role;
use crate::revocation::{self, Subject, feed};
use crate::session::EndReason;
use crate::user;

/// How long ago who deletes may have signed in: OWASP ASVS 5.0, 7.5.3 wants a factor again before
/// what cannot be undone.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Deletes the caller's account. One that is gone already fulfils the wish.
pub(crate) async fn account_of(state: &State, caller: &UserCaller) -> Result<(), Error> {
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    if !users::lock_unscoped(&mut transaction, caller.user).await? {
        return Ok(());
    }
    require_fresh_session(&mut transaction, caller, now).await?;
    account(&mut transaction, caller.user, now).await?;
    transaction.commit().await?;
    state.deleted();
    Ok(())
}

/// Deletes the organisation that the caller acts within, if they mean this one and own it. One
/// that is gone already fulfils the wish.
pub(crate) async fn organization_of(
    state: &State,
    caller: &UserCaller,
    id: OrganizationId,
) -> Result<(), Error> {
    if caller.organization != Some(id) {
        return Err(Error::OrganizationNotFound);
    }
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    if !organizations::lock_for_deletion(&mut transaction, id).await? {
        return Ok(());
    }
    require_fresh_session(&mut transaction, caller, now).await?;
    if memberships::role(&mut transaction, id, caller.user).await? != Some(Role::Owner) {
        return Err(Error::NotAnOwner);
    }
    organization(&mut transaction, id, now).await?;
    transaction.commit().await?;
    state.deleted();
    Ok(())
}

/// Deletes the account with this e-mail address or id (`usr_…`).
pub(crate) async fn account_named(
    pool: &PgPool,
    clock: &Clock,
    address_or_id: &str,
) -> Result<(), Error> {
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    let id = user::named(&mut transaction, address_or_id).await?;
    if !account_if_any(&mut transaction, id, clock.now()).await? {
        return Err(Error::UserNotFound);
    }
    transaction.commit().await?;
    feed::announce_now(pool).await;
    Ok(())
}

/// Deletes the organisation with this id, whoever is in it.
pub(crate) async fn organization_by_id(
    pool: &PgPool,
    clock: &Clock,
    id: OrganizationId,
) -> Result<(), Error> {
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    if !organization_if_any(&mut transaction, id, clock.now()).await? {
        return Err(Error::OrganizationNotFound);
    }
    transaction.commit().await?;
    feed::announce_now(pool).await;
    Ok(())
}

/// Deletes an account, if there is one; gives whether there was. Whoever commits this announces it.
pub(crate) async fn account_if_any(
    connection: &mut PgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let known = users::lock_unscoped(connection, id).await?;
    if known {
        account(connection, id, now).await?;
    }
    Ok(known)
}

/// The same, for an organisation, whoever is in it.
pub(crate) async fn organization_if_any(
    connection: &mut PgConnection,
    id: OrganizationId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let known = organizations::lock_for_deletion(connection, id).await?;
    if known {
        organization(connection, id, now).await?;
    }
    Ok(known)
}

/// Refuses a caller whose session has ended, or was opened too long ago. API keys have none, nor
/// has who signed in elsewhere.
async fn require_fresh_session(
    connection: &mut PgConnection,
    caller: &UserCaller,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (Some(organization), Some(id)) = (caller.organization, caller.session) else {
        return Err(Error::NoSession);
    };
    let session = sessions::find(connection, organization, id).await?;
    let session = session
        .filter(|session| session.user_id == caller.user && session.is_live(now))
        .ok_or(Error::SessionEnded)?;
    if now < session.created_at + FRESH {
        Ok(())
    } else {
        Err(Error::ReauthenticationRequired)
    }
}

/// Deletes an account that is locked. Whoever commits this announces it.
async fn account(
    connection: &mut PgConnection,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut alone_in = Vec::new();
    for owned in organizations::lock_owned_unscoped(connection, id).await? {
        let others = memberships::roles_of_others(connection, owned, id).await?;
        if others.is_empty() {
            alone_in.push(owned);
        } else if !others.contains(&Role::Owner) {
            return Err(Error::LastOwner);
        }
    }
    user::revoke(connection, id, now, EndReason::Revoked).await?;
    users::delete_unscoped(connection, id).await?;
    erasure::record(connection, erasure::Subject::User(id), now).await?;
    for left in alone_in {
        organization(connection, left, now).await?;
    }
    Ok(())
}

/// Deletes an organisation that is locked. Whoever commits this announces it.
async fn organization(
    connection: &mut PgConnection,
    id: OrganizationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    memberships::lock_members(connection, id).await?;
    let sessions = sessions::delete_all(connection, id).await?;
    let keys = api_keys::delete_all(connection, id).await?;
    let mut revoked: Vec<_> = sessions.into_iter().map(Subject::Session).collect();
    revoked.extend(keys.into_iter().map(Subject::ApiKey));
    let mut revoked: Vec<_> = revoked.into_iter().map(|one| (Some(id), one)).collect();
    // Tokens of other issuers are known by their user alone; these get new ones by themselves.
    let elsewhere = external_identities::members(connection, id).await?;
    revoked.extend(
        elsewhere
            .into_iter()
            .map(|user| (None, Subject::User(user))),
    );
    revocation::record_all(connection, &revoked, now).await?;

    for user in external_identities::at_home(connection, id).await? {
        let user = users::get_unscoped(connection, user).await?;
        let home = user::found_organization(connection, &user, now).await?;
        let identity = Identity {
            user: user.id,
            home,
        };
        external_identities::set_home(connection, id, identity).await?;
    }
    organizations::delete(connection, id).await?;
    erasure::record(connection, erasure::Subject::Organization(id), now).await?;
    Ok(())
}
