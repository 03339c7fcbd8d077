//! One endpoint of a service: its connections, the calls under way on them, and how it does.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use http::uri::Authority;
use tokio::time::Instant;

use super::outlier::Outlier;
use super::pool::{Pool, Taken};
use super::session::{Streaming, Unary};

/// Where an endpoint is, and what it is called there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) address: SocketAddr,
    /// The `:authority` of its calls: the configured name, as certificates and routes have it.
    pub(super) authority: Authority,
    /// Others get calls only while no place of a lower number works.
    pub(super) priority: u16,
    /// How its calls relate to those of others of the same priority. Never zero.
    pub(super) weight: u32,
}

/// An endpoint.
pub(super) struct Endpoint {
    pub(super) place: Place,
    unary: Pool<Unary>,
    /// Streams have their own: one whose client does not read must not stall the calls of others.
    streaming: Pool<Streaming>,
    in_flight: AtomicUsize,
    healthy: AtomicBool,
    pub(super) outlier: Outlier,
}

/// An endpoint that was chosen for a call; counts as its load until dropped.
pub(super) struct Chosen(Arc<Endpoint>);

// === impl Endpoint ===

impl Endpoint {
    /// With so many connections for each thread. Nothing is connected until the first call, and
    /// it is not healthy until a check says so.
    pub(super) fn new(place: Place, connections: usize) -> Self {
        let address = place.address;
        Self {
            place,
            unary: Pool::new(address, connections),
            streaming: Pool::new(address, connections),
            in_flight: AtomicUsize::new(0),
            healthy: AtomicBool::new(false),
            outlier: Outlier::new(Instant::now()),
        }
    }

    /// A connection for a unary call.
    pub(super) fn unary(&self) -> Taken<Unary> {
        self.unary.take()
    }

    /// A connection for a stream.
    pub(super) fn streaming(&self) -> Taken<Streaming> {
        self.streaming.take()
    }

    /// Calls under way.
    pub(super) fn load(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Its health as last seen.
    pub(super) fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed)
    }

    /// Takes note of its health; tells whether that is news.
    pub(super) fn set_healthy(&self, healthy: bool) -> bool {
        self.healthy.swap(healthy, Ordering::Relaxed) != healthy
    }

    /// Whether calls should go there.
    pub(super) fn is_usable(&self, now: Instant) -> bool {
        self.is_healthy() && !self.outlier.is_ejected(now)
    }
}

// === impl Chosen ===

impl Chosen {
    pub(super) fn new(endpoint: &Arc<Endpoint>) -> Self {
        endpoint.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(endpoint.clone())
    }
}

impl Deref for Chosen {
    type Target = Endpoint;

    fn deref(&self) -> &Endpoint {
        &self.0
    }
}

impl Drop for Chosen {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
