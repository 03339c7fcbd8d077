//! The guards beside their peers: megabytes a second of processor time on prose, code and text full
//! of secrets, and the latency of a check of 1 KB.
//!
//! Everybody runs as a process of its own with one thread, gets the same texts, and is warm; its
//! start does not count. Before anything is measured it must find the planted values that it
//! claims to know. Contestants take turns in rounds, so that whatever else this machine does falls
//! on all of them.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::comparison::{Absent, Options};
use contestant::Contestant;
use report::{Report, Row};
use text::Texts;

mod contestant;
mod measure;
mod planted;
mod report;
pub(crate) mod scanner;
mod text;

/// The guards beside their peers: throughput, and latency of a check of 1 KB
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Seconds for a contestant and a kind of text in a round
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,

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
    let options = &arguments.options;
    let texts = Texts::write(&options.installed.join("texts"))?;
    let mut running = Vec::new();
    let mut absent = Vec::new();
    for kind in &contestant::KINDS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|name| name == kind.name) {
            continue;
        }
        // A peer that cannot take part says why, and the others go on.
        match Contestant::enter(kind, &options.peers, &options.installed).await {
            Ok(contestant) => running.push((contestant, Vec::new())),
            Err(reason) if kind.is_ours() => return Err(reason.context(kind.name)),
            Err(reason) => absent.push(Absent {
                name: kind.name,
                reason: format!("{reason:#}"),
            }),
        }
    }
    let time = Duration::from_secs(arguments.seconds.into());
    let turn = async |contestant: &mut Contestant| measure::turn(contestant, &texts, time).await;
    options.turns(&mut running, turn).await?;
    let mut rows = Vec::new();
    for (contestant, turns) in running {
        rows.push(Row::new(&contestant, &turns));
        contestant.leave().await?;
    }
    Ok(Report::new(arguments, rows, absent))
}
