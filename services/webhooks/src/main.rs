//! The webhooks service as a process of its own.

use clap::Parser;
use guardmesh_chassis::config::ProcessArgs;
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::{shutdown, telemetry};
use guardmesh_webhooks::Config;

/// Guardmesh webhooks: Stripe and Clerk events, received exactly once in effect
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
    Ok(guardmesh_webhooks::serve(&config, process.environment, listeners, shutdown).await?)
}
