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
use guardmesh_chassis::policy::{Policies, PolicyError};
use guardmesh_chassis::sealing::SealingKey;
use guardmesh_chassis::server::{self, Listeners, ServeError};
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::migrate::{MigrateError, Migrator};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

pub use administrator::AdministratorOutcome;
pub use config::{Config, ConfigError};
pub use error::{Error, Violation};
pub use user::RevokedUser;

use password::Hasher;
use revocation::feed::Feed;
use signing_key::SigningKey;
use token::AccessTokens;

mod administrator;
mod api_key;
mod config;
mod db;
mod error;
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

// === impl State ===

impl State {
    /// Connects to nothing yet.
    pub fn new(config: &Config, database: PgPool, clock: Clock) -> Result<Self, StartError> {
        config.check()?;
        let caller_keys = CallerKeys::parse(&config.service.caller_key);
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
            access: AccessLayer::new(
                caller_keys.map_err(ConfigError::from)?,
                policies,
                clock.clone(),
            ),
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
        let state = Arc::new(self);
        let job = tokio::spawn(job::run(state.clone(), shutdown.clone()));
        let (followed, stop) = (state.clone(), shutdown.clone());
        let feed = tokio::spawn(async move {
            let feed = &followed.revocations;
            feed.run(&followed.database, &followed.clock, stop).await;
        });
        let routes = rpc::routes(&state);
        let result = server::serve(routes, access, database, listeners, shutdown).await;
        job.abort();
        feed.abort();
        Ok(result?)
    }

    /// Deletes what has expired and nothing needs any more; gives how many rows. [`State::serve`]
    /// does this regularly.
    pub async fn delete_expired(&self) -> Result<u64, Error> {
        job::delete_expired(self).await
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
