//! Settings of the services behind the gateway: where they are, and how far each is trusted.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::millis;

const CONNECTIONS: usize = 4;
const MAX_CALLS: usize = 1000;
const MAX_STREAMS: usize = 1000;
const LATENCY_MS: u64 = 2000;
const RETRY_PERCENT: u32 = 20;
const DNS_INTERVAL_MS: u64 = 5000;

/// How services are called.
#[derive(Debug, Clone, Args)]
pub struct UpstreamSettings {
    /// HTTP/2 connections to each endpoint of a service; one saturates before the service does.
    /// They are shared out among the threads, each of which has one at least, and opens the next
    /// when there are many calls on the ones it has
    #[arg(id = "upstream_connections", long = "upstream-connections",
          env = "GATEWAY_UPSTREAM_CONNECTIONS", default_value_t = CONNECTIONS,
          value_parser = RangedU64ValueParser::<usize>::new().range(2..=8))]
    pub connections: usize,

    /// Most calls to a service at the same time. Below it the gateway finds the limit that keeps
    /// answers quick; what is beyond is refused at once with 503 and `Retry-After`
    #[arg(id = "upstream_max_calls", long = "upstream-max-calls",
          env = "GATEWAY_UPSTREAM_MAX_CALLS", default_value_t = MAX_CALLS,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub max_calls: usize,

    /// Most streams to a service at the same time; each may hold 64 KiB that its client has not
    /// read yet
    #[arg(id = "upstream_max_streams", long = "upstream-max-streams",
          env = "GATEWAY_UPSTREAM_MAX_STREAMS", default_value_t = MAX_STREAMS,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub max_streams: usize,

    /// Milliseconds after which an answer says that its service has too much to do: fewer calls
    /// are then let through at the same time. Set it above what the slowest method takes on a
    /// quiet day
    #[arg(id = "upstream_latency", long = "upstream-latency-ms",
          env = "GATEWAY_UPSTREAM_LATENCY_MS", default_value_t = LATENCY_MS,
          value_parser = RangedU64ValueParser::<u64>::new().range(1..=3_600_000))]
    pub latency_ms: u64,

    /// Most retries, in percent of calls. Only idempotent methods are called again; 0 for none.
    /// A call that never reached its service is sent elsewhere in any case
    #[arg(id = "upstream_retry_percent", long = "upstream-retry-percent",
          env = "GATEWAY_UPSTREAM_RETRY_PERCENT", default_value_t = RETRY_PERCENT,
          value_parser = clap::value_parser!(u32).range(0..=100))]
    pub retry_percent: u32,

    /// Milliseconds after which the names of services are resolved again. When that fails, the
    /// addresses known so far stay
    #[arg(id = "dns_interval", long = "dns-interval-ms", env = "GATEWAY_DNS_INTERVAL_MS",
          default_value = "5000", value_parser = millis)]
    pub dns_interval: Duration,

    /// The DNS servers to ask, `ip:port` separated by commas, in place of the system's
    #[arg(
        id = "dns_servers",
        long = "dns-servers",
        env = "GATEWAY_DNS_SERVERS",
        value_delimiter = ','
    )]
    pub dns_servers: Vec<SocketAddr>,
}

/// A service behind the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The contract package it serves, `guardmesh.<name>.v1`.
    pub name: String,
    /// Where its endpoints are; one at least.
    pub locations: Vec<Location>,
}

/// Where endpoints of a service are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// Exactly there.
    Address(SocketAddr),
    /// At every address (A, else AAAA) of a host.
    Host {
        /// The host's name.
        name: String,
        /// The port, the same on all.
        port: u16,
    },
    /// At every target of the lowest priority of an SRV record (RFC 2782). Weights are not
    /// looked at: load decides.
    Srv(String),
}

// === impl UpstreamSettings ===

