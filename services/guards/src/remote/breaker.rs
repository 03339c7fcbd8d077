//! A circuit breaker: a guard that fails again and again is left alone for a while, so that checks do
//! not wait for it in vain. It remembers as well what there is to tell of the guard's health.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use tokio::time::Instant;

use super::Failure;

/// Failures in a row that open it.
const PATIENCE: u32 = 5;
/// How long it stays open at first; each failed trial doubles it.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Decides whether a guard is called, by how the calls before went.
#[derive(Debug)]
pub(crate) struct Breaker {
    clock: Clock,
    course: Mutex<Course>,
}

/// How a guard does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) state: State,
    /// Failures since the last success.
    pub(crate) failures: u32,
    pub(crate) last_failure: Option<(Failure, DateTime<Utc>)>,
    pub(crate) last_answer: Option<DateTime<Utc>>,
}

/// Whether calls are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    #[default]
    Closed,
    Open,
    /// One call is made, to see.
    HalfOpen,
}

/// Leave to make one call. Dropped without a word on how it went, it counts for nothing.
#[derive(Debug)]
pub(crate) struct Admission<'a> {
    breaker: &'a Breaker,
    is_trial: bool,
}

#[derive(Debug, Default)]
struct Course {
    failures: u32,
    /// Until when it is open, and for how long that was meant to be.
    pause: Option<(Instant, Duration)>,
    on_trial: bool,
    last_failure: Option<(Failure, DateTime<Utc>)>,
    last_answer: Option<DateTime<Utc>>,
}

// === impl Breaker ===

impl Breaker {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            course: Mutex::default(),
        }
    }

    /// Leave to call at this time, if it is given.
    pub(crate) fn admit(&self, now: Instant) -> Option<Admission<'_>> {
        let mut course = self.course();
        let is_trial = match course.state(now) {
            State::Closed => false,
            State::HalfOpen if !course.on_trial => {
                course.on_trial = true;
                true
            }
            State::Open | State::HalfOpen => return None,
        };
        Some(Admission {
            breaker: self,
            is_trial,
        })
    }

    pub(crate) fn health(&self, now: Instant) -> Health {
        let course = self.course();
        Health {
            state: course.state(now),
            failures: course.failures,
            last_failure: course.last_failure,
            last_answer: course.last_answer,
        }
    }

    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Admission ===

impl Admission<'_> {
    /// Says how the call went that ended at this time.
    pub(crate) fn settle(self, failure: Option<Failure>, end: Instant) {
        let now = self.breaker.clock.now();
        let mut course = self.breaker.course();
        if let Some(failure) = failure {
            course.last_failure = Some((failure, now));
            if failure.counts() {
                course.fail(self.is_trial, end);
            }
        }
        if matches!(failure, None | Some(Failure::Refused)) {
            course.last_answer = Some(now);
            course.failures = 0;
            course.pause = None;
        }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.course().on_trial = false;
        }
    }
}

// === impl Course ===

impl Course {
    fn state(&self, now: Instant) -> State {
        match self.pause {
            None => State::Closed,
            Some((until, _)) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    /// A call that began before it opened changes nothing any more.
    fn fail(&mut self, is_trial: bool, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let pause = match self.pause {
            None if self.failures >= PATIENCE => PAUSE,
            Some((_, last)) if is_trial => (last * 2).min(LONGEST_PAUSE),
            _ => return,
        };
        self.pause = Some((now + pause, pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A breaker under a clock of the test's own.
    struct Watched {
        breaker: Breaker,
        now: Instant,
    }

    impl Watched {
        fn new() -> Self {
            Self {
                breaker: Breaker::new(Clock::system()),
                now: Instant::now(),
            }
        }

        fn pass(&mut self, millis: u64) {
            self.now += Duration::from_millis(millis);
        }

        fn admit(&self) -> Option<Admission<'_>> {
            self.breaker.admit(self.now)
        }

        fn settle(&self, failure: Option<Failure>) {
            self.admit().unwrap().settle(failure, self.now);
        }

        fn fail(&self, times: u32) {
            for _ in 0..times {
                self.settle(Some(Failure::Timeout));
            }
        }

        fn health(&self) -> Health {
            self.breaker.health(self.now)
        }
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_closes_it() {
        let mut watched = Watched::new();
        watched.fail(4);
        watched.settle(None);
        watched.fail(4);
        assert_eq!(watched.health().state, State::Closed);
        watched.fail(1);
        assert_eq!(watched.health().state, State::Open);
        assert!(watched.admit().is_none());

        watched.pass(999);
        assert!(watched.admit().is_none());
        watched.pass(1);
        assert_eq!(watched.health().state, State::HalfOpen);
        let trial = watched.admit().unwrap();
        assert!(watched.admit().is_none(), "one at a time");
        trial.settle(None, watched.now);
        let health = watched.health();
        assert_eq!((health.state, health.failures), (State::Closed, 0));
        assert!(health.last_answer.is_some());
        let (failure, _) = health.last_failure.unwrap();
        assert_eq!(failure, Failure::Timeout);
    }

    #[test]
    fn each_failed_trial_doubles_the_pause_up_to_a_bound() {
        let mut watched = Watched::new();
        watched.fail(5);
        for pause in [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            watched.pass(pause - 1);
            assert!(watched.admit().is_none(), "{pause}");
            watched.pass(1);
            watched.fail(1);
        }
    }

    #[test]
    fn what_is_not_its_fault_does_not_count() {
        let mut watched = Watched::new();
        for _ in 0..10 {
            watched.settle(Some(Failure::AuthorizationLost));
            // Whoever asked has gone.
            drop(watched.admit().unwrap());
        }
        assert_eq!(watched.health().state, State::Closed);
        let late = watched.breaker.admit(watched.now).unwrap();
        watched.fail(5);
        late.settle(Some(Failure::Timeout), watched.now);
        watched.now += PAUSE;
        // A trial that nobody waits for makes room for another.
        drop(watched.admit().unwrap());
        watched.settle(Some(Failure::Refused));
        assert_eq!(watched.health().state, State::Closed, "it answers");
    }
}
