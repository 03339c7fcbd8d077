//! Who takes part: the gateway itself, and the peers of `bench/peers/`.
//!
//! `run DIRECTORY` of a peer becomes the server: `LISTEN_PORT` on 127.0.0.1, with the gRPC backend
//! at `GRPC_BACKEND` and the HTTP/1.1 one at `HTTP_BACKEND`.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, Command};

use super::backend::Backends;
use super::call::Calls;
use super::issuer;
use crate::peer::{self, Group};

const START: Duration = Duration::from_secs(30);
/// Bytes of the log of a gateway, which has a line for every request.
const KEPT: u64 = 64 * 1024;
const POLL: Duration = Duration::from_millis(20);
/// Authenticates caller contexts; whatever it is, the backends do not look.
const CALLER_KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// Counted as they are for anybody, but one client sends everything.
const RATE_LIMITS: &str = "default.ip=1000000/sec,burst=1000000; auth.ip=1000000/sec,burst=1000000; \
    default.user=1000000/sec,burst=1000000; default.org=1000000/sec,burst=1000000";

/// All of them, in the order of the report. The first is what the others are compared with.
pub(super) const KINDS: [Kind; 8] = [
    Kind::gateway(
        "guardmesh",
        "authenticated method, every filter, access log",
        "info",
    ),
    Kind {
        public: true,
        ..Kind::gateway("guardmesh-public", "public method, access log", "info")
    },
    Kind::gateway(
        "guardmesh-quiet",
        "authenticated method, no access log",
        "warn",
    ),
    Kind::peer("pingora"),
    Kind::peer("nginx"),
    Kind::peer("grpc-gateway"),
    Kind::peer("fastapi"),
    Kind::peer("express"),
];

/// A way to take part.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The gateway's log filter and what is special; a peer tells what it is by itself.
    gateway: Option<(&'static str, &'static str)>,
    /// Whether the calls of the public method are made.
    public: bool,
}

/// Where things are.
pub(super) struct Place {
    /// The gateway's binary.
    pub(super) gateway: PathBuf,
    /// The folder of the peers' folders.
    pub(super) peers: PathBuf,
    /// Where the peers are installed, and everybody's errors are kept.
    pub(super) installed: PathBuf,
}

/// One that runs, and gives right answers.
pub(super) struct Contestant {
    pub(super) name: &'static str,
    /// What it is, in one line.
    pub(super) description: String,
    pub(super) address: SocketAddr,
    pub(super) calls: Calls,
    group: Group,
}

// === impl Kind ===

impl Kind {
    /// Whether this is the gateway that all is about, rather than a peer.
    pub(super) fn is_gateway(&self) -> bool {
        self.gateway.is_some()
    }

    const fn gateway(name: &'static str, description: &'static str, log: &'static str) -> Self {
        Self {
            name,
            gateway: Some((log, description)),
            public: false,
        }
    }

    const fn peer(name: &'static str) -> Self {
        Self {
            name,
            gateway: None,
            public: false,
        }
    }
}

// === impl Contestant ===

impl Contestant {
    /// Sets it up, starts it, and sees that it answers rightly.
    pub(super) async fn enter(kind: &Kind, place: &Place, backends: &Backends) -> Result<Self> {
        let directory = std::path::absolute(place.installed.join(kind.name))?;
        fs::create_dir_all(&directory)?;
        let log = directory.join("run.log");
        let address = free_address()?;
        let (description, mut command) = if let Some((filter, description)) = kind.gateway {
            let command = gateway(&place.gateway, filter, address, backends);
            (description.to_owned(), command)
        } else {
            let folder = place.peers.join(kind.name);
            let description = peer::set_up(kind.name, &folder, &directory).await?;
            let errors = File::create(&log)?;
            let mut command = Command::new(folder.join("run"));
            command
                .arg(&directory)
                .stdout(errors.try_clone()?)
                .stderr(errors);
            (description, command)
        };
        command
            .env("LISTEN_PORT", address.port().to_string())
            .env("GRPC_BACKEND", backends.grpc.to_string())
            .env("HTTP_BACKEND", backends.http.to_string());
        let mut group = Group::start(command.stdin(Stdio::null()))?;
        if let Some(errors) = group.errors() {
            tokio::spawn(keep_beginning(errors, log.clone()));
        }
        let calls = if kind.public {
            Calls::public()?
        } else {
            Calls::authenticated(&backends.token)?
        };
        let mut contestant = Self {
            name: kind.name,
            description,
            address,
            calls,
            group,
        };
        contestant
            .verify()
            .await
            .with_context(|| peer::last_line(&log))?;
        Ok(contestant)
    }

    /// Its process.
    pub(super) fn pid(&self) -> Result<u32> {
        self.group.pid()
    }

    /// Ends it.
    pub(super) async fn leave(self) -> Result<()> {
        self.group.stop().await
    }

    /// Both calls must come to be answered rightly.
    async fn verify(&mut self) -> Result<()> {
        let started = Instant::now();
        loop {
            let answered = async {
                self.calls.small.verify(self.address).await?;
                self.calls.large.verify(self.address).await
            };
            let Err(error) = answered.await else {
                return Ok(());
            };
            if self.group.has_ended()? {
                bail!("it ended by itself");
            }
            if started.elapsed() > START {
                return Err(error);
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// The gateway, as it comes, with bounds that a load test does not reach.
fn gateway(binary: &Path, filter: &str, address: SocketAddr, backends: &Backends) -> Command {
    let grpc = backends.grpc;
    let mut command = Command::new(binary);
    command
        .env("GUARDMESH_ENV", "development")
        .env("GUARDMESH_CALLER_KEY", CALLER_KEY)
        .env("GATEWAY_LISTEN", address.to_string())
        .env(
            "GATEWAY_UPSTREAMS",
            format!("auth={grpc},guards={grpc},webhooks={grpc}"),
        )
        .env("TOKEN_ISSUER", issuer::ISSUER)
        .env("TOKEN_AUDIENCE", issuer::AUDIENCE)
        .env("GATEWAY_RATE_LIMITS", RATE_LIMITS)
        .env("LOG_FORMAT", "json")
        .env("LOG_FILTER", filter)
        .stderr(Stdio::piped());
    command
}

/// Reads what a process logs, as the runtime of a container does, so that the process pays for
/// every line; only the beginning is kept.
async fn keep_beginning(mut errors: ChildStderr, log: PathBuf) -> std::io::Result<()> {
    let mut beginning = tokio::fs::File::create(log).await?;
    tokio::io::copy(&mut (&mut errors).take(KEPT), &mut beginning).await?;
    tokio::io::copy(&mut errors, &mut tokio::io::sink()).await?;
    Ok(())
}

/// A port that is free at this moment: not every server can tell us the one it was given.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
