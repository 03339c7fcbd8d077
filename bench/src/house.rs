//! What a user would feel of the whole house: how long starts take, how much memory it needs, and
//! requests per second of a few calls side by side, with their ratios.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::load::{self, Bound, Request, Summary};
use dev::House;

mod dev;

/// Start times, memory and calls of a `guardmesh dev` of the harness's own
#[derive(Debug, Args)]
pub(crate) struct Arguments {
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

/// Measures, and prints as it goes.
#[expect(clippy::print_stdout, reason = "the report")]
pub(crate) async fn run(arguments: Arguments) -> Result<()> {
    let binary = match arguments.guardmesh {
        Some(path) => path,
        None => std::env::current_exe()?.with_file_name("guardmesh"),
    };
    let directory = dev::directory().context("a directory to work in")?;

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
    let get = |path| Request::new("GET", path, Some(&token), None);
    let kinds = [
        (
            "health/live: the edge alone",
            Request::new("GET", "/health/live", None, None),
        ),
        ("guards: edge and one service", get("/api/v1/guards")),
        ("auth/me: and one query", get("/api/v1/auth/me")),
        ("guards:check of 1 KB: and a stored run", check(&token)),
    ];
    let bound = Bound::requests(arguments.requests);
    let mut rounds: Vec<Vec<Summary>> = vec![Vec::new(); kinds.len()];
    for _ in 0..arguments.rounds {
        for ((_, request), rounds) in kinds.iter().zip(&mut rounds) {
            rounds.push(load::run(house.address, request, bound, arguments.connections).await?);
        }
    }
    println!(
        "\n{:<40} {:>9} {:>9} {:>9} {:>7}",
        "call", "per s", "p50 µs", "p99 µs", "ratio"
    );
    let medians: Vec<Summary> = rounds.into_iter().map(load::median).collect();
    let base = medians.first().map_or(1.0, |summary| summary.per_second);
    for ((name, _), summary) in kinds.iter().zip(&medians) {
        println!(
            "{name:<40} {:>9.0} {:>9} {:>9} {:>7.2}",
            summary.per_second,
            summary.p50.as_micros(),
            summary.p99.as_micros(),
            summary.per_second / base,
        );
    }
    house.stop().await?;
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}

/// A check of a kilobyte of prose with an e-mail address in it.
fn check(token: &str) -> Request {
    let prose = "The quick brown fox jumps over the lazy dog, as foxes do. ".repeat(17);
    let body = format!(r#"{{"content":"{prose}Write to ada@example.org."}}"#);
    Request::new("POST", "/api/v1/guards:check", Some(token), Some(&body))
}
