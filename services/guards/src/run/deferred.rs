//! Runs that wait in memory for the database, within bounds, and what became of those for which
//! there was no room.

use std::collections::VecDeque;
use std::mem::size_of;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use guardmesh_guard_engine::Finding;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{BATCH, Owner, Run, Storage, store};
use crate::State;

/// Bytes of runs that wait.
const CAPACITY: usize = 32 * 1024 * 1024;
/// How often it is seen whether the database answers again.
const LOOK: Duration = Duration::from_millis(500);

/// Runs that wait, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Deferred(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<(Owner, Run)>,
    bytes: usize,
    /// Runs that were not kept, since the process began.
    dropped: u64,
}

// === impl Deferred ===

impl Deferred {
    /// Keeps a copy of a run for later, if there is room.
    pub(super) fn put(&self, owner: Owner, run: &Run) -> Storage {
        let weight = weight(run);
        let mut queue = self.lock();
        if queue.bytes + weight > CAPACITY {
            drop(queue);
            return self.drop_one();
        }
        queue.bytes += weight;
        queue.waiting.push_back((owner, run.clone()));
        Storage::Deferred
    }

    /// Counts a run that is not kept.
    pub(super) fn drop_one(&self) -> Storage {
        let mut queue = self.lock();
        queue.dropped += 1;
        // Each would be as many lines as there are checks.
        if queue.dropped.is_power_of_two() {
            tracing::warn!(dropped = queue.dropped, "runs are not stored");
        }
        Storage::Dropped
    }

    /// The oldest, with those right after it that have the same owner and can be stored with it.
    fn take(&self) -> Option<(Owner, Vec<Run>)> {
        let mut queue = self.lock();
        let owner = queue.waiting.front()?.0;
        let mut runs = Vec::new();
        while runs.len() < BATCH
            && let Some((_, run)) = queue.waiting.pop_front_if(|(of, _)| *of == owner)
        {
            queue.bytes = queue.bytes.saturating_sub(weight(&run));
            runs.push(run);
        }
        Some((owner, runs))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stores what waits whenever the database answers, until `shutdown`; then once more.
pub(crate) async fn store_later(state: &State, shutdown: &CancellationToken) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        store_waiting(state).await;
    }
    store_waiting(state).await;
}

async fn store_waiting(state: &State) {
    while state.reach.is_given()
        && let Some((owner, runs)) = state.deferred.take()
    {
        let together: Vec<&Run> = runs.iter().collect();
        if !store_all(state, owner, &together).await {
            // One that cannot be stored takes no other with it.
            for run in together {
                store_all(state, owner, &[run]).await;
            }
        }
    }
}

/// Stores runs that waited, or lets them wait on; tells whether they are dealt with.
async fn store_all(state: &State, owner: Owner, runs: &[&Run]) -> bool {
    match store(state, owner, runs).await {
        Ok(()) => {}
        Err(error) if error.is_unavailable() => {
            state.reach.lost(&error);
            for run in runs {
                state.deferred.put(owner, run);
            }
        }
        Err(_) if runs.len() > 1 => return false,
        Err(error) => {
            tracing::error!(%error, "a run that waited cannot be stored");
            state.deferred.drop_one();
        }
    }
    true
}

/// About what a run takes in memory, in bytes.
fn weight(run: &Run) -> usize {
    let texts =
        |finding: &Finding| finding.preview.len() + finding.guard.len() + finding.decoded_via.len();
    let findings = run.findings.iter();
    1024 + findings
        .map(|finding| size_of::<Finding>() + texts(finding))
        .sum::<usize>()
        + run.reasons.iter().map(String::len).sum::<usize>()
        + run.text.as_ref().map_or(0, |text| text.bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::tests::run;

    #[test]
    fn what_waits_is_bounded_and_the_rest_is_counted() {
        let deferred = Deferred::default();
        let (owner, run) = run();
        let mut kept = 0;
        while deferred.put(owner, &run) == Storage::Deferred {
            kept += 1;
        }
        assert_eq!(kept, CAPACITY / weight(&run));
        assert_eq!(deferred.lock().dropped, 1);
        assert_eq!(deferred.take().unwrap().1.len(), BATCH);
        assert_eq!(deferred.put(owner, &run), Storage::Deferred);
        while deferred.take().is_some() {}
        assert_eq!(deferred.lock().bytes, 0);
    }

    #[test]
    fn runs_of_an_owner_are_stored_together_and_in_order() {
        let deferred = Deferred::default();
        let [(ada, one), (eve, other)] = [run(), run()];
        for (owner, run) in [(ada, &one), (ada, &one), (eve, &other), (ada, &one)] {
            deferred.put(owner, run);
        }
        let taken = std::iter::from_fn(|| deferred.take());
        let counts: Vec<_> = taken.map(|(owner, runs)| (owner, runs.len())).collect();
        assert_eq!(counts, [(ada, 2), (eve, 1), (ada, 1)]);
    }
}
