//! What stands behind every contestant: one gRPC server that answers the measured methods, and
//! one HTTP/1.1 server with the same answers as JSON, for proxies that do not transcode.
//!
//! Both run in the harness's own process. The answers are fixed: nothing here is measured.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use axum::serve::ListenerExt;
use futures_util::{Stream, stream};
use guardmesh_proto::guardmesh::auth::v1::{
    GetJsonWebKeySetRequest, GetJsonWebKeySetResponse, GetMeRequest, RefreshTokenRequest,
    WatchRevocationsRequest, WatchRevocationsResponse,
};
use guardmesh_proto::guardmesh::guards::v1::CheckRequest;
use prost::Message;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tonic::Status;
use tonic::server::Grpc;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_prost::ProstCodec;

use super::call;
use super::issuer::Issuer;

const HEARTBEAT: Duration = Duration::from_millis(500);

/// Both servers; they end when this is dropped.
pub(super) struct Backends {
    /// Speaks gRPC, without TLS.
    pub(super) grpc: SocketAddr,
    /// Speaks HTTP/1.1.
    pub(super) http: SocketAddr,
    /// A token that verifies against the keys that the gRPC server publishes.
    pub(super) token: String,
    _servers: JoinSet<()>,
}

// === impl Backends ===

impl Backends {
    pub(super) async fn start() -> Result<Self> {
        let issuer = Issuer::new()?;
        let mut servers = JoinSet::new();
        Ok(Self {
            grpc: serve_grpc(&issuer, &mut servers).await?,
            http: serve_http(&mut servers).await?,
            token: issuer.token(&["guards:read", "guards:write"])?,
            _servers: servers,
        })
    }
}

async fn serve_grpc(issuer: &Issuer, servers: &mut JoinSet<()>) -> Result<SocketAddr> {
    let keys = GetJsonWebKeySetResponse {
        keys: vec![issuer.public()],
    };
    let routes = Router::new()
        .route(
            "/guardmesh.auth.v1.AuthService/GetMe",
            unary(|_: GetMeRequest| call::me()),
        )
        .route(
            "/guardmesh.auth.v1.AuthService/RefreshToken",
            unary(|request: RefreshTokenRequest| call::refreshed(request.refresh_token)),
        )
        .route(
            "/guardmesh.guards.v1.GuardsService/Check",
            unary(|request: CheckRequest| call::checked(request.content)),
        )
        .route(
            "/guardmesh.auth.v1.KeyService/GetJsonWebKeySet",
            unary(move |_: GetJsonWebKeySetRequest| keys.clone()),
        )
        .route(
            "/guardmesh.auth.v1.RevocationService/WatchRevocations",
            post(watch_revocations),
        );
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("", ServingStatus::Serving).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let server = Server::builder()
        .add_routes(Routes::from(routes).add_service(health_service))
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)));
    servers.spawn(async {
        if let Err(error) = server.await {
            eprintln!("the gRPC server has ended: {error}");
        }
    });
    Ok(address)
}

/// A unary method that answers from the request alone.
fn unary<Q, A>(answer: impl Fn(Q) -> A + Clone + Send + Sync + 'static) -> MethodRouter
where
    Q: Message + Default + 'static,
    A: Message + Default + 'static,
{
    post(move |request: Request| async move {
        let method = tower::service_fn(|request: tonic::Request<Q>| {
            let answer = answer(request.into_inner());
            async { Ok::<_, Status>(tonic::Response::new(answer)) }
        });
        Grpc::new(ProstCodec::<A, Q>::default())
            .unary(method, request)
            .await
    })
}

/// Nothing is revoked, which is said again and again.
async fn watch_revocations(request: Request) -> axum::http::Response<tonic::body::Body> {
    let method = tower::service_fn(|_: tonic::Request<WatchRevocationsRequest>| async {
        Ok::<_, Status>(tonic::Response::new(Box::pin(heartbeats())))
    });
    Grpc::new(ProstCodec::<
        WatchRevocationsResponse,
        WatchRevocationsRequest,
    >::default())
    .server_streaming(method, request)
    .await
}

fn heartbeats() -> impl Stream<Item = Result<WatchRevocationsResponse, Status>> {
    stream::unfold(Duration::ZERO, |wait| async move {
        tokio::time::sleep(wait).await;
        let message = WatchRevocationsResponse {
            revocations: Vec::new(),
            snapshot_complete: true,
        };
        Some((Ok(message), HEARTBEAT))
    })
}

async fn serve_http(servers: &mut JoinSet<()>) -> Result<SocketAddr> {
    let answer = |json: Value| ([(CONTENT_TYPE, "application/json")], json.to_string());
    let me = answer(call::me_json()?);
    let checked = answer(call::check_json()?);
    let check = async |body: String| {
        if body == call::check_body() {
            checked.into_response()
        } else {
            StatusCode::BAD_REQUEST.into_response()
        }
    };
    let routes = Router::new()
        .route("/api/v1/auth/me", get(async || me))
        .route("/api/v1/guards:check", post(check));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    servers.spawn(async {
        if let Err(error) = axum::serve(listener.tap_io(no_delay), routes).await {
            eprintln!("the HTTP server has ended: {error}");
        }
    });
    Ok(address)
}

fn no_delay(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        eprintln!("a connection to the HTTP server keeps its delay: {error}");
    }
}
