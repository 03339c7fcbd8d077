//! A check: the guards over one text, in parallel, each within its own deadline.
//!
//! A guard that fails or takes too long never takes the call with it; the verdict then asks for
//! a person's eyes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_guard_engine::{Decision, Finding, Guard, Reading, decide, redact};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{Instant, timeout_at};

use crate::error::Error;

/// Findings kept and answered; a text with more is beyond reading. Redaction covers all of them.
pub(crate) const MAX_FINDINGS: usize = 1000;

/// Most bytes of text under check at a time: about what two cores scan within a guard's time.
/// Who comes on top is asked to come again, rather than left to wait for nothing.
const MAX_BACKLOG: usize = 64 * 1024 * 1024;
/// What a check counts for beside its text, so that tiny texts are bounded as well.
const CHECK_COST: usize = 4 * 1024;

/// Runs guards on threads of their own, a bounded number at a time.
#[derive(Clone)]
pub(crate) struct Checker {
    patience: Duration,
    /// Scans are pure computation: more at a time than there are cores only delays all of them.
    slots: Arc<Semaphore>,
    /// One permit a byte of [`MAX_BACKLOG`].
    backlog: Arc<Semaphore>,
}

/// How one guard's part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GuardStatus {
    Ok,
    Timeout,
    Error,
}

/// One guard's part of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuardResult {
    pub(crate) guard: String,
    pub(crate) status: GuardStatus,
    pub(crate) decision: Decision,
    pub(crate) finding_count: usize,
    /// Whole microseconds, as it is stored.
    pub(crate) latency: Duration,
}

/// What a check gives, apart from the text.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// All of them, by position.
    pub(crate) findings: Vec<Finding>,
    /// In the order of the guards asked for.
    pub(crate) guard_results: Vec<GuardResult>,
}

/// What came of one guard.
struct Part {
    guard: String,
    status: GuardStatus,
    findings: Vec<Finding>,
    latency: Duration,
}

// === impl Verdict ===

impl Verdict {
    /// Lets go of what is neither kept nor answered.
    pub(crate) fn truncate(&mut self) {
        self.findings.truncate(MAX_FINDINGS);
        self.findings.shrink_to_fit();
    }
}

// === impl Checker ===

impl Checker {
    pub(crate) fn new(patience: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            patience,
            slots: Arc::new(Semaphore::new(cores)),
            backlog: Arc::new(Semaphore::new(MAX_BACKLOG)),
        }
    }

    /// Runs the guards over `text`. Gives the verdict, and the text
    /// without all that was found.
    pub(crate) async fn check(
        &self,
        text: Arc<str>,
        guards: Vec<Guard>,
    ) -> Result<(Verdict, String), Error> {
        let cost = u32::try_from(text.len() + CHECK_COST).map_err(|_| Error::Busy)?;
        let _admitted = self
            .backlog
            .try_acquire_many(cost)
            .map_err(|_| Error::Busy)?;
        let deadline = Instant::now() + self.patience;
        let text = Arc::new(Reading::of(text));
        let parts = join_all(
            guards
                .into_iter()
                .map(|guard| self.run(guard, &text, deadline)),
        )
        .await;
        // There may be a hundred thousand findings: too much work for a thread that serves calls.
        spawn_blocking(move || judge(text.text(), parts))
            .await
            .map_err(|_| Error::Interrupted)
    }

    /// One guard's part, by `deadline`.
    async fn run(&self, guard: Guard, text: &Arc<Reading<Arc<str>>>, deadline: Instant) -> Part {
        let (started, id) = (Instant::now(), guard.id());
        let (status, findings, latency) = match timeout_at(deadline, self.scan(guard, text)).await {
            Ok(Ok((findings, latency))) => (GuardStatus::Ok, findings, latency),
            Ok(Err(error)) => {
                // What a panic says may quote the text.
                tracing::error!(panicked = error.is_panic(), guard = id, "a guard failed");
                (GuardStatus::Error, Vec::new(), started.elapsed())
            }
            Err(_) => {
                tracing::warn!(guard = id, "a guard did not finish in time");
                (GuardStatus::Timeout, Vec::new(), started.elapsed())
            }
        };
        Part {
            guard: id.to_owned(),
            status,
            findings,
            latency: Duration::new(latency.as_secs(), latency.subsec_micros() * 1000),
        }
    }

    /// The guard's findings and the time it took. Dropped while it waits for its turn, it never
    /// begins.
    async fn scan(
        &self,
        guard: Guard,
        text: &Arc<Reading<Arc<str>>>,
    ) -> Result<(Vec<Finding>, Duration), JoinError> {
        let text = text.clone();
        let slot = self.slots.clone().acquire_owned().await;
        spawn_blocking(move || {
            let started = Instant::now();
            let findings = guard.read(&text);
            // Held until the work has ended, also when nobody waits for it any more.
            drop(slot);
            (findings, started.elapsed())
        })
        .await
    }
}

