//! Who takes part: the engine's guards, and the peers of `bench/peers/`.
//!
//! Each is a process that reads requests and writes answers, a line of JSON each:
//!
//! ```text
//! {"find": "some text"}                  → {"found": ["value", …]}
//! {"scan": ["path", …], "times": 3}      → {"findings": 7, "micros": [812, …]}
//! ```
//!
//! `scan` checks each file as one text, all of them `times` times over, and says how long each
//! check took. It has read the files before the clock runs, unless reading files is how it works.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};

use super::planted::{self, Claim};
use crate::peer::{self, Group};

/// The slowest take seconds for one text.
const ANSWER: Duration = Duration::from_mins(5);

/// All of them, in the order of the report.
pub(super) const KINDS: [Kind; 7] = [
    Kind::ours("guardmesh-secrets", Claim::Secrets, "secrets"),
    Kind::ours("guardmesh-pii", Claim::PersonalData, "pii"),
    Kind::ours("guardmesh-all", Claim::All, ""),
    Kind::peer("gitleaks", Claim::Secrets),
    Kind::peer("detect-secrets", Claim::Secrets),
    Kind::peer("llm-guard", Claim::Secrets),
    Kind::peer("presidio", Claim::PersonalData),
];

/// A way to take part.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) claim: Claim,
    /// The guards of ours, with commas between; those that run by default if empty.
    guards: Option<&'static str>,
}

/// One that runs, and finds what it claims to.
pub(super) struct Contestant {
    pub(super) name: &'static str,
    /// What it is, in one line.
    pub(super) description: String,
    /// Planted values of its claim that it does not find.
    pub(super) missed: Vec<&'static str>,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    group: Group,
}

/// The answer to `find`.
#[derive(Deserialize)]
struct Found {
    found: Vec<String>,
}

/// The answer to `scan`.
#[derive(Deserialize)]
pub(super) struct Scanned {
    /// So that nobody can leave the work out.
    pub(super) findings: u64,
    /// Microseconds of each check.
    pub(super) micros: Vec<f64>,
}

// === impl Kind ===

impl Kind {
    /// Whether these are the guards that all is about, rather than a peer.
    pub(super) const fn is_ours(&self) -> bool {
        self.guards.is_some()
    }

    const fn ours(name: &'static str, claim: Claim, guards: &'static str) -> Self {
        Self {
            name,
            claim,
            guards: Some(guards),
        }
    }

    const fn peer(name: &'static str, claim: Claim) -> Self {
        Self {
            name,
            claim,
            guards: None,
        }
    }
}

// === impl Contestant ===

impl Contestant {
    /// Sets it up, starts it, and sees what it finds.
    pub(super) async fn enter(kind: &Kind, peers: &Path, installed: &Path) -> Result<Self> {
        let directory = std::path::absolute(installed.join(kind.name))?;
        fs::create_dir_all(&directory)?;
        let log = directory.join("run.log");
        let (description, mut command) = if let Some(guards) = kind.guards {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["scan", "--guards", guards]);
            (format!("the engine, {}", or_default(guards)), command)
        } else {
            let folder = peers.join(kind.name);
            let description = peer::set_up(kind.name, &folder, &directory).await?;
            let mut command = Command::new(folder.join("run"));
            command.arg(&directory);
            (description, command)
        };
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?);
        let mut group = Group::start(&mut command)?;
        let (requests, answers) = group.pipes().context("its pipes are gone")?;
        let mut contestant = Self {
            name: kind.name,
            description,
            missed: Vec::new(),
            requests,
            answers: BufReader::new(answers),
            group,
        };
        contestant
            .verify(kind.claim)
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

    /// Checks each of these files so many times.
    pub(super) async fn scan(&mut self, files: &[PathBuf], times: u32) -> Result<Scanned> {
        self.ask(&json!({"scan": files, "times": times})).await
    }

    /// It must find most of the values of its claim; what it misses is told.
    async fn verify(&mut self, claim: Claim) -> Result<()> {
        let planted = planted::of(claim);
        for planted in &planted {
            let answer: Found = self.ask(&json!({"find": planted.line})).await?;
            let bare = |text: &str| text.replace(['-', ' '], "");
            let wanted = bare(&planted.value);
            if !answer
                .found
                .iter()
                .any(|value| bare(value).contains(&wanted))
            {
                self.missed.push(planted.name);
            }
        }
        let harmless: Found = self
            .ask(&json!({"find": "A quiet sentence about nothing at all.\n"}))
            .await?;
        if self.missed.len() * 2 >= planted.len() || !harmless.found.is_empty() {
            bail!(
                "it misses {:?}, and finds {:?} in nothing",
                self.missed,
                harmless.found
            );
        }
        Ok(())
    }

    async fn ask<T: DeserializeOwned>(&mut self, request: &Value) -> Result<T> {
        let line = format!("{request}\n");
        let mut answer = String::new();
        let asked = async {
            self.requests.write_all(line.as_bytes()).await?;
            self.requests.flush().await?;
            self.answers.read_line(&mut answer).await
        };
        let length = tokio::time::timeout(ANSWER, asked)
            .await
            .context("it does not answer")??;
        if length == 0 {
            bail!("it ended by itself");
        }
        serde_json::from_str(&answer).context("its answer cannot be read")
    }
}

fn or_default(guards: &str) -> &str {
    if guards.is_empty() {
        "all guards that run by default"
    } else {
        guards
    }
}
