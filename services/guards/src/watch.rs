//! A text under watch: the guards over it while it is written.
//!
//! The work is done on threads of its own, in turn with the checks of others, and each piece of it
//! within the time of a guard. What is not decided by then never comes out.

use std::time::Duration;

use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{
    Channel, Decision, Finding, Guard, Hold, Release, StreamError, StreamScanner, decide,
};
use tokio::time::Instant;

use crate::check::{Checker, Direction};
use crate::error::Error;
use crate::run::{Origin, Run, RunId};
use crate::verdict::{GuardResult, GuardStatus, MAX_FINDINGS, Verdict};

/// The guards over a text that is not at its end.
pub(crate) struct Watch {
    checker: Checker,
    organization: OrganizationId,
    /// None while it is at work, and after the end.
    scanner: Option<StreamScanner>,
    patience: Duration,
    channel: Channel,
    bytes: usize,
    /// The first [`MAX_FINDINGS`].
    findings: Vec<Finding>,
    guard_results: Vec<GuardResult>,
}

/// What has become certain.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Redacted.
    pub(crate) text: String,
    /// Of the first [`MAX_FINDINGS`] of the text.
    pub(crate) findings: Vec<Finding>,
    /// The strictest so far.
    pub(crate) decision: Decision,
}

// === impl Watch ===

impl Watch {
    /// At the start of a text.
    pub(crate) fn new(
        checker: Checker,
        organization: OrganizationId,
        guards: Vec<Guard>,
        channel: Channel,
        hold: Hold,
        patience: Duration,
    ) -> Result<Self, StreamError> {
        let guard_results = guards.iter().map(|guard| GuardResult {
            guard: guard.id().to_owned(),
            status: GuardStatus::Ok,
            decision: Decision::Allow,
            finding_count: 0,
            latency: Duration::ZERO,
            shadow: false,
        });
        let guard_results = guard_results.collect();
        let guards = guards.into_iter().map(|guard| guard.on(channel)).collect();
        Ok(Self {
            checker,
            organization,
            scanner: Some(StreamScanner::new(guards, hold)?),
            patience,
            channel,
            bytes: 0,
            findings: Vec::new(),
            guard_results,
        })
    }

    /// How much of the text has come.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes the next part of the text.
    pub(crate) async fn push(&mut self, text: String) -> Result<Seen, Error> {
        let bytes = text.len();
        self.bytes += bytes;
        let mut scanner = self.scanner.take().ok_or(Error::Interrupted)?;
        let work = move || {
            let release = scanner.push(text.as_bytes());
            (release, Some(scanner))
        };
        self.work(bytes, work).await
    }

    /// The rest of the text, once.
    pub(crate) async fn finish(&mut self) -> Result<Option<Seen>, Error> {
        let Some(scanner) = self.scanner.take() else {
            return Ok(None);
        };
        self.work(0, move || (scanner.finish(), None))
            .await
            .map(Some)
    }

    /// What the text came to.
    pub(crate) fn into_run(self, clock: &Clock) -> Run {
        let decision = self.decision();
        let verdict = Verdict {
            decision,
            findings: self.findings,
            guard_results: self.guard_results,
            reasons: Vec::new(),
        };
        let origin = Origin {
            channel: self.channel,
            direction: Direction::default(),
            application: String::new(),
            content_bytes: self.bytes,
            policy: None,
        };
        Run::of(verdict, RunId::generate(), clock, origin)
    }

    /// Work on so many bytes of the text.
    async fn work(
        &mut self,
        bytes: usize,
        work: impl FnOnce() -> (Result<Release, StreamError>, Option<StreamScanner>) + Send + 'static,
    ) -> Result<Seen, Error> {
        let started = Instant::now();
        let done = self
            .checker
            .compute(self.organization, bytes, started + self.patience, work);
        let done = done.await?;
        let ((release, scanner), latency) = done;
        self.scanner = scanner;
        let release = release.map_err(|_| Error::Undecided)?;
        Ok(self.include(release, latency))
    }

    fn include(&mut self, release: Release, latency: Duration) -> Seen {
        for result in &mut self.guard_results {
            let of_guard = |finding: &&Finding| *finding.guard == *result.guard;
            let found: Vec<Finding> = release.findings.iter().filter(of_guard).cloned().collect();
            result.finding_count += found.len();
            result.decision = result.decision.max(decide(&found));
            result.latency += Duration::new(latency.as_secs(), latency.subsec_micros() * 1000);
        }
        let room = MAX_FINDINGS - self.findings.len();
        let findings: Vec<Finding> = release.findings.into_iter().take(room).collect();
        self.findings.extend_from_slice(&findings);
        Seen {
            text: release.text,
            findings,
            decision: self.decision(),
        }
    }

    fn decision(&self) -> Decision {
        let decisions = self.guard_results.iter().map(|result| result.decision);
        decisions.max().unwrap_or(Decision::Allow)
    }
}

// === impl Seen ===

impl Seen {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.findings.is_empty()
    }
}
