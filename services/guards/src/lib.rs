//! Guardrails over text and code, as a service: runs the guards of the engine over a text, each
//! within its deadline, gives a verdict, and keeps a record of it: without the text, unless a policy
//! has that kept, sealed.

use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::{CallerKeyError, CallerKeys};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::database::{self, DatabaseUrlError};
use guardmesh_chassis::policy::{Policies, PolicyError};
use guardmesh_chassis::sealing::SealingKeyError;
use guardmesh_chassis::server::{self, Listeners, ServeError};
use guardmesh_chassis::tls::CertificateError;
use guardmesh_guard_engine::{BuildError, Engine};
use guardmesh_proto::guardmesh::guards::v1::custom_guards_service_server::CustomGuardsServiceServer;
use guardmesh_proto::guardmesh::guards::v1::data_service_server::DataServiceServer;
use guardmesh_proto::guardmesh::guards::v1::disclosures_service_server::DisclosuresServiceServer;
use guardmesh_proto::guardmesh::guards::v1::guards_service_server::GuardsServiceServer;
use guardmesh_proto::guardmesh::guards::v1::policies_service_server::PoliciesServiceServer;
use guardmesh_proto::guardmesh::guards::v1::stats_service_server::StatsServiceServer;
use guardmesh_proto::guardmesh::guards::v1::vault_service_server::VaultServiceServer;
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

pub use config::Config;

use check::Checker;
use client::connection::Connector;
use client::remotes::Remotes;
use custom_guard::CustomGuards;
use job::{Retention, reseal_authorizations};
use policy::compile::Compiler;
use policy::live::Live;
use reach::Reach;
use remote::reachable::{ListError, Reachable};
use run::deferred::{self, Deferred};
use second_opinion::Judge;
use vault::{Vault, VaultKeys};

mod check;
mod client;
mod computation;
pub mod config;
mod custom_guard;
mod db;
mod disclosure;
mod erasure;
mod error;
mod hash_key;
mod inspection;
mod job;
pub mod local;
mod plan;
mod policy;
mod reach;
mod remote;
mod rpc;
mod run;
mod second_opinion;
mod stats;
#[cfg(feature = "transformer")]
mod transformer;
mod vault;
mod verdict;
mod watch;

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Well over the largest text, so that one somewhat too long is refused by a sentence about the
/// field rather than by the codec.
const MAX_MESSAGE: usize = 4 * 1024 * 1024;

/// What the RPCs work with.
#[derive(Clone)]
struct State {
    database: PgPool,
    engine: Engine,
    compiler: Compiler,
    live: Arc<Live>,
    checker: Checker,
    custom_guards: CustomGuards,
    vault: Vault,
    reach: Arc<Reach>,
    deferred: Arc<Deferred>,
    /// Of guards for which no policy states a time.
    guard_timeout: Duration,
    clock: Clock,
}

