//! `guardmesh check`: the guards from the shell, with no server. Made to be a pre-commit hook.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use guardmesh_guard_engine::{Channel, Engine, Finding, Guard};

mod report;

/// Far more than a person writes; a larger file is data.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 when nothing was found, 1 when something was, 2 when a file \
    could not be checked.\nUTF-16 is read by its byte order mark; binary files are skipped, and \
    named on standard error.\n\nExamples:\n  \
    guardmesh check src/main.rs notes.md\n  \
    git diff --cached --name-only --diff-filter=d -z | xargs -0 guardmesh check\n  \
    pbpaste | guardmesh check --guards secrets,pii --format json"
)]
pub(crate) struct Args {
    /// Files to check; `-`, or none, is standard input
    files: Vec<PathBuf>,

    /// What the report looks like: for people, or a JSON object a finding and line
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// The guards to run, separated by commas; those that run by default when absent
    #[arg(long, value_delimiter = ',')]
    guards: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// How a file's check ended.
enum Outcome {
    Clean,
    Found,
    /// Not text.
    Skipped,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let engine = match prepare(args) {
        Ok(engine) => engine,
        Err(error) => {
            complain(&error);
            return ExitCode::from(2);
        }
    };
    let stdin = [PathBuf::from("-")];
    let files = if args.files.is_empty() {
        &stdin[..]
    } else {
        &args.files
    };
    let (mut found, mut failed) = (false, false);
    for path in files {
        match check(&engine, args, path) {
            Ok(Outcome::Found) => found = true,
            Ok(Outcome::Clean) => {}
            Ok(Outcome::Skipped) => {
                let _ = writeln!(
                    io::stderr(),
                    "guardmesh: {}: not text, skipped",
                    path.display()
                );
            }
            // A reader such as `head` that has seen enough is not a failure.
            // Only findings are written.
            Err(error) if is_broken_pipe(&error) => return ExitCode::from(1),
            Err(error) => {
                complain(&error);
                failed = true;
            }
        }
    }
    match (failed, found) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    }
}

fn prepare(args: &Args) -> anyhow::Result<Engine> {
    let engine = Engine::standard()?;
    if let Some(unknown) = args.guards.iter().find(|id| engine.guard(id).is_none()) {
        let known: Vec<&str> = engine.guards().iter().map(Guard::id).collect();
        bail!(
            "there is no guard `{unknown}`; the guards are {}",
            known.join(", ")
        );
    }
    Ok(engine)
}

fn check(engine: &Engine, args: &Args, path: &Path) -> anyhow::Result<Outcome> {
    let Some(text) = decode(read(path)?) else {
        return Ok(Outcome::Skipped);
    };
    let wanted = |guard: &&Guard| match args.guards.as_slice() {
        [] => guard.runs_by_default(),
        asked => asked.iter().any(|id| id == guard.id()),
    };
    let guards = engine.guards().iter().filter(wanted);
    let mut findings: Vec<Finding> = guards
        .flat_map(|guard| guard.clone().on(Channel::Code).scan(&text))
        .collect();
    findings.sort_by_key(|finding| finding.span);
    report::write(
        &mut io::stdout().lock(),
        args.format,
        path,
        &text,
        &findings,
    )?;
    Ok(if findings.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Found
    })
}

/// The text in a file: UTF-8, UTF-16 with its byte order mark, or an older encoding, whose ASCII
/// part is what secrets are made of. Nothing for binary files.
fn decode(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes.get(..2) {
        Some([0xff, 0xfe]) => return Some(utf16(u16::from_le_bytes)),
        Some([0xfe, 0xff]) => return Some(utf16(u16::from_be_bytes)),
        _ => {}
    }
    if bytes.contains(&0) {
        return None;
    }
    Some(
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let mut bytes = Vec::new();
    let limited = MAX_BYTES + 1;
    let count = if path == Path::new("-") {
        io::stdin()
            .lock()
            .take(limited)
            .read_to_end(&mut bytes)
            .context("standard input")?
    } else {
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        if file.metadata().is_ok_and(|meta| meta.is_dir()) {
            bail!("{name} is a directory: name the files in it");
        }
        file.take(limited)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read {name}"))?
    };
    if u64::try_from(count).unwrap_or(u64::MAX) > MAX_BYTES {
        bail!("{name} has more than {MAX_BYTES} bytes");
    }
    Ok(bytes)
}

fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "guardmesh: {}", crate::sentence(error));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::BrokenPipe)
}
