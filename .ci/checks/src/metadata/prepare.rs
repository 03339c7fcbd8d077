//! Renews `.sqlx`: the workspace is compiled against a scratch database that has all migrations.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use guardmesh_chassis::postgres::{Cluster, ClusterOptions, Durability};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use url::Url;

use super::{DIRECTORY, SEAL, check, metadata_files, seal};
use crate::files;
use crate::violation::Violation;

/// Apart from everyday builds: those do not notice that a database took the place of metadata.
const TARGET: &str = "target/sqlx";
const SCRATCH: &str = "guardmesh_sqlx_prepare";

/// Renews `.sqlx` on the server at `url`, or on a cluster of our own, and checks the outcome.
pub(crate) fn prepare(root: &Path, url: Option<&str>) -> Result<Vec<Violation>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let metadata = tempfile::tempdir()?;
    match url {
        Some(url) => runtime.block_on(on_server(root, url, metadata.path()))?,
        None => runtime.block_on(on_own_cluster(root, metadata.path()))?,
    }
    replace(root, metadata.path())?;
    check(root)
}

async fn on_own_cluster(root: &Path, metadata: &Path) -> Result<()> {
    // PostgreSQL runs as another user when this is root, and must be able to enter.
    let directory = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o755))
        .tempdir()?;
    let cluster = Cluster::start(&ClusterOptions {
        root: directory.path().to_owned(),
        durability: Durability::Ephemeral,
    })
    .await?;
    let prepared = on_server(root, &cluster.url("postgres"), metadata).await;
    cluster.stop().await;
    prepared
}

async fn on_server(root: &Path, url: &str, metadata: &Path) -> Result<()> {
    let scratch_name = format!("{SCRATCH}_{}", std::process::id());
    let mut scratch = Url::parse(url).context("the database URL")?;
    scratch.set_path(&scratch_name);
    let mut server = PgConnection::connect(url)
        .await
        .context("connecting to the server")?;
    execute(&mut server, format!("create database {scratch_name}")).await?;
    let prepared = on_database(root, scratch.as_str(), metadata).await;
    execute(
        &mut server,
        format!("drop database {scratch_name} with (force)"),
    )
    .await?;
    prepared
}

async fn on_database(root: &Path, url: &str, metadata: &Path) -> Result<()> {
    let mut database = PgConnection::connect(url).await?;
    for file in files::list(root, &["migrations/*.sql"])? {
        let schema = file.split('/').nth(1).unwrap_or_default();
        execute(
            &mut database,
            format!("create schema if not exists \"{schema}\""),
        )
        .await?;
        let sql = fs::read_to_string(root.join(&file))?;
        execute(&mut database, sql)
            .await
            .with_context(|| file.clone())?;
    }
    database.close().await?;
    compile(root, url, metadata)
}

async fn execute(connection: &mut PgConnection, sql: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await?;
    Ok(())
}

/// Compiles all crates of ours afresh, so that every query is described by the database.
fn compile(root: &Path, url: &str, metadata: &Path) -> Result<()> {
    let cargo = |arguments: &[&str]| -> Result<()> {
        let status = Command::new("cargo")
            .current_dir(root)
            .args(arguments)
            .args(["--target-dir", TARGET])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", metadata)
            .env("DATABASE_URL", url)
            .status()
            .context("cargo cannot be run")?;
        if !status.success() {
            bail!("cargo {} failed", arguments.join(" "));
        }
        Ok(())
    };
    cargo(&["clean", "--quiet", "--workspace"])?;
    cargo(&[
        "check",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--locked",
    ])
}

/// Puts the new metadata in the place of the old, and seals it.
fn replace(root: &Path, metadata: &Path) -> Result<()> {
    let directory = root.join(DIRECTORY);
    fs::create_dir_all(&directory)?;
    for old in metadata_files(root)? {
        fs::remove_file(root.join(old))?;
    }
    let mut count = 0;
    for entry in fs::read_dir(metadata)? {
        let new: PathBuf = entry?.path();
        fs::copy(
            &new,
            directory.join(new.file_name().context("a file name")?),
        )?;
        count += 1;
    }
    fs::write(root.join(SEAL), seal(root)? + "\n")?;
    eprintln!("{DIRECTORY}: {count} queries");
    Ok(())
}
