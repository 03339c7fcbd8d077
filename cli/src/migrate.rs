//! `guardmesh migrate`: brings the schemas up to date. Safe to run again, and at the same time.

use anyhow::{Context, bail};
use guardmesh_chassis::config::{Environment, ProcessArgs, secret};
use guardmesh_chassis::telemetry;
use secrecy::SecretString;

/// Each service has a schema of its own, and may have a database or a role of its own. A service
/// without a URL uses `DATABASE_URL`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    urls: DatabaseUrls,
}

/// Where each service's schema is.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DatabaseUrls {
    /// For all services that have none of their own
    #[arg(long = "database-url", env = "DATABASE_URL", hide_env_values = true, value_parser = secret)]
    pub(crate) shared: Option<SecretString>,

    /// For auth
    #[arg(long = "auth-database-url", env = "AUTH_DATABASE_URL", hide_env_values = true, value_parser = secret)]
    pub(crate) auth: Option<SecretString>,

    /// For guards
    #[arg(long = "guards-database-url", env = "GUARDS_DATABASE_URL", hide_env_values = true, value_parser = secret)]
    pub(crate) guards: Option<SecretString>,

    /// For webhooks
    #[arg(long = "webhooks-database-url", env = "WEBHOOKS_DATABASE_URL", hide_env_values = true, value_parser = secret)]
    pub(crate) webhooks: Option<SecretString>,
}

pub(crate) async fn run(Args { process, urls }: Args) -> anyhow::Result<()> {
    let _log = telemetry::start(process.log_format, &process.log_filter)?;
    let url = |own: &Option<SecretString>| own.clone().or_else(|| urls.shared.clone());
    let (Some(auth), Some(guards), Some(webhooks)) =
        (url(&urls.auth), url(&urls.guards), url(&urls.webhooks))
    else {
        bail!("no database: set DATABASE_URL, or a URL for each service");
    };
    all(&auth, &guards, &webhooks, process.environment).await?;
    tracing::info!("the schemas auth, guards and webhooks are up to date");
    Ok(())
}

/// The three schemas, at the same time.
pub(crate) async fn all(
    auth: &SecretString,
    guards: &SecretString,
    webhooks: &SecretString,
    environment: Environment,
) -> anyhow::Result<()> {
    let (auth, guards, webhooks) = tokio::join!(
        guardmesh_auth::migrate(auth, environment),
        guardmesh_guards::migrate(guards, environment),
        guardmesh_webhooks::migrate(webhooks, environment),
    );
    auth.context("auth")?;
    guards.context("guards")?;
    webhooks.context("webhooks")
}
