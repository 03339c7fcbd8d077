//! A PostgreSQL cluster of our own: for `guardmesh dev` and for tests. Never for production.
//!
//! It runs the distribution's server binaries on a free loopback port, never as root, never on a
//! port that something else expects. However its parent ends, the server ends too; the data
//! directory of a killed server recovers at the next start.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::time::{Instant, sleep};

use binaries::Binaries;
use owner::Owner;
use process::Process;

mod binaries;
mod directory;
mod owner;
mod process;

/// The cluster's superuser.
const SUPERUSER: &str = "guardmesh";
/// A start includes crash recovery.
const START: Duration = Duration::from_mins(1);

/// What a cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Data survives a crash.
    Durable,
    /// Data does not matter: nothing is synced to disk.
    Ephemeral,
}

/// Where a cluster lives.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// A directory of ours; the cluster gets a folder in it, named by PostgreSQL's version.
    pub root: PathBuf,
    /// Whether data matters.
    pub durability: Durability,
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    process: Process,
    port: u16,
    password: String,
    /// Keeps others out while this process uses the cluster.
    _lock: fs::File,
}

/// A cluster cannot be started.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// There is no server to run.
    #[error(
        "no PostgreSQL server found: install one (Debian: apt-get install postgresql), set \
         PG_BIN_DIR to the directory that holds `postgres` and `initdb`, or set DATABASE_URL to \
         use a server that runs already"
    )]
    NoBinaries,
    /// Another process uses the directory.
    #[error("{0} is in use by another guardmesh process: stop that one first, or use --ephemeral")]
    InUse(PathBuf),
    /// Root has nobody to drop to.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`")]
    NoUser,
    /// The directory cannot be written.
    #[error("cannot write to {path}: {error}; make it writable, or use another directory")]
    Directory {
        /// Which directory.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A PostgreSQL program could not be run.
    #[error("cannot run {program}: {error}")]
    Run {
        /// Which program.
        program: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A PostgreSQL program failed.
    #[error("{what} failed; the end of {log}:\n{tail}")]
    Failed {
        /// What was attempted.
        what: &'static str,
        /// The log that tells more.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server answers, but not as it should.
    #[error("the PostgreSQL server of this directory does not answer: {0}")]
    Connect(#[from] sqlx::Error),
}

// === impl Cluster ===

impl Cluster {
    /// Starts the cluster in `options.root`, and makes it first if there is none.
    pub async fn start(options: &ClusterOptions) -> Result<Self, ClusterError> {
        let binaries = Binaries::find()?;
        let owner = Owner::choose(&directory::name(&options.root, binaries.major()))?;
        let home = directory::prepare(&options.root, binaries.major(), &owner)?;
        let lock = directory::lock(&home)?;
        let password = directory::password(&home)?;
        let data = home.join("data");
        if !data.join("PG_VERSION").exists() {
            process::initialise(&binaries, &owner, &home, &data, &password).await?;
        }
        process::stop_orphan(&binaries, &owner, &data).await;

        let deadline = Instant::now() + START;
        loop {
            let port = free_port().map_err(|error| ClusterError::Directory {
                path: home.clone(),
                error,
            })?;
            let mut process =
                Process::spawn(&binaries, &owner, &home, &data, port, options.durability)?;
            let cluster_url = url(port, SUPERUSER, &password, "postgres");
            match process.answers(&cluster_url, deadline).await {
                Ok(()) => {
                    return Ok(Self {
                        process,
                        port,
                        password,
                        _lock: lock,
                    });
                }
                // A killed server's children may hold its memory for a moment; a port may be
                // taken between the look and the use.
                Err(_) if Instant::now() + Duration::from_secs(50) < deadline => {
                    process.stop().await;
                    sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The URL of `database` for the superuser. It holds the cluster's password.
    pub fn url(&self, database: &str) -> String {
        url(self.port, SUPERUSER, &self.password, database)
    }

    /// The URL of `database` for `role`, whose password is the cluster's.
    pub fn url_for(&self, role: &str, database: &str) -> String {
        url(self.port, role, &self.password, database)
    }

    /// The cluster's password; all its roles share it.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The loopback port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops the server and waits until it has.
    pub async fn stop(mut self) {
        self.process.stop().await;
    }
}

fn url(port: u16, role: &str, password: &str, database: &str) -> String {
    format!("postgres://{role}:{password}@127.0.0.1:{port}/{database}?sslmode=disable")
}

fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// The last lines of a log, for an error message.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}
