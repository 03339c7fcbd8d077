//! The edge: public REST in, gRPC out.
//!
//! It admits, identifies, bounds and transcodes. It holds no SQL and no business rule, and no
//! route of its own: routes, access and limits are read from the contracts, so a new RPC needs
//! nothing here.

use std::sync::Arc;

use guardmesh_chassis::caller::{CallerKeyError, CallerKeys};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::policy::PolicyError;
use guardmesh_transcoder::BuildError;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use config::Config;

use api::Api;
use connection::Server;
use edge::Edge;
use lifecycle::Lifecycle;
use local::Local;
use token::{AccessTokens, TokenRules};
use upstream::Upstream;

mod api;
pub mod config;
mod connection;
mod dialect;
mod downstream;
mod edge;
mod filter;
mod key_set;
mod lifecycle;
mod listener;
mod local;
pub mod openapi;
mod problem;
mod stream;
mod token;
mod transport;
mod upstream;

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
    /// The API document cannot be made.
    #[error(transparent)]
    OpenApi(#[from] openapi::OpenApiError),
    /// Nobody answers for a service of the contracts.
    #[error("no upstream for {0}: add `{0}=host:port` to GATEWAY_UPSTREAMS (now: {1})")]
    NoUpstream(String, String),
}

/// Serves the API on `listener` until `shutdown`, then lets requests in flight finish.
pub async fn serve(
    config: &Config,
    listener: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    let contracts = guardmesh_proto::DESCRIPTORS;
    serve_contracts(contracts, config, listener, clock, shutdown).await
}

/// As [`serve`], for other contracts than those of this repository, or for more: an encoded
/// `google.protobuf.FileDescriptorSet` with `guardmesh.auth.v1` in it, every method with a policy.
pub async fn serve_contracts(
    contracts: &[u8],
    config: &Config,
    listener: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> Result<(), StartError> {
    let keys = CallerKeys::parse(&config.caller_key)?;
    let upstreams: Vec<Arc<Upstream>> = config
        .upstreams
        .iter()
        .map(|target| Arc::new(Upstream::new(target)))
        .collect();
    let api = Api::load(contracts, &upstreams)?;
    let local = Local::new(contracts, &api, upstreams.clone(), shutdown.clone())?;
    let auth = api
        .upstream_of("/guardmesh.auth.v1.KeyService/GetJsonWebKeySet")
        .ok_or_else(|| StartError::NoUpstream("auth".to_owned(), "none".to_owned()))?;
    let rules = TokenRules {
        issuer: config.token_issuer.clone(),
        audience: config.token_audience.clone(),
    };
    let tokens = AccessTokens::new(rules, auth, clock.clone());

    let background = CancellationToken::new();
    let _end_with_us = background.clone().drop_guard();
    for upstream in upstreams {
        tokio::spawn(
            background
                .clone()
                .run_until_cancelled_owned(upstream.watch()),
        );
    }
    tokio::spawn(
        background
            .clone()
            .run_until_cancelled_owned(tokens.clone().keep_current()),
    );

    let lifecycle = Lifecycle::new(shutdown);
    let limits = config.limits.clone();
    let edge = Edge::new(
        api,
        local,
        tokens,
        keys,
        clock,
        limits.clone(),
        lifecycle.clone(),
    );
    let server = Server {
        edge,
        limits,
        lifecycle,
    };
    listener::serve(listener, Arc::new(server)).await;
    Ok(())
}
