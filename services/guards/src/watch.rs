//! A text under watch: the guards over it while it is written, for plans that judge parts of a text.
//!
//! What a step finds keeps the text back also where it scores below the step's threshold: it may be the
//! beginning of something that scores above. Each step has its time for each piece, in turn with the checks of others. Once one did not
//! finish, nothing more comes out, unless the plan lets the text pass then.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_chassis::clock::Clock;
use guardmesh_guard_engine::{Decision, Finding, Held, Hold, StreamError, StreamScanner};
use tokio::time::Instant;

use crate::check::{Checker, Subject};
use crate::computation::apart;
use crate::error::Error;
use crate::plan::{Plan, Step, Task};
use crate::run::{Origin, Run, RunId};
use crate::vault::MAX_TEXT;
use crate::verdict::{
    self, GuardResult, GuardStatus, Judgement, Kinds, MAX_FINDINGS, Part, Verdict,
};

/// How long a piece waits for its turn to be cut.
const PATIENCE: Duration = Duration::from_secs(30);

/// The guards over a text that is not at its end.
pub(crate) struct Watch {
    checker: Checker,
    plan: Arc<Plan>,
    /// Without its text.
    subject: Subject,
    /// None while it is at work, and after the end.
    scanner: Option<StreamScanner>,
    bytes: usize,
    /// All of the text so far, where it is to be kept and not too long for that.
    kept: Option<String>,
    /// The first [`MAX_FINDINGS`].
    findings: Vec<Finding>,
    /// One for each step.
    tallies: Vec<Tally>,
}

/// What a step came to so far.
#[derive(Clone)]
struct Tally {
    result: GuardResult,
    kinds: Kinds,
}

/// What has become certain.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Without what was found.
    pub(crate) text: String,
    /// Of the first [`MAX_FINDINGS`] of the text.
    pub(crate) findings: Vec<Finding>,
}

/// A piece of the text that was judged.
struct Judged {
    scanner: StreamScanner,
    verdict: Verdict,
    kinds: Vec<Kinds>,
    text: String,
}

// === impl Watch ===

impl Watch {
    /// At the start of a text; of which plans, [`Plan::judges_parts`] says.
    pub(crate) fn new(
        checker: Checker,
        subject: Subject,
        plan: Arc<Plan>,
    ) -> Result<Self, StreamError> {
        let guard = |step: &Step| match &step.task {
            Task::Engine { guard, .. } => Some(guard.clone().on(subject.channel)),
            // Judges whole texts, and so is in none of these plans.
            Task::Remote(_) => None,
        };
        let guards = plan.steps().iter().filter_map(guard).collect();
        Ok(Self {
            checker,
            scanner: Some(StreamScanner::new(guards, Hold::Undecided)?),
            bytes: 0,
            kept: plan.keeps_text.map(|_| String::new()),
            findings: Vec::new(),
            tallies: plan.steps().iter().map(Tally::new).collect(),
            plan,
            subject,
        })
    }

    /// Takes the next part of the text.
    pub(crate) async fn push(&mut self, text: String) -> Result<Seen, Error> {
        self.bytes += text.len();
        self.kept = self.kept.take().filter(|_| self.bytes <= MAX_TEXT);
        if let Some(kept) = &mut self.kept {
            kept.push_str(&text);
        }
        let text: Arc<str> = text.into();
        let (mut seen, mut taken) = (Seen::default(), 0);
        loop {
            let part = text.clone();
            let work = move |scanner: &mut StreamScanner| {
                let mut rest = &part.as_bytes()[taken..];
                let held = scanner.take(&mut rest);
                held.map(|held| (held, part.len() - rest.len()))
            };
            let (held, end) = self.scan(text.len() - taken, work).await?;
            taken = end;
            match held {
                Some(held) => seen.join(self.judge(held).await?),
                None => return Ok(seen),
            }
        }
    }

    /// The rest of the text, after which nothing is taken.
    pub(crate) async fn finish(&mut self) -> Result<Seen, Error> {
        let held = self.scan(0, StreamScanner::end).await?;
        let seen = self.judge(held).await?;
        self.scanner = None;
        Ok(seen)
    }

    /// How much of the text has come.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// What is to be kept of the text, and for how long.
    pub(crate) fn kept(&self) -> Option<(Subject, TimeDelta)> {
        let (text, ttl) = (self.kept.as_deref()?, self.plan.keeps_text?);
        let subject = Subject {
            text: text.into(),
            ..self.subject.clone()
        };
        Some((subject, ttl))
    }

    /// The strictest decision so far.
    pub(crate) fn decision(&self) -> Decision {
        let results = self.tallies.iter().map(|tally| &tally.result);
        let counting = results.filter(|result| !result.shadow);
        let decisions = counting.map(|result| result.decision);
        decisions.max().unwrap_or(Decision::Allow)
    }

