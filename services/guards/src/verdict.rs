//! The verdict: what all steps of a check come to, the text without what they found, and why.
//!
//! Pure computation over what the steps brought; nothing runs here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use guardmesh_guard_engine::{Decision, Finding, Place, placeholder, redact_with};

use crate::plan::{Action, Plan, Redaction, Step};
use crate::remote::Failure;
use crate::vault::{Sanitized, Value};

/// Findings kept and answered; a text with more is beyond reading. Redaction covers all of them.
pub(crate) const MAX_FINDINGS: usize = 1000;

/// Findings that are looked at, or given back, before the thread gives way to others.
const BLOCK: usize = 1024;
/// Most kinds of findings that a reason names.
const MAX_KINDS: usize = 5;

/// How one guard's part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GuardStatus {
    Ok,
    Timeout,
    Error,
    /// Its stage was not needed.
    Skipped,
    /// The same text was looked at before, with the same guard.
    Cached,
}

/// One step's part of a check, before it is weighed with the others.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) status: GuardStatus,
    /// Those that reach the threshold of the step, in order of where they begin.
    pub(crate) findings: Vec<Finding>,
    /// How many of which rules these are.
    pub(crate) kinds: Kinds,
    pub(crate) decision: Decision,
    pub(crate) latency: Duration,
    /// What went wrong, where that is known.
    pub(crate) failure: Option<Failure>,
}

/// How many findings of which rules.
pub(crate) type Kinds = BTreeMap<Cow<'static, str>, usize>;

/// One guard's part of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuardResult {
    /// The name of the step.
    pub(crate) guard: String,
    pub(crate) status: GuardStatus,
    pub(crate) decision: Decision,
    pub(crate) finding_count: usize,
    /// Whole microseconds, as it is stored.
    pub(crate) latency: Duration,
    /// Whether it ran for the record alone.
    pub(crate) shadow: bool,
}

/// What a check gives, apart from the text.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// The first [`MAX_FINDINGS`], by position.
    pub(crate) findings: Vec<Finding>,
    /// In the order of the plan.
    pub(crate) guard_results: Vec<GuardResult>,
    /// Sentences for people, one for each step that has something to say.
    pub(crate) reasons: Vec<String>,
}

/// A verdict, with what else comes of judging.
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    /// The text without what was found.
    pub(crate) sanitized: Sanitized,
}

// === impl GuardStatus ===

impl GuardStatus {
    /// Whether the guard did not finish.
    pub(crate) const fn is_failure(self) -> bool {
        matches!(self, Self::Timeout | Self::Error)
    }
}

// === impl Part ===

impl Part {
    /// Of a step that finished, having found these, in order of where they begin. Gives way to other threads
    /// now and then: there may be a hundred thousand.
    pub(crate) fn found(
        step: &Step,
        status: GuardStatus,
        findings: Vec<Finding>,
        latency: Duration,
    ) -> Self {
        let mut part = Self {
            status,
            latency,
            ..Self::skipped()
        };
        for block in findings.chunks(BLOCK) {
            part.decision = part.decision.max(step.decide(block));
            count(block, &mut part.kinds);
            if block.len() == BLOCK {
                thread::yield_now();
            }
        }
        Self { findings, ..part }
    }

    pub(crate) fn skipped() -> Self {
        Self {
            status: GuardStatus::Skipped,
            findings: Vec::new(),
            kinds: Kinds::new(),
            decision: Decision::Allow,
            latency: Duration::ZERO,
            failure: None,
        }
    }

    /// Of a step that failed, or ran out of time.
    pub(crate) fn unfinished(step: &Step, status: GuardStatus, latency: Duration) -> Self {
        Self {
            status,
            decision: step.decide_unfinished(),
            latency,
            ..Self::skipped()
        }
    }

    /// Gives its findings back, and way to other threads now and then.
    pub(crate) fn clear(mut self) {
        while let Some(rest) = self.findings.len().checked_sub(BLOCK) {
            self.findings.truncate(rest);
            thread::yield_now();
        }
    }
}

// === impl Verdict ===

impl Verdict {
    /// Makes it at least as strict as `decision`, and says why.
    pub(crate) fn raise(&mut self, decision: Decision, reason: impl Into<String>) {
        self.decision = self.decision.max(decision);
        self.reasons.push(reason.into());
    }
}

