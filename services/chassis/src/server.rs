//! The bootstrap of a service: gRPC on one port, health over HTTP on another, and an orderly end.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use sqlx::PgPool;
use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;

use crate::access::AccessLayer;
use crate::call_log::CallLogLayer;
use crate::health::{Health, Need};

/// No call runs longer, whatever deadline its caller asked for.
const MAX_CALL: Duration = Duration::from_mins(1);
/// How long calls in flight may take to finish once a shutdown has begun.
const DRAIN: Duration = Duration::from_secs(10);
const MAX_STREAMS_PER_CONNECTION: u32 = 1024;
/// Connections that the system holds until they are accepted, where it has no lower bound of its
/// own. The usual 128 are too few for many clients that come at the same moment: the system drops
/// the others, which try again after a second, and after two.
const QUEUE: u32 = 1024;

/// The two open ports of a service.
#[derive(Debug)]
pub struct Listeners {
    /// gRPC, HTTP/2 without TLS: the mesh encrypts.
    pub grpc: TcpListener,
    /// Health over HTTP/1.1, for probes that speak no gRPC.
    pub admin: TcpListener,
}

/// A service cannot serve.
#[derive(Debug, Error)]
pub enum ServeError {
    /// A port cannot be opened.
    #[error(
        "cannot listen on {address}: {error}; choose another address, or stop what is using this \
         one"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The gRPC server failed.
    #[error("the gRPC server failed: {0}")]
    Grpc(#[from] tonic::transport::Error),
    /// The admin server failed.
    #[error("the admin server failed: {0}")]
    Admin(io::Error),
}

// === impl Listeners ===

impl Listeners {
    /// Opens both ports.
    pub async fn bind(grpc: SocketAddr, admin: SocketAddr) -> Result<Self, ServeError> {
        Ok(Self {
            grpc: bind(grpc).await?,
            admin: bind(admin).await?,
        })
    }
}

/// Opens a port.
#[expect(
    clippy::unused_async,
    reason = "it panics outside of a runtime, where nobody can await it"
)]
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listen = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        // A restart need not wait until the connections before it are forgotten.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(QUEUE)
    };
    listen().map_err(|error| ServeError::Listen { address, error })
}

/// Serves `routes` behind the access layer until `shutdown`, then lets calls in flight finish. The
/// database stays open, for what is still to be done.
pub async fn serve(
    routes: Routes,
    access: AccessLayer,
    database: PgPool,
    need: Need,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let health = Health::default();
    let (reporter, health_service) = tonic_health::server::health_reporter();
    reporter
        .set_service_status("", ServingStatus::NotServing)
        .await;
    let watch = tokio::spawn(
        health
            .clone()
            .watch(database, need, reporter, shutdown.clone()),
    );

    let admin = axum::serve(listeners.admin, health.routes())
        .with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let grpc = tonic::transport::Server::builder()
        .timeout(MAX_CALL)
        .max_concurrent_streams(MAX_STREAMS_PER_CONNECTION)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .layer(CallLogLayer)
        .layer(access)
        .add_routes(routes.add_service(health_service))
        .serve_with_incoming_shutdown(
            TcpIncoming::from(listeners.grpc).with_nodelay(Some(true)),
            shutdown.clone().cancelled_owned(),
        );

    let served = async {
        let (grpc, admin) = tokio::join!(grpc, admin);
        grpc.map_err(ServeError::from)
            .and(admin.map_err(ServeError::Admin))
    };
    let too_late = async {
        shutdown.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    let result = tokio::select! {
        result = served => result,
        () = too_late => {
            tracing::warn!("calls were still in flight when the time to finish them was over");
            Ok(())
        }
    };
    watch.abort();
    result
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpStream;
    use tokio::time::timeout;

    use super::*;

    /// Until the test gives a client up.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn many_clients_may_come_before_one_is_accepted() {
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut clients = Vec::new();
        for _ in 0..300 {
            let client = timeout(PATIENCE, TcpStream::connect(address)).await;
            clients.push(client.unwrap().unwrap());
        }
    }
}
