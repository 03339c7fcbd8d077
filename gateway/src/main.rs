//! The gateway as a process of its own.

use clap::Parser;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::ProcessArgs;
use guardmesh_chassis::{server, shutdown, telemetry};
use guardmesh_gateway::Config;
use tikv_jemallocator::Jemalloc;

/// Many small allocations, freed on the thread that made them, and few large ones.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// The public entrance of Guardmesh: REST in, gRPC out.
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
    let listener = server::bind(config.listen).await?;
    let stop = shutdown::on_signal()?;
    Ok(guardmesh_gateway::serve(
        &config,
        process.environment,
        listener,
        Clock::system(),
        stop,
    )
    .await?)
}
