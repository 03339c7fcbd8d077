//! Finds the server's programs: `PG_BIN_DIR`, then the newest that Debian has installed, then
//! `PATH`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

const DEBIAN: &str = "/usr/lib/postgresql";

/// A directory that holds `postgres`, `initdb` and `pg_ctl`.
#[derive(Debug)]
pub(super) struct Binaries {
    directory: PathBuf,
    major: u32,
}

// === impl Binaries ===

impl Binaries {
    pub(super) fn find() -> Result<Self, ClusterError> {
        candidates()
            .into_iter()
            .find_map(|directory| Self::at(&directory))
            .ok_or(ClusterError::NoBinaries)
    }

    fn at(directory: &Path) -> Option<Self> {
        // A link in PATH leads to the directory that holds all of them.
        let postgres = fs::canonicalize(directory.join("postgres")).ok()?;
        let directory = postgres.parent()?.to_owned();
        if !directory.join("initdb").exists() || !directory.join("pg_ctl").exists() {
            return None;
        }
        let output = Command::new(&postgres).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text
            .split_whitespace()
            .find(|word| word.starts_with(char::is_numeric))?;
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Self {
            directory,
            major: digits.parse().ok()?,
        })
    }

    /// PostgreSQL's major version: data directories differ by it.
    pub(super) fn major(&self) -> u32 {
        self.major
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

fn candidates() -> Vec<PathBuf> {
    if let Some(directory) = env::var_os("PG_BIN_DIR") {
        // Whoever names a directory means that one and no other.
        return vec![PathBuf::from(directory)];
    }
    let mut installed: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    installed.sort_unstable_by(|a, b| b.cmp(a));
    let path = env::var_os("PATH").unwrap_or_default();
    installed
        .into_iter()
        .map(|(_, path)| path)
        .chain(env::split_paths(&path))
        .collect()
}
