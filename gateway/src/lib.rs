//! The edge: public REST in, gRPC out.
//!
//! It admits, identifies, bounds and transcodes. It holds no SQL and no business rule, and no
//! route of its own: routes, access and limits are read from the contracts, so a new RPC needs
//! nothing here.

use std::io;
use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use guardmesh_chassis::caller::{CallerKeyError, CallerKeys};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::policy::PolicyError;
use guardmesh_chassis::tls::CertificateError;
use guardmesh_transcoder::BuildError;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use config::Config;
pub use tls::TlsError;

use api::Api;
use coding::Codec;
use connection::Server;
use downstream::Entrance;
use edge::Edge;
use filter::answer::Answers;
use identity::Identity;
use lifecycle::Lifecycle;
use local::Local;
use metrics::{Answered, Metrics};
use rate_limit::{RateLimitError, RateLimits};
use room::Room;
use signatures::Signatures;
use tls::Acceptor;
use upstream::{Resolver, Upstream};
use workers::Workers;

mod api;
mod client_address;
mod coding;
pub mod config;
mod connection;
mod dialect;
mod docs;
mod downstream;
mod edge;
mod filter;
mod http2;
mod identity;
mod lifecycle;
mod listener;
mod local;
mod metrics;
pub mod openapi;
mod problem;
mod rate_limit;
mod room;
mod signatures;
mod stream;
mod tls;
mod transport;
mod upstream;
mod workers;

