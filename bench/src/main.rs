//! The load harness: measures what the product costs and how long it takes, on this machine.
//!
//! `house` measures what a user would feel of all of Guardmesh; `gateway` and `guards` compare
//! these with their peers. Traffic goes to loopback only, every loop is bounded, and what a command starts
//! ends with it. Figures are compared within one run, side by side.

use anyhow::Result;
use clap::{Parser, Subcommand};

mod comparison;
mod gateway;
mod guards;
mod house;
mod load;
mod peer;
mod process;

/// Measure a release build of Guardmesh on this machine
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    House(house::Arguments),
    Gateway(gateway::Arguments),
    Guards(guards::Arguments),
    Scan(guards::scanner::Arguments),
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::House(arguments) => house::run(arguments).await,
        Command::Gateway(arguments) => gateway::run(&arguments).await,
        Command::Guards(arguments) => guards::run(&arguments).await,
        Command::Scan(arguments) => guards::scanner::run(&arguments),
    }
}
