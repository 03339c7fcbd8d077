//! Accounts, sessions, organisations, API keys, revocations and signing keys.
//!
//! The service behind `guardmesh.auth.v1`. It alone knows passwords and signs access tokens;
//! whoever verifies a token needs only the published keys.

use std::sync::{Arc, OnceLock};

use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::CallerKeys;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::database::{self, DatabaseUrlError};
use guardmesh_chassis::health::Need;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::policy::{Policies, PolicyError};
use guardmesh_chassis::sealing::SealingKey;
use guardmesh_chassis::server::{self, Listeners, ServeError};
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::migrate::{MigrateError, Migrator};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use administrator::AdministratorOutcome;
pub use config::{Config, ConfigError};
pub use error::{Error, Violation};
pub use user::RevokedUser;

use client::guards::Guards;
use password::Hasher;
use revocation::feed::Feed;
use signing_key::SigningKey;
use token::AccessTokens;

mod administrator;
mod api_key;
mod client;
mod config;
mod db;
mod deletion;
mod erasure;
mod error;
mod external_deletion;
mod external_identity;
mod job;
mod membership;
mod organization;
mod password;
mod refresh_token;
mod revocation;
mod rpc;
mod session;
mod signing_key;
mod token;
mod user;

/// The history of the schema `auth`.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// What the operations of this service work with.
pub struct State {
    pub(crate) database: PgPool,
    pub(crate) clock: Clock,
    pub(crate) hasher: Hasher,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) revocations: Feed,
    /// None where erasures cannot be asked for.
    pub(crate) guards: Option<Guards>,
    /// Told when an erasure was written down.
    pub(crate) erasure_due: Notify,
    sealing_key: SealingKey,
    signing_key: OnceLock<SigningKey>,
    access: AccessLayer,
}

