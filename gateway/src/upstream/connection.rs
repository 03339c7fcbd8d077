//! One HTTP/2 connection to a service, made when it is needed and made anew when it is lost.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::failure::Failure;
use super::session::Session;

const CONNECT: Duration = Duration::from_secs(2);
/// A service that accepts connections and closes them is not asked for ever.
const ATTEMPTS: usize = 3;

/// A connection that may or may not be open.
pub(super) struct Connection<S> {
    address: SocketAddr,
    current: Mutex<Current<S>>,
    /// Held by who connects.
    connecting: tokio::sync::Mutex<()>,
}

/// The connection as it is now.
struct Current<S> {
    session: Option<S>,
    /// Counts the connections made so far.
    generation: u64,
    /// Counts the attempts that failed, and how the last one did.
    failures: u64,
    failure: Option<io::ErrorKind>,
}

// === impl Connection ===

impl<S: Session> Connection<S> {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            current: Mutex::new(Current {
                session: None,
                generation: 0,
                failures: 0,
                failure: None,
            }),
            connecting: tokio::sync::Mutex::default(),
        }
    }

    /// How many calls the service takes on it at the same time, as far as it said.
    pub(super) fn most_calls(&self) -> usize {
        let current = self.current();
        let session = current.session.as_ref();
        session.map_or(usize::MAX, Session::most_calls)
    }

    /// Begins a call, on a new connection if the present one has ended: `begin` gives none then.
    pub(super) async fn begin<T, F>(&self, mut begin: impl FnMut(S) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Option<T>>,
    {
        let mut lost = 0;
        for _ in 0..ATTEMPTS {
            let open = self.open(lost).await;
            let (session, generation) = open.map_err(|error| Failure::unreachable(&error))?;
            if let Some(begun) = begin(session).await {
                return Ok(begun);
            }
            // Closed since it was used last; the next turn makes another.
            lost = generation;
        }
        let closed = io::ErrorKind::ConnectionAborted.into();
        Err(Failure::unreachable(&closed))
    }

    /// A connection younger than generation `lost`, and its own generation.
    async fn open(&self, lost: u64) -> io::Result<(S, u64)> {
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
        let connected = timeout(CONNECT, S::connect(self.address)).await;
        let connected = connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let mut current = self.current();
        match connected {
            Ok(session) => {
                current.generation += 1;
                current.session = Some(session.clone());
                Ok((session, current.generation))
            }
            Err(error) => {
                current.session = None;
                current.failures += 1;
                current.failure = Some(error.kind());
                Err(error)
            }
        }
    }

    /// The connection, if it is younger than generation `lost`; else how many attempts failed.
    fn present(&self, lost: u64) -> Result<(S, u64), u64> {
        let current = self.current();
        let session = current.session.as_ref();
        let session = session.filter(|_| current.generation > lost);
        let open = session.map(|session| (session.clone(), current.generation));
        open.ok_or(current.failures)
    }

    fn current(&self) -> MutexGuard<'_, Current<S>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
