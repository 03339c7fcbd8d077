//! The adaptive concurrency limit of a service: how many calls it gets at the same time, found
//! from how long its answers take. What is beyond is refused at once.
//!
//! Additive increase, multiplicative decrease on a stated latency. A gradient against a learned
//! baseline needs no setting, but takes a change of the mix of methods (a login costs a hundred
//! reads) for congestion, and learns a congested baseline when the congestion lasts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::moment::Moment;

/// It does not fall below: a service whose every call is slow is still used.
const FLOOR: usize = 20;

/// A service's limit.
pub(super) struct Limit {
    /// Beyond it an answer came late.
    latency: Duration,
    max: usize,
    current: AtomicUsize,
    in_flight: AtomicUsize,
    /// Answers in time since the limit grew.
    in_time: AtomicUsize,
    /// When it was cut last.
    cut: Moment,
}

/// A call within the limit, until it is dropped.
pub(super) struct Slot<'a> {
    limit: &'a Limit,
    began: Instant,
    /// It ended, and was learned from.
    ended: bool,
}

// === impl Limit ===

impl Limit {
    pub(super) fn new(max: usize, latency: Duration, now: Instant) -> Self {
        Self {
            latency,
            max,
            current: AtomicUsize::new(max),
            in_flight: AtomicUsize::new(0),
            in_time: AtomicUsize::new(0),
            cut: Moment::new(now),
        }
    }

    /// Calls under way.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Most calls at the same time, for now.
    pub(super) fn current(&self) -> usize {
        self.current.load(Ordering::Relaxed)
    }

    /// Lets a call in, if there is room.
    pub(super) fn enter(&self, now: Instant) -> Option<Slot<'_>> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        if before >= self.current.load(Ordering::Relaxed) {
            self.in_flight.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Slot {
            limit: self,
            began: now,
            ended: false,
        })
    }

    /// Learns from a call that ended; gives the limit when that cut it.
    fn learn(&self, began: Instant, now: Instant) -> Option<usize> {
        let took = now.saturating_duration_since(began);
        if took > self.latency {
            // What was let in under a former limit says nothing of this one.
            let cut = self.cut.get();
            let first = began >= cut && self.cut.advance(cut, now);
            return first.then(|| self.shrink(took)).flatten();
        }
        let limit = self.current.load(Ordering::Relaxed);
        // A limit that is not reached is not tested.
        if 2 * self.in_flight.load(Ordering::Relaxed) < limit {
            return None;
        }
        if self.in_time.fetch_add(1, Ordering::Relaxed) + 1 >= limit {
            self.in_time.store(0, Ordering::Relaxed);
            let grown = limit + limit.isqrt();
            self.current.store(grown.min(self.max), Ordering::Relaxed);
        }
        None
    }

    /// By as much as the answer was too late, from what was really in use.
    fn shrink(&self, took: Duration) -> Option<usize> {
        let limit = self.current.load(Ordering::Relaxed);
        let used = limit.min(self.in_flight.load(Ordering::Relaxed));
        let percent = 100 * self.latency.as_millis() / took.as_millis().max(1);
        let percent = usize::try_from(percent).unwrap_or(0).clamp(50, 90);
        let cut = (used * percent / 100).max(FLOOR.min(self.max));
        self.in_time.store(0, Ordering::Relaxed);
        let shrunk = cut.min(limit);
        self.current.store(shrunk, Ordering::Relaxed);
        (shrunk < limit).then_some(shrunk)
    }
}

// === impl Slot ===

impl Slot<'_> {
    /// The call ended, by an answer or by its deadline. Gives the limit when that cut it.
    pub(super) fn ended(mut self, now: Instant) -> Option<usize> {
        self.ended = true;
        self.limit.learn(self.began, now)
    }
}

impl Drop for Slot<'_> {
    /// A client that left may have been tired of waiting. One that left early says nothing.
    fn drop(&mut self) {
        let waited = if self.ended {
            Duration::ZERO
        } else {
            self.began.elapsed()
        };
        if waited > self.limit.latency {
            self.limit.learn(self.began, self.began + waited);
        }
        self.limit.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Duration = Duration::from_millis(100);

    fn fill(limit: &Limit) -> Vec<Slot<'_>> {
        let now = Instant::now();
        std::iter::from_fn(|| limit.enter(now)).collect()
    }

    /// A round of calls as many as fit, all of which take as long.
    fn round(limit: &Limit, began: Instant, took: Duration) -> usize {
        let slots = fill(limit);
        let count = slots.len();
        for slot in slots {
            slot.limit.learn(began, began + took);
            // Its room is taken by the next: the limit stays in use.
            std::mem::forget(slot);
        }
        limit.in_flight.store(0, Ordering::Relaxed);
        count
    }

    #[test]
    fn it_bounds_and_a_call_that_ends_makes_room() {
        let limit = Limit::new(3, LATENCY, Instant::now());
        let mut slots = fill(&limit);
        assert_eq!(slots.len(), 3);
        slots.pop();
        assert!(limit.enter(Instant::now()).is_some());
    }

    #[test]
    fn late_answers_cut_it_once_a_round_and_answers_in_time_raise_it() {
        let mut now = Instant::now();
        let limit = Limit::new(1000, LATENCY, now);
        let mut sizes = Vec::new();
        for _ in 0..3 {
            now += LATENCY;
            sizes.push(round(&limit, now, 2 * LATENCY));
            now += 2 * LATENCY;
        }
        assert_eq!(sizes, [1000, 500, 250]);
        for _ in 0..20 {
            now += LATENCY;
            round(&limit, now, 3 * LATENCY);
            now += 3 * LATENCY;
        }
        assert_eq!(round(&limit, now, LATENCY), FLOOR);
        for _ in 0..100 {
            now += LATENCY;
            round(&limit, now, LATENCY);
        }
        assert_eq!(round(&limit, now, LATENCY), 1000);
    }

    #[test]
    fn it_falls_to_what_is_used() {
        let now = Instant::now();
        let limit = Limit::new(1000, LATENCY, now);
        let slots: Vec<_> = (0..100).filter_map(|_| limit.enter(now)).collect();
        limit.learn(now, now + 2 * LATENCY);
        drop(slots);
        assert_eq!(fill(&limit).len(), 50);
    }

    #[test]
    fn clients_that_waited_too_long_and_left_count() {
        let now = Instant::now();
        let began = now.checked_sub(10 * LATENCY).unwrap();
        let limit = Limit::new(1000, LATENCY, began);
        drop(limit.enter(now));
        assert_eq!(fill(&limit).len(), 1000);
        drop(limit.enter(began));
        assert_eq!(fill(&limit).len(), FLOOR);
    }
}
