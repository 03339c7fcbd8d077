//! How a service is called at this moment, and what became of its calls so far: for metrics.

use tokio::time::Instant;

use super::Upstream;
use crate::metrics::Counter;

/// What happened to calls of a service.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) openings: Counter,
    pub(crate) paused: Counter,
    pub(crate) shed: Counter,
    pub(crate) ejections: Counter,
    pub(crate) retries: Counter,
}

/// A service at a moment.
pub(crate) struct Snapshot<'a> {
    pub(crate) name: &'a str,
    /// Endpoints that calls go to, and those they do not.
    pub(crate) usable: u64,
    pub(crate) unhealthy: u64,
    pub(crate) ejected: u64,
    pub(crate) calls: u64,
    pub(crate) call_limit: u64,
    pub(crate) streams: u64,
    pub(crate) breaker_open: bool,
    pub(crate) counts: &'a Counts,
}

// === impl Upstream ===

impl Upstream {
    pub(crate) fn snapshot(&self) -> Snapshot<'_> {
        let now = Instant::now();
        let all = self.endpoints.all();
        let (mut usable, mut unhealthy, mut ejected) = (0, 0, 0);
        for endpoint in all.iter() {
            *if endpoint.is_usable(now) {
                &mut usable
            } else if endpoint.is_healthy() {
                &mut ejected
            } else {
                &mut unhealthy
            } += 1;
        }
        let streams = self.max_streams - self.streams.available_permits();
        Snapshot {
            name: &self.name,
            usable,
            unhealthy,
            ejected,
            calls: self.limit.in_flight() as u64,
            call_limit: self.limit.current() as u64,
            streams: streams as u64,
            breaker_open: self.breaker.is_open(),
            counts: &self.counts,
        }
    }
}
