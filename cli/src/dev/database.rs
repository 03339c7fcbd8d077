//! The database of `guardmesh dev`: a cluster of our own with a role a service, or the server
//! that `DATABASE_URL` names.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::database;
use guardmesh_chassis::postgres::{Cluster, ClusterOptions, Durability};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

const DATABASE: &str = "guardmesh";
const CONNECT: Duration = Duration::from_secs(10);

/// Where each service's schema is.
pub(super) struct Urls {
    pub(super) auth: SecretString,
    pub(super) guards: SecretString,
    pub(super) webhooks: SecretString,
}

/// An open database.
pub(super) struct Database {
    urls: Urls,
    cluster: Option<Cluster>,
}

// === impl Database ===

impl Database {
    /// Uses the server at `url`, else starts a cluster in `directory`.
    pub(super) async fn open(
        directory: &Path,
        url: Option<&SecretString>,
        ephemeral: bool,
    ) -> anyhow::Result<Self> {
        if let Some(url) = url {
            try_out(url).await?;
            let url = || url.clone();
            let urls = Urls {
                auth: url(),
                guards: url(),
                webhooks: url(),
            };
            return Ok(Self {
                urls,
                cluster: None,
            });
        }
        let durability = if ephemeral {
            Durability::Ephemeral
        } else {
            Durability::Durable
        };
        if ephemeral {
            // Temporary directories are closed to others, such as the server's user.
            fs::set_permissions(directory, fs::Permissions::from_mode(0o711))?;
        }
        let options = ClusterOptions {
            root: directory.to_owned(),
            durability,
        };
        let cluster = Cluster::start(&options).await?;
        set_up(&cluster)
            .await
            .context("setting up the development database")?;
        let url = |service: &str| {
            SecretString::from(cluster.url_for(&format!("guardmesh_{service}"), DATABASE))
        };
        let urls = Urls {
            auth: url("auth"),
            guards: url("guards"),
            webhooks: url("webhooks"),
        };
        Ok(Self {
            urls,
            cluster: Some(cluster),
        })
    }

    pub(super) fn urls(&self) -> &Urls {
        &self.urls
    }

    /// Stops the cluster, if it is ours.
    pub(super) async fn close(self) {
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// Connects once, so that a wrong URL is told in a sentence and not in a stream of errors.
async fn try_out(url: &SecretString) -> anyhow::Result<()> {
    let options = database::connect_options(url, Environment::Development)?;
    let mut connection = tokio::time::timeout(CONNECT, options.connect())
        .await
        .context("the database at DATABASE_URL does not answer: is it running?")?
        .context(
            "the database at DATABASE_URL refuses the connection: check host, port, user, \
             password and database, or unset DATABASE_URL to use a server of our own",
        )?;
    let unbound: bool = sqlx::query_scalar(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut connection)
    .await?;
    if unbound {
        tracing::warn!(
            "the role of DATABASE_URL is not bound by row-level security: use an ordinary role, \
             as in production"
        );
    }
    connection.close().await?;
    Ok(())
}

/// Makes the database and a role for each service, where there are none. No role of a service is
/// a superuser: row-level security binds it.
async fn set_up(cluster: &Cluster) -> anyhow::Result<()> {
    let mut connection = connect(cluster, "postgres").await?;
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut connection)
            .await?;
    if !exists {
        connection
            .execute(AssertSqlSafe(format!("create database {DATABASE}")))
            .await?;
    }
    for service in ["auth", "guards", "webhooks"] {
        let role = format!("guardmesh_{service}");
        let known: bool =
            sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
                .bind(&role)
                .fetch_one(&mut connection)
                .await?;
        if !known {
            // The password is hexadecimal, the names are ours: nothing to escape.
            let password = cluster.password();
            let create = format!("create role {role} login password '{password}'");
            connection.execute(AssertSqlSafe(create)).await?;
            let grant = format!("grant create on database {DATABASE} to {role}");
            connection.execute(AssertSqlSafe(grant)).await?;
        }
    }
    connection.close().await?;
    Ok(())
}

async fn connect(cluster: &Cluster, database: &str) -> anyhow::Result<PgConnection> {
    let options: PgConnectOptions = cluster.url(database).parse()?;
    Ok(options.connect().await?)
}
