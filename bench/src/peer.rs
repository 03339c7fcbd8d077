//! Those we are compared with: a folder of `bench/peers/` with two scripts.
//!
//! `setup DIRECTORY` installs what it needs below that directory, and prints what it is, with its
//! versions, in one line; where it fails, the last line of its errors is the reason. `run
//! DIRECTORY` becomes the peer; how it is spoken to is the business of each comparison.

mod group;

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

pub(crate) use group::Group;

/// Downloads and compilers take their time.
const SETUP: Duration = Duration::from_mins(15);

/// Runs a peer's `setup`; gives the line it prints.
pub(crate) async fn set_up(name: &str, folder: &Path, directory: &Path) -> Result<String> {
    eprintln!("{name}: setting up in {}", directory.display());
    let (described, log) = (directory.join("version"), directory.join("setup.log"));
    let mut command = Command::new(folder.join("setup"));
    command
        .arg(directory)
        .stdin(Stdio::null())
        .stdout(File::create(&described)?)
        .stderr(File::create(&log)?);
    let mut group = Group::start(&mut command)?;
    let status = tokio::time::timeout(SETUP, group.ended())
        .await
        .context("its set-up does not end")??;
    if !status.success() {
        bail!("cannot be set up: {}", last_line(&log));
    }
    Ok(last_line(&described))
}

/// The last line of a log that says something.
pub(crate) fn last_line(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    let last = lines.rfind(|line| !line.is_empty());
    last.unwrap_or("it says nothing").to_owned()
}
