//! The retry budget of a service: retries are a share of calls, so that they cannot multiply the
//! load on a service that fails because of load.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::moment::Moment;

/// A retry, in thousandths.
const RETRY: u64 = 1000;
/// Retries that a service with few calls has in hand, and gets back in a second.
const FLOOR: u64 = 10;
/// Most retries that may be saved up.
const CAP: u64 = 100;

/// A token bucket filled by calls.
pub(super) struct RetryBudget {
    /// What a call adds, in thousandths of a retry.
    share: u64,
    thousandths: AtomicU64,
    /// Since when nothing was added for time that passed.
    topped_up: Moment,
}

// === impl RetryBudget ===

impl RetryBudget {
    /// At most so many retries in a hundred calls; with zero there are none at all.
    pub(super) fn new(percent: u32, now: Instant) -> Self {
        let share = u64::from(percent) * RETRY / 100;
        Self {
            share,
            thousandths: AtomicU64::new(if share > 0 { FLOOR * RETRY } else { 0 }),
            topped_up: Moment::new(now),
        }
    }

    /// A call is made.
    pub(super) fn deposit(&self) {
        // A full bucket is the rule, and costs a read.
        if self.thousandths.load(Ordering::Relaxed) < CAP * RETRY {
            self.thousandths.fetch_add(self.share, Ordering::Relaxed);
        }
    }

    /// Takes a retry, if there is one.
    pub(super) fn withdraw(&self, now: Instant) -> bool {
        self.top_up(now);
        let taken =
            self.thousandths
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |thousandths| {
                    thousandths.checked_sub(RETRY)
                });
        taken.is_ok()
    }

    /// Adds what time gives, up to the floor.
    fn top_up(&self, now: Instant) {
        let since = self.topped_up.get();
        let passed = now
            .saturating_duration_since(since)
            .min(Duration::from_secs(1));
        let millis = u64::try_from(passed.as_millis()).unwrap_or_default();
        if self.share == 0 || millis == 0 || !self.topped_up.advance(since, now) {
            return;
        }
        let _ =
            self.thousandths
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |thousandths| {
                    let topped_up = (thousandths + millis * FLOOR).min(FLOOR * RETRY);
                    (topped_up > thousandths).then_some(topped_up)
                });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withdrawn(budget: &RetryBudget, now: Instant) -> usize {
        (0..1000).take_while(|_| budget.withdraw(now)).count()
    }

    #[test]
    fn retries_are_a_share_of_calls() {
        let now = Instant::now();
        let budget = RetryBudget::new(20, now);
        assert_eq!(withdrawn(&budget, now), 10);
        for _ in 0..50 {
            budget.deposit();
        }
        assert_eq!(withdrawn(&budget, now), 10);
        for _ in 0..100_000 {
            budget.deposit();
        }
        assert_eq!(withdrawn(&budget, now), 100);
    }

    #[test]
    fn time_gives_back_the_floor_and_no_more() {
        let now = Instant::now();
        let budget = RetryBudget::new(20, now);
        withdrawn(&budget, now);
        assert_eq!(withdrawn(&budget, now + Duration::from_millis(500)), 5);
        assert_eq!(withdrawn(&budget, now + Duration::from_mins(1)), 10);
    }

    #[test]
    fn none_is_none() {
        let now = Instant::now();
        let budget = RetryBudget::new(0, now);
        budget.deposit();
        assert_eq!(withdrawn(&budget, now + Duration::from_mins(1)), 0);
    }
}