/// The gateway cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The shared key is unusable.
    #[error(transparent)]
    CallerKey(#[from] CallerKeyError),
    /// The contracts contradict themselves.
    #[error("the contracts cannot be served: {0}")]
    Contracts(#[from] BuildError),
    /// The method policies cannot be read.
    #[error(transparent)]
    Policies(#[from] PolicyError),
    /// Rate limits cannot be enforced as set.
    #[error(transparent)]
    RateLimits(#[from] RateLimitError),
    /// The API document cannot be made.
    #[error(transparent)]
    OpenApi(#[from] openapi::OpenApiError),
    /// Keys of Clerk cannot be fetched safely.
    #[error("CLERK_CA_FILE {0}")]
    Certificates(#[from] CertificateError),
    /// The system's DNS settings cannot be read.
    #[error("names cannot be resolved: {0}; DNS servers can be named by GATEWAY_DNS_SERVERS")]
    Resolver(#[from] hickory_resolver::net::NetError),
    /// Nobody answers for a service of the contracts.
    #[error("no upstream for {0}: add `{0}=host:port` to GATEWAY_UPSTREAMS (now: {1})")]
    NoUpstream(String, String),
    /// A setting that does not fit the others, or that production refuses.
    #[error("{0}")]
    Setting(&'static str),
    /// TLS is configured, and cannot be served.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The port for redirects cannot be opened.
    #[error("cannot listen on {0} for redirects: {1}")]
    Redirect(SocketAddr, io::Error),
    /// The port for metrics cannot be opened.
    #[error("cannot listen on {0} for metrics: {1}")]
    Admin(SocketAddr, io::Error),
    /// The threads that serve connections cannot be started.
    #[error("cannot start threads: {0}")]
    Workers(io::Error),
}

/// Serves the API on `listener` until `shutdown`, then lets requests in flight finish.
pub async fn serve(
    config: &Config,
    environment: Environment,
    listener: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    let contracts = guardmesh_proto::DESCRIPTORS;
    serve_contracts(contracts, config, environment, listener, clock, shutdown).await
}

/// As [`serve`], for other contracts than those of this repository, or for more: an encoded
/// `google.protobuf.FileDescriptorSet` with `guardmesh.auth.v1` in it, every method with a policy.
pub async fn serve_contracts(
    contracts: &[u8],
    config: &Config,
    environment: Environment,
    listener: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    config.hosts.check(environment)?;
    config.cors.check(environment)?;
    let keys = CallerKeys::parse(&config.caller_key)?;
    let threads = threads(config.workers);
    let resolver = Resolver::new(&config.upstreams, &config.upstream.dns_servers)?;
    let upstreams: Vec<Arc<Upstream>> = config
        .upstreams
        .iter()
        .map(|target| Upstream::new(target, &config.upstream, threads, resolver.clone()))
        .map(Arc::new)
        .collect();
    let api = Api::load(contracts, &upstreams)?;
    let rate_limits = RateLimits::new(&config.rate_limits, api.policies(), clock.clone())?;
    let rate_limits = Arc::new(rate_limits);
    let auth = api
        .upstream_of("/guardmesh.auth.v1.KeyService/GetJsonWebKeySet")
        .ok_or_else(|| StartError::NoUpstream("auth".to_owned(), "none".to_owned()))?;
    let identity = Identity::new(config, auth, keys.clone(), clock.clone())?;
    let identity = Arc::new(identity);
    let local = Local::new(
        contracts,
        &api,
        upstreams.clone(),
        rate_limits.clone(),
        identity.clone(),
        shutdown.clone(),
        config.docs.served_in(environment),
    )?;

    let background = CancellationToken::new();
    let _end_with_us = background.clone().drop_guard();
    for upstream in upstreams.clone() {
        beside(&background, upstream.watch());
    }
    beside(&background, identity.clone().keep_current());

    let connected = rate_limits.clone();
    beside(&background, async move { connected.keep_connected().await });

    let lifecycle = Lifecycle::new(shutdown);
    let limits = config.limits.clone();
    let codec = Codec::new();
    let answers = Answers::new(config, codec.clone());
    let acceptor = Acceptor::load(&config.tls)?;
    if let Some(acceptor) = acceptor.clone() {
        beside(&background, acceptor.follow());
    }
    let answered = Arc::<Answered>::default();
    let room = Arc::new(Room::new(limits.max_connections));
    let metrics = Metrics {
        answered: answered.clone(),
        room: room.clone(),
        rate_limits: rate_limits.clone(),
        identity: identity.clone(),
        upstreams,
    };
    serve_metrics(config, metrics, &background).await?;
    let edge = Edge {
        api,
        local,
        identity,
        hosts: config.hosts.clone(),
        signatures: Signatures::new(keys, clock),
        limits: limits.clone(),
        codec,
        answers,
        rate_limits,
        trusted_proxies: config.trusted_proxies.clone(),
        lifecycle: lifecycle.clone(),
        answered: answered.clone(),
        public_port: config.tls.public_port,
    };
    let entrance = if acceptor.is_some() {
        Entrance::Https
    } else {
        Entrance::Http
    };
    let server = Arc::new(Server {
        edge,
        room,
        limits,
        lifecycle,
        tls: acceptor,
    });
    let workers = Workers::start(threads).map_err(StartError::Workers)?;
    let public = listener::serve(listener, entrance, server.clone(), &workers);
    match config.tls.redirect_listen {
        Some(address) => {
            let redirect = TcpListener::bind(address)
                .await
                .map_err(|error| StartError::Redirect(address, error))?;
            let redirect = listener::serve(redirect, Entrance::Redirect, server, &workers);
            tokio::join!(public, redirect);
        }
        None => public.await,
    }
    workers.end().await;
    Ok(())
}

/// Opens the admin port, where one is wanted.
async fn serve_metrics(
    config: &Config,
    metrics: Metrics,
    background: &CancellationToken,
) -> Result<(), StartError> {
    if let Some(address) = config.admin_listen {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| StartError::Admin(address, error))?;
        beside(background, Arc::new(metrics).serve(listener));
    }
    Ok(())
}

/// As many as are wanted, else one for each CPU.
fn threads(wanted: Option<usize>) -> usize {
    let count = wanted.or_else(|| available_parallelism().ok().map(NonZero::get));
    count.unwrap_or(1)
}

/// Runs a task beside the requests, to the end of the gateway.
fn beside(background: &CancellationToken, task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(background.clone().run_until_cancelled_owned(task));
}
