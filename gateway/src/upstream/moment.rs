//! An instant that threads share without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// An instant, no earlier than the one it was made with.
pub(super) struct Moment {
    base: Instant,
    micros: AtomicU64,
}

// === impl Moment ===

impl Moment {
    pub(super) fn new(base: Instant) -> Self {
        Self {
            base,
            micros: AtomicU64::new(0),
        }
    }

    pub(super) fn get(&self) -> Instant {
        self.base + Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }

    pub(super) fn set(&self, instant: Instant) {
        self.micros
            .store(self.micros_to(instant), Ordering::Relaxed);
    }

    /// Moves it from an instant that was read to another; false when somebody else did before.
    pub(super) fn advance(&self, from: Instant, to: Instant) -> bool {
        let (from, to) = (self.micros_to(from), self.micros_to(to));
        let moved = self
            .micros
            .compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed);
        moved.is_ok()
    }

    fn micros_to(&self, instant: Instant) -> u64 {
        let since = instant.saturating_duration_since(self.base);
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }
}
