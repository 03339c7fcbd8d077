//! The auth service as a process of its own.

use clap::Parser;
use guardmesh_auth::Config;
use guardmesh_chassis::config::ProcessArgs;
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::{shutdown, telemetry};

/// Guardmesh auth: accounts, sessions, organisations, API keys, revocations and signing keys
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    config: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Args { process, config } = Args::parse();
    let _log = telemetry::start(process.log_format, &process.log_filter)?;
    let shutdown = shutdown::on_signal()?;
    let listeners = Listeners::bind(config.service.listen, config.service.admin_listen).await?;
    Ok(guardmesh_auth::serve(config, process.environment, listeners, shutdown).await?)
}
