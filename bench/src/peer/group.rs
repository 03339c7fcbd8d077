//! A process that ends with us, and with it all that it started.

use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// Until a process that was asked to end is ended.
const FAREWELL: Duration = Duration::from_secs(10);

/// A process as the leader of a group of its own; the group is killed when this is dropped.
pub(crate) struct Group(Child);

// === impl Group ===

impl Group {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command.process_group(0).spawn();
        let name = command.as_std().get_program().to_string_lossy();
        Ok(Self(child.with_context(|| format!("cannot start {name}"))?))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.0.id().context("it has ended")
    }

    /// Its standard input and output, once, where they are piped.
    pub(crate) fn pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        self.0.stdin.take().zip(self.0.stdout.take())
    }

    /// Its standard error, once, where that is piped.
    pub(crate) fn errors(&mut self) -> Option<ChildStderr> {
        self.0.stderr.take()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    /// Waits for its own end.
    pub(crate) async fn ended(&mut self) -> Result<ExitStatus> {
        Ok(self.0.wait().await?)
    }

    /// Asks it to end; kills it when it takes too long.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.signal(Signal::SIGTERM);
        if tokio::time::timeout(FAREWELL, self.0.wait()).await.is_err() {
            self.signal(Signal::SIGKILL);
            self.0.wait().await?;
        }
        Ok(())
    }

    /// As long as the leader is not waited for, its number names nobody else.
    fn signal(&self, signal: Signal) {
        let leader = self.0.id().and_then(|pid| i32::try_from(pid).ok());
        if let Some(leader) = leader {
            // It may have ended by itself.
            let _ = killpg(Pid::from_raw(leader), signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

    use super::*;

    #[tokio::test]
    async fn a_dropped_group_takes_its_children_along() {
        let mut command = Command::new("sh");
        command.args(["-c", "cat /dev/zero >/dev/null & echo started >&2; wait"]);
        let mut group = Group::start(command.stderr(Stdio::piped())).unwrap();
        let mut output = BufReader::new(group.errors().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).await.unwrap();
        assert_eq!(line, "started\n");

        let (reader, mut rest) = (group, Vec::new());
        drop(reader);
        // The output ends once nobody holds it any more: shell and child are gone.
        let ended = output.read_to_end(&mut rest);
        tokio::time::timeout(FAREWELL, ended)
            .await
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn a_process_is_asked_to_end_first() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "exec >&2; trap 'echo farewell; exit' TERM; echo started; while :; do sleep 0.01; done",
        ]);
        let mut group = Group::start(command.stderr(Stdio::piped())).unwrap();
        let mut output = BufReader::new(group.errors().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).await.unwrap();
        group.stop().await.unwrap();
        // The shell may tell of its own child's end, too.
        output.read_to_string(&mut line).await.unwrap();
        assert!(line.contains("farewell\n"), "{line}");
    }
}