/// The verdict over the parts of all steps of `plan`, in its order, and the text without what they
/// found.
pub(crate) fn judge(text: &str, plan: &Plan, parts: &[Part]) -> Judgement {
    let steps = || plan.steps().iter().zip(parts);
    let decision = decision(steps());
    let guard_results = steps().map(|(step, part)| result(step, part)).collect();
    let reasons = steps()
        .filter_map(|(s, part)| reason(s, part.status, part.failure, part.decision, &part.kinds));
    let reasons = reasons.collect();
    let withheld = steps().any(|(step, part)| withholds(step, part, decision));
    let sanitized = if withheld {
        Sanitized::default()
    } else {
        sanitize(text, steps())
    };
    Judgement {
        verdict: Verdict {
            decision,
            findings: first(steps()),
            guard_results,
            reasons,
        },
        sanitized,
    }
}

/// The first [`MAX_FINDINGS`] by position, named by their steps.
fn first<'a>(steps: impl Iterator<Item = (&'a Step, &'a Part)>) -> Vec<Finding> {
    let mut found: Vec<(&Step, &Finding)> = Vec::new();
    for (step, part) in steps {
        // Of each part no more, with all that begin where the last of these does.
        let last = part.findings.get(MAX_FINDINGS - 1);
        let early = last.map_or(part.findings.len(), |last| {
            let before = |one: &Finding| one.span.start <= last.span.start;
            part.findings.partition_point(before)
        });
        found.extend(part.findings[..early].iter().map(|one| (step, one)));
    }
    found.sort_by(|(step, a), (other, b)| {
        (a.span, &step.name, &a.rule_id)
            .cmp(&(b.span, &other.name, &b.rule_id))
            .then(b.score.total_cmp(&a.score))
    });
    found.truncate(MAX_FINDINGS);
    let named = found.into_iter().map(|(step, finding)| Finding {
        guard: if finding.guard == *step.name {
            finding.guard.clone()
        } else {
            step.name.to_string().into()
        },
        ..finding.clone()
    });
    named.collect()
}

/// The strictest decision of the steps that count.
pub(crate) fn decision<'a>(steps: impl Iterator<Item = (&'a Step, &'a Part)>) -> Decision {
    let counting = steps.filter(|(step, _)| step.is_enforced());
    let decisions = counting.map(|(_, part)| part.decision);
    decisions.max().unwrap_or(Decision::Allow)
}

/// Whether no text can be given because of this step: it is to refrain; or it did not finish, and
/// what it would have found is still in the text; or it was left out since the text is blocked.
fn withholds(step: &Step, part: &Part, decision: Decision) -> bool {
    step.is_enforced()
        && match part.status {
            GuardStatus::Ok | GuardStatus::Cached => {
                step.action == Action::Refrain && !part.findings.is_empty()
            }
            GuardStatus::Timeout | GuardStatus::Error => part.decision != Decision::Allow,
            GuardStatus::Skipped => decision == Decision::Block,
        }
}

/// The text without what these steps take out. A place becomes a token only if all that found something
/// there agree to that.
fn sanitize<'a>(text: &str, steps: impl Iterator<Item = (&'a Step, &'a Part)>) -> Sanitized {
    let mut values = Vec::new();
    let taking = steps.filter(|(step, _)| step.is_enforced() && step.action != Action::Flag);
    let taken_out =
        taking.flat_map(|(step, part)| part.findings.iter().map(move |one| (step, one)));
    let text = redact_with(text, taken_out, |place: Place<'_, &Step>, clean| {
        if place.finders().all(|step| step.reversible) {
            values.push((clean.len(), Value::of(&place)));
        } else {
            replace(&place, clean);
        }
    });
    Sanitized { text, values }
}

/// Appends what stands in the place of a value.
fn replace(place: &Place<'_, &Step>, clean: &mut String) {
    match &place.by.action {
        Action::Redact(Redaction::Replace(Some(text))) => clean.push_str(text),
        Action::Redact(Redaction::Mask) => clean.extend(place.value.chars().map(|_| '*')),
        Action::Redact(Redaction::Hash(key)) => {
            clean.push_str(&key.stand_in(place.strongest, place.value));
        }
        _ => clean.extend(placeholder(place.strongest)),
    }
}

