//! One HTTP/2 connection to a service, made when it is needed and made anew when it is lost.

use std::future::pending;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{Ping, PingPong, SendStream};
use http::Request;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};
use tonic::Status;

use super::grpc;

const CONNECT: Duration = Duration::from_secs(2);
/// A host that vanished sends no farewell; without pings its connections would look open for as
/// long as TCP repeats itself, a quarter of an hour.
const PING_INTERVAL: Duration = Duration::from_secs(5);
const PING_PATIENCE: Duration = Duration::from_secs(5);
/// A service that accepts connections and closes them is not asked for ever.
const ATTEMPTS: usize = 3;
const MAX_HEADER_LIST: u32 = 64 * 1024;

/// A connection that may or may not be open.
pub(super) struct Connection {
    /// `host:port`
    address: String,
    windows: Windows,
    open: Mutex<Open>,
}

/// Most bytes that a service may send before they are read.
#[derive(Clone, Copy)]
pub(super) struct Windows {
    stream: u32,
    connection: u32,
}

#[derive(Default)]
struct Open {
    /// Counts the connections made so far.
    generation: u64,
    sender: Option<SendRequest<Bytes>>,
}

/// A connection that is ready for a request.
struct Ready {
    sender: SendRequest<Bytes>,
    generation: u64,
}

// === impl Windows ===

impl Windows {
    /// For calls that are read as fast as they arrive.
    pub(super) const UNARY: Self = Self {
        stream: 1024 * 1024,
        connection: 8 * 1024 * 1024,
    };

    /// For calls that are read as fast as some client reads. The connection's window has room for
    /// a thousand streams that are not read at all, so that they cannot stall the others.
    pub(super) const STREAMING: Self = Self {
        stream: 64 * 1024,
        connection: 64 * 1024 * 1024,
    };
}

// === impl Connection ===

impl Connection {
    pub(super) fn new(address: &str, windows: Windows) -> Self {
        Self {
            address: address.to_owned(),
            windows,
            open: Mutex::default(),
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Begins a call. A request that provably did not leave is sent once more, on a new
    /// connection.
    pub(super) async fn begin(
        &self,
        request: Request<()>,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), Status> {
        let mut lost = 0;
        for _ in 0..2 {
            let mut ready = self
                .ready(lost)
                .await
                .map_err(|error| grpc::unreachable(&error))?;
            match ready.sender.send_request(request.clone(), false) {
                Ok(begun) => return Ok(begun),
                Err(_) => lost = ready.generation,
            }
        }
        Err(Status::unavailable(""))
    }

    /// A connection that can take a request now, younger than generation `lost`.
    async fn ready(&self, lost: u64) -> io::Result<Ready> {
        let mut lost = lost;
        for _ in 0..ATTEMPTS {
            let (sender, generation) = self.open(lost).await?;
            // Waits outside the lock, for as long as the service takes no more streams.
            match sender.ready().await {
                Ok(sender) => return Ok(Ready { sender, generation }),
                // Closed since it was used last; the next turn makes another.
                Err(_) => lost = generation,
            }
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    async fn open(&self, lost: u64) -> io::Result<(SendRequest<Bytes>, u64)> {
        let mut open = self.open.lock().await;
        if let Some(sender) = open.sender.as_ref().filter(|_| open.generation > lost) {
            return Ok((sender.clone(), open.generation));
        }
        open.sender = None;
        let sender = timeout(CONNECT, connect(&self.address, self.windows)).await??;
        open.generation += 1;
        open.sender = Some(sender.clone());
        Ok((sender, open.generation))
    }
}

async fn connect(address: &str, windows: Windows) -> io::Result<SendRequest<Bytes>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, mut connection) = client::Builder::new()
        .enable_push(false)
        .initial_window_size(windows.stream)
        .initial_connection_window_size(windows.connection)
        .max_header_list_size(MAX_HEADER_LIST)
        .handshake(stream)
        .await
        .map_err(io::Error::other)?;
    let pings = connection.ping_pong();
    let address = address.to_owned();
    tokio::spawn(async move {
        tokio::select! {
            ended = connection => tracing::debug!(?ended, "a connection to a service ended"),
            () = silence(pings) => tracing::warn!(address, "a connection to a service went dead"),
        }
    });
    Ok(sender)
}

/// Returns once the peer leaves a ping unanswered.
async fn silence(pings: Option<PingPong>) {
    let Some(mut pings) = pings else {
        return pending().await;
    };
    loop {
        sleep(PING_INTERVAL).await;
        let pong = timeout(PING_PATIENCE, pings.ping(Ping::opaque())).await;
        if !matches!(pong, Ok(Ok(_))) {
            return;
        }
    }
}