/// The service cannot start, or not go on.
#[derive(Debug, Error)]
pub enum StartError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database URL cannot be used.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// The contracts cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The schema cannot be brought up to date.
    #[error("migrating the schema auth: {0}")]
    Migrate(#[from] MigrateError),
    /// A port cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// An operation of the command line failed.
#[derive(Debug, Error)]
pub enum AdministratorError {
    /// The database URL cannot be used.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// The operation failed.
    #[error(transparent)]
    Operation(#[from] Error),
}

/// Serves until `shutdown`. The database need not answer yet: calls are refused until it does.
pub async fn serve(
    config: Config,
    environment: Environment,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    let options = database::connect_options(&config.service.database_url, environment)?;
    let pool = database::pool(options, config.service.database_connections);
    let state = State::new(&config, pool, Clock::system())?;
    state.serve(listeners, shutdown).await
}

/// Brings the schema `auth` up to date.
pub async fn migrate(
    database_url: &SecretString,
    environment: Environment,
) -> Result<(), StartError> {
    let options = database::connect_options(database_url, environment)?;
    Ok(database::migrate(&options, &MIGRATOR).await?)
}

/// Makes sure that an account with this address and this password exists and is an administrator
/// of the platform. An account of another password gets this one; its sessions and keys end.
pub async fn create_administrator(
    database_url: &SecretString,
    environment: Environment,
    email: &str,
    password: SecretString,
    name: &str,
) -> Result<AdministratorOutcome, AdministratorError> {
    let pool = database::pool(database::connect_options(database_url, environment)?, 1);
    let outcome = administrator::ensure(&pool, &Clock::system(), email, password, name).await;
    pool.close().await;
    Ok(outcome?)
}

/// Ends all sessions and API keys of the user with this e-mail address or id (`usr_…`), and
/// whatever else identifies them. They may sign in again.
pub async fn revoke_user(
    database_url: &SecretString,
    environment: Environment,
    address_or_id: &str,
) -> Result<RevokedUser, AdministratorError> {
    let pool = database::pool(database::connect_options(database_url, environment)?, 1);
    let revoked = user::revoke_named(&pool, &Clock::system(), address_or_id).await;
    pool.close().await;
    Ok(revoked?)
}

/// Deletes the account with this e-mail address or id (`usr_…`), for good. Services that run
/// erase what they keep of it a little later.
pub async fn delete_user(
    database_url: &SecretString,
    environment: Environment,
    address_or_id: &str,
) -> Result<(), AdministratorError> {
    let pool = database::pool(database::connect_options(database_url, environment)?, 1);
    let deleted = deletion::account_named(&pool, &Clock::system(), address_or_id).await;
    pool.close().await;
    Ok(deleted?)
}

/// Deletes an organisation, for good. Services that run erase what they keep of it a little later.
pub async fn delete_organization(
    database_url: &SecretString,
    environment: Environment,
    id: OrganizationId,
) -> Result<(), AdministratorError> {
    let pool = database::pool(database::connect_options(database_url, environment)?, 1);
    let deleted = deletion::organization_by_id(&pool, &Clock::system(), id).await;
    pool.close().await;
    Ok(deleted?)
}

// === impl State ===

impl State {
    /// Connects to nothing yet. Must be called on a runtime.
    pub fn new(config: &Config, database: PgPool, clock: Clock) -> Result<Self, StartError> {
        config.check()?;
        let caller_keys = CallerKeys::parse(&config.service.caller_key);
        let caller_keys = caller_keys.map_err(ConfigError::from)?;
        let guards = config
            .guards_address
            .as_deref()
            .filter(|address| !address.is_empty());
        let guards = guards
            .map(|address| Guards::new(address, caller_keys.clone(), clock.clone()))
            .transpose()
            .map_err(ConfigError::from)?;
        let policies = Policies::from_descriptors(guardmesh_proto::DESCRIPTORS)?;
        Ok(Self {
            hasher: Hasher::new(),
            access_tokens: AccessTokens::new(
                config.token_issuer.clone(),
                config.token_audience.clone(),
            ),
            revocations: Feed::default(),
            sealing_key: SealingKey::parse(&config.sealing_key).map_err(ConfigError::from)?,
            signing_key: OnceLock::new(),
            access: AccessLayer::new(caller_keys, policies, clock.clone()),
            guards,
            erasure_due: Notify::new(),
            database,
            clock,
        })
    }

    /// Serves the contracts until `shutdown`, and does the background work meanwhile. The database
    /// need not answer yet.
    pub async fn serve(
        self,
        listeners: Listeners,
        shutdown: CancellationToken,
    ) -> Result<(), StartError> {
        let (access, database) = (self.access.clone(), self.database.clone());
        if self.guards.is_none() {
            let setting = "GUARDS_ADDRESS";
            tracing::warn!(
                setting,
                "not set: guards keeps what it has of who is deleted"
            );
        }
        let state = Arc::new(self);
        let job = tokio::spawn(job::run(state.clone(), shutdown.clone()));
        let (followed, stop) = (state.clone(), shutdown.clone());
        let feed = tokio::spawn(async move {
            let feed = &followed.revocations;
            feed.run(&followed.database, &followed.clock, stop).await;
        });
        let routes = rpc::routes(&state);
        let pool = database.clone();
        let need = Need::Always;
        let result = server::serve(routes, access, pool, need, listeners, shutdown).await;
        job.abort();
        feed.abort();
        database.close().await;
        Ok(result?)
    }

    /// Deletes what has expired and nothing needs any more; gives how many rows. [`State::serve`]
    /// does this regularly.
    pub async fn delete_expired(&self) -> Result<u64, Error> {
        job::delete_expired(self).await
    }

    /// Asks guards to erase what is due, a few at a time; gives how many of these they erased.
    /// [`State::serve`] does this whenever something is due.
    pub async fn erase_due(&self) -> Result<usize, Error> {
        job::erase_due(self).await
    }

    /// Tells those who wait for it of a deletion that was committed.
    pub(crate) fn deleted(&self) {
        self.revocations.announce();
        self.erasure_due.notify_one();
    }

    /// The key that signs, fetched or made when it is first needed. Calls that need it at the
    /// same time do not wait for each other: they get the same one, or fail each in its time.
    pub(crate) async fn signing_key(&self) -> Result<&SigningKey, Error> {
        if let Some(key) = self.signing_key.get() {
            return Ok(key);
        }
        let key = signing_key::load_or_create(&self.database, &self.sealing_key, &self.clock);
        let key = key.await?;
        Ok(self.signing_key.get_or_init(|| key))
    }
}
