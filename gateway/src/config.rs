//! The gateway's settings, each a flag and an environment variable.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use guardmesh_chassis::config::secret;
use secrecy::SecretString;

pub use self::compression::CompressionArgs;
pub use self::cors::CorsArgs;
pub use self::docs::{Docs, DocsArgs};
pub use self::host::HostArgs;
use self::identity::IdentityArgs;
pub use self::rate_limit::RateLimitArgs;
pub use self::upstream::{Location, Target, UpstreamSettings};
use crate::client_address::Network;
pub use streams::StreamLimits;

pub mod compression;
pub mod cors;
pub mod docs;
pub mod host;
pub mod identity;
pub mod rate_limit;
mod streams;
pub mod tls;
mod upstream;

/// The gateway's settings.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Where the public API is served
    #[arg(long, env = "GATEWAY_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Where metrics are served (`/metrics`, for Prometheus), over plain HTTP and to whoever asks: an
    /// address that only those reach who may. Nowhere when not given
    #[arg(long, env = "GATEWAY_ADMIN_LISTEN")]
    pub admin_listen: Option<SocketAddr>,

    /// The services behind the gateway, separated by commas: `name=host:port`, several endpoints
    /// as `name=host:port|host:port`, or by a DNS record as `name=srv:_grpc._tcp.name.svc`. A host
    /// stands for all its addresses. A name is that of the contract package: `auth` serves
    /// `guardmesh.auth.v1`
    #[arg(
        long,
        env = "GATEWAY_UPSTREAMS",
        value_delimiter = ',',
        required = true
    )]
    pub upstreams: Vec<Target>,

    /// Authenticates caller contexts: 64 hexadecimal digits, shared by gateway and services
    #[arg(long, env = "GUARDMESH_CALLER_KEY", hide_env_values = true, value_parser = secret)]
    pub caller_key: SecretString,

    /// The `iss` of access tokens
    #[arg(
        long,
        env = "TOKEN_ISSUER",
        default_value = "https://guardmesh.localhost"
    )]
    pub token_issuer: String,

    /// The `aud` of access tokens
    #[arg(long, env = "TOKEN_AUDIENCE", default_value = "guardmesh")]
    pub token_audience: String,

    /// Whom the gateway believes
    #[command(flatten)]
    pub identity: IdentityArgs,

    /// How services are called
    #[command(flatten)]
    pub upstream: UpstreamSettings,

    /// Proxies whose `X-Forwarded-For` is believed, as address ranges separated by commas, such as
    /// `10.0.0.0/8,fd00::/8`. With none, a client is whoever connects
    #[arg(long, env = "GATEWAY_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// How often clients may call
    #[command(flatten)]
    pub rate_limits: RateLimitArgs,

    /// TLS at the public port
    #[command(flatten)]
    pub tls: tls::Tls,

    /// Threads that serve connections; one for each CPU when not given
    #[arg(long, env = "GATEWAY_WORKERS",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub workers: Option<usize>,

    /// What is bounded, and how
    #[command(flatten)]
    pub limits: Limits,

    /// Whom the gateway answers as
    #[command(flatten)]
    pub hosts: HostArgs,

    /// Which web pages may call
    #[command(flatten)]
    pub cors: CorsArgs,

    /// How answers are compressed
    #[command(flatten)]
    pub compression: CompressionArgs,

    /// What is told of the API
    #[command(flatten)]
    pub docs: DocsArgs,
}

/// What the gateway bounds.
#[derive(Debug, Clone, Args)]
pub struct Limits {
    /// Most bytes of a request body, where its method states no limit of its own
    #[arg(long, env = "GATEWAY_MAX_BODY_BYTES", default_value = "2097152",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=64 * 1024 * 1024))]
    pub max_body_bytes: usize,

    /// Most milliseconds that the head of a request may take to arrive, once it has begun
    #[arg(long = "head-timeout-ms", env = "GATEWAY_HEAD_TIMEOUT_MS", default_value = "10000",
          value_parser = millis)]
    pub head_timeout: Duration,

    /// Most milliseconds that a request body may take to arrive, and an answer to be taken
    #[arg(long = "body-timeout-ms", env = "GATEWAY_BODY_TIMEOUT_MS", default_value = "30000",
          value_parser = millis)]
    pub body_timeout: Duration,

    /// Most milliseconds that a connection may wait for its next request
    #[arg(long = "idle-timeout-ms", env = "GATEWAY_IDLE_TIMEOUT_MS", default_value = "60000",
          value_parser = millis)]
    pub idle_timeout: Duration,

    /// Most milliseconds that a service may take to answer
    #[arg(long = "call-timeout-ms", env = "GATEWAY_CALL_TIMEOUT_MS", default_value = "10000",
          value_parser = millis)]
    pub call_timeout: Duration,

    /// Most connections at the same time. When there are more, the one that has kept us waiting for
    /// its client longest makes room
    #[arg(long, env = "GATEWAY_MAX_CONNECTIONS", default_value = "10000",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub max_connections: usize,

    /// Most connections of one client address (of IPv6: one /64) at the same time. Behind a load
    /// balancer that hides its clients, allow as many as in all
    #[arg(long, env = "GATEWAY_MAX_CONNECTIONS_PER_CLIENT", default_value = "1000",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub max_connections_per_client: usize,

    /// Milliseconds between the signal to end and the closing of the port. Meanwhile readiness is
    /// off, requests are answered, and clients are told to go elsewhere: the time that load
    /// balancers need to notice
    #[arg(long = "drain-delay-ms", env = "GATEWAY_DRAIN_DELAY_MS", default_value = "0",
          value_parser = millis_or_none)]
    pub drain_delay: Duration,

    /// Most milliseconds that requests in flight may take once a shutdown has begun
    #[arg(long = "drain-timeout-ms", env = "GATEWAY_DRAIN_TIMEOUT_MS", default_value = "15000",
          value_parser = millis)]
    pub drain_timeout: Duration,

    /// What is bounded of streams
    #[command(flatten)]
    pub streams: StreamLimits,
}

fn millis(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(millis @ 1..=3_600_000) => Ok(Duration::from_millis(millis)),
        _ => Err("expected milliseconds, 1 to 3600000".to_owned()),
    }
}

fn millis_or_none(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    millis(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_limits() {
        #[derive(clap::Parser)]
        struct Command {
            #[command(flatten)]
            limits: Limits,
        }
        let parse = |arguments: &[&str]| {
            let command = [&["gateway"], arguments].concat();
            <Command as clap::Parser>::try_parse_from(command).map(|command| command.limits)
        };
        let limits = parse(&[]).unwrap();
        assert_eq!(limits.max_body_bytes, 2 * 1024 * 1024);
        assert_eq!(limits.idle_timeout, Duration::from_mins(1));
        for bad in [
            ["--max-connections", "0"],
            ["--max-connections", "99999999999"],
            ["--max-body-bytes", "0"],
            ["--call-timeout-ms", "0"],
            ["--drain-timeout-ms", "1h"],
        ] {
            assert!(parse(&bad).is_err(), "{bad:?}");
        }
    }
}
