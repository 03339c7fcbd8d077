//! Connections to remote guards: the name is looked up, its addresses are judged, and the address
//! that may be called is the one connected to. Over TLS where the URI says so.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::tls::{self, CertificateError};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use crate::remote::Failure;
use crate::remote::destination::{Destination, Host};
use crate::remote::reachable::Reachable;

/// To look up a name, connect and shake hands.
const CONNECT: Duration = Duration::from_secs(2);
/// How often a connection in use is asked for a sign of life, and how long it has for one.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of the headers of an answer.
const MAX_HEADERS: u32 = 16 * 1024;
/// Addresses of a name that are tried.
const MAX_ADDRESSES: usize = 4;
/// Names looked up at a time: the system's resolver takes a thread each, for as long as it likes.
const MAX_LOOKUPS: usize = 8;
const HTTP2: &[u8] = b"h2";

type Stream = Either<TcpStream, TlsStream<TcpStream>>;

/// Connects to what may be called.
#[derive(Clone)]
pub(crate) struct Connector {
    reachable: Arc<Reachable>,
    tls: TlsConnector,
    lookups: Arc<Semaphore>,
}

/// There is no connection, and this is why.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct ConnectError(pub(super) Failure);

// === impl Connector ===

impl Connector {
    /// Trusts the public certificate authorities, and those in the PEM file `extra`.
    pub(crate) fn new(
        reachable: Arc<Reachable>,
        extra: Option<&Path>,
    ) -> Result<Self, CertificateError> {
        Ok(Self {
            reachable,
            tls: TlsConnector::from(Arc::new(tls::client(extra, HTTP2)?)),
            lookups: Arc::new(Semaphore::new(MAX_LOOKUPS)),
        })
    }

    /// A channel that connects when it is first used, and again whenever needed. None, if the
    /// destination makes no URI. Must be called on a runtime.
    pub(super) fn channel(&self, destination: &Destination) -> Option<Channel> {
        let uri = destination.to_string();
        // TLS is this connector's, so that tonic is to do without.
        let plain = uri.replacen("https://", "http://", 1);
        let endpoint = Endpoint::from_shared(plain)
            .ok()?
            .origin(uri.parse().ok()?)
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .http2_max_header_list_size(MAX_HEADERS)
            .user_agent("guardmesh-guards")
            .ok()?;
        let (connector, destination) = (self.clone(), destination.clone());
        Some(endpoint.connect_with_connector_lazy(service_fn(move |_| {
            let (connector, destination) = (connector.clone(), destination.clone());
            async move {
                let stream = connector.connect(&destination).await;
                stream.map(TokioIo::new).map_err(ConnectError)
            }
        })))
    }

    async fn connect(&self, to: &Destination) -> Result<Stream, Failure> {
        let mut tried = Failure::Unreachable;
        for address in self.addresses(to).await? {
            if !self.reachable.allows(to.host(), address.ip()) {
                tried = Failure::NotAllowed;
                continue;
            }
            if let Ok(stream) = TcpStream::connect(address).await {
                // A call is a few small frames: none is to wait for the next.
                let _ = stream.set_nodelay(true);
                return self.secured(stream, to).await;
            }
            tried = Failure::Unreachable;
        }
        Err(tried)
    }

    async fn addresses(&self, of: &Destination) -> Result<Vec<SocketAddr>, Failure> {
        let name = match of.host() {
            Host::Address(address) => return Ok(vec![SocketAddr::new(*address, of.port())]),
            // Not listed any more: its name is not even looked up.
            host if !self.reachable.lists(host) => return Err(Failure::NotAllowed),
            Host::Name(name) => name.clone(),
        };
        let place = self.lookups.clone().acquire_owned().await;
        let place = place.map_err(|_| Failure::Unreachable)?;
        let port = of.port();
        let lookup = spawn_blocking(move || -> io::Result<Vec<SocketAddr>> {
            let found = (&*name, port).to_socket_addrs()?;
            drop(place);
            Ok(found.take(MAX_ADDRESSES).collect())
        });
        match lookup.await {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(_)) | Err(_) => Err(Failure::Unreachable),
        }
    }

    async fn secured(&self, stream: TcpStream, to: &Destination) -> Result<Stream, Failure> {
        if !to.is_secure() {
            return Ok(Either::Left(stream));
        }
        let name = match to.host() {
            Host::Name(name) => ServerName::try_from(name.clone()),
            Host::Address(address) => Ok(ServerName::from(*address)),
        };
        let name = name.map_err(|_| Failure::Tls)?;
        let stream = self.tls.connect(name, stream).await;
        let stream = stream.map_err(|_| Failure::Tls)?;
        match stream.get_ref().1.alpn_protocol() {
            Some(HTTP2) => Ok(Either::Right(stream)),
            _ => Err(Failure::Tls),
        }
    }
}
