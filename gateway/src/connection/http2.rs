//! HTTP/2 on a connection: many requests at the same time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use h2::server::{self, Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::Request;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::Server;
use crate::downstream::{Client, Downstream, Http2, Protocol};
use crate::room::{Company, Place};
use crate::transport::Transport;

const MAX_STREAMS: u32 = 100;
/// Of the decoded headers of a request; what we accept of HTTP/1.
const MAX_HEADERS: u32 = 32 * 1024;
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Of an answer that the client has no room for.
const MAX_SEND_BUFFER: usize = 256 * 1024;
/// Streams that a client opens and resets without an answer (CVE-2023-44487).
const MAX_RESETS: usize = 50;
/// How long a client that has to go may take to be told.
const FAREWELL: Duration = Duration::from_millis(100);

type Accepted = Option<Result<(Request<RecvStream>, SendResponse<Bytes>), h2::Error>>;

// === impl Server ===

impl Server {
    pub(super) async fn http2(self: Arc<Self>, transport: Transport, client: Client) {
        transport.heard().head_is_read();
        let handshake = server::Builder::new()
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEADERS)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buffer_size(MAX_SEND_BUFFER)
            .max_pending_accept_reset_streams(MAX_RESETS)
            .max_local_error_reset_streams(Some(MAX_RESETS))
            .handshake(transport);
        let head_timeout = self.limits.head_timeout;
        let Ok(Ok(connection)) = timeout(head_timeout, handshake).await else {
            return;
        };
        // The first request is due as its head is in HTTP/1; later ones may take their time.
        let due = Instant::now() + head_timeout;
        self.streams(connection, client, due).await;
    }

    /// Serves the streams of a connection. Requests end with it: nobody could be answered.
    async fn streams(
        self: Arc<Self>,
        mut connection: Connection<Transport, Bytes>,
        client: Client,
        mut due: Instant,
    ) {
        let mut requests = JoinSet::new();
        let company = Company::new(self.room.clone());
        let mut draining = false;
        loop {
            let idle = requests.is_empty();
            tokio::select! {
                accepted = connection.accept() => {
                    let Some((request, respond)) = opened(accepted) else {
                        return;
                    };
                    let downstream = Downstream {
                        client,
                        place: Place::Shared(company.clone()),
                        protocol: Protocol::Http2(Box::new(Http2::new(request, respond))),
                    };
                    let server = self.clone();
                    let busy = company.begin();
                    requests.spawn(async move {
                        server.edge.serve(downstream).await;
                        drop(busy);
                    });
                }
                Some(_) = requests.join_next() => {
                    due = Instant::now() + self.limits.idle_timeout;
                }
                () = self.lifecycle.draining(), if !draining => {
                    draining = true;
                    connection.graceful_shutdown();
                }
                () = sleep_until(due), if idle => break,
                () = company.wanted() => break,
            }
        }
        // What is answered already goes out first; what comes at this moment may come again elsewhere.
        if let Some(Some(Ok((_, mut respond)))) = connection.accept().now_or_never() {
            respond.send_reset(Reason::REFUSED_STREAM);
        }
        connection.abrupt_shutdown(Reason::NO_ERROR);
        // What is left to do is to send that, to a client that may not read.
        let _ = timeout(FAREWELL, connection.accept()).await;
    }
}

fn opened(accepted: Accepted) -> Option<(Request<RecvStream>, SendResponse<Bytes>)> {
    match accepted? {
        Ok(stream) => Some(stream),
        Err(error) => {
            tracing::debug!(%error, "a connection of a client ended");
            None
        }
    }
}
