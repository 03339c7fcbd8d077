//! One HTTP/2 connection to a service, made when it is needed and made anew when it is lost.

use std::future::{pending, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{Ping, PingPong, SendStream};
use http::Request;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::failure::Failure;
use super::gathered::{Gathered, Unsent, gathered};

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
    address: SocketAddr,
    windows: Windows,
    current: Mutex<Current>,
    /// Held by who connects.
    connecting: tokio::sync::Mutex<()>,
}

/// The connection as it is now.
#[derive(Default)]
struct Current {
    sender: Option<SendRequest<Bytes>>,
    /// Counts the connections made so far.
    generation: u64,
    /// Counts the attempts that failed, and how the last one did.
    failures: u64,
    failure: Option<io::ErrorKind>,
}

/// A request that left, or waits to leave: its answer and its body.
pub(super) type Begun = (ResponseFuture, SendStream<Bytes>);

/// Most bytes that a service may send before they are read.
#[derive(Clone, Copy)]
pub(super) struct Windows {
    stream: u32,
    connection: u32,
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
    pub(super) fn new(address: SocketAddr, windows: Windows) -> Self {
        Self {
            address,
            windows,
            current: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
        }
    }

    /// Begins a call, on a new connection if the present one has ended.
    pub(super) async fn begin(&self, request: Request<()>) -> Result<Begun, Failure> {
        let mut lost = 0;
        for _ in 0..ATTEMPTS {
            let open = self.open(lost).await;
            let (sender, generation) = open.map_err(|error| Failure::unreachable(&error))?;
            // Ready at once, or closed: what the service has no room for waits in h2, as many
            // as the limit lets in.
            match sender.ready().await {
                Ok(mut sender) => {
                    let begun = sender.send_request(request, false);
                    return begun.map_err(|error| Failure::not_taken(&error));
                }
                // Closed since it was used last; the next turn makes another.
                Err(_) => lost = generation,
            }
        }
        let closed = io::ErrorKind::ConnectionAborted.into();
        Err(Failure::unreachable(&closed))
    }

    /// How many calls the service takes on it at the same time, as far as it said.
    pub(super) fn most_calls(&self) -> usize {
        let current = self.current();
        let sender = current.sender.as_ref();
        sender.map_or(usize::MAX, SendRequest::current_max_send_streams)
    }

    /// A connection younger than generation `lost`.
    async fn open(&self, lost: u64) -> io::Result<(SendRequest<Bytes>, u64)> {
        let failures = match self.present(lost) {
            Ok(open) => return Ok(open),
            Err(failures) => failures,
        };
        let _one_at_a_time = self.connecting.lock().await;
        // Who had the turn before has connected, or failed, for all who waited.
        match self.present(lost) {
            Ok(open) => return Ok(open),
            Err(now) if now != failures => {
                let failure = self.current().failure;
                return Err(failure.unwrap_or(io::ErrorKind::NotConnected).into());
            }
            Err(_) => {}
        }
        let connected = timeout(CONNECT, connect(self.address, self.windows)).await;
        let connected = connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let mut current = self.current();
        match connected {
            Ok(sender) => {
                current.generation += 1;
                current.sender = Some(sender.clone());
                Ok((sender, current.generation))
            }
            Err(error) => {
                current.sender = None;
                current.failures += 1;
                current.failure = Some(error.kind());
                Err(error)
            }
        }
    }

    /// The connection, if it is younger than generation `lost`; else how many attempts failed.
    fn present(&self, lost: u64) -> Result<(SendRequest<Bytes>, u64), u64> {
        let current = self.current();
        let sender = current
            .sender
            .as_ref()
            .filter(|_| current.generation > lost);
        let open = sender.map(|sender| (sender.clone(), current.generation));
        open.ok_or(current.failures)
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connect(address: SocketAddr, windows: Windows) -> io::Result<SendRequest<Bytes>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (stream, unsent) = gathered(stream);
    let (sender, mut connection) = client::Builder::new()
        .enable_push(false)
        .initial_window_size(windows.stream)
        .initial_connection_window_size(windows.connection)
        .max_header_list_size(MAX_HEADER_LIST)
        .handshake(stream)
        .await
        .map_err(io::Error::other)?;
    let pings = connection.ping_pong();
    tokio::spawn(async move {
        tokio::select! {
            ended = drive(connection, unsent) => tracing::debug!(?ended, "a connection to a service ended"),
            () = silence(pings) => tracing::warn!(%address, "a connection to a service went dead"),
        }
    });
    Ok(sender)
}

/// Does what a connection has to do, for as long as it lasts, and sends what it wrote each time.
async fn drive(mut connection: client::Connection<Gathered>, unsent: Unsent) -> io::Result<()> {
    poll_fn(|cx| {
        let ended = Pin::new(&mut connection).poll(cx);
        let sent = unsent.poll_send(cx);
        match (ended, sent) {
            (Poll::Ready(ended), _) => Poll::Ready(ended.map_err(io::Error::other)),
            (Poll::Pending, Poll::Ready(Err(error))) => Poll::Ready(Err(error)),
            (Poll::Pending, _) => Poll::Pending,
        }
    })
    .await
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
