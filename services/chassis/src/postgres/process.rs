//! The server as a child process.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::binaries::Binaries;
use super::owner::Owner;
use super::{ClusterError, Durability, SUPERUSER, tail};

/// How long a fast shutdown may take before it becomes an immediate one.
const STOP: Duration = Duration::from_secs(15);
/// `initdb` takes half a second on a quiet machine and several on a loaded one.
const INITIALISE: Duration = Duration::from_mins(1);

/// A data directory in the making.
const UNFINISHED: &str = "data.unfinished-";

/// A running server. Dropped, it is told to stop.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    exited: oneshot::Receiver<()>,
    gone: bool,
    log: PathBuf,
}

// === impl Process ===

impl Process {
    pub(super) fn spawn(
        binaries: &Binaries,
        owner: &Owner,
        home: &Path,
        data: &Path,
        port: u16,
        durability: Durability,
    ) -> Result<Self, ClusterError> {
        let log = home.join("postgres.log");
        let postgres = binaries.program("postgres");
        let mut command = ends_with_its_parent(&postgres);
        command.arg("-D").arg(data).args(settings(port, durability));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(open_log(&log)?);
        command.current_dir("/").process_group(0);
        owner.run_as(&mut command);

        // The end-of-parent signal is tied to the spawning thread, so that thread stays with
        // the server.
        let (pid_sender, pid) = std::sync::mpsc::sync_channel(1);
        let (exit_sender, exited) = oneshot::channel();
        std::thread::spawn(move || match command.spawn() {
            Ok(mut child) => {
                let _ = pid_sender.send(Ok(child.id()));
                let _: Result<ExitStatus, _> = child.wait();
                let _ = exit_sender.send(());
            }
            Err(error) => {
                let _ = pid_sender.send(Err(error));
            }
        });
        let run = |error| ClusterError::Run {
            program: postgres.clone(),
            error,
        };
        let pid = pid
            .recv()
            .map_err(|error| run(std::io::Error::other(error)))?
            .map_err(run)?;
        Ok(Self {
            pid: Pid::from_raw(pid.cast_signed()),
            exited,
            gone: false,
            log,
        })
    }

    /// Waits until the server answers at `url`.
    pub(super) async fn answers(
        &mut self,
        url: &str,
        deadline: Instant,
    ) -> Result<(), ClusterError> {
        let options: PgConnectOptions = url.parse()?;
        loop {
            if self.exited.try_recv().is_ok() {
                self.gone = true;
                return Err(self.failed("the start of PostgreSQL"));
            }
            match timeout(Duration::from_secs(5), options.connect()).await {
                Ok(Ok(connection)) => return Ok(connection.close().await?),
                // The port is another's, or the password is not this cluster's.
                Ok(Err(error @ sqlx::Error::Database(_))) if !is_starting(&error) => {
                    return Err(error.into());
                }
                _ if Instant::now() >= deadline => {
                    return Err(self.failed("the start of PostgreSQL"));
                }
                _ => sleep(Duration::from_millis(10)).await,
            }
        }
    }

    /// Stops the server: fast, then immediately.
    pub(super) async fn stop(&mut self) {
        for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGKILL] {
            if self.gone {
                return;
            }
            let _ = kill(self.pid, signal);
            self.gone = timeout(STOP, &mut self.exited).await.is_ok();
        }
    }

    fn failed(&self, what: &'static str) -> ClusterError {
        ClusterError::Failed {
            what,
            log: self.log.clone(),
            tail: tail(&self.log),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.gone && self.exited.try_recv().is_err() {
            let _ = kill(self.pid, Signal::SIGINT);
        }
    }
}

