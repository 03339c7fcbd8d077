//! A check: the steps of a plan over one text, stage by stage, each within its own deadline.
//!
//! A guard that fails or takes too long never takes the call with it: the call leaves at the
//! deadline, whatever the guard still does on its thread.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_guard_engine::{Channel, Decision, Finding, Reading};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::plan::{Plan, Step, Task};
use crate::vault::Sanitized;
use crate::verdict::{self, GuardStatus, Part, Verdict};

/// Most bytes of text under check at a time: about what two cores scan within a guard's time.
/// Who comes on top is asked to come again, rather than left to wait for nothing.
const MAX_BACKLOG: usize = 64 * 1024 * 1024;
/// What a check counts for beside its text, so that tiny texts are bounded as well.
const CHECK_COST: usize = 4 * 1024;

/// Runs plans, with scans on threads of their own, a bounded number at a time.
#[derive(Clone)]
pub(crate) struct Checker {
    /// Scans are pure computation: more at a time than there are cores only delays all of them.
    slots: Arc<Semaphore>,
    /// One permit a byte of [`MAX_BACKLOG`].
    backlog: Arc<Semaphore>,
}

/// A text that is to be checked.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) text: Arc<str>,
    pub(crate) channel: Channel,
}

/// A subject as all steps of a check share it.
struct Shared {
    reading: Reading<Arc<str>>,
    channel: Channel,
}

/// What a scan brings.
type Found = (Vec<Finding>, Decision, Duration);

// === impl Checker ===

impl Checker {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            slots: Arc::new(Semaphore::new(cores)),
            backlog: Arc::new(Semaphore::new(MAX_BACKLOG)),
        }
    }

    /// Runs `plan` over a text. Gives the verdict, and the text without what was found.
    pub(crate) async fn check(
        &self,
        subject: Subject,
        plan: Arc<Plan>,
    ) -> Result<(Verdict, Sanitized), Error> {
        let cost = u32::try_from(subject.text.len() + CHECK_COST).map_err(|_| Error::Busy)?;
        let _admitted = self
            .backlog
            .try_acquire_many(cost)
            .map_err(|_| Error::Busy)?;
        let shared = Arc::new(Shared {
            reading: Reading::of(subject.text),
            channel: subject.channel,
        });
        let mut parts: Vec<Part> = Vec::with_capacity(plan.steps().len());
        for stage in plan.stages() {
            let so_far = verdict::decision(plan.steps().iter().zip(&parts));
            let now = Instant::now();
            let run = stage
                .iter()
                .map(|step| self.run(step, so_far, &shared, now));
            parts.extend(join_all(run).await);
        }
        // There may be a hundred thousand findings: too much work for a thread that serves calls.
        spawn_blocking(move || verdict::judge(shared.reading.text(), &plan, parts))
            .await
            .map_err(|_| Error::Interrupted)
    }

    /// One step's part, after stages that came to `so_far`.
    async fn run(&self, step: &Step, so_far: Decision, on: &Arc<Shared>, start: Instant) -> Part {
        if !step.is_due(so_far) {
            return Part::skipped();
        }
        let unfinished = |status| Part {
            status,
            findings: Vec::new(),
            decision: step.decide_unfinished(),
            latency: start.elapsed(),
        };
        match timeout_at(start + step.timeout, self.scan(step, on)).await {
            Ok(Ok((findings, decision, latency))) => Part {
                status: GuardStatus::Ok,
                findings,
                decision,
                latency,
            },
            Ok(Err(error)) => {
                // What a panic says may quote the text.
                tracing::error!(panicked = error.is_panic(), guard = %step.name, "a guard failed");
                unfinished(GuardStatus::Error)
            }
            Err(_) => {
                tracing::warn!(guard = %step.name, "a guard did not finish in time");
                unfinished(GuardStatus::Timeout)
            }
        }
    }

    /// Does other work on a text in turn with the scans; gives what comes of it, and the time it took.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        deadline: Instant,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Duration), Error> {
        let done = async {
            let slot = self.slots.clone().acquire_owned().await;
            let worked = spawn_blocking(move || {
                let started = Instant::now();
                let done = work();
                drop(slot);
                (done, started.elapsed())
            });
            worked.await
        };
        match timeout_at(deadline, done).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                tracing::error!(panicked = error.is_panic(), "work on a text failed");
                Err(Error::Interrupted)
            }
            Err(_) => Err(Error::OutOfTime),
        }
    }

    /// What the step finds, what it makes of that, and the time it took. Dropped while it waits
    /// for its turn, it never begins.
    async fn scan(&self, step: &Step, on: &Arc<Shared>) -> Result<Found, JoinError> {
        let (step, on) = (step.clone(), on.clone());
        let slot = self.slots.clone().acquire_owned().await;
        spawn_blocking(move || {
            let started = Instant::now();
            let mut findings = match &step.task {
                Task::Engine(guard) => guard.clone().on(on.channel).read(&on.reading),
            };
            findings.retain(|finding| finding.score >= step.threshold);
            let decision = step.decide(&findings);
            // Held until the work has ended, also when nobody waits for it any more.
            drop(slot);
            (findings, decision, started.elapsed())
        })
        .await
    }
}

#[cfg(test)]
mod tests;
