//! Accounts: what an e-mail address and a name may be, registration, and what an account may do
//! on the platform.
//!
//! No session rule enters here: a new account is signed in by `session`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::name::Name;
use secrecy::SecretString;
use sqlx::{PgConnection, PgPool};

use crate::State;
use crate::db::{api_keys, memberships, sessions, users};
use crate::error::{Error, Violation};
use crate::external_identity::Identity;
use crate::membership::Role;
use crate::organization;
use crate::password::Password;
use crate::revocation::{self, Subject, feed};
use crate::session::{self, EndReason, SignedIn};

/// RFC 5321 §4.5.3.1: a path is 256 octets with its angle brackets.
const MAX_EMAIL: usize = 254;
const MAX_LOCAL_PART: usize = 64;
const MAX_DOMAIN_LABEL: usize = 63;
/// What the own organisation of an account without a name is called.
const PERSONAL: &str = "Personal";

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: UserId,
    /// Lower case. None for who signs in elsewhere.
    pub(crate) email: Option<String>,
    /// May be empty.
    pub(crate) name: String,
    pub(crate) platform_role: PlatformRole,
    pub(crate) created_at: DateTime<Utc>,
}

/// An account with what it is signed in with.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user: User,
    /// None for who signs in elsewhere.
    pub(crate) password_hash: Option<SecretString>,
}

/// What an account may do beyond its own organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum PlatformRole {
    /// Nothing.
    Member,
    /// Look at what arrives for all organisations.
    Admin,
}

/// An e-mail address in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

/// What was revoked of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedUser {
    /// Sessions that had not ended.
    pub sessions: usize,
    /// API keys that had not been revoked.
    pub api_keys: usize,
}

/// A valid wish for an account.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) email: Email,
    pub(crate) password: Password,
    pub(crate) name: Name,
}

// === impl PlatformRole ===

impl PlatformRole {
    /// Permissions that come with the role, each `resource:action`.
    pub(crate) fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Member => &[],
            Self::Admin => &["webhooks:read", "invoices:read"],
        }
    }
}

// === impl Email ===

