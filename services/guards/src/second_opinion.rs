//! A second opinion: what a guard in doubt may ask of a model over one text, and by when.
//!
//! Which model that is, and what it makes of a passage, is not known here; when a guard is in doubt,
//! the engine knows.

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use guardmesh_guard_engine::SecondOpinion;

use crate::error::Error;

/// Most passages that a guard may ask about in one text, with all that is decoded from it.
const MOST_PASSAGES: usize = 16;

/// A model: how likely a passage is what the guard looks for, from 0 to 1, said before the instant.
pub(crate) type Judge = Arc<dyn Fn(&str, Instant) -> Result<f32, Error> + Send + Sync>;

/// The questions of one guard about one text.
#[derive(Clone)]
pub(crate) struct Hearing(Arc<Questions>);

struct Questions {
    judge: Judge,
    deadline: Instant,
    asked: AtomicUsize,
    /// The last; after the first nothing more is asked.
    failure: Mutex<Option<Error>>,
}

// === impl Hearing ===

impl Hearing {
    /// Until `deadline`, and for a bounded number of passages.
    pub(crate) fn new(judge: Judge, deadline: Instant) -> Self {
        Self(Arc::new(Questions {
            judge,
            deadline,
            asked: AtomicUsize::new(0),
            failure: Mutex::default(),
        }))
    }

    /// Whom the guard asks.
    pub(crate) fn opinion(&self) -> SecondOpinion {
        let questions = self.0.clone();
        Arc::new(move |passage| questions.ask(passage))
    }

    /// Ends the hearing; fails if a question that was asked was not answered.
    pub(crate) fn close(&self) -> Result<(), Error> {
        self.0.failure().take().map_or(Ok(()), Err)
    }
}

// === impl Questions ===

impl Questions {
    /// None where no more may be asked: then the guard's own word holds.
    fn ask(&self, passage: &str) -> Option<f32> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if asked >= MOST_PASSAGES || self.failure().is_some() {
            return None;
        }
        let answer = (self.judge)(passage, self.deadline);
        answer.map_err(|error| *self.failure() = Some(error)).ok()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