/// Makes the data directory: elsewhere first, then renamed, so that an interrupted attempt
/// leaves nothing that looks finished.
pub(super) async fn initialise(
    binaries: &Binaries,
    owner: &Owner,
    home: &Path,
    data: &Path,
    password: &str,
) -> Result<(), ClusterError> {
    let at = |error| ClusterError::Directory {
        path: home.to_owned(),
        error,
    };
    // What an attempt that was killed left behind may still be written to for a moment.
    for entry in fs::read_dir(home).map_err(at)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let unfinished = home.join(format!("{UNFINISHED}{}", std::process::id()));
    let password_file = home.join("password.init");
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&password_file)
        .map_err(at)?;
    file.write_all(password.as_bytes()).map_err(at)?;
    owner.take(&password_file).map_err(at)?;

    let log = home.join("initdb.log");
    let mut command = ends_with_its_parent(&binaries.program("initdb"));
    command
        .args([
            "--username",
            SUPERUSER,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
        ])
        .args(["--locale=C.UTF-8", "--no-instructions", "--no-sync"])
        .arg("--pwfile")
        .arg(&password_file)
        .arg("--pgdata")
        .arg(&unfinished);
    let finished = run(command, owner, &log, INITIALISE).await;
    let _ = fs::remove_file(&password_file);
    if !finished? {
        let tail = tail(&log);
        return Err(ClusterError::Failed {
            what: "initdb",
            log,
            tail,
        });
    }
    fs::rename(&unfinished, data).map_err(at)
}

/// Stops a server that outlived its parent, where the system does not do that for us. The lock
/// is ours, so nobody uses it.
pub(super) async fn stop_orphan(binaries: &Binaries, owner: &Owner, data: &Path) {
    if !data.join("postmaster.pid").exists() {
        return;
    }
    let mut command = Command::new(binaries.program("pg_ctl"));
    command.args([
        "stop",
        "--mode=fast",
        "--wait",
        "--silent",
        "--timeout=15",
        "--pgdata",
    ]);
    command.arg(data);
    // A stale file of a killed server makes this fail, rightly: there is nothing to stop.
    let _ = run(
        command,
        owner,
        Path::new("/dev/null"),
        Duration::from_secs(20),
    )
    .await;
}

async fn run(
    mut command: Command,
    owner: &Owner,
    log: &Path,
    patience: Duration,
) -> Result<bool, ClusterError> {
    let program = PathBuf::from(command.get_program());
    command
        .stdin(Stdio::null())
        .stdout(open_log(log)?)
        .stderr(open_log(log)?);
    command.current_dir("/");
    owner.run_as(&mut command);
    let failed = |error| ClusterError::Run {
        program: program.clone(),
        error,
    };
    let mut child = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    match timeout(patience, child.wait()).await {
        Ok(status) => Ok(status.map_err(failed)?.success()),
        Err(_) => Err(failed(std::io::Error::from(std::io::ErrorKind::TimedOut))),
    }
}

/// A command that gets SIGINT, PostgreSQL's fast shutdown, when its parent ends in whatever way.
/// `setpriv` is part of every Debian; without it, the next start cleans up.
fn ends_with_its_parent(program: &Path) -> Command {
    const SETPRIV: &str = "/usr/bin/setpriv";
    if !Path::new(SETPRIV).exists() {
        return Command::new(program);
    }
    let mut command = Command::new(SETPRIV);
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

fn settings(port: u16, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "max_connections=120".to_owned(),
        "shared_buffers=32MB".to_owned(),
        "logging_collector=off".to_owned(),
        "password_encryption=scram-sha-256".to_owned(),
    ];
    if durability == Durability::Ephemeral {
        for name in [
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "autovacuum",
        ] {
            settings.push(format!("{name}=off"));
        }
    }
    settings
        .into_iter()
        .flat_map(|setting| ["-c".to_owned(), setting])
        .collect()
}

fn open_log(path: &Path) -> Result<File, ClusterError> {
    let open = || {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        if path != Path::new("/dev/null") {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
        Ok(file)
    };
    open().map_err(|error| ClusterError::Directory {
        path: path.to_owned(),
        error,
    })
}

fn is_starting(error: &sqlx::Error) -> bool {
    // 57P03 cannot_connect_now
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some("57P03"))
}
