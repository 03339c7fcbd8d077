//! A Redis of a test's own: Debian's program on a free loopback port, in memory, gone with the
//! test however that ends.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::house::until;

/// A running server, or one that was killed.
pub(crate) struct RedisServer {
    child: Child,
    port: u16,
    options: Vec<String>,
    pub(crate) directory: TempDir,
}

// === impl RedisServer ===

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self::start_with(directory, |port| {
            vec!["--port".to_owned(), port.to_string()]
        })
        .await
    }

    /// With these options, which have to make it listen on the port they are given.
    pub(crate) async fn start_with(
        directory: TempDir,
        options: impl Fn(u16) -> Vec<String>,
    ) -> Self {
        let port = free_port();
        let options = options(port);
        let child = spawn(directory.path(), &options);
        let server = Self {
            child,
            port,
            options,
            directory,
        };
        server.listening().await;
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}/0", self.address())
    }

    /// As `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, empty, where it was.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(self.directory.path(), &self.options);
        self.listening().await;
    }

    /// Neither answers nor closes a connection, until `resume`.
    pub(crate) fn hang(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    /// One command, as `redis-cli` would send it.
    pub(crate) fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_connection().unwrap();
        let mut asked = redis::cmd(command[0]);
        asked.arg(&command[1..]);
        asked.query(&mut connection).unwrap()
    }

    async fn listening(&self) {
        until("Redis", async || {
            tokio::net::TcpStream::connect(self.address()).await.is_ok()
        })
        .await;
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(directory: &Path, options: &[String]) -> Child {
    // The signal at the end of the parent is that at the end of the thread which spawns: the
    // test's own, which lives as long as the test. `setpriv` is part of every Debian.
    Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "--"])
        .arg(program(directory))
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .args(options)
        .current_dir(directory)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Debian's `redis-server` is `redis-check-rdb` by another name. The package that has the program
/// alone, and starts no service, has only that one.
fn program(directory: &Path) -> PathBuf {
    let installed = Path::new("/usr/bin/redis-check-rdb");
    let named = directory.join("redis-server");
    if !installed.exists() {
        return PathBuf::from("redis-server");
    }
    if !named.exists() {
        symlink(installed, &named).unwrap();
    }
    named
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