    /// Each step's part so far.
    pub(crate) fn guard_results(&self) -> Vec<GuardResult> {
        let results = self.tallies.iter().map(|tally| &tally.result);
        results.cloned().collect()
    }

    /// What the text came to.
    pub(crate) fn run(&self, clock: &Clock) -> Run {
        let tallies = self.plan.steps().iter().zip(&self.tallies);
        let reasons = tallies.filter_map(|(step, Tally { result, kinds })| {
            verdict::reason(step, result.status, None, result.decision, kinds)
        });
        let verdict = Verdict {
            decision: self.decision(),
            reasons: reasons.collect(),
            guard_results: self.guard_results(),
            findings: self.findings.clone(),
        };
        let origin = Origin {
            content_bytes: self.bytes,
            ..Origin::of(&self.subject, self.plan.policy)
        };
        Run::of(verdict, RunId::generate(), clock, origin)
    }

    /// Lets the scanner work on so many bytes of the text.
    async fn scan<T: Send + 'static>(
        &mut self,
        bytes: usize,
        work: impl FnOnce(&mut StreamScanner) -> Result<T, StreamError> + Send + 'static,
    ) -> Result<T, Error> {
        let mut scanner = self.scanner.take().ok_or(Error::Interrupted)?;
        let (organization, end) = (self.subject.organization, Instant::now() + PATIENCE);
        let done = self.checker.compute(organization, bytes, end, move || {
            let done = work(&mut scanner);
            (scanner, done)
        });
        let (scanner, done) = done.await?;
        self.scanner = Some(scanner);
        done.map_err(|_| Error::Undecided)
    }

    /// Has the guards look at what is held, and lets go what is decided with it.
    async fn judge(&mut self, held: Held) -> Result<Seen, Error> {
        let failed: Vec<_> = self.tallies.iter().map(Tally::failure).collect();
        let parts = self
            .checker
            .look(&self.subject, &held, &self.plan, &failed)
            .await;
        let scanner = self.scanner.take().ok_or(Error::Interrupted)?;
        let plan = self.plan.clone();
        let judged = apart(move || judge(scanner, &held, &plan, parts)).await?;
        self.scanner = Some(judged.scanner);
        for ((tally, result), kinds) in self
            .tallies
            .iter_mut()
            .zip(judged.verdict.guard_results)
            .zip(judged.kinds)
        {
            tally.include(&result, kinds);
        }
        let mut findings = judged.verdict.findings;
        findings.truncate(MAX_FINDINGS - self.findings.len());
        self.findings.extend_from_slice(&findings);
        Ok(Seen {
            text: judged.text,
            findings,
        })
    }
}

// === impl Tally ===

impl Tally {
    fn new(step: &Step) -> Self {
        Self {
            result: GuardResult {
                guard: step.name.to_string(),
                status: GuardStatus::Ok,
                decision: Decision::Allow,
                finding_count: 0,
                latency: Duration::ZERO,
                shadow: !step.is_enforced(),
            },
            kinds: Kinds::new(),
        }
    }

    fn failure(&self) -> Option<GuardStatus> {
        Some(self.result.status).filter(|status| status.is_failure())
    }

    /// What the step made of the next piece.
    fn include(&mut self, piece: &GuardResult, kinds: Kinds) {
        self.result.status = piece.status;
        self.result.decision = self.result.decision.max(piece.decision);
        self.result.finding_count += piece.finding_count;
        self.result.latency += piece.latency;
        for (rule, count) in kinds {
            *self.kinds.entry(rule).or_default() += count;
        }
    }
}

// === impl Seen ===

impl Seen {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.findings.is_empty()
    }

    fn join(&mut self, later: Self) {
        self.text.push_str(&later.text);
        self.findings.extend(later.findings);
    }
}

