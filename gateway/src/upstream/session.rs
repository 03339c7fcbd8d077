//! What speaks on a connection to a service: our HTTP/2 for unary calls, h2 for streams.

use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{self, SendRequest};
use h2::{Ping, PingPong};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::gathered::{Gathered, Unsent, gathered};
use crate::http2;

/// A host that vanished sends no farewell; without pings its connections would look open for as
/// long as TCP repeats itself, a quarter of an hour.
const PING_INTERVAL: Duration = Duration::from_secs(5);
const PING_PATIENCE: Duration = Duration::from_secs(5);
const MAX_HEADER_LIST: u32 = 64 * 1024;
/// Most bytes that a service may send of a stream before they are read: as fast as some client
/// reads.
const STREAM_WINDOW: u32 = 64 * 1024;
/// Room for a thousand streams that are not read at all, so that they cannot stall the others.
const CONNECTION_WINDOW: u32 = 64 * 1024 * 1024;

/// The unary calls of a connection.
pub(super) type Unary = Arc<http2::Session>;
/// The streams of a connection.
pub(super) type Streaming = SendRequest<Bytes>;

/// A connection that is open, or was.
pub(super) trait Session: Clone + Send + 'static {
    /// Connects.
    fn connect(address: SocketAddr) -> impl Future<Output = io::Result<Self>> + Send;

    /// How many calls the service takes on it at the same time, as far as it said.
    fn most_calls(&self) -> usize;
}

// === impl Unary ===

impl Session for Unary {
    async fn connect(address: SocketAddr) -> io::Result<Self> {
        http2::Session::open(TcpStream::connect(address).await?)
    }

    fn most_calls(&self) -> usize {
        http2::Session::most_calls(self)
    }
}

// === impl Streaming ===

impl Session for Streaming {
    async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (stream, unsent) = gathered(stream);
        let (sender, mut connection) = client::Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
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

    fn most_calls(&self) -> usize {
        self.current_max_send_streams()
    }
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
