//! PostgreSQL: how a URL is understood, how a pool is made, how a transaction is scoped to a
//! tenant, and what a database error means to a caller.
//!
//! No query of any service enters here.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres, Transaction};
use thiserror::Error;
use tonic::Code;
use url::Url;
use uuid::Uuid;

use crate::config::Environment;
use crate::fault::Fault;

/// How long a request waits for a free connection.
const ACQUIRE: Duration = Duration::from_secs(3);
/// How long migrations may wait for the database to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Between two looks whether it is a migrator's turn.
const TURN: Duration = Duration::from_millis(20);
/// No statement of a service runs longer.
const SESSION: &str = "set statement_timeout = '10s'; set lock_timeout = '5s'; \
     set idle_in_transaction_session_timeout = '30s'";

/// A database URL that cannot be used.
#[derive(Debug, Error)]
pub enum DatabaseUrlError {
    /// Not a URL of PostgreSQL.
    #[error("DATABASE_URL is not a PostgreSQL URL (postgres://user:password@host/database): {0}")]
    Invalid(String),
    /// A connection over a network that would not be private.
    #[error(
        "DATABASE_URL asks for sslmode={0} to a host that is not this machine: production needs \
         sslmode=verify-full"
    )]
    Unprotected(String),
}

/// Whose rows a transaction sees, where row-level security is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Rows of one organisation.
    Organization(Uuid),
    /// Rows of all: for jobs, and for calls that hold a platform permission.
    Platform,
}

/// Reads a database URL as operators write it: `postgresql+driver://` and `ssl=require` of
/// SQLAlchemy, `?host=/socket/dir`, and options of other clients that have no meaning here.
///
/// TLS is on for every host that is not this machine: `verify-full` in production, at least
/// `require` in development.
pub fn connect_options(
    url: &SecretString,
    environment: Environment,
) -> Result<PgConnectOptions, DatabaseUrlError> {
    let invalid = |error: &dyn std::fmt::Display| DatabaseUrlError::Invalid(error.to_string());
    let text = url.expose_secret();
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| invalid(&"no scheme"))?;
    if !matches!(scheme.split('+').next(), Some("postgres" | "postgresql")) {
        return Err(invalid(&format_args!("the scheme is {scheme}")));
    }
    // `user@/database?host=/socket` has no host, which the parser refuses.
    let rest = rest.replacen("@/", "@localhost/", 1);
    let mut url = Url::parse(&format!("postgres://{rest}")).map_err(|error| invalid(&error))?;

    let mut sslmode = None;
    let mut socket = false;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter_map(|(name, value)| match &*name {
            "ssl" | "sslmode" => {
                sslmode = Some(if value == "true" {
                    "require".into()
                } else {
                    value.into_owned()
                });
                None
            }
            "channel_binding" | "connect_timeout" | "gssencmode" | "target_session_attrs" => None,
            _ => {
                socket |= name == "host" && value.starts_with('/');
                Some((name.into_owned(), value.into_owned()))
            }
        })
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }

    let local = socket || is_this_machine(url.host_str().unwrap_or_default());
    let mode = sslmode.as_deref().map(PgSslMode::from_str).transpose();
    let mode = mode.map_err(|error| invalid(&error))?;
    let mode = match (mode, environment) {
        (mode, _) if local => mode.unwrap_or(PgSslMode::Prefer),
        (None | Some(PgSslMode::VerifyFull), Environment::Production) => PgSslMode::VerifyFull,
        (Some(_), Environment::Production) => {
            return Err(DatabaseUrlError::Unprotected(sslmode.unwrap_or_default()));
        }
        (Some(mode @ (PgSslMode::VerifyCa | PgSslMode::VerifyFull)), Environment::Development) => {
            mode
        }
        (_, Environment::Development) => PgSslMode::Require,
    };
    let options = PgConnectOptions::from_url(&url).map_err(|error| invalid(&error))?;
    // Poolers refuse unknown start-up parameters.
    Ok(options.ssl_mode(mode).extra_float_digits(None))
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.starts_with("%2F")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A pool that connects when it is first used, heals itself, and bounds every wait.
pub fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(Duration::from_mins(5))
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(SESSION).await.map(drop) })
        })
        .connect_lazy_with(options)
}

