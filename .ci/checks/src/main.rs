//! House checks that `make check` runs. Each is one subcommand, reads the workspace it stands in,
//! and says file, line, rule and what to do for everything it finds.
//!
//! No product code enters here, and the product never depends on it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod directions;
mod files;
mod length;
mod metadata;
mod source;
mod violation;

/// House checks of the Guardmesh workspace
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    check: Check,
}

#[derive(Debug, Subcommand)]
enum Check {
    /// Crates and rooms depend on each other only as the design says
    Directions,
    /// No source file has more than 500 lines
    FileLength,
    /// Renews .sqlx from the queries in the code and the migrations
    Sqlx {
        /// Only compare, without a database; fails when .sqlx is not what it was prepared from
        #[arg(long)]
        check: bool,
        /// Prepare on this server, in a scratch database, rather than on a cluster of our own
        #[arg(long, env = "SQLX_PREPARE_DATABASE_URL", hide_env_values = true)]
        database_url: Option<String>,
    },
}

fn main() -> Result<ExitCode> {
    let root = Path::new(".");
    let violations = match Arguments::parse().check {
        Check::Directions => directions::check(root)?,
        Check::FileLength => length::check(root)?,
        Check::Sqlx { check: true, .. } => metadata::check(root)?,
        Check::Sqlx { database_url, .. } => metadata::prepare(root, database_url.as_deref())?,
    };
    for violation in &violations {
        eprintln!("{violation}");
    }
    Ok(if violations.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
