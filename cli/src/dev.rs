//! `guardmesh dev`: gateway, services and a PostgreSQL of their own, in one process.
//!
//! The parts talk over loopback ports as they do in production; only their number of processes
//! differs.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use guardmesh_chassis::config::{Environment, secret};
use guardmesh_chassis::server;
use guardmesh_chassis::telemetry::LogFormat;
use guardmesh_chassis::{shutdown, telemetry};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::migrate;
use database::Database;
use parts::Parts;
use secrets::Secrets;

mod database;
mod parts;
mod probe;
mod secrets;
mod welcome;

/// How long the parts may take to become ready once the database is.
const READY: Duration = Duration::from_secs(30);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the public API is served
    #[arg(long, env = "GATEWAY_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Keep nothing: a fresh database, gone at the end
    #[arg(long)]
    ephemeral: bool,

    /// Where data and development secrets are kept
    #[arg(long, env = "GUARDMESH_DIRECTORY", default_value = ".guardmesh")]
    directory: PathBuf,

    /// Use this PostgreSQL server instead of one of our own
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = secret)]
    database_url: Option<SecretString>,

    /// Which log lines appear, such as `info` or `warn,guardmesh_gateway=info`
    #[arg(long, env = "LOG_FILTER", default_value = "info")]
    log_filter: String,

    #[command(flatten)]
    secrets: secrets::Given,

    #[command(flatten)]
    settings: parts::Settings,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let _log = telemetry::start(LogFormat::Text, &args.log_filter)?;
    if args.ephemeral && args.database_url.is_some() {
        bail!("--ephemeral brings its own database: unset DATABASE_URL, or leave --ephemeral out");
    }
    let stop = shutdown::on_signal()?;
    // First, because it fails most often and at once.
    let listener = server::bind(args.listen).await?;
    let temporary = args.ephemeral.then(tempfile::tempdir).transpose()?;
    let directory = temporary
        .as_ref()
        .map_or(args.directory.as_path(), |dir| dir.path());
    let secrets = Secrets::load(directory, &args.secrets)?;

    let start = async {
        let database =
            Database::open(directory, args.database_url.as_ref(), args.ephemeral).await?;
        let urls = database.urls();
        migrate::all(
            &urls.auth,
            &urls.guards,
            &urls.webhooks,
            Environment::Development,
        )
        .await?;
        guardmesh_auth::create_administrator(
            &urls.auth,
            Environment::Development,
            &secrets.admin_email,
            secrets.admin_password.clone(),
            "Administrator",
        )
        .await
        .context("the first administrator could not be created")?;
        anyhow::Ok(database)
    };
    let Some(database) = stop.run_until_cancelled(Box::pin(start)).await else {
        return Ok(());
    };
    let database = database?;

    let address = listener.local_addr()?;
    let parts = Parts::start(listener, args.settings, &secrets, database.urls()).await?;
    let result = serve(parts, address, &secrets, stop).await;
    database.close().await;
    result
}

/// Welcomes once all parts are ready; ends when asked to, or when a part fails.
async fn serve(
    mut parts: Parts,
    address: SocketAddr,
    secrets: &Secrets,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let ready = async {
        tokio::select! {
            ready = tokio::time::timeout(READY, probe::until_ready(address)) => {
                ready.context("the parts did not become ready in time; see the log above")
            }
            failed = parts.failure() => Err(failed),
        }
    };
    let running = match stop.run_until_cancelled(ready).await {
        Some(Ok(())) => {
            io::stdout().write_all(welcome::text(address, secrets).as_bytes())?;
            stop.run_until_cancelled(parts.failure())
                .await
                .map_or(Ok(()), Err)
        }
        Some(Err(error)) => Err(error),
        None => Ok(()),
    };
    parts.stop().await;
    running
}
