//! Settings that every service has. Each is a flag and an environment variable, shown by
//! `--help`; a service adds its own in its `config.rs`.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use secrecy::SecretString;

use crate::telemetry::LogFormat;

/// Where this runs: production refuses what development tolerates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// A laptop, a test.
    Development,
    /// Anything that others rely on.
    Production,
}

/// The settings of any process.
#[derive(Debug, Clone, Args)]
pub struct ProcessArgs {
    /// `production` refuses weak settings that `development` tolerates
    #[arg(long, env = "GUARDMESH_ENV", value_enum, default_value = "production")]
    pub environment: Environment,

    /// What log lines look like. They are written together, a few milliseconds late; what is not
    /// read from standard error fast enough is lost, and a line says how much
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value = "json")]
    pub log_format: LogFormat,

    /// Which log lines appear, such as `info` or `warn,guardmesh_auth=debug`
    #[arg(long, env = "LOG_FILTER", default_value = "info")]
    pub log_filter: String,
}

/// The settings of any service.
#[derive(Debug, Clone, Args)]
pub struct ServiceArgs {
    /// The service's PostgreSQL database, `postgres://user:password@host/database`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = secret)]
    pub database_url: SecretString,

    /// Most connections to PostgreSQL
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16,
          value_parser = clap::value_parser!(u32).range(1..=500))]
    pub database_connections: u32,

    /// Where gRPC is served
    #[arg(long, env = "GRPC_LISTEN", default_value = "127.0.0.1:50051")]
    pub listen: SocketAddr,

    /// Where health is served over HTTP/1.1
    #[arg(long, env = "ADMIN_LISTEN", default_value = "127.0.0.1:9901")]
    pub admin_listen: SocketAddr,

    /// Authenticates caller contexts: 64 hexadecimal digits, shared by gateway and services.
    /// During a rotation several, separated by commas: the first signs, all verify
    #[arg(long, env = "GUARDMESH_CALLER_KEY", hide_env_values = true, value_parser = secret)]
    pub caller_key: SecretString,
}

/// Reads a setting that must not be printed. Use as clap's `value_parser`.
pub fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

/// Reads a comma-separated list of secrets; empty entries are dropped.
pub fn secrets(text: &SecretString) -> Vec<SecretString> {
    use secrecy::ExposeSecret;
    let entries = text.expose_secret().split(',').map(str::trim);
    entries
        .filter(|entry| !entry.is_empty())
        .map(SecretString::from)
        .collect()
}
