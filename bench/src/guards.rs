//! The guards beside their peers: megabytes a second of processor time on prose, code and text full
//! of secrets, and the latency of a check of 1 KB.
//!
//! Everybody runs as a process of its own with one thread, gets the same texts, and is warm; its
//! start does not count. Before anything is measured it must find the planted values that it
//! claims to know. Contestants take turns in rounds, so that whatever else this machine does falls
//! on all of them.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

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

    /// Rounds, in which the contestants take turns; medians count. One more round warms up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    rounds: u32,

    /// Only these contestants, separated by commas
    #[arg(long, value_delimiter = ',', value_parser = names())]
    only: Vec<String>,

    /// What the report looks like
    #[arg(long, value_enum, default_value = "table")]
    format: Format,

    /// Where the peers are described
    #[arg(long, default_value = "bench/peers")]
    peers: PathBuf,

    /// Where the peers are installed
    #[arg(long, default_value = "target/bench")]
    installed: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

fn names() -> PossibleValuesParser {
    contestant::KINDS.map(|kind| kind.name).into()
}

/// Sets up, checks, measures and reports. Whatever was started has ended when this returns.
#[expect(clippy::print_stdout, reason = "the report")]
pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let mut stop = signal(SignalKind::terminate())?;
    let report = tokio::select! {
        report = compare(arguments) => report?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = stop.recv() => bail!("terminated"),
    };
    match arguments.format {
        Format::Table => print!("{}", report.table()),
        Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    Ok(())
}

async fn compare(arguments: &Arguments) -> Result<Report> {
    let texts = Texts::write(&arguments.installed.join("texts"))?;
    let mut running = Vec::new();
    let mut absent = Vec::new();
    for kind in &contestant::KINDS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|name| name == kind.name) {
            continue;
        }
        // A peer that cannot take part says why, and the others go on.
        match Contestant::enter(kind, &arguments.peers, &arguments.installed).await {
            Ok(contestant) => running.push((contestant, Vec::new())),
            Err(reason) if kind.is_ours() => return Err(reason.context(kind.name)),
            Err(reason) => absent.push((kind.name, format!("{reason:#}"))),
        }
    }
    let time = Duration::from_secs(arguments.seconds.into());
    for round in 0..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        for (contestant, turns) in &mut running {
            let turn = measure::turn(contestant, &texts, time).await?;
            // The first one warms up: caches, compilers at run time.
            if round > 0 {
                turns.push(turn);
            }
        }
    }
    let mut rows = Vec::new();
    for (contestant, turns) in running {
        rows.push(Row::new(&contestant, &turns));
        contestant.leave().await?;
    }
    Ok(Report::new(arguments, rows, absent))
}
