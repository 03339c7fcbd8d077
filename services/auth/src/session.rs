//! Sessions: what signing in opens, and logging out ends. Each is one user's, within one
//! organisation, and lives for as long as its newest refresh token.

use chrono::{DateTime, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, SessionId, UserId};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;

use crate::State;
use crate::db::{memberships, refresh_tokens, sessions, users};
use crate::error::{Error, Violation};
use crate::membership::{self, Role};
use crate::password::Password;
use crate::refresh_token::{self, RefreshToken};
use crate::revocation::{self, Subject};
use crate::signing_key::SigningKey;
use crate::user::{self, Email, User};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) user_id: UserId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

/// Why a session ended before it expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum EndReason {
    /// Its user said so.
    Logout,
    /// One of its refresh tokens was used twice.
    Reuse,
    /// The account got another password.
    Credentials,
    /// An operator said so.
    Revoked,
}

/// What a session hands to its client.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) access: SecretString,
    pub(crate) refresh: RefreshToken,
}

/// A user with a fresh session.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: User,
    pub(crate) tokens: Tokens,
}

// === impl Session ===

impl Session {
    /// Whether the session has neither ended nor expired.
    pub(crate) fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// Opens a session for whoever knows the password. An unknown address and a wrong password are
/// the same to the caller, in what is answered and in the work it takes.
pub(crate) async fn login(
    state: &State,
    email: &str,
    password: SecretString,
) -> Result<SignedIn, Error> {
    require(&[("email", email), ("password", password.expose_secret())])?;
    let (Ok(email), Some(password)) = (Email::parse(email), Password::present(password)) else {
        return Err(Error::InvalidCredentials); // No account can have these.
    };
    let key = state.signing_key().await?;

    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let account = users::find_by_email_unscoped(&mut transaction, email.as_str()).await?;
    transaction.commit().await?;

    let (user, hash) = account
        .map(|account| (account.user, account.password_hash))
        .unzip();
    let matches = state.hasher.verify(password, hash.flatten()).await?;
    let user = user.filter(|_| matches).ok_or(Error::InvalidCredentials)?;

    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let signed_in = open(&mut transaction, state, key, user, now).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

/// Opens a session for a user whose identity is established, within the organisation that they
/// have been a member of for the longest time, or a new one if they are in none any more.
pub(crate) async fn open(
    connection: &mut PgConnection,
    state: &State,
    key: &SigningKey,
    user: User,
    now: DateTime<Utc>,
) -> Result<SignedIn, Error> {
    let (organization, role) = home(connection, &user, now).await?;
    let session = Session {
        id: SessionId::generate(),
        organization_id: organization,
        user_id: user.id,
        created_at: now,
        expires_at: now + refresh_token::LIFETIME,
        ended_at: None,
    };
    sessions::insert(connection, &session).await?;
    let refresh = RefreshToken::generate()?;
    let (hash, expires) = (refresh.hash(), session.expires_at);
    refresh_tokens::insert(connection, &session, &hash, now, expires).await?;
    let permissions = membership::permissions(user.platform_role, role);
    let access = state
        .access_tokens
        .issue(key, &session, &permissions, now)?;
    Ok(SignedIn {
        user,
        tokens: Tokens { access, refresh },
    })
}

async fn home(
    connection: &mut PgConnection,
    user: &User,
    now: DateTime<Utc>,
) -> Result<(OrganizationId, Role), Error> {
    let oldest = memberships::oldest_organization_unscoped;
    if let Some(found) = oldest(connection, user.id).await? {
        return Ok(found);
    }
    // One at a time; and the account may have been deleted meanwhile.
    if !users::lock_unscoped(connection, user.id).await? {
        return Err(Error::InvalidCredentials);
    }
    if let Some(found) = oldest(connection, user.id).await? {
        return Ok(found);
    }
    let founded = user::found_organization(connection, user, now).await?;
    Ok((founded, Role::Owner))
}

/// Ends a session. It may have ended before: the wish is fulfilled then, too.
pub(crate) async fn logout(
    state: &State,
    organization: OrganizationId,
    id: SessionId,
) -> Result<(), Error> {
    let scope = Scope::Organization(organization.uuid());
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, scope).await?;
    end(&mut transaction, organization, id, now, EndReason::Logout).await?;
    transaction.commit().await?;
    state.revocations.announce();
    Ok(())
}

/// Ends a session, and with it its access tokens, unless it has ended before. Whoever commits
/// this announces it.
pub(crate) async fn end(
    connection: &mut PgConnection,
    organization: OrganizationId,
    id: SessionId,
    now: DateTime<Utc>,
    reason: EndReason,
) -> Result<(), sqlx::Error> {
    if sessions::end(connection, organization, id, now, reason).await? {
        let subject = Subject::Session(id);
        revocation::record(connection, Some(organization), subject, now).await?;
    }
    Ok(())
}

/// The user of a live session.
pub(crate) async fn user_of(
    state: &State,
    organization: OrganizationId,
    id: SessionId,
) -> Result<User, Error> {
    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(&state.database, scope).await?;
    let session = sessions::find(&mut transaction, organization, id)
        .await?
        .filter(|session| session.is_live(state.clock.now()))
        .ok_or(Error::SessionEnded)?;
    let user = users::get_unscoped(&mut transaction, session.user_id).await?;
    transaction.commit().await?;
    Ok(user)
}

fn require(fields: &[(&'static str, &str)]) -> Result<(), Error> {
    let missing: Vec<_> = fields
        .iter()
        .filter(|(_, value)| value.is_empty())
        .map(|&(field, _)| Violation::new(field, "is required"))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(missing))
    }
}
