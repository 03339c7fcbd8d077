//! A `guardmesh dev` of a test's own: started as a person starts it, stopped when dropped.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use guardmesh_chassis::testing::TestDatabases;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

pub(crate) const ADMIN_EMAIL: &str = "root@example.org";
pub(crate) const ADMIN_PASSWORD: &str = "a password of the tests";
pub(crate) const STRIPE_SECRET: &str = "whsec_of_the_end_to_end_tests";

/// Databases for tests that bring their own.
pub(crate) static DATABASES: TestDatabases = TestDatabases::new();

/// A running `guardmesh dev`.
pub(crate) struct Guardmesh {
    child: Child,
    pub(crate) address: SocketAddr,
    /// All of its welcome.
    pub(crate) welcome: String,
}

/// The binary, with the settings of the tests and none of the machine's.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guardmesh"));
    command.args(arguments).env_remove("DATABASE_URL");
    command.env("GUARDMESH_ADMIN_EMAIL", ADMIN_EMAIL);
    command.env("GUARDMESH_ADMIN_PASSWORD", ADMIN_PASSWORD);
    command.env(
        "STRIPE_WEBHOOK_SECRETS",
        format!("whsec_retired, {STRIPE_SECRET}"),
    );
    command.env("LOG_FILTER", "warn");
    command
}

// === impl Guardmesh ===

impl Guardmesh {
    /// One that keeps nothing.
    pub(crate) fn ephemeral() -> Self {
        Self::start(&mut command(&[
            "dev",
            "--ephemeral",
            "--listen",
            "127.0.0.1:0",
        ]))
    }

    /// One that keeps its data in `directory`.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        let directory = directory.to_str().unwrap();
        Self::start(&mut command(&[
            "dev",
            "--directory",
            directory,
            "--listen",
            "127.0.0.1:0",
        ]))
    }

    /// Starts it, and returns once it says that it is ready.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut welcome = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !welcome.contains("Ctrl-C stops everything") {
            let Some(line) = lines.next() else {
                panic!("guardmesh dev ended early: {}", child.wait().unwrap());
            };
            welcome.push_str(&line.unwrap());
            welcome.push('\n');
        }
        let (_, url) = welcome.split_once("http://").unwrap();
        let address = url.split_whitespace().next().unwrap().parse().unwrap();
        Self {
            child,
            address,
            welcome,
        }
    }

    /// Sends a signal, and waits until the process has ended.
    pub(crate) fn end(mut self, signal: Signal) -> ExitStatus {
        kill(self.pid(), signal).unwrap();
        self.child.wait().unwrap()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }
}

impl Drop for Guardmesh {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill(self.pid(), Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

/// Asks again and again until the answer is there.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
