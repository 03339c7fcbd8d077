//! A check: the guards over one text, in parallel, each within its own deadline.
//!
//! A guard that fails or takes too long never takes the call with it; the verdict then asks for
//! a person's eyes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use guardmesh_guard_engine::{Decision, Engine, Finding, decide, redact};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout_at;

use crate::error::Error;

/// Runs guards on threads of their own, a bounded number at a time.
#[derive(Clone)]
pub(crate) struct Checker {
    engine: Engine,
    patience: Duration,
    /// Scans are pure computation: more at a time than there are cores only delays all of them.
    slots: Arc<Semaphore>,
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
    pub(crate) latency: Duration,
}

/// What a check gives.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// By position.
    pub(crate) findings: Vec<Finding>,
    pub(crate) guard_results: Vec<GuardResult>,
    pub(crate) sanitized: String,
}

// === impl Checker ===

impl Checker {
    pub(crate) fn new(engine: Engine, patience: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            engine,
            patience,
            slots: Arc::new(Semaphore::new(cores)),
        }
    }

    /// Runs the guards with these ids, which exist, over `text`.
    pub(crate) async fn check(&self, text: Arc<str>, guards: &[String]) -> Result<Verdict, Error> {
        let deadline = tokio::time::Instant::now() + self.patience;
        let running: Vec<_> = guards
            .iter()
            .map(|id| (id, Instant::now(), self.start(id, &text)))
            .collect();
        let mut findings = Vec::new();
        let mut guard_results = Vec::with_capacity(running.len());
        for (id, started, scan) in running {
            let (status, found, latency) = match timeout_at(deadline, scan).await {
                Ok(Ok((found, latency))) => (GuardStatus::Ok, found, latency),
                Ok(Err(error)) => {
                    tracing::error!(%error, guard = id, "a guard failed");
                    (GuardStatus::Error, Vec::new(), started.elapsed())
                }
                Err(_) => {
                    tracing::warn!(guard = id, "a guard did not finish in time");
                    (GuardStatus::Timeout, Vec::new(), started.elapsed())
                }
            };
            guard_results.push(GuardResult {
                guard: id.clone(),
                status,
                decision: decide_guard(status, &found),
                finding_count: found.len(),
                latency,
            });
            findings.extend(found);
        }
        findings
            .sort_by(|a, b| (a.span, &a.guard, &a.rule_id).cmp(&(b.span, &b.guard, &b.rule_id)));
        let decision = guard_results.iter().map(|result| result.decision).max();
        let (sanitized, findings) = spawn_blocking(move || (redact(&text, &findings), findings))
            .await
            .map_err(|_| Error::Interrupted)?;
        Ok(Verdict {
            decision: decision.unwrap_or(Decision::Allow),
            findings,
            guard_results,
            sanitized,
        })
    }

    /// Starts one guard; gives its findings and the time it took.
    fn start(&self, id: &str, text: &Arc<str>) -> JoinHandle<(Vec<Finding>, Duration)> {
        let (engine, text, slots) = (self.engine.clone(), text.clone(), self.slots.clone());
        let id = id.to_owned();
        tokio::spawn(async move {
            let slot = slots.acquire_owned().await;
            let scan = spawn_blocking(move || {
                let started = Instant::now();
                let found = engine
                    .guard(&id)
                    .map_or_else(Vec::new, |guard| guard.scan(&text));
                // Held until the work has ended, also when nobody waits for it any more.
                drop(slot);
                (found, started.elapsed())
            });
            // A panic in a guard goes on here, to end this task alone.
            scan.await
                .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
        })
    }
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

    fn all() -> Vec<String> {
        ["secrets", "pii", "invisible_text"]
            .map(str::to_owned)
            .to_vec()
    }

    #[tokio::test]
    async fn the_strictest_decision_wins_and_spans_are_merged_once() {
        let checker = Checker::new(Engine::standard().unwrap(), Duration::from_mins(1));
        let text = "write to ada@example.org\u{200b} please";
        let verdict = checker.check(Arc::from(text), &all()).await.unwrap();
        assert_eq!(verdict.decision, Decision::Redact);
        assert_eq!(verdict.sanitized, "write to [REDACTED:email] please");
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
        let checker = Checker::new(Engine::standard().unwrap(), Duration::ZERO);
        // Nothing can start: the only outcome is that time is over.
        let _busy = checker
            .slots
            .acquire_many(u32::try_from(checker.slots.available_permits()).unwrap())
            .await
            .unwrap();
        let verdict = checker.check(Arc::from("harmless"), &all()).await.unwrap();
        assert_eq!(verdict.decision, Decision::Review);
        assert!(
            verdict
                .guard_results
                .iter()
                .all(|r| r.status == GuardStatus::Timeout)
        );
    }
}
