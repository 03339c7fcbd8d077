//! Stripe and Clerk events, received exactly once in effect.
//!
//! An event is stored durably before it is acknowledged, once however often it is delivered. A
//! worker then brings its effect into place: invoices and subscriptions as Stripe tells of them,
//! linked with the organisations that they belong to, orphans kept until their owner appears; and
//! auth deletes what Clerk has deleted.

use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::{CallerKeyError, CallerKeys};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::database::{self, DatabaseUrlError};
use guardmesh_chassis::health::Need;
use guardmesh_chassis::peer::AddressError;
use guardmesh_chassis::policy::{Policies, PolicyError};
use guardmesh_chassis::server::{self, Listeners, ServeError};
use guardmesh_proto::DESCRIPTORS;
use guardmesh_proto::guardmesh::webhooks::v1::webhooks_service_server::WebhooksServiceServer;
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::migrate::{MigrateError, Migrator};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

pub use config::{Config, ConfigError};

use client::auth::Auth;
use job::Worker;

mod client;
mod config;
mod db;
mod error;
mod handler;
mod invoice;
mod job;
mod ownership;
mod processing;
mod revision;
mod rpc;
pub mod signature;
mod subscription;
mod webhook_event;

/// Most bytes of an event.
pub const MAX_BODY: usize = 512 * 1024;
/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// How often the worker looks for events that are due without being told.
const POLL: Duration = Duration::from_secs(1);

/// What the calls work with.
#[derive(Clone)]
struct State {
    pool: PgPool,
    /// Told when an event was stored.
    wake: Arc<Notify>,
    clock: Clock,
    stripe: signature::stripe::Secrets,
    clerk: signature::standard::Secrets,
}

/// The service, ready to serve.
pub struct Webhooks {
    state: State,
    access: AccessLayer,
    worker: Worker,
}

/// The service cannot start, or not go on.
#[derive(Debug, Error)]
pub enum StartError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `AUTH_ADDRESS` cannot be used.
    #[error("AUTH_ADDRESS {0}")]
    Address(#[from] AddressError),
    /// `DATABASE_URL` cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseUrlError),
    /// `GUARDMESH_CALLER_KEY` cannot be used.
    #[error("GUARDMESH_CALLER_KEY: {0}")]
    CallerKey(CallerKeyError),
    /// The contracts cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The migrations cannot be applied.
    #[error("the migrations of webhooks cannot be applied: {0}")]
    Migrate(MigrateError),
    /// The ports cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// Serves calls and processes events until `shutdown`.
pub async fn serve(
    config: &Config,
    environment: Environment,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    let webhooks = Webhooks::new(config, environment, Clock::system(), POLL)?;
    webhooks.serve(listeners, shutdown).await
}

/// Brings the schema `webhooks` up to date.
pub async fn migrate(
    database_url: &SecretString,
    environment: Environment,
) -> Result<(), StartError> {
    let options = database::connect_options(database_url, environment)?;
    database::migrate(&options, &MIGRATOR)
        .await
        .map_err(StartError::Migrate)
}

// === impl Webhooks ===

impl Webhooks {
    /// Validates the settings; connects to nothing yet. Must be called on a runtime. `poll` is
    /// how often the worker looks for events that are due without being told.
    pub fn new(
        config: &Config,
        environment: Environment,
        clock: Clock,
        poll: Duration,
    ) -> Result<Self, StartError> {
        let options = database::connect_options(&config.service.database_url, environment)?;
        let keys = CallerKeys::parse(&config.service.caller_key).map_err(StartError::CallerKey)?;
        let state = State {
            pool: database::pool(options.clone(), config.service.database_connections),
            wake: Arc::new(Notify::new()),
            clock: clock.clone(),
            stripe: config.stripe_secrets(environment)?,
            clerk: config.clerk_secrets(environment)?,
        };
        let worker = Worker {
            // Of its own: a backlog does not take the connections by which events are
            // acknowledged, and what is in work can be finished after the last call.
            pool: database::pool(options, job::CONNECTIONS),
            auth: Auth::new(&config.auth_address, keys.clone(), clock.clone())?,
            clock: clock.clone(),
            wake: state.wake.clone(),
            poll,
        };
        let policies = Policies::from_descriptors(DESCRIPTORS)?;
        Ok(Self {
            access: AccessLayer::new(keys, policies, clock),
            state,
            worker,
        })
    }

    /// Serves calls and processes events until `shutdown`.
    pub async fn serve(
        self,
        listeners: Listeners,
        shutdown: CancellationToken,
    ) -> Result<(), StartError> {
        for (setting, missing) in [
            ("STRIPE_WEBHOOK_SECRETS", self.state.stripe.is_empty()),
            ("CLERK_WEBHOOK_SECRETS", self.state.clerk.is_empty()),
        ] {
            if missing {
                tracing::warn!(setting, "not set: events of this source are refused");
            }
        }
        let pool = self.state.pool.clone();
        let routes = Routes::new(WebhooksServiceServer::new(self.state));
        // When serving ends by itself, by an error, the worker ends as well.
        let stop = shutdown.child_token();
        let serve = async {
            let _stop = stop.clone().drop_guard();
            let (access, pool) = (self.access, pool.clone());
            server::serve(routes, access, pool, Need::Always, listeners, shutdown).await
        };
        let (served, ()) = tokio::join!(serve, self.worker.run(stop.clone()));
        pool.close().await;
        Ok(served?)
    }
}
