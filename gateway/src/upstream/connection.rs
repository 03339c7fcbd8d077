//! One HTTP/2 connection to a service, made when it is needed and made anew when it is lost.

use std::future::pending;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{self, SendRequest};
use h2::{Ping, PingPong};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

const CONNECT: Duration = Duration::from_secs(2);
/// A host that vanished sends no farewell; without pings its connections would look open for as
/// long as TCP repeats itself, a quarter of an hour.
const PING_INTERVAL: Duration = Duration::from_secs(5);
const PING_PATIENCE: Duration = Duration::from_secs(5);
/// A service that accepts connections and closes them is not asked for ever.
const ATTEMPTS: usize = 3;
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;
const MAX_HEADER_LIST: u32 = 64 * 1024;

/// A connection that may or may not be open.
pub(super) struct Connection {
    /// `host:port`
    address: String,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Counts the connections made so far.
    generation: u64,
    sender: Option<SendRequest<Bytes>>,
}

/// A connection that is ready for a request.
pub(super) struct Ready {
    pub(super) sender: SendRequest<Bytes>,
    pub(super) generation: u64,
}

// === impl Connection ===

impl Connection {
    pub(super) fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            open: Mutex::default(),
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// A connection that can take a request now, younger than generation `lost`.
    pub(super) async fn ready(&self, lost: u64) -> io::Result<Ready> {
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
        let sender = timeout(CONNECT, connect(&self.address)).await??;
        open.generation += 1;
        open.sender = Some(sender.clone());
        Ok((sender, open.generation))
    }
}

async fn connect(address: &str) -> io::Result<SendRequest<Bytes>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, mut connection) = client::Builder::new()
        .enable_push(false)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
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
