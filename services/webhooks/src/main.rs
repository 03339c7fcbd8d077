//! The webhooks service as a process.

use clap::Parser;
use guardmesh_chassis::config::ProcessArgs;
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::{shutdown, telemetry};
use guardmesh_webhooks::Config;

/// Receives Stripe and Clerk events, exactly once in effect
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    config: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { process, config } = Arguments::parse();
    telemetry::start(process.log_format, &process.log_filter)?;
    let shutdown = shutdown::on_signal()?;
    let service = &config.service;
    let listeners = Listeners::bind(service.listen, service.admin_listen).await?;
    guardmesh_webhooks::serve(&config, process.environment, listeners, shutdown).await?;
    Ok(())
}
