//! HTTP/2 towards services, for unary calls (RFC 9113, HPACK of RFC 7541), over a connection whose
//! calls and task share a thread.
//!
//! The h2 crate serves streams, and clients. A unary call needs a part of it: one message each
//! way, which is sent and kept whole. That part is here: h2 took nearly a third of a call's
//! instructions.
//! Frames are written by the calls, and leave together when the connection's task runs; an answer
//! wakes its call once, when it is complete.
//!
//! What endpoints there are, when to connect and whom to ask is not decided here.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::net::TcpStream;

use driver::Driver;
use streams::Streams;

pub(crate) use header::Request;
pub(crate) use streams::{Answer, Broken};

mod driver;
mod frame;
mod header;
mod huffman;
mod receive;
mod streams;

/// A connection, open until it is dropped and its calls have ended, or the peer closes it.
pub(crate) struct Session {
    shared: Arc<Shared>,
}

/// A call under way. Dropped, it is given up: the service is told.
pub(crate) struct Call {
    session: Arc<Session>,
    id: u32,
    is_over: bool,
}

/// What a session shares with its task. They are on one thread, so the lock is never waited for.
struct Shared(Mutex<Streams>);

// === impl Session ===

impl Session {
    /// Speaks HTTP/2 on a connection, from a task of the runtime.
    pub(crate) fn open(stream: TcpStream) -> io::Result<Arc<Self>> {
        stream.set_nodelay(true)?;
        let address = stream.peer_addr()?;
        let shared = Arc::new(Shared(Mutex::new(Streams::new())));
        let driver = Driver::new(stream, shared.clone());
        tokio::spawn(async move {
            match driver.await {
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    tracing::warn!(%address, "a connection to a service went dead");
                }
                ended => tracing::debug!(%address, ?ended, "a connection to a service ended"),
            }
        });
        Ok(Arc::new(Self { shared }))
    }

    /// Begins a call; none if the connection takes no more.
    pub(crate) fn call(self: &Arc<Self>, request: &Request<'_>, message: &Bytes) -> Option<Call> {
        let id = self.shared.lock().begin(request, message)?;
        Some(Call {
            session: self.clone(),
            id,
            is_over: false,
        })
    }

    /// How many calls the service takes on it at the same time, as far as it said.
    pub(crate) fn most_calls(&self) -> usize {
        self.shared.lock().max_open
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut streams = self.shared.lock();
        streams.closing = true;
        streams.wake_driver();
    }
}

// === impl Call ===

impl Future for Call {
    type Output = Result<Answer, Broken>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = self.session.shared.lock().poll_outcome(self.id, context);
        self.is_over = outcome.is_ready();
        outcome
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_over {
            self.session.shared.lock().give_up(self.id);
        }
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
