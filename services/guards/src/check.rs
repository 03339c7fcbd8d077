//! A check: the steps of a plan over one text, stage by stage, each within its own deadline.
//!
//! A guard that fails or takes too long never takes the call with it: the call leaves at the
//! deadline, whatever the guard still does on its thread.

mod admission;
mod cache;
#[cfg(test)]
mod measures;
#[cfg(test)]
pub(crate) mod tests;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{Channel, Decision, Finding, Held, Reading};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use self::admission::{Backlog, Slots};
use self::cache::{ResultCache, TextKey};
use crate::computation::apart;
use crate::error::Error;
use crate::plan::{Plan, Step, Task};
use crate::vault::Sanitized;
use crate::verdict::{self, GuardStatus, Part, Verdict};

/// Runs plans, with scans on threads of their own, a bounded number at a time.
#[derive(Clone)]
pub(crate) struct Checker {
    /// Scans are pure computation: more at a time than there are cores only delays all of them.
    slots: Arc<Slots>,
    backlog: Arc<Backlog>,
    cache: Arc<ResultCache>,
}

/// Which way a text goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// To a model.
    #[default]
    Input,
    /// From a model.
    Output,
}

/// A text that is to be checked, with what the routes of policies look at.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) organization: OrganizationId,
    pub(crate) text: Arc<str>,
    pub(crate) channel: Channel,
    pub(crate) direction: Direction,
    /// As stated; empty if it is not.
    pub(crate) language: String,
    /// As stated; empty if it is not.
    pub(crate) application: String,
    pub(crate) labels: HashMap<String, String>,
}

/// What all steps of a check share.
struct Shared {
    organization: OrganizationId,
    reading: Arc<Reading<Arc<str>>>,
    /// Where what counts begins: what stands before is known already.
    from: usize,
    channel: Channel,
    /// None for a part of a text, whose results are not kept.
    key: Option<TextKey>,
}

/// What a scan brings: the findings that count, what follows from them, the time it took.
type Found = (Vec<Finding>, Decision, Duration);

// === impl Direction ===

