//! One client connection: HTTP/1.1 or HTTP/2, told apart by how it begins.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::config::Limits;
use crate::downstream::{Client, Entrance};
use crate::edge::Edge;
use crate::lifecycle::Lifecycle;
use crate::room::Room;
use crate::tls::Acceptor;
use crate::transport::{Heard, Transport};

mod http1;
mod http2;

/// What a client that speaks HTTP/2 sends first (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What every connection is served with.
pub(crate) struct Server {
    pub(crate) edge: Edge,
    pub(crate) room: Arc<Room>,
    pub(crate) limits: Limits,
    pub(crate) lifecycle: Lifecycle,
    /// Without it the API is served over plain HTTP.
    pub(crate) tls: Option<Acceptor>,
}

/// Why a wait for a request is over.
enum Overdue {
    /// No request was begun.
    Idle,
    /// One was begun, and its head is not complete.
    Late,
}

/// When a peer has to begin a request. It moves with every request, and its timer only when it
/// fires: that is once in a long while, and to set a timer costs more than to ask for one.
struct Patience {
    idle: Duration,
    due: Instant,
    timer: Pin<Box<Sleep>>,
}

// === impl Patience ===

impl Patience {
    fn new(idle: Duration) -> Self {
        Self {
            idle,
            due: Instant::now() + idle,
            timer: Box::pin(sleep(idle)),
        }
    }

    /// The time begins anew.
    fn renew(&mut self) {
        self.due = Instant::now() + self.idle;
    }

    /// Returns once it is over.
    async fn over(&mut self) {
        loop {
            self.timer.as_mut().await;
            if Instant::now() >= self.due {
                return;
            }
            self.timer.as_mut().reset(self.due);
        }
    }
}

// === impl Server ===

impl Server {
    /// Serves a connection to its end.
    pub(crate) async fn serve(self: Arc<Self>, stream: TcpStream, client: Client) {
        let mut transport = match (&self.tls, client.entrance) {
            (Some(tls), Entrance::Https) => {
                let handshake = timeout(self.limits.head_timeout, tls.accept(stream));
                let handshake = tokio::select! {
                    handshake = handshake => handshake,
                    () = self.room.wanted() => return,
                };
                match handshake {
                    Ok(Ok(stream)) => Transport::tls(stream, self.limits.body_timeout),
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "a TLS handshake failed");
                        return;
                    }
                    Err(_) => return,
                }
            }
            _ => Transport::plain(stream, self.limits.body_timeout),
        };
        let heard = transport.heard();
        let mut patience = Patience::new(self.limits.idle_timeout);
        let begins = tokio::select! {
            biased;
            begins = transport.begins_with(PREFACE) => begins,
            () = self.lifecycle.stopping() => return,
            () = self.room.wanted() => return,
            // Too little to answer in a language that the client knows.
            _ = self.overdue(&heard, &mut patience) => return,
        };
        match begins {
            Ok(Some(true)) => self.http2(transport, client).await,
            Ok(Some(false)) => self.http1(transport, patience, client).await,
            Ok(None) | Err(_) => {}
        }
    }

    /// Returns when the peer has waited too long to begin a request, or to complete its head.
    async fn overdue(&self, heard: &Heard, patience: &mut Patience) -> Overdue {
        tokio::select! {
            biased;
            () = heard.something() => {}
            () = patience.over() => return Overdue::Idle,
        }
        sleep(self.limits.head_timeout).await;
        Overdue::Late
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn patience_ends_when_it_was_not_renewed_for_long_enough() {
        let idle = Duration::from_mins(1);
        let mut patience = Patience::new(idle);
        for _ in 0..5 {
            tokio::time::advance(idle * 2 / 3).await;
            patience.renew();
            assert!(pin!(patience.over()).now_or_never().is_none());
        }
        // Longer than it lasts, while nobody waits.
        tokio::time::advance(idle * 2).await;
        patience.renew();
        assert!(pin!(patience.over()).now_or_never().is_none());
        let renewed = Instant::now();
        patience.over().await;
        let lasted = renewed.elapsed();
        assert!(lasted >= idle && lasted < idle + Duration::from_secs(1));
    }
}
