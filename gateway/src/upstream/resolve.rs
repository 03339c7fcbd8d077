//! From the configured places of a service to the addresses of its endpoints.
//!
//! One resolver for all kinds of records: that of the system's settings (`resolv.conf`, hosts
//! file), or the DNS servers that were named. `getaddrinfo` knows no SRV records and no bound on
//! its time.
//!
//! SRV records count as RFC 2782 has it: their priorities are kept, and so are their weights. One
//! of weight zero beside others gets next to nothing, and all of weight zero get the same.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use thiserror::Error;
use tokio::time::timeout;

use super::endpoint::Place;
use crate::config::{Location, Target};

/// More endpoints than a service has.
const MAX_ENDPOINTS: usize = 256;
/// For one question to one server.
const TIMEOUT: Duration = Duration::from_secs(2);
/// For all of a service.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a weight of one in an SRV record counts; a weight of zero counts one, and so does a place
/// that has none.
const WEIGHT: u32 = 64;

/// Resolves names, where there are any.
#[derive(Clone)]
pub(crate) struct Resolver(Option<TokioResolver>);

/// A service cannot be found.
#[derive(Debug, Error)]
pub(crate) enum ResolveError {
    /// DNS says no, or nothing.
    #[error(transparent)]
    Dns(#[from] NetError),
    /// DNS takes too long.
    #[error("DNS does not answer in time")]
    Late,
    /// There is a record, of something else.
    #[error("{0} names no endpoint")]
    Nothing(String),
}

// === impl Resolver ===

impl Resolver {
    /// Asks these servers, or those of the system if none are named. The system needs to have
    /// some only where a target has a name.
    pub(crate) fn new(targets: &[Target], servers: &[SocketAddr]) -> Result<Self, NetError> {
        let mut locations = targets.iter().flat_map(|target| &target.locations);
        if locations.all(|location| matches!(location, Location::Address(_))) {
            return Ok(Self(None));
        }
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = servers.iter().map(name_server).collect();
            let config = ResolverConfig::from_name_servers(servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        // An endpoint with two addresses is one endpoint.
        options.ip_strategy = LookupIpStrategy::Ipv4thenIpv6;
        // We ask when we want to know; what may be old we have ourselves.
        options.cache_size = 0;
        options.timeout = TIMEOUT;
        Ok(Self(Some(builder.build()?)))
    }

    /// The places of a service's endpoints now, sorted by priority. Fails when any of its names
    /// does: half a service is worse than the one of a moment ago.
    pub(super) async fn resolve(&self, locations: &[Location]) -> Result<Vec<Place>, ResolveError> {
        let all = async {
            let mut places = Vec::new();
            for location in locations {
                places.extend(self.places(location).await?);
            }
            places.sort_by_key(|place| (place.priority, place.address));
            let mut known = HashSet::new();
            places.retain(|place| known.insert(place.address));
            places.truncate(MAX_ENDPOINTS);
            Ok(places)
        };
        let resolved = timeout(PATIENCE, all).await;
        resolved.unwrap_or(Err(ResolveError::Late))
    }

    async fn places(&self, location: &Location) -> Result<Vec<Place>, ResolveError> {
        match location {
            Location::Address(address) => Ok(vec![place(*address, &address.to_string())?]),
            Location::Host { name, port } => host(self.dns(name)?, name, *port).await,
            Location::Srv(record) => service(self.dns(record)?, record).await,
        }
    }

    fn dns(&self, name: &str) -> Result<&TokioResolver, ResolveError> {
        let dns = self.0.as_ref();
        dns.ok_or_else(|| ResolveError::Nothing(name.to_owned()))
    }
}

async fn host(dns: &TokioResolver, name: &str, port: u16) -> Result<Vec<Place>, ResolveError> {
    let found = dns.lookup_ip(name).await?;
    let authority = format!("{}:{port}", name.trim_end_matches('.'));
    let addresses = found.iter().take(MAX_ENDPOINTS);
    addresses
        .map(|ip| place(SocketAddr::new(ip, port), &authority))
        .collect()
}

async fn service(dns: &TokioResolver, record: &str) -> Result<Vec<Place>, ResolveError> {
    let found = dns.srv_lookup(record).await?;
    let targets = found
        .answers()
        .iter()
        .filter_map(|answer| match &answer.data {
            RData::SRV(target) => Some(target),
            _ => None,
        });
    let targets: Vec<_> = targets.take(MAX_ENDPOINTS).collect();
    let mut places = Vec::new();
    for target in targets {
        let addresses = host(dns, &target.target.to_ascii(), target.port).await?;
        // A target with several addresses shares its weight among them.
        let count = u32::try_from(addresses.len()).unwrap_or(1).max(1);
        let weight = (u32::from(target.weight) * WEIGHT / count).max(1);
        let priority = target.priority;
        places.extend(addresses.into_iter().map(|place| Place {
            priority,
            weight,
            ..place
        }));
    }
    if places.is_empty() {
        return Err(ResolveError::Nothing(record.to_owned()));
    }
    Ok(places)
}

/// The places that need no DNS.
pub(super) fn fixed(locations: &[Location]) -> Vec<Place> {
    let addresses = locations.iter().filter_map(|location| match location {
        Location::Address(address) => place(*address, &address.to_string()).ok(),
        Location::Host { .. } | Location::Srv(_) => None,
    });
    addresses.collect()
}

fn place(address: SocketAddr, authority: &str) -> Result<Place, ResolveError> {
    let authority = authority
        .parse()
        .map_err(|_| ResolveError::Nothing(authority.to_owned()))?;
    Ok(Place {
        address,
        authority,
        priority: 0,
        weight: 1,
    })
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    let at = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    server.connections = server.connections.into_iter().map(at).collect();
    server
}
