//! Whether the database answers, as far as is known: who needs it for a convenience need not wait
//! to be refused each time.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;

/// Found out by who asks, and looked after each second.
#[derive(Debug)]
pub(crate) struct Reach(AtomicBool);

// === impl Reach ===

impl Reach {
    /// Given, until somebody finds it lost.
    pub(crate) fn new() -> Self {
        Self(AtomicBool::new(true))
    }

    pub(crate) fn is_given(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The database did not answer, in these words.
    pub(crate) fn lost(&self, error: &Error) {
        if self.0.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "the database does not answer: checks go on without it");
        }
    }

    /// The database answered.
    pub(crate) fn found(&self) {
        if !self.0.swap(true, Ordering::Relaxed) {
            tracing::info!("the database answers again");
        }
    }
}
