//! A check: the steps of a plan over one text, stage by stage, each within its own deadline.
//!
//! A guard that fails or takes too long never takes the call with it: the call leaves at the
//! deadline, whatever the guard still does. The time of the first stage begins with the check.

mod admission;
mod cache;
#[cfg(test)]
pub(crate) mod gate;
#[cfg(test)]
mod measures;
mod scan;
#[cfg(test)]
pub(crate) mod tests;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{Channel, Decision, Held, Reading};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use self::admission::{Backlog, Slot, Slots};
use self::cache::{ResultCache, TextKey};
use self::scan::Scan;
use crate::computation::apart;
use crate::error::Error;
use crate::plan::{Plan, Step, Task};
use crate::remote::Failure;
use crate::second_opinion::{Hearing, Judge};
use crate::vault::Sanitized;
use crate::verdict::{self, GuardStatus, Part, Verdict};

/// Findings that a thread that serves calls judges itself: a tenth of a millisecond. There may be a
/// hundred thousand.
const FEW: usize = 1000;
/// Bytes of a text that such a thread gives back itself, with all its forms.
const SHORT: usize = 64 * 1024;

/// Runs plans, with scans on threads of their own, a bounded number at a time.
#[derive(Clone)]
pub(crate) struct Checker {
    /// Scans are pure computation: more at a time than there are cores only delays all of them.
    slots: Arc<Slots>,
    backlog: Arc<Backlog>,
    cache: Arc<ResultCache>,
    /// Who is asked where a guard is in doubt.
    judge: Option<Judge>,
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
    subject: Subject,
    reading: Arc<Reading<Arc<str>>>,
    /// None for a part of a text, whose results are not kept.
    key: Option<OnceCell<TextKey>>,
}