fn result(step: &Step, part: &Part) -> GuardResult {
    GuardResult {
        guard: step.name.to_string(),
        status: part.status,
        decision: part.decision,
        finding_count: part.findings.len(),
        latency: Duration::new(part.latency.as_secs(), part.latency.subsec_micros() * 1000),
        shadow: !step.is_enforced(),
    }
}

/// What a step has to say for the verdict, in a sentence, having found these; nothing if all is well.
pub(crate) fn reason(
    step: &Step,
    status: GuardStatus,
    failure: Option<Failure>,
    decision: Decision,
    found: &Kinds,
) -> Option<String> {
    let what = match status {
        GuardStatus::Ok | GuardStatus::Cached if found.is_empty() => return None,
        GuardStatus::Ok | GuardStatus::Cached => format!("found {}", listed(found)),
        GuardStatus::Timeout => format!("did not finish within {} ms", step.timeout.as_millis()),
        GuardStatus::Error => match failure {
            Some(failure) => format!("failed, since {failure}"),
            None => "failed".to_owned(),
        },
        GuardStatus::Skipped => return None,
    };
    let so = match decision {
        Decision::Allow => "the text may pass all the same",
        Decision::Flag => "it is noted",
        Decision::Redact if step.action == Action::Refrain => "the text is withheld",
        Decision::Redact => "it is taken out",
        Decision::Review => "a person has to decide",
        Decision::Block => "the text is blocked",
    };
    let name = &step.name;
    Some(if step.is_enforced() {
        format!("{name} {what}: {so}.")
    } else {
        format!("{name} {what}; it runs in shadow, and does not count.")
    })
}

/// Counts findings by their rules.
fn count(findings: &[Finding], kinds: &mut Kinds) {
    // Those of a rule mostly follow each other.
    for alike in findings.chunk_by(|a, b| a.rule_id == b.rule_id) {
        *kinds.entry(alike[0].rule_id.clone()).or_default() += alike.len();
    }
}

/// Such as `2 email, 1 phone`, the most frequent first.
fn listed(kinds: &Kinds) -> String {
    let mut counts: Vec<_> = kinds.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let others = counts.len().saturating_sub(MAX_KINDS);
    counts.truncate(MAX_KINDS);
    let named: Vec<String> = counts
        .iter()
        .map(|(rule, count)| format!("{count} {rule}"))
        .collect();
    match others {
        0 => named.join(", "),
        others => format!("{} and {others} kinds more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::*;

    fn part(id: &str, text: &str) -> (Step, Part) {
        let engine = Engine::standard().unwrap();
        let guard = engine.guard(id).unwrap();
        let step = Step::standard(guard, Duration::ZERO);
        let part = Part::found(&step, GuardStatus::Ok, guard.scan(text), Duration::ZERO);
        (step, part)
    }

    #[test]
    fn of_many_findings_the_first_are_shown_by_their_steps() {
        let text = "a@b.co \u{200b}192.168.0.1 ".repeat(MAX_FINDINGS);
        let (pii, own) = part("pii", &text);
        let (invisible, hidden) = part("invisible_text", &text);
        assert_eq!(own.findings.len(), 2 * MAX_FINDINGS);
        assert_eq!(hidden.findings.len(), MAX_FINDINGS);
        let renamed = Step {
            name: "hidden".into(),
            ..invisible
        };
        let shown = first([(&pii, &own), (&renamed, &hidden)].into_iter());
        let named = hidden.findings.iter().map(|one| Finding {
            guard: "hidden".into(),
            ..one.clone()
        });
        let mut all: Vec<_> = own.findings.iter().cloned().chain(named).collect();
        all.sort_by_key(|one| one.span);
        assert_eq!(shown, all[..MAX_FINDINGS]);
        assert_eq!(
            first([(&pii, &own)].into_iter()),
            own.findings[..MAX_FINDINGS]
        );
    }

    #[test]
    fn kinds_are_counted_wherever_they_stand() {
        let (_, few) = part("pii", "192.168.0.1 a@b.co 192.168.0.1 192.168.0.1 c@d.co");
        let counted: Vec<_> = few.kinds.into_iter().collect();
        assert_eq!(counted, [("email".into(), 2), ("ipv4".into(), 3)]);
        let (_, many) = part("pii", &"a@b.co 192.168.0.1 ".repeat(BLOCK));
        assert_eq!(many.decision, Decision::Redact);
        assert!(many.kinds.into_values().all(|count| count == BLOCK));
    }
}