impl Direction {
    /// The name in lower case.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

// === impl Checker ===

impl Checker {
    pub(crate) fn new() -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            slots: Slots::new(cores),
            backlog: Arc::default(),
            cache: Arc::new(ResultCache::new()?),
        })
    }

    /// Runs `plan` over a text. Gives the verdict, and the text without what was found.
    pub(crate) async fn check(
        &self,
        subject: Subject,
        plan: Arc<Plan>,
    ) -> Result<(Verdict, Sanitized), Error> {
        let Subject {
            organization,
            text,
            channel,
            ..
        } = subject;
        let admitted = self.backlog.admit(organization, text.len());
        let _admitted = admitted.ok_or(Error::Busy)?;
        let cache = self.cache.clone();
        let shared = apart(move || Shared {
            organization,
            key: Some(cache.text(organization, channel, &text)),
            reading: Arc::new(Reading::of(text)),
            from: 0,
            channel,
        });
        let shared = Arc::new(shared.await?);
        let mut parts: Vec<Part> = Vec::with_capacity(plan.steps().len());
        for stage in plan.stages() {
            let so_far = verdict::decision(plan.steps().iter().zip(&parts));
            parts.extend(self.stage(stage, so_far, &shared).await);
        }
        // There may be a hundred thousand findings: too much work for a thread that serves calls.
        apart(move || verdict::judge(shared.reading.text(), &plan, parts)).await
    }

    /// The parts of the steps of a stage, which share the cores. The costly ones come first in line:
    /// one of them begun last would go on alone.
    async fn stage(&self, steps: &[Step], so_far: Decision, on: &Arc<Shared>) -> Vec<Part> {
        let now = Instant::now();
        let mut line: Vec<(usize, &Step)> = steps.iter().enumerate().collect();
        line.sort_by_key(|(_, step)| Reverse(step.cost()));
        let run = async |(at, step)| (at, self.run(step, so_far, on, now).await);
        let mut parts = join_all(line.into_iter().map(run)).await;
        parts.sort_unstable_by_key(|(at, _)| *at);
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// Runs the steps of `plan` over what is held of a text that is still being written. A step that
    /// `failed` before does not run again.
    pub(crate) async fn look(
        &self,
        subject: &Subject,
        held: &Held,
        plan: &Plan,
        failed: &[Option<GuardStatus>],
    ) -> Vec<Part> {
        let shared = Arc::new(Shared {
            organization: subject.organization,
            reading: held.reading.clone(),
            from: held.from,
            channel: subject.channel,
            key: None,
        });
        let now = Instant::now();
        let steps = plan.steps().iter().zip(failed);
        join_all(steps.map(async |(step, failed)| match failed {
            Some(status) => Part::unfinished(step, *status, Duration::ZERO),
            None => self.run(step, Decision::Allow, &shared, now).await,
        }))
        .await
    }

    /// One step's part, after stages that came to `so_far`.
    async fn run(&self, step: &Step, so_far: Decision, on: &Arc<Shared>, start: Instant) -> Part {
        if !step.is_due(so_far) {
            return Part::skipped();
        }
        if let Some(findings) = self.known(step, on) {
            return Part {
                status: GuardStatus::Cached,
                decision: step.decide(&findings),
                findings,
                latency: start.elapsed(),
            };
        }
        let unfinished = |status| Part::unfinished(step, status, start.elapsed());
        match timeout_at(start + step.timeout, self.scan(step, on)).await {
            Ok(Ok((findings, decision, latency))) => Part {
                status: GuardStatus::Ok,
                findings,
                decision,
                latency,
            },
            Ok(Err(error)) => {
                // What a panic says may quote the text: it is not in the error.
                tracing::error!(%error, guard = %step.name, "a guard failed");
                unfinished(GuardStatus::Error)
            }
            Err(_) => {
                tracing::warn!(guard = %step.name, "a guard did not finish in time");
                unfinished(GuardStatus::Timeout)
            }
        }
    }

    /// Does other work on so many bytes of a text in turn with the scans; gives what comes of it.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        organization: OrganizationId,
        bytes: usize,
        deadline: Instant,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let done = async {
            let slot = self.slots.acquire(organization, bytes).await;
            let slot = slot.ok_or(Error::Interrupted)?;
            let worked = spawn_blocking(move || {
                let done = work();
                drop(slot);
                done
            });
            worked.await.map_err(|error| {
                tracing::error!(panicked = error.is_panic(), "work on a text failed");
                Error::Interrupted
            })
        };
        timeout_at(deadline, done)
            .await
            .unwrap_or(Err(Error::OutOfTime))
    }

    /// What the step found in the same text before, if that is known and counts.
    fn known(&self, step: &Step, on: &Shared) -> Option<Vec<Finding>> {
        let Task::Engine { fingerprint, .. } = &step.task;
        let text = on.key.as_ref()?;
        let key = self.cache.result(text, fingerprint.as_deref()?);
        let findings = self.cache.get(text, &key)?;
        Some(
            findings
                .iter()
                .filter(|f| step.counts(f))
                .cloned()
                .collect(),
        )
    }

    /// What the step finds, what it makes of that, and the time it took. Dropped while it waits
    /// for its turn, it never begins.
    async fn scan(&self, step: &Step, on: &Arc<Shared>) -> Result<Found, Error> {
        let (step, on, cache) = (step.clone(), on.clone(), self.cache.clone());
        let slot = self.slots.acquire(on.organization, on.reading.text().len());
        let slot = slot.await.ok_or(Error::Interrupted)?;
        let scan = spawn_blocking(move || {
            let started = Instant::now();
            let Task::Engine { guard, fingerprint } = &step.task;
            let mut findings = guard.clone().on(on.channel).read_from(&on.reading, on.from);
            if let (Some(fingerprint), Some(key)) = (fingerprint, &on.key) {
                cache.put(key, cache.result(key, fingerprint), &findings);
            }
            findings.retain(|finding| step.counts(finding));
            let decision = step.decide(&findings);
            // Held until the work has ended, also when nobody waits for it any more.
            drop(slot);
            (findings, decision, started.elapsed())
        });
        scan.await.map_err(|_| Error::Interrupted)
    }
}
