//! The `guardmesh` binary: everything there is, by one command.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod admin;
mod check;
mod dev;
mod migrate;
mod openapi;
mod serve;

/// A hardened, self-hosted front door for products that use AI.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything on this machine: gateway, services and a PostgreSQL of their own
    Dev(Box<dev::Args>),
    /// Run one part, as production does
    Serve(Box<serve::Args>),
    /// Bring the database schemas up to date
    Migrate(migrate::Args),
    /// Look for secrets, personal data and what else guards find in files and diffs, with no server
    Check(Box<check::Args>),
    /// Print the API as an OpenAPI 3.1 document
    Openapi,
    /// Manage administrators; revoke and delete users and organisations
    Admin(admin::Args),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    // A check needs no runtime and has exit codes of its own.
    if let Command::Check(args) = command {
        return check::run(&args);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let result = runtime.block_on(async {
        match command {
            Command::Dev(args) => Box::pin(dev::run(*args)).await,
            Command::Serve(args) => serve::run(*args).await,
            Command::Migrate(args) => migrate::run(args).await,
            Command::Admin(args) => admin::run(args).await,
            Command::Openapi => openapi::run(),
            Command::Check(_) => Ok(()),
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "guardmesh: {}", sentence(error));
    ExitCode::FAILURE
}

/// The error and its causes in one sentence. Errors that already tell their cause do not tell it
/// twice.
fn sentence(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |told, cause| {
            match (told.is_empty(), told.contains(&cause)) {
                (true, _) => cause,
                (_, true) => told,
                (_, false) => format!("{told}: {cause}"),
            }
        })
}