/// The service cannot start or go on.
#[derive(Debug, Error)]
pub enum Error {
    /// The database URL is unusable.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// The shared key is unusable.
    #[error(transparent)]
    CallerKey(#[from] CallerKeyError),
    /// A key of the vault is unusable.
    #[error("GUARDS_VAULT_KEYS: {0}")]
    VaultKeys(#[from] SealingKeyError),
    /// Where remote guards may be cannot be read.
    #[error(transparent)]
    RemoteList(#[from] ListError),
    /// The certificate authorities of remote guards cannot be used.
    #[error("GUARDS_REMOTE_CA_FILE {0}")]
    RemoteCertificates(#[from] CertificateError),
    /// The contracts cannot be read.
    #[error(transparent)]
    Policies(#[from] PolicyError),
    /// A rule of the engine is broken.
    #[error("the guards cannot be built: {0}")]
    Engine(#[from] BuildError),
    /// The model that guards in doubt are to ask cannot be used.
    #[error("GUARDS_INJECTION_MODEL_DIR: {0}")]
    InjectionModel(String),
    /// What checks need cannot be set up.
    #[error("checks cannot be set up: {0}")]
    Setup(String),
    /// The servers failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The schema cannot be brought up to date.
    #[error("the migrations of guards failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Serves until `shutdown`.
pub async fn serve(
    config: &Config,
    environment: Environment,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let service = &config.service;
    let options = database::connect_options(&service.database_url, environment)?;
    let database = database::pool(options, service.database_connections);
    let keys = CallerKeys::parse(&service.caller_key)?;
    let policies = Policies::from_descriptors(guardmesh_proto::DESCRIPTORS)?;
    let engine = Engine::standard()?;
    let clock = Clock::system();
    let vault_keys = VaultKeys::parse(&config.vault_keys)?;
    let reach = Arc::new(Reach::new());
    let has_vault = !vault_keys.is_empty();
    let vault = Vault::new(vault_keys, database.clone(), clock.clone());
    let remotes = remotes(config, &vault, &clock)?;
    let compiler = Compiler::new(
        engine.clone(),
        Some(remotes.clone()),
        config.guard_timeout,
        has_vault,
        config.text_retention,
    );
    let live = Live::new(database.clone(), compiler.clone(), reach.clone());
    let live = Arc::new(live);
    let judge = judge(config).await?;
    let state = State {
        database: database.clone(),
        checker: Checker::new().map_err(setup)?.asking(judge),
        guard_timeout: config.guard_timeout,
        deferred: Arc::default(),
        custom_guards: CustomGuards::new(
            database.clone(),
            engine.clone(),
            remotes,
            live.clone(),
            clock.clone(),
        ),
        live,
        vault,
        clock,
        engine,
        compiler,
        reach,
    };
    let access = AccessLayer::new(keys, policies, state.clock.clone());
    let guards = GuardsServiceServer::new(state.clone()).max_decoding_message_size(MAX_MESSAGE);
    let policies = PoliciesServiceServer::new(state.clone()).max_decoding_message_size(MAX_MESSAGE);
    let vault = VaultServiceServer::new(state.clone()).max_decoding_message_size(MAX_MESSAGE);
    let routes = Routes::new(guards)
        .add_service(policies)
        .add_service(vault)
        .add_service(CustomGuardsServiceServer::new(state.clone()))
        .add_service(StatsServiceServer::new(state.clone()))
        .add_service(DataServiceServer::new(state.clone()))
        .add_service(DisclosuresServiceServer::new(state.clone()));
    let retention = Retention {
        database: database.clone(),
        clock: state.clock.clone(),
        runs: config.run_retention,
        texts: config.text_retention,
    };
    // What waits for the database is stored after the last check has ended.
    let ended = CancellationToken::new();
    let serve = async {
        let served = server::serve(routes, access, database, listeners, shutdown).await;
        ended.cancel();
        served
    };
    let (served, (), (), (), ()) = tokio::join!(
        Box::pin(serve),
        Box::pin(retention.run(ended.clone())),
        Box::pin(reseal_authorizations(&state.database, &state.vault, &ended)),
        Box::pin(state.live.follow(&ended)),
        Box::pin(deferred::store_later(&state, &ended)),
    );
    served?;
    Ok(())
}

fn remotes(config: &Config, vault: &Vault, clock: &Clock) -> Result<Remotes, Error> {
    let reachable = Reachable::parse(&config.remotes.hosts, &config.remotes.networks)?;
    let reachable = Arc::new(reachable);
    let connector = Connector::new(reachable.clone(), config.remotes.ca_file.as_deref())?;
    let (vault, clock) = (vault.clone(), clock.clone());
    Ok(Remotes::new(connector, reachable, vault, clock))
}

/// Who is asked where a guard is in doubt.
#[cfg(feature = "transformer")]
async fn judge(config: &Config) -> Result<Option<Judge>, Error> {
    let config::TransformerArgs {
        injection_model_dir: Some(directory),
        injection_model_labels: labels,
    } = config.transformer.clone()
    else {
        return Ok(None);
    };
    // Reads up to gigabytes.
    let load = move || transformer::Transformer::load(&directory, &labels);
    let loaded = computation::apart(load).await.map_err(setup)?;
    let transformer = loaded.map_err(|error| Error::InjectionModel(error.to_string()))?;
    Ok(Some(transformer.into_judge()))
}

/// Nobody is asked: this build can load no model.
#[cfg(not(feature = "transformer"))]
#[expect(clippy::unused_async, reason = "loading a model takes time")]
async fn judge(config: &Config) -> Result<Option<Judge>, Error> {
    match &config.transformer.injection_model_dir {
        None => Ok(None),
        Some(_) => Err(Error::InjectionModel(
            "this build loads no models: build it with `--features transformer`".to_owned(),
        )),
    }
}

/// Brings the schema up to date.
pub async fn migrate(database_url: &SecretString, environment: Environment) -> Result<(), Error> {
    let options = database::connect_options(database_url, environment)?;
    Ok(database::migrate(&options, &MIGRATOR).await?)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` passes it")]
fn setup(error: error::Error) -> Error {
    Error::Setup(error.to_string())
}