/// The verdict over all parts, and the text without all that they found. There is no such text
/// when a guard did not finish: what it would have found is still in it.
fn judge(text: &str, parts: Vec<Part>) -> (Verdict, String) {
    let mut findings = Vec::new();
    let mut guard_results = Vec::with_capacity(parts.len());
    for part in parts {
        guard_results.push(GuardResult {
            guard: part.guard,
            status: part.status,
            decision: decide_guard(part.status, &part.findings),
            finding_count: part.findings.len(),
            latency: part.latency,
        });
        findings.extend(part.findings);
    }
    findings.sort_by(|a, b| (a.span, &a.guard, &a.rule_id).cmp(&(b.span, &b.guard, &b.rule_id)));
    let finished = guard_results
        .iter()
        .all(|result| result.status == GuardStatus::Ok);
    let sanitized = if finished {
        redact(text, &findings)
    } else {
        String::new()
    };
    let decision = guard_results.iter().map(|result| result.decision).max();
    let verdict = Verdict {
        decision: decision.unwrap_or(Decision::Allow),
        findings,
        guard_results,
    };
    (verdict, sanitized)
}

/// What this guard alone would decide; one that did not finish cannot vouch for the text.
fn decide_guard(status: GuardStatus, found: &[Finding]) -> Decision {
    match status {
        GuardStatus::Ok => decide(found),
        GuardStatus::Timeout | GuardStatus::Error => Decision::Review,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Guard> {
        let engine = guardmesh_guard_engine::Engine::standard().unwrap();
        ["secrets", "pii", "invisible_text"]
            .map(|id| engine.guard(id).unwrap().clone())
            .to_vec()
    }

    #[tokio::test]
    async fn the_strictest_decision_wins_and_spans_are_merged_once() {
        let checker = Checker::new(Duration::from_mins(1));
        let text = "write to ada@example.org\u{200b} please";
        let (verdict, sanitized) = checker.check(Arc::from(text), all()).await.unwrap();
        assert_eq!(verdict.decision, Decision::Redact);
        assert_eq!(sanitized, "write to [REDACTED:email] please");
        assert!(verdict.findings.is_sorted_by_key(|finding| finding.span));
        let counts: Vec<usize> = verdict
            .guard_results
            .iter()
            .map(|result| result.finding_count)
            .collect();
        assert_eq!(counts, [0, 1, 1]);
    }

    #[tokio::test]
    async fn a_guard_without_time_asks_for_a_person() {
        let checker = Checker::new(Duration::ZERO);
        // Nothing can start: the only outcome is that time is over.
        let _busy = checker
            .slots
            .acquire_many(u32::try_from(checker.slots.available_permits()).unwrap())
            .await
            .unwrap();
        let (verdict, sanitized) = checker.check(Arc::from("harmless"), all()).await.unwrap();
        assert_eq!(verdict.decision, Decision::Review);
        assert_eq!(sanitized, "", "nobody has looked at it");
        assert!(
            verdict
                .guard_results
                .iter()
                .all(|r| r.status == GuardStatus::Timeout)
        );
    }

    #[tokio::test]
    async fn a_scan_that_nobody_waits_for_does_not_begin() {
        let checker = Checker::new(Duration::ZERO);
        let cores = u32::try_from(checker.slots.available_permits()).unwrap();
        let busy = checker.slots.acquire_many(cores).await.unwrap();
        checker.check(Arc::from("harmless"), all()).await.unwrap();
        drop(busy);
        // A scan left behind would be first in line for these.
        assert!(checker.slots.try_acquire_many(cores).is_ok());
    }

    #[tokio::test]
    async fn a_check_too_many_is_refused_and_leaves_no_trace() {
        let checker = Checker::new(Duration::from_mins(1));
        let text: Arc<str> = Arc::from("harmless");
        let room = u32::try_from(MAX_BACKLOG - CHECK_COST - text.len() + 1).unwrap();
        let others = checker.backlog.acquire_many(room).await.unwrap();
        let refused = checker.check(text.clone(), all()).await;
        assert!(matches!(refused, Err(Error::Busy)));
        drop(others);
        assert!(checker.check(text, all()).await.is_ok());
        assert_eq!(checker.backlog.available_permits(), MAX_BACKLOG);
    }
}