/// Brings a schema up to date. Concurrent migrators take turns, whichever schemas are theirs.
pub async fn migrate(
    options: &PgConnectOptions,
    migrator: &Migrator,
) -> Result<(), sqlx::migrate::MigrateError> {
    let connect = tokio::time::timeout(CONNECT, options.connect());
    let mut connection = connect.await.map_err(|_| sqlx::Error::PoolTimedOut)??;
    // Not by the lock of sqlx: who waits for that holds a snapshot meanwhile, and `create index
    // concurrently` waits until nobody holds an older one.
    while !take_turn(&mut connection).await? {
        tokio::time::sleep(TURN).await;
    }
    let mut migrator = Migrator {
        migrations: migrator.migrations.clone(),
        table_name: migrator.table_name.clone(),
        create_schemas: migrator.create_schemas.clone(),
        ..*migrator
    };
    migrator.set_locking(false).run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Takes a lock that is held until the connection is closed, unless another one holds it.
async fn take_turn(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select pg_try_advisory_lock(hashtextextended('guardmesh migrations', 0))")
        .fetch_one(connection)
        .await
}

/// Begins a transaction that sees the rows of `scope` only.
pub async fn begin(
    pool: &PgPool,
    scope: Scope,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    enter(&mut transaction, scope).await?;
    Ok(transaction)
}

/// Sets the scope of the transaction that `connection` is in; for transactions that [`begin`] did
/// not begin. Policies of the schemas compare against these two settings.
pub async fn enter(connection: &mut PgConnection, scope: Scope) -> Result<(), sqlx::Error> {
    let (organization, platform) = match scope {
        Scope::Organization(id) => (id.to_string(), "off"),
        Scope::Platform => (String::new(), "on"),
    };
    sqlx::query(
        "select set_config('guardmesh.organization_id', $1, true), \
                set_config('guardmesh.platform', $2, true)",
    )
    .bind(organization)
    .bind(platform)
    .execute(connection)
    .await?;
    Ok(())
}

/// What a database error that no rule of the domain explains means to a caller. Logs it: this is
/// where it is handled.
pub fn fault(error: &sqlx::Error) -> Fault {
    if is_unavailable(error) {
        tracing::warn!(%error, "the database is unavailable");
        Fault::unavailable()
    } else if has_class(error, &["22"]) {
        // A value that PostgreSQL cannot hold, such as a NUL in a text.
        Fault::new(
            Code::InvalidArgument,
            "INVALID_VALUE",
            "The request has a value that can be neither stored nor compared.",
        )
    } else {
        tracing::error!(%error, "a database operation failed");
        Fault::internal()
    }
}

/// Whether trying again later may help: the server is gone, full or shutting down, or no
/// connection was free in time.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Connection exceptions, insufficient resources, operator intervention (a statement
        // cancelled by its time-out included), serialisation failures, deadlocks, and a database
        // or a role that an operator is changing.
        sqlx::Error::Database(_) => has_class(
            error,
            &["08", "53", "57", "40", "55P03", "55000", "28", "3D"],
        ),
        _ => false,
    }
}

/// Whether the SQLSTATE begins with one of `classes`.
fn has_class(error: &sqlx::Error, classes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| classes.iter().any(|class| code.starts_with(class)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str, environment: Environment) -> Result<PgSslMode, DatabaseUrlError> {
        connect_options(&SecretString::from(url), environment).map(|options| options.get_ssl_mode())
    }

    #[test]
    fn tls_is_on_for_every_other_machine() {
        use Environment::{Development, Production};
        for (url, environment, expected) in [
            ("postgres://u:p@db.example.com/x", Production, "VerifyFull"),
            (
                "postgresql+asyncpg://u:p@db.example.com/x",
                Production,
                "VerifyFull",
            ),
            (
                "postgres://u:p@db.example.com/x?sslmode=verify-full",
                Production,
                "VerifyFull",
            ),
            ("postgres://u:p@db.example.com/x", Development, "Require"),
            (
                "postgres://u:p@db.example.com/x?sslmode=disable",
                Development,
                "Require",
            ),
            (
                "postgres://u:p@db.example.com/x?ssl=require&channel_binding=require",
                Development,
                "Require",
            ),
            ("postgres://u:p@localhost:5433/x", Production, "Prefer"),
            (
                "postgres://u:p@127.0.0.1/x?sslmode=disable",
                Production,
                "Disable",
            ),
            ("postgres://u:p@[::1]/x", Production, "Prefer"),
            ("postgres://u@/x?host=/run/postgresql", Production, "Prefer"),
        ] {
            assert_eq!(
                format!("{:?}", mode(url, environment).unwrap()),
                expected,
                "{url}"
            );
        }
        for weak in ["disable", "allow", "prefer", "require", "verify-ca"] {
            let url = format!("postgres://u:p@db.example.com/x?sslmode={weak}");
            let error = mode(&url, Production).unwrap_err();
            assert!(matches!(error, DatabaseUrlError::Unprotected(_)), "{weak}");
        }
    }

    #[test]
    fn other_urls_are_refused_without_being_shown() {
        for url in [
            "",
            "hunter2",
            "mysql://u:hunter2@h/x",
            "postgres://u:hunter2@h:99999/x",
            "postgres://u:hunter2@h/x?sslmode=maybe",
        ] {
            let error = mode(url, Environment::Development).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
