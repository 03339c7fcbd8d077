//! Outlier detection: what the calls to one endpoint say of it. An endpoint that fails while
//! others do not is left out for a while, longer each time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::moment::Moment;

/// Failures in a row that make an endpoint suspicious.
const FAILURES: u32 = 5;
const FIRST_EJECTION: Duration = Duration::from_secs(1);
const LONGEST_EJECTION: Duration = Duration::from_mins(1);
/// An endpoint that did well for so long starts anew.
const FORGIVEN_AFTER: Duration = Duration::from_mins(5);

/// The record of one endpoint.
pub(super) struct Outlier {
    failures: AtomicU32,
    ejections: AtomicU32,
    until: Moment,
}

// === impl Outlier ===

impl Outlier {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            failures: AtomicU32::new(0),
            ejections: AtomicU32::new(0),
            until: Moment::new(now),
        }
    }

    pub(super) fn is_ejected(&self, now: Instant) -> bool {
        self.ejections.load(Ordering::Relaxed) > 0 && self.until.get() > now
    }

    pub(super) fn succeeded(&self) {
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// Tells whether it should be ejected.
    pub(super) fn failed(&self) -> bool {
        self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= FAILURES
    }

    /// Leaves it out; gives for how long.
    pub(super) fn eject(&self, now: Instant) -> Duration {
        let quiet = now.saturating_duration_since(self.until.get());
        if quiet >= FORGIVEN_AFTER {
            self.ejections.store(0, Ordering::Relaxed);
        }
        let before = self.ejections.fetch_add(1, Ordering::Relaxed).min(16);
        let time = (FIRST_EJECTION * 2_u32.pow(before)).min(LONGEST_EJECTION);
        self.until.set(now + time);
        self.failures.store(0, Ordering::Relaxed);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ejections_grow_and_are_forgiven() {
        let mut now = Instant::now();
        let outlier = Outlier::new(now);
        assert!(!outlier.is_ejected(now));
        let mut times = Vec::new();
        for _ in 0..8 {
            let time = outlier.eject(now);
            assert!(outlier.is_ejected(now));
            now += time;
            assert!(!outlier.is_ejected(now));
            times.push(time.as_secs());
        }
        assert_eq!(times, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(outlier.eject(now + FORGIVEN_AFTER), FIRST_EJECTION);
    }

    #[test]
    fn only_failures_in_a_row_count() {
        let outlier = Outlier::new(Instant::now());
        for _ in 0..10 {
            assert!(!(1..FAILURES).any(|_| outlier.failed()));
            outlier.succeeded();
        }
        assert!((0..FAILURES).any(|_| outlier.failed()));
    }
}
