//! A real PostgreSQL database for each test: a cluster for each test binary, a template migrated
//! once, a copy of it for whoever asks.
//!
//! Tests connect as a role that is no superuser, so that row-level security is in force as in
//! production.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::SecretString;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool};
use tokio::sync::OnceCell;

use crate::database;
use crate::postgres::{Cluster, ClusterOptions, Durability};

pub mod http;

/// The role that tests and services under test connect as.
const ROLE: &str = "guardmesh_test";
const PREFIX: &str = "guardmesh-test-";
/// Keeps the marker file of the process that uses a directory locked.
const MARKER: &str = "in-use";

/// The databases of one test binary: keep it in a `static`, so that its tests share a cluster.
#[derive(Debug)]
pub struct TestDatabases {
    server: OnceCell<Server>,
    count: AtomicU32,
}

#[derive(Debug)]
struct Server {
    cluster: Cluster,
    _marker: fs::File,
}

/// A database of one test's own.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    /// Its URL, as a service is given it.
    pub url: SecretString,
    /// How to connect to it.
    pub options: PgConnectOptions,
    /// A pool of a few connections.
    pub pool: PgPool,
}

// === impl TestDatabases ===

impl TestDatabases {
    /// Nothing runs until a database is asked for.
    #[expect(
        clippy::new_without_default,
        reason = "a const constructor, for a static"
    )]
    pub const fn new() -> Self {
        Self {
            server: OnceCell::const_new(),
            count: AtomicU32::new(0),
        }
    }

    /// A fresh database with `migrator` applied.
    ///
    /// # Panics
    /// When PostgreSQL cannot be started or refuses: a test cannot go on then.
    #[expect(
        clippy::expect_used,
        reason = "test support: a failure here fails the test"
    )]
    pub async fn create(&self, migrator: &Migrator) -> TestDatabase {
        let server = self.server.get_or_init(|| Server::start(migrator)).await;
        let name = format!("test_{}", self.count.fetch_add(1, Ordering::Relaxed));
        let create =
            format!("create database {name} template prototype owner {ROLE} strategy file_copy");
        server.execute("postgres", &create).await;
        let url = server.cluster.url_for(ROLE, &name);
        let options: PgConnectOptions = url.parse().expect("a URL of ours");
        let options = options.extra_float_digits(None);
        TestDatabase {
            pool: database::pool(options.clone(), 8),
            options,
            url: url.into(),
        }
    }
}

// === impl Server ===

impl Server {
    #[expect(
        clippy::expect_used,
        reason = "test support: a failure here fails the test"
    )]
    async fn start(migrator: &Migrator) -> Self {
        let parent = directory();
        sweep(&parent);
        let root = parent.join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir_all(&root).expect("a temporary directory");
        let marker = fs::File::create(root.join(MARKER)).expect("a file in it");
        marker.lock().expect("a lock on it");
        let options = ClusterOptions {
            root,
            durability: Durability::Ephemeral,
        };
        let cluster = Cluster::start(&options)
            .await
            .expect("a PostgreSQL cluster");
        let server = Self {
            cluster,
            _marker: marker,
        };

        let password = server.cluster.password();
        server
            .execute(
                "postgres",
                &format!("create role {ROLE} login password '{password}'"),
            )
            .await;
        server
            .execute(
                "postgres",
                &format!("create database prototype owner {ROLE}"),
            )
            .await;
        let url = server.cluster.url_for(ROLE, "prototype");
        let options: PgConnectOptions = url.parse().expect("a URL of ours");
        database::migrate(&options, migrator)
            .await
            .expect("migrations that apply");
        server
    }

    #[expect(
        clippy::expect_used,
        reason = "test support: a failure here fails the test"
    )]
    async fn execute(&self, database: &str, sql: &str) {
        let options: PgConnectOptions = self.cluster.url(database).parse().expect("a URL of ours");
        let mut connection = options
            .connect()
            .await
            .expect("a connection to our cluster");
        connection
            .execute(AssertSqlSafe(sql.to_owned()))
            .await
            .expect("a statement of ours");
        connection.close().await.expect("an orderly end");
    }
}

/// Memory rather than disk, where there is such a place.
fn directory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// Removes what test binaries that have ended left behind: a static is never dropped.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX));
        let marker = || fs::File::open(entry.path().join(MARKER)).ok();
        if ours && marker().is_some_and(|marker| marker.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