/// Why a step brought nothing.
type Unfinished = (GuardStatus, Option<Failure>);

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
            judge: None,
        })
    }

    /// The same with somebody who is asked where a guard is in doubt.
    pub(crate) fn asking(self, judge: Option<Judge>) -> Self {
        Self { judge, ..self }
    }

    /// Runs `plan` over a text. Gives the verdict, and the text without what was found.
    pub(crate) async fn check(
        &self,
        subject: Subject,
        plan: Arc<Plan>,
    ) -> Result<(Verdict, Sanitized), Error> {
        let mut start = Instant::now();
        let bytes = subject.text.len();
        let admitted = self.backlog.admit(subject.organization, bytes);
        let _admitted = admitted.ok_or(Error::Busy)?;
        let shared = Arc::new(Shared {
            key: Some(OnceCell::new()),
            reading: Arc::new(Reading::of(subject.text.clone())),
            subject,
        });
        let mut parts: Vec<Part> = Vec::with_capacity(plan.steps().len());
        for stage in plan.stages() {
            let so_far = verdict::decision(plan.steps().iter().zip(&parts));
            parts.extend(self.stage(stage, so_far, &shared, start).await);
            start = Instant::now();
        }
        let few = parts.iter().map(|part| part.findings.len()).sum::<usize>() <= FEW;
        let judge = move || {
            let judged = verdict::judge(shared.reading.text(), &plan, &parts);
            (judged, parts, shared)
        };
        // Each change of threads would wait for a core, when the answer is due.
        let (judged, parts, shared) = if few { judge() } else { apart(judge).await? };
        if !few || bytes > SHORT {
            // The answer need not wait until they and the forms of the text are given back.
            drop(spawn_blocking(move || {
                parts.into_iter().for_each(Part::clear);
                drop(shared);
            }));
        }
        Ok((judged.verdict, judged.sanitized))
    }

    /// The parts of the steps of a stage, which share the cores. The costly ones come first in line:
    /// one of them begun last would go on alone.
    async fn stage(
        &self,
        steps: &[Step],
        so_far: Decision,
        on: &Arc<Shared>,
        start: Instant,
    ) -> Vec<Part> {
        let mut line: Vec<(usize, &Step)> = steps.iter().enumerate().collect();
        line.sort_by_key(|(_, step)| Reverse(step.cost()));
        let run = async |(at, step)| (at, self.run(step, so_far, on, start).await);
        let mut parts = join_all(line.into_iter().map(run)).await;
        parts.sort_unstable_by_key(|(at, _)| *at);
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// Runs the steps of `plan` over what is held of a text that is still being written. A step that
    /// `failed` before does not run again; nobody is asked for a second opinion, which is about texts
    /// as a whole. Findings below a step's threshold are among those that it gives: they may yet grow.
    pub(crate) async fn look(
        &self,
        subject: &Subject,
        held: &Held,
        plan: &Plan,
        failed: &[Option<GuardStatus>],
    ) -> Vec<Part> {
        let shared = Arc::new(Shared {
            subject: subject.clone(),
            reading: held.reading.clone(),
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
        let part = self.attempt(step, on, start).await;
        part.unwrap_or_else(|(status, failure)| Part {
            failure,
            ..Part::unfinished(step, status, start.elapsed())
        })
    }

    /// Runs the step's guard, until its time is over; says why if that brings nothing.
    async fn attempt(
        &self,
        step: &Step,
        on: &Arc<Shared>,
        start: Instant,
    ) -> Result<Part, Unfinished> {
        let deadline = start + step.timeout;
        let late = || {
            tracing::warn!(guard = %step.name, "a guard did not finish in time");
            (GuardStatus::Timeout, None)
        };
        match &step.task {
            Task::Engine { guard, fingerprint } => {
                let judge = self.judge.clone().filter(|_| on.is_whole());
                let hearing = judge.map(|judge| Hearing::new(judge, deadline.into_std()));
                let guard = guard.clone().on(on.subject.channel);
                let scan = self.scan(Scan {
                    step: step.clone(),
                    guard: match &hearing {
                        Some(hearing) => guard.asking(hearing.opinion()),
                        None => guard,
                    },
                    hearing,
                    fingerprint: fingerprint.clone(),
                    on: on.clone(),
                    cache: self.cache.clone(),
                    start,
                });
                match timeout_at(deadline, scan).await.unwrap_or(Ok(None)) {
                    Ok(Some(part)) => Ok(part),
                    Ok(None) | Err(Error::OutOfTime) => Err(late()),
                    Err(error) => {
                        // What a panic says may quote the text: it is not in the error.
                        tracing::error!(%error, guard = %step.name, "a guard failed");
                        Err((GuardStatus::Error, None))
                    }
                }
            }
            Task::Remote(guard) => match guard.inspect(&on.subject, deadline).await {
                Ok(mut findings) => {
                    findings.retain(|finding| step.counts(finding));
                    findings.sort_by_key(|finding| finding.span);
                    let latency = start.elapsed();
                    Ok(Part::found(step, GuardStatus::Ok, findings, latency))
                }
                Err(Failure::Timeout) => Err(late()),
                Err(failure) => {
                    // That it is left alone follows from failures that were told of.
                    if failure != Failure::Open {
                        tracing::warn!(guard = %step.name, %failure, "a remote guard failed");
                    }
                    Err((GuardStatus::Error, Some(failure)))
                }
            },
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
        let slot = self.slots.acquire(organization, bytes);
        let done = timeout_at(deadline, turn(slot, work)).await;
        let done = done.map_err(|_| Error::OutOfTime)?;
        done.inspect_err(|error| tracing::error!(%error, "work on a text failed"))
    }
}

// === impl Shared ===

impl Shared {
    /// Whether it is all of a text.
    fn is_whole(&self) -> bool {
        self.key.is_some()
    }

    /// What the text is known by. It takes a millisecond a megabyte: not on a thread that serves calls.
    async fn key(self: &Arc<Self>, cache: &Arc<ResultCache>) -> Result<Option<TextKey>, Error> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let (on, cache) = (self.clone(), cache.clone());
        let made = apart(move || {
            let subject = &on.subject;
            cache.text(subject.organization, subject.channel, &subject.text)
        });
        key.get_or_try_init(|| made).await.copied().map(Some)
    }
}

/// Does work when its turn has come. Dropped before, it never begins.
async fn turn<T: Send + 'static>(
    slot: impl Future<Output = Option<Slot>>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let slot = slot.await.ok_or(Error::Interrupted)?;
    let done = spawn_blocking(move || {
        let done = work();
        // Held until the work has ended, also when nobody waits for it any more.
        drop(slot);
        done
    });
    done.await.map_err(|_| Error::Interrupted)
}
