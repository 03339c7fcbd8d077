//! What the comparisons with peers have in common: options, turns, and the frame of a report. What a
//! contestant is and what is measured of it stays with each comparison.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use guardmesh_chassis::clock::Clock;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

/// Options of every comparison.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds, in which the contestants take turns; medians count. One more round warms up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) rounds: u32,

    /// What the report looks like
    #[arg(long, value_enum, default_value = "table")]
    format: Format,

    /// Where the peers are described
    #[arg(long, default_value = "bench/peers")]
    pub(crate) peers: PathBuf,

    /// Where the peers are installed
    #[arg(long, default_value = "target/bench")]
    pub(crate) installed: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// When, where and how long was measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Circumstances {
    /// RFC 3339.
    time: String,
    /// Of this machine.
    processors: usize,
    rounds: u32,
    seconds: u32,
    /// Processors that were busy with other things, the median over all turns.
    others: f64,
}

/// Those that did not take part, by name, with the reason.
#[derive(Debug, Serialize)]
pub(crate) struct Absent {
    pub(crate) name: &'static str,
    pub(crate) reason: String,
}

// === impl Options ===

impl Options {
    /// Prints what a comparison finds, unless it is told to end before. Whatever it started has then
    /// ended.
    #[expect(clippy::print_stdout, reason = "the report")]
    pub(crate) async fn report<R: Serialize>(
        &self,
        comparison: impl Future<Output = Result<R>>,
        table: impl FnOnce(&R) -> String,
    ) -> Result<()> {
        let mut stop = signal(SignalKind::terminate())?;
        let report = tokio::select! {
            report = comparison => report?,
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
            _ = stop.recv() => bail!("terminated"),
        };
        match self.format {
            Format::Table => print!("{}", table(&report)),
            Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
        }
        Ok(())
    }

    /// Gives each contestant its turns, round after round. The first round warms up (connections, pools,
    /// caches, compilers at run time) and is not kept.
    pub(crate) async fn turns<C, T>(
        &self,
        contestants: &mut [(C, Vec<T>)],
        mut turn: impl AsyncFnMut(&mut C) -> Result<T>,
    ) -> Result<()> {
        for round in 0..=self.rounds {
            eprintln!("round {round} of {}", self.rounds);
            for (contestant, turns) in contestants.iter_mut() {
                let turn = turn(contestant).await?;
                if round > 0 {
                    turns.push(turn);
                }
            }
        }
        Ok(())
    }
}

// === impl Circumstances ===

impl Circumstances {
    /// `others` of all turns.
    pub(crate) fn new(options: &Options, seconds: u32, others: Vec<f64>) -> Self {
        Self {
            time: Clock::system().now().to_rfc3339(),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            rounds: options.rounds,
            seconds,
            others: median(others),
        }
    }

    /// The first line of a table.
    pub(crate) fn line(&self, of: &str) -> String {
        format!(
            "{}, {} processors, of which others used {:.2}; medians of {} rounds of {} s {of}\n",
            self.time, self.processors, self.others, self.rounds, self.seconds,
        )
    }
}

// === impl Absent ===

impl Absent {
    /// A line for each, below a table.
    pub(crate) fn list(absent: &[Self], text: &mut String) {
        for Self { name, reason } in absent {
            let _ = writeln!(text, "- {name} did not take part: {reason}");
        }
    }
}

/// The value in the middle; of an even number of values the greater of the two.
pub(crate) fn median(values: Vec<f64>) -> f64 {
    at(&sorted(values), 50)
}

/// From the least to the most.
pub(crate) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The value that so many in a hundred do not exceed; nought of none.
pub(crate) fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{at, median, sorted};

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = sorted(vec![9.0, 1.0, 5.0, 7.0, 3.0]);
        let ends = [0, 50, 99, 100].map(|percent| at(&values, percent));
        assert!(
            ends.iter()
                .zip([1.0, 5.0, 9.0, 9.0])
                .all(|(a, b)| (a - b).abs() < f64::EPSILON)
        );
        assert!(at(&[], 50).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0]) - 4.0).abs() < f64::EPSILON);
    }
}