impl Default for UpstreamSettings {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS,
            max_calls: MAX_CALLS,
            max_streams: MAX_STREAMS,
            latency_ms: LATENCY_MS,
            retry_percent: RETRY_PERCENT,
            dns_interval: Duration::from_millis(DNS_INTERVAL_MS),
            dns_servers: Vec::new(),
        }
    }
}

// === impl Target ===

impl Target {
    /// A service with one endpoint.
    pub fn at(name: &str, address: SocketAddr) -> Self {
        Self {
            name: name.to_owned(),
            locations: vec![Location::Address(address)],
        }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || format!("`{text}` is not of the form name=host:port or name=srv:record");
        let (name, places) = text.trim().split_once('=').ok_or_else(form)?;
        let locations: Option<Vec<_>> = places.split('|').map(Location::parse).collect();
        match locations {
            Some(locations) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                locations,
            }),
            _ => Err(form()),
        }
    }
}

// === impl Location ===

impl Location {
    fn parse(text: &str) -> Option<Self> {
        if let Some(record) = text.strip_prefix("srv:") {
            return is_host(record).then(|| Self::Srv(record.to_owned()));
        }
        let (name, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port > 0)?;
        if let Ok(address) = text.parse() {
            return Some(Self::Address(address));
        }
        is_host(name).then(|| Self::Host {
            name: name.to_owned(),
            port,
        })
    }
}

/// A name that DNS could know (RFC 1035, with the `_` of SRV records).
fn is_host(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=253).contains(&name.len()) && name.bytes().all(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locations(text: &str) -> Vec<Location> {
        text.parse::<Target>().unwrap().locations
    }

    #[test]
    fn a_target_names_a_package_and_its_places() {
        let target: Target = "auth=auth.svc:50051".parse().unwrap();
        let host = |name: &str, port| Location::Host {
            name: name.to_owned(),
            port,
        };
        assert_eq!(target.name, "auth");
        assert_eq!(target.locations, [host("auth.svc", 50051)]);
        assert_eq!(
            locations("auth=10.0.0.1:1|[::1]:2|b:3"),
            [
                Location::Address("10.0.0.1:1".parse().unwrap()),
                Location::Address("[::1]:2".parse().unwrap()),
                host("b", 3)
            ]
        );
        assert_eq!(
            locations("auth=srv:_grpc._tcp.auth.svc.cluster.local"),
            [Location::Srv(
                "_grpc._tcp.auth.svc.cluster.local".to_owned()
            )]
        );
        for text in [
            "",
            "auth",
            "auth=",
            "auth=host",
            "=host:1",
            "auth=host:0",
            "auth=host:x",
            "auth=:1",
            "auth=a:1|",
            "auth=a:1||b:2",
            "auth=srv:",
            "auth=srv:a b",
            "auth=http://a:1",
        ] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_flags() {
        #[derive(clap::Parser)]
        struct Command {
            #[command(flatten)]
            settings: UpstreamSettings,
        }
        let parse = |arguments: &[&str]| {
            let command = [&["gateway"], arguments].concat();
            <Command as clap::Parser>::try_parse_from(command).map(|command| command.settings)
        };
        let (parsed, default) = (parse(&[]).unwrap(), UpstreamSettings::default());
        assert_eq!(format!("{parsed:?}"), format!("{default:?}"));
        let servers = parse(&["--dns-servers", "10.0.0.10:53,[::1]:5353"]).unwrap();
        assert_eq!(servers.dns_servers.len(), 2);
        for bad in [
            ["--upstream-connections", "1"],
            ["--upstream-connections", "9"],
            ["--upstream-max-calls", "0"],
            ["--upstream-max-streams", "0"],
            ["--upstream-latency-ms", "0"],
            ["--upstream-retry-percent", "101"],
            ["--dns-interval-ms", "0"],
            ["--dns-servers", "localhost"],
        ] {
            assert!(parse(&bad).is_err(), "{bad:?}");
        }
    }
}
