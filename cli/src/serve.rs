//! `guardmesh serve`: one part of the system, as production runs it.

use clap::Subcommand;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::{ProcessArgs, ServiceArgs};
use guardmesh_chassis::server::{self, Listeners};
use guardmesh_chassis::{shutdown, telemetry};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// The public entrance: REST in, gRPC out
    Gateway(Box<guardmesh_gateway::Config>),
    /// Accounts, sessions, organisations, API keys, revocations and signing keys
    Auth(guardmesh_auth::Config),
    /// Guardrails over text and code
    Guards(guardmesh_guards::Config),
    /// Stripe and Clerk events, received exactly once in effect
    Webhooks(guardmesh_webhooks::Config),
}

pub(crate) async fn run(Args { process, part }: Args) -> anyhow::Result<()> {
    let _log = telemetry::start(process.log_format, &process.log_filter)?;
    let environment = process.environment;
    let stop = shutdown::on_signal()?;
    match part {
        Part::Gateway(config) => {
            let listener = server::bind(config.listen).await?;
            guardmesh_gateway::serve(&config, environment, listener, Clock::system(), stop).await?;
        }
        Part::Auth(config) => {
            let listeners = bind(&config.service).await?;
            guardmesh_auth::serve(config, environment, listeners, stop).await?;
        }
        Part::Guards(config) => {
            let listeners = bind(&config.service).await?;
            guardmesh_guards::serve(&config, environment, listeners, stop).await?;
        }
        Part::Webhooks(config) => {
            let listeners = bind(&config.service).await?;
            guardmesh_webhooks::serve(&config, environment, listeners, stop).await?;
        }
    }
    Ok(())
}

async fn bind(service: &ServiceArgs) -> Result<Listeners, server::ServeError> {
    Listeners::bind(service.listen, service.admin_listen).await
}