impl Email {
    /// Accepts what the HTML standard calls a valid e-mail address, within the lengths of
    /// RFC 5321: `user@host` as well, for those who host themselves. ASCII only, so that two
    /// addresses that look alike are alike.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("is required");
        }
        if text.len() > MAX_EMAIL {
            return Err("must have at most 254 characters");
        }
        let valid = text
            .split_once('@')
            .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if valid {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err("must be an e-mail address, such as name@example.com")
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local_part(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    (1..=MAX_LOCAL_PART).contains(&text.len()) && text.bytes().all(allowed)
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        (1..=MAX_DOMAIN_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

// === impl Registration ===

impl Registration {
    /// Reads the three fields; tells of all that are invalid at once.
    pub(crate) fn parse(email: &str, password: SecretString, name: &str) -> Result<Self, Error> {
        match (
            Email::parse(email),
            Password::choose(password),
            Name::parse(name),
        ) {
            (Ok(email), Ok(password), Ok(name)) => Ok(Self {
                email,
                password,
                name,
            }),
            (email, password, name) => Err(Error::Invalid(
                [
                    ("email", email.err()),
                    ("password", password.err()),
                    ("name", name.err()),
                ]
                .into_iter()
                .filter_map(|(field, rule)| Some(Violation::new(field, rule?)))
                .collect(),
            )),
        }
    }
}

/// Creates an account with an organisation of its own, and signs it in.
pub(crate) async fn register(state: &State, wish: Registration) -> Result<SignedIn, Error> {
    let password_hash = state.hasher.hash(wish.password).await?;
    let key = state.signing_key().await?;
    let now = state.clock.now();

    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let role = PlatformRole::Member;
    let user = create(
        &mut transaction,
        &wish.email,
        &wish.name,
        role,
        &password_hash,
        now,
    )
    .await?;
    let signed_in = session::open(&mut transaction, state, key, user, now).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

/// Adds an account and the organisation that it owns.
pub(crate) async fn create(
    connection: &mut PgConnection,
    email: &Email,
    name: &Name,
    platform_role: PlatformRole,
    password_hash: &SecretString,
    now: DateTime<Utc>,
) -> Result<User, Error> {
    let user = User {
        id: UserId::generate(),
        email: Some(email.0.clone()),
        name: name.as_str().to_owned(),
        platform_role,
        created_at: now,
    };
    users::insert_unscoped(connection, &user, Some(password_hash))
        .await
        .map_err(email_taken)?;
    found_organization(connection, &user, now).await?;
    Ok(user)
}

/// Adds an account of who signs in elsewhere, and the organisation that it owns.
pub(crate) async fn create_external(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Identity, Error> {
    let user = User {
        id: UserId::generate(),
        email: None,
        name: String::new(),
        platform_role: PlatformRole::Member,
        created_at: now,
    };
    users::insert_unscoped(connection, &user, None).await?;
    let home = found_organization(connection, &user, now).await?;
    Ok(Identity {
        user: user.id,
        home,
    })
}

/// Adds an organisation of a user's own, called after them.
pub(crate) async fn found_organization(
    connection: &mut PgConnection,
    user: &User,
    now: DateTime<Utc>,
) -> Result<OrganizationId, Error> {
    let local_part = user
        .email
        .as_deref()
        .and_then(|email| email.split('@').next());
    let called = match &*user.name {
        "" => local_part.unwrap_or(PERSONAL),
        name => name,
    };
    let founded = organization::create(connection, called, now).await?.id;
    memberships::set_role(connection, founded, user.id, Role::Owner, None, now).await?;
    Ok(founded)
}

/// A user by id.
pub(crate) async fn find(state: &State, id: UserId) -> Result<User, Error> {
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    if !users::exists_unscoped(&mut transaction, id).await? {
        return Err(Error::UserNotFound);
    }
    let user = users::get_unscoped(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(user)
}

/// Ends all that identifies a user: sessions, API keys, and whatever others issued before. They
/// may sign in again. Whoever commits this announces it.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    id: UserId,
    now: DateTime<Utc>,
    reason: EndReason,
) -> Result<RevokedUser, sqlx::Error> {
    memberships::lock_all_unscoped(connection, id).await?;
    let sessions = sessions::end_all_unscoped(connection, id, now, reason).await?;
    let api_keys = api_keys::revoke_all_unscoped(connection, id, now).await?;
    // Each by its name as well: clocks differ, so that a token may be issued "after" this.
    let mut revoked = vec![(None, Subject::User(id))];
    revoked.extend(
        sessions
            .iter()
            .map(|&(at, id)| (Some(at), Subject::Session(id))),
    );
    revoked.extend(
        api_keys
            .iter()
            .map(|&(at, id)| (Some(at), Subject::ApiKey(id))),
    );
    revocation::record_all(connection, &revoked, now).await?;
    Ok(RevokedUser {
        sessions: sessions.len(),
        api_keys: api_keys.len(),
    })
}

/// [`revoke`] for the user with this e-mail address or id (`usr_…`), as a transaction of its own.
pub(crate) async fn revoke_named(
    pool: &PgPool,
    clock: &Clock,
    address_or_id: &str,
) -> Result<RevokedUser, Error> {
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    let id = named(&mut transaction, address_or_id).await?;
    let revoked = revoke(&mut transaction, id, clock.now(), EndReason::Revoked).await?;
    transaction.commit().await?;
    feed::announce_now(pool).await;
    Ok(revoked)
}

/// The user with this e-mail address or id (`usr_…`).
pub(crate) async fn named(
    connection: &mut PgConnection,
    address_or_id: &str,
) -> Result<UserId, Error> {
    let id = if let Ok(id) = address_or_id.parse() {
        let exists = users::exists_unscoped(connection, id).await?;
        exists.then_some(id)
    } else {
        let email = address_or_id.to_ascii_lowercase();
        let account = users::find_by_email_unscoped(connection, &email).await?;
        account.map(|account| account.user.id)
    };
    id.ok_or(Error::UserNotFound)
}

fn email_taken(error: sqlx::Error) -> Error {
    let constraint = error
        .as_database_error()
        .and_then(|error| error.constraint());
    if constraint == Some("users_email_key") {
        Error::EmailTaken
    } else {
        error.into()
    }
}
