//! The load harness: starts a `guardmesh dev` of its own, and measures what a user would feel.
//!
//! It prints how long starts take, how much memory the house needs, and requests per second of a
//! few calls side by side in one run, with their ratios. Traffic goes to loopback only, and every
//! loop is bounded.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

mod house;
mod load;

use house::House;
use load::{Request, Summary};

/// Measure a release build of Guardmesh on this machine
#[derive(Debug, Parser)]
struct Arguments {
    /// The guardmesh binary; the one beside this program when absent
    #[arg(long)]
    guardmesh: Option<PathBuf>,

    /// Requests of each kind in a round
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    requests: u32,

    /// Connections that send them
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=512))]
    connections: u32,

    /// Rounds, in which the kinds take turns; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    rounds: u32,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the report")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let binary = match arguments.guardmesh {
        Some(path) => path,
        None => std::env::current_exe()?.with_file_name("guardmesh"),
    };
    let directory = house::directory().context("a directory to work in")?;

    let house = House::start(&binary, &directory).await?;
    println!(
        "first start, database made anew   {:>8} ms",
        house.started_in.as_millis()
    );
    house.stop().await?;
    let house = House::start(&binary, &directory).await?;
    println!(
        "second start to first answer      {:>8} ms",
        house.started_in.as_millis()
    );
    let memory = house.resident_kib()?;
    println!(
        "resident when idle: guardmesh     {:>8} KiB",
        memory.guardmesh
    );
    println!(
        "resident when idle: PostgreSQL    {:>8} KiB",
        memory.postgres
    );

    let token = house.register().await?;
    let kinds = [
        Request::get("health/live: the edge alone", "/health/live", None),
        Request::get(
            "guards: edge and one service",
            "/api/v1/guards",
            Some(&token),
        ),
        Request::get("auth/me: and one query", "/api/v1/auth/me", Some(&token)),
        Request::check("guards:check of 1 KB: and a stored run", &token),
    ];
    let mut rounds: Vec<Vec<Summary>> = vec![Vec::new(); kinds.len()];
    for _ in 0..arguments.rounds {
        for (kind, rounds) in kinds.iter().zip(&mut rounds) {
            rounds.push(
                load::run(
                    house.address,
                    kind,
                    arguments.requests,
                    arguments.connections,
                )
                .await?,
            );
        }
    }
    println!(
        "\n{:<40} {:>9} {:>9} {:>9} {:>7}",
        "call", "per s", "p50 µs", "p99 µs", "ratio"
    );
    let medians: Vec<Summary> = rounds.into_iter().map(load::median).collect();
    let base = medians.first().map_or(1.0, |summary| summary.per_second);
    for (kind, summary) in kinds.iter().zip(&medians) {
        println!(
            "{:<40} {:>9.0} {:>9} {:>9} {:>7.2}",
            kind.name,
            summary.per_second,
            summary.p50_micros,
            summary.p99_micros,
            summary.per_second / base,
        );
    }
    house.stop().await?;
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}
