//! A `guardmesh dev` of the harness's own.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::{load, process};

const START: Duration = Duration::from_secs(90);

/// A running `guardmesh dev`.
pub(crate) struct House {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first answered request.
    pub(crate) started_in: Duration,
}

/// Resident memory in KiB, pages that processes share counted once.
pub(crate) struct Memory {
    pub(crate) guardmesh: u64,
    pub(crate) postgres: u64,
}

/// A fresh directory that PostgreSQL's user may enter.
pub(crate) fn directory() -> Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("guardmesh-bench-{}", std::process::id()));
    fs::create_dir_all(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

// === impl House ===

impl House {
    /// Starts it, and waits for its first answer.
    pub(crate) async fn start(binary: &Path, directory: &Path) -> Result<Self> {
        let started = Instant::now();
        let mut child = Command::new(binary)
            .args([
                "dev",
                "--listen",
                "127.0.0.1:0",
                "--log-filter",
                "warn",
                "--directory",
            ])
            .arg(directory)
            .env_remove("DATABASE_URL")
            // One address sends all of it.
            .env("GATEWAY_RATE_LIMITS", "off")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} (make release builds it)", binary.display()))?;
        let stdout = child.stdout.take().context("its output")?;
        let address = tokio::time::timeout(START, address(BufReader::new(stdout)))
            .await
            .context("it did not become ready in time")??;
        load::get(address, "/health/ready").await?;
        Ok(Self {
            child,
            address,
            started_in: started.elapsed(),
        })
    }

    /// The access token of a new account.
    pub(crate) async fn register(&self) -> Result<String> {
        let body = r#"{"email":"bench@example.org","password":"correct horse","name":"Bench"}"#;
        let answer = load::post(self.address, "/api/v1/auth/register", body).await?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        let token = answer["tokens"]["accessToken"].as_str();
        Ok(token.context("no access token")?.to_owned())
    }

    pub(crate) fn resident_kib(&self) -> Result<Memory> {
        let own = self.child.id().context("it has ended")?;
        let of = |pid: &u32| process::resident_kib(*pid).unwrap_or_default();
        // Its children are the cluster: the postmaster, and its own.
        let family = process::family(own)?;
        let (own, cluster) = family.split_first().context("nobody")?;
        Ok(Memory {
            guardmesh: of(own),
            postgres: cluster.iter().map(of).sum(),
        })
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().context("it has ended")?;
        let status = Command::new("kill").arg(pid.to_string()).status().await?;
        if !status.success() {
            bail!("it could not be asked to stop");
        }
        self.child.wait().await?;
        Ok(())
    }
}

async fn address(mut output: BufReader<tokio::process::ChildStdout>) -> Result<SocketAddr> {
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).await? == 0 {
            bail!("it ended before it was ready");
        }
        if let Some((_, address)) = line.split_once("is ready at http://") {
            let address = address.trim().parse()?;
            // Keeps the pipe open, and empty.
            tokio::spawn(async move {
                let mut rest = String::new();
                while output
                    .read_line(&mut rest)
                    .await
                    .is_ok_and(|count| count > 0)
                {
                    rest.clear();
                }
            });
            return Ok(address);
        }
    }
}