/// Lets go what all steps have decided of what was held, and judges it.
fn judge(mut scanner: StreamScanner, held: &Held, plan: &Plan, mut parts: Vec<Part>) -> Judged {
    let spans = parts.iter().flat_map(|part| &part.findings);
    let piece = scanner.let_go(held, spans.map(|finding| finding.span).collect());
    for (step, part) in plan.steps().iter().zip(&mut parts) {
        let found = std::mem::take(&mut part.findings).into_iter();
        let counting = found.filter(|one| step.counts(one));
        let placed = counting.filter_map(|one| piece.place(one)).collect();
        if part.status.is_failure() {
            part.findings = placed;
        } else {
            *part = Part::found(step, part.status, placed, part.latency);
        }
    }
    let Judgement {
        mut verdict,
        sanitized,
    } = verdict::judge(&piece.text, plan, &parts);
    let kinds = parts.into_iter().map(|part| part.kinds).collect();
    for finding in &mut verdict.findings {
        piece.place_in_whole(finding);
    }
    Judged {
        scanner,
        verdict,
        kinds,
        text: sanitized.text,
    }
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::*;
    use crate::check::gate::Gate;
    use crate::check::tests::subject;
    use crate::plan::OnError;

    /// A watch of which the first of two steps has just run out of time.
    fn watch(on_error: OnError) -> Watch {
        let engine = Engine::standard().unwrap();
        let steps = ["secrets", "pii"].map(|id| Step {
            on_error,
            ..Step::standard(engine.guard(id).unwrap(), Duration::from_mins(1))
        });
        let plan = Arc::new(Plan::new(None, steps.to_vec()));
        let mut watch = Watch::new(Checker::new().unwrap(), subject(""), plan).unwrap();
        watch.tallies[0].result.status = GuardStatus::Timeout;
        watch
    }

    #[tokio::test]
    async fn nothing_comes_out_after_a_step_that_did_not_finish() {
        let mut watch = watch(OnError::FailClosed);
        let text = format!("ada@example.org {}", "word ".repeat(2000));
        let seen = watch.push(text).await.unwrap();
        assert_eq!(seen.text, "");
        assert_eq!(watch.finish().await.unwrap().text, "");
        let run = watch.run(&Clock::system());
        assert_eq!(run.decision, Decision::Review);
        assert_eq!(run.guard_results[0].status, GuardStatus::Timeout);
        assert_eq!(run.guard_results[1].finding_count, 1, "others go on");
        assert!(run.reasons[0].starts_with("secrets did not finish"));
    }

    #[tokio::test]
    async fn a_step_runs_out_of_time_within_a_stream() {
        let engine = Engine::standard().unwrap();
        let step = |id, timeout| Step::standard(engine.guard(id).unwrap(), timeout);
        let hurried = step("secrets", Duration::from_millis(20));
        let patient = step("pii", Duration::from_mins(1));
        let plan = Arc::new(Plan::new(None, vec![hurried, patient]));
        let mut gate = Gate::closed().await;
        let subject = subject("");
        let organization = subject.organization;
        let mut watch = Watch::new(gate.checker.clone(), subject, plan).unwrap();
        {
            let text = format!("ada@example.org {}", "word ".repeat(2000));
            let mut push = Box::pin(watch.push(text));
            // The text is cut, and both guards wait for their turn, until the hurried one has left.
            gate.let_one_pass(organization, &mut push).await;
            gate.until(1, &mut push).await;
            gate.open();
            assert_eq!(
                push.await.unwrap().text,
                "",
                "who has not looked cannot vouch"
            );
        }
        let part = &watch.guard_results()[0];
        assert_eq!(part.status, GuardStatus::Timeout);
        assert!(part.latency >= Duration::from_millis(20));
        assert_eq!(watch.decision(), Decision::Review);
        assert_eq!(watch.finish().await.unwrap().text, "");
        let run = watch.run(&Clock::system());
        let statuses = run.guard_results.iter().map(|one| one.status);
        let statuses: Vec<_> = statuses.collect();
        assert_eq!(statuses, [GuardStatus::Timeout, GuardStatus::Ok]);
        assert_eq!(run.guard_results[1].finding_count, 1, "others go on");
        assert!(run.reasons[0].starts_with("secrets did not finish within 20 ms"));
    }

    #[tokio::test]
    async fn the_text_passes_a_step_that_may_fail() {
        let mut watch = watch(OnError::FailOpen);
        let text = format!("ada@example.org {}", "word ".repeat(2000));
        let mut all = watch.push(text.clone()).await.unwrap().text;
        all.push_str(&watch.finish().await.unwrap().text);
        assert_eq!(all, text.replace("ada@example.org", "[REDACTED:email]"));
        let run = watch.run(&Clock::system());
        assert_eq!(run.decision, Decision::Redact);
        assert_eq!(run.guard_results[0].status, GuardStatus::Timeout);
    }

    #[tokio::test]
    async fn what_scores_too_low_keeps_the_text_back_and_counts_for_nothing() {
        let engine = Engine::standard().unwrap();
        let guard = engine.guard("pii").unwrap();
        let step = Step {
            threshold: 1.0,
            ..Step::standard(guard, Duration::from_mins(1))
        };
        let plan = Arc::new(Plan::new(None, vec![step]));
        let text = format!("ada@example.org {}", "word ".repeat(1000));
        let checker = Checker::new().unwrap();
        let mut scanner = StreamScanner::new(vec![guard.clone()], Hold::Undecided).unwrap();
        let held = scanner.take(&mut text.as_bytes()).unwrap().unwrap();
        let parts = checker.look(&subject(""), &held, &plan, &[None]).await;
        assert_eq!(parts[0].findings.len(), 1);

        let mut watch = Watch::new(checker, subject(""), plan).unwrap();
        let mut given = watch.push(text.clone()).await.unwrap().text;
        given.push_str(&watch.finish().await.unwrap().text);
        assert_eq!(given, text);
        let run = watch.run(&Clock::system());
        assert_eq!(run.decision, Decision::Allow);
        assert_eq!(run.guard_results[0].finding_count, 0);
    }
}
