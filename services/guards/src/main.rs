//! The guards service as a process of its own.

use clap::Parser;
use guardmesh_chassis::config::ProcessArgs;
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::{shutdown, telemetry};
use guardmesh_guards::Config;

/// Guardrails over text and code.
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
    let listeners = Listeners::bind(config.service.listen, config.service.admin_listen).await?;
    let stop = shutdown::on_signal()?;
    Ok(guardmesh_guards::serve(&config, process.environment, listeners, stop).await?)
}
