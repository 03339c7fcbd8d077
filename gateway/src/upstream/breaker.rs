//! The circuit breaker of a service: after failures in a row its calls fail at once, until one
//! that is let through succeeds.
//!
//! It spares the service what it cannot do, and its callers the wait. It knows no endpoint; that
//! one of several is bad is the outlier detection's matter.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::moment::Moment;

/// Failures in a row that open it.
const FAILURES: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A service's breaker. Open while `openings` is not zero.
pub(super) struct Breaker {
    failures: AtomicU32,
    /// How often it opened since it was closed last.
    openings: AtomicU32,
    /// When the next call is let through.
    next: Moment,
}

/// What a call that was let through is to the breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// One of many.
    Usual,
    /// The one that finds out whether the service is back.
    Probe,
}

// === impl Breaker ===

impl Breaker {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            failures: AtomicU32::new(0),
            openings: AtomicU32::new(0),
            next: Moment::new(now),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.openings.load(Ordering::Relaxed) != 0
    }

    /// Lets a call through, or says for how long not to come back.
    pub(super) fn admit(&self, now: Instant) -> Result<Admission, Duration> {
        let openings = self.openings.load(Ordering::Acquire);
        if openings == 0 {
            return Ok(Admission::Usual);
        }
        let next = self.next.get();
        // Whoever moves the time on is the probe; should it vanish, another follows then.
        if next <= now && self.next.advance(next, now + pause(openings)) {
            return Ok(Admission::Probe);
        }
        Err(self.next.get().saturating_duration_since(now))
    }

    /// A call was answered; tells whether that closed it.
    pub(super) fn succeeded(&self) -> bool {
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
        self.openings.load(Ordering::Relaxed) != 0 && self.openings.swap(0, Ordering::AcqRel) != 0
    }

    /// A call failed by a fault of the service. Calls that were under way when it opened do not
    /// open it further. Gives for how long it opened, if it did.
    pub(super) fn failed(&self, admission: Admission, now: Instant) -> Option<Duration> {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let openings = self.openings.load(Ordering::Acquire);
        let opens = match admission {
            Admission::Probe => openings > 0,
            Admission::Usual => openings == 0 && failures >= FAILURES,
        };
        opens.then(|| {
            let pause = pause(openings + 1);
            self.next.set(now + pause);
            self.openings.store(openings + 1, Ordering::Release);
            pause
        })
    }

    /// The service looks well again: the next call finds out.
    pub(super) fn probe_soon(&self, now: Instant) {
        self.next.set(now);
    }
}

fn pause(openings: u32) -> Duration {
    let doublings = openings.saturating_sub(1).min(16);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant) -> Breaker {
        let breaker = Breaker::new(now);
        for _ in 0..FAILURES {
            assert_eq!(breaker.admit(now), Ok(Admission::Usual));
            breaker.failed(Admission::Usual, now);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it() {
        let now = Instant::now();
        assert_eq!(opened(now).admit(now), Err(FIRST_PAUSE));

        let breaker = Breaker::new(now);
        for _ in 0..FAILURES {
            for _ in 1..FAILURES {
                breaker.failed(Admission::Usual, now);
            }
            breaker.succeeded();
        }
        assert_eq!(breaker.admit(now), Ok(Admission::Usual));
    }

    #[test]
    fn one_call_finds_out_and_closes_it() {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + FIRST_PAUSE;
        assert_eq!(breaker.admit(later), Ok(Admission::Probe));
        assert_eq!(breaker.admit(later), Err(FIRST_PAUSE));
        breaker.succeeded();
        assert_eq!(breaker.admit(later), Ok(Admission::Usual));
        // A single failure is none in a row.
        breaker.failed(Admission::Usual, later);
        assert_eq!(breaker.admit(later), Ok(Admission::Usual));
    }

    #[test]
    fn a_probe_that_fails_doubles_the_pause_and_one_that_vanishes_is_followed() {
        let mut now = Instant::now();
        let breaker = opened(now);
        now += FIRST_PAUSE;
        assert_eq!(breaker.admit(now), Ok(Admission::Probe));
        // Of before it opened.
        breaker.failed(Admission::Usual, now);
        breaker.failed(Admission::Probe, now);
        assert_eq!(breaker.admit(now), Err(2 * FIRST_PAUSE));
        now += 2 * FIRST_PAUSE;
        assert_eq!(breaker.admit(now), Ok(Admission::Probe));
        now += 2 * FIRST_PAUSE;
        assert_eq!(breaker.admit(now), Ok(Admission::Probe));
        for _ in 0..40 {
            now += LONGEST_PAUSE;
            assert_eq!(breaker.admit(now), Ok(Admission::Probe));
            breaker.failed(Admission::Probe, now);
        }
        assert_eq!(breaker.admit(now), Err(LONGEST_PAUSE));
        breaker.probe_soon(now);
        assert_eq!(breaker.admit(now), Ok(Admission::Probe));
    }
}
