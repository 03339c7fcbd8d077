//! Administrators of the platform. They are made from the command line, by who can reach the
//! database; no call over the network makes one.

use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use secrecy::SecretString;
use sqlx::PgPool;

use crate::db::users;
use crate::error::Error;
use crate::password::Hasher;
use crate::revocation::feed;
use crate::session::EndReason;
use crate::user::{self, PlatformRole, Registration};

/// What there was to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdministratorOutcome {
    /// There was no such account: there is one now.
    Created,
    /// There was an account: it has the role and the password now.
    Changed,
    /// The account was an administrator with this password.
    Unchanged,
}

/// Makes sure that an account with this address and this password exists and is an administrator.
///
/// An account that has another password gets this one, and its sessions and API keys end: whoever
/// registered the address first does not keep a way in. Its name stays.
pub(crate) async fn ensure(
    pool: &PgPool,
    clock: &Clock,
    email: &str,
    password: SecretString,
    name: &str,
) -> Result<AdministratorOutcome, Error> {
    let Registration {
        email,
        password,
        name,
    } = Registration::parse(email, password, name)?;
    let hasher = Hasher::new();

    let mut transaction = database::begin(pool, Scope::Platform).await?;
    let account = users::find_by_email_unscoped(&mut transaction, email.as_str()).await?;
    transaction.commit().await?;

    let Some(account) = account else {
        let hash = hasher.hash(password).await?;
        let now = clock.now();
        let mut transaction = database::begin(pool, Scope::Platform).await?;
        let role = PlatformRole::Admin;
        user::create(&mut transaction, &email, &name, role, &hash, now).await?;
        transaction.commit().await?;
        return Ok(AdministratorOutcome::Created);
    };

    let user = account.user;
    let known = hasher.verify(password.clone(), account.password_hash);
    let new_hash = match known.await? {
        true if user.platform_role == PlatformRole::Admin => {
            return Ok(AdministratorOutcome::Unchanged);
        }
        true => None,
        false => Some(hasher.hash(password).await?),
    };
    let mut transaction = database::begin(pool, Scope::Platform).await?;
    users::set_platform_role_unscoped(&mut transaction, user.id, PlatformRole::Admin).await?;
    if let Some(hash) = &new_hash {
        let (now, reason) = (clock.now(), EndReason::Credentials);
        users::set_password_hash_unscoped(&mut transaction, user.id, hash).await?;
        user::revoke(&mut transaction, user.id, now, reason).await?;
    }
    transaction.commit().await?;
    if new_hash.is_some() {
        feed::announce_now(pool).await;
    }
    Ok(AdministratorOutcome::Changed)
}
