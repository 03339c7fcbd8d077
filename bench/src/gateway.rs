//! The gateway beside its peers: processor time per 1,000 requests, and latency, of one unary call
//! from REST to gRPC with a small message and one of about 2 KB.
//!
//! All contestants transcode the same contracts, in front of the same backends, and answer with
//! the same JSON, which is checked before anything is measured. They take turns in rounds, so that
//! whatever else this machine does falls on all of them.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::comparison::{Absent, Options};
use backend::Backends;
use contestant::{Contestant, Place};
use report::{Report, Row};

mod backend;
mod call;
mod contestant;
mod issuer;
mod measure;
mod report;

/// The gateway beside its peers: processor time and latency of a call
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The gateway's binary; the one beside this program when absent
    #[arg(long)]
    gateway: Option<PathBuf>,

    /// Seconds of load for a contestant and a message in a round
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,

    /// Connections that send the requests
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=512))]
    connections: u32,

    /// Only these contestants, separated by commas
    #[arg(long, value_delimiter = ',', value_parser = names())]
    only: Vec<String>,

    #[command(flatten)]
    options: Options,
}

fn names() -> PossibleValuesParser {
    contestant::KINDS.map(|kind| kind.name).into()
}

/// Sets up, checks, measures and reports. Whatever was started has ended when this returns.
pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let comparison = compare(arguments);
    arguments.options.report(comparison, Report::table).await
}

async fn compare(arguments: &Arguments) -> Result<Report> {
    let backends = Backends::start().await?;
    let place = Place {
        gateway: match &arguments.gateway {
            Some(path) => path.clone(),
            None => std::env::current_exe()?.with_file_name("guardmesh-gateway"),
        },
        peers: arguments.options.peers.clone(),
        installed: arguments.options.installed.clone(),
    };
    let mut running = Vec::new();
    let mut absent = Vec::new();
    for kind in &contestant::KINDS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|name| name == kind.name) {
            continue;
        }
        // A peer that cannot take part says why, and the others go on.
        match Contestant::enter(kind, &place, &backends).await {
            Ok(contestant) => running.push((contestant, Vec::new())),
            Err(reason) if kind.is_gateway() => return Err(reason.context(kind.name)),
            Err(reason) => absent.push(Absent {
                name: kind.name,
                reason: format!("{reason:#}"),
            }),
        }
    }
    let time = Duration::from_secs(arguments.seconds.into());
    let turn = async |contestant: &mut Contestant| {
        measure::turn(contestant, time, arguments.connections).await
    };
    arguments.options.turns(&mut running, turn).await?;
    let mut rows = Vec::new();
    for (contestant, turns) in running {
        rows.push(Row::new(&contestant, &turns)?);
        contestant.leave().await?;
    }
    Ok(Report::new(arguments, rows, absent))
}
