//! The verdict: what all steps of a check come to, the text without what they found, and why.
//!
//! Pure computation over what the steps brought; nothing runs here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use guardmesh_guard_engine::{Decision, Finding, Place, placeholder, redact_with};

use crate::plan::{Action, Plan, Redaction, Step};
use crate::remote::Failure;
use crate::vault::{Sanitized, Value};

/// Findings kept and answered; a text with more is beyond reading. Redaction covers all of them.
pub(crate) const MAX_FINDINGS: usize = 1000;

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
    /// Those that reach the threshold of the step, named by its guard.
    pub(crate) findings: Vec<Finding>,
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
    /// Findings beyond those of the verdict. There may be a hundred thousand: milliseconds to give back.
    pub(crate) others: Vec<Finding>,
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
    pub(crate) fn skipped() -> Self {
        Self {
            status: GuardStatus::Skipped,
            findings: Vec::new(),
            decision: Decision::Allow,
            latency: Duration::ZERO,
            failure: None,
        }
    }

    /// Of a step that failed, or ran out of time.
    pub(crate) fn unfinished(step: &Step, status: GuardStatus, latency: Duration) -> Self {
        Self {
            status,
            findings: Vec::new(),
            decision: step.decide_unfinished(),
            latency,
            failure: None,
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
pub(crate) fn judge(text: &str, plan: &Plan, parts: Vec<Part>) -> Judgement {
    let steps = || plan.steps().iter().zip(&parts);
    let decision = decision(steps());
    let guard_results = steps().map(|(step, part)| result(step, part)).collect();
    let reasons = steps()
        .filter_map(|(s, p)| reason(s, p.status, p.failure, p.decision, &kinds(&p.findings)));
    let reasons = reasons.collect();
    let withheld = steps().any(|(step, part)| withholds(step, part, decision));

    let mut findings = Vec::new();
    let mut taken_out = Vec::new();
    for (step, mut part) in plan.steps().iter().zip(parts) {
        // All are of one guard.
        if part
            .findings
            .first()
            .is_some_and(|one| one.guard != *step.name)
        {
            for finding in &mut part.findings {
                finding.guard = step.name.to_string().into();
            }
        }
        if step.is_enforced() && step.action != Action::Flag {
            join(&mut taken_out, part.findings);
        } else {
            join(&mut findings, part.findings);
        }
    }
    let sanitized = if withheld {
        Sanitized::default()
    } else {
        sanitize(text, plan, &taken_out)
    };
    join(&mut findings, taken_out);
    let (findings, others) = first(findings);
    Judgement {
        verdict: Verdict {
            decision,
            findings,
            guard_results,
            reasons,
        },
        sanitized,
        others,
    }
}

/// Adds findings to others, in any order; moves the fewer of them.
fn join(all: &mut Vec<Finding>, mut more: Vec<Finding>) {
    if all.len() < more.len() {
        std::mem::swap(all, &mut more);
    }
    all.append(&mut more);
}

/// The first [`MAX_FINDINGS`], in order of position, and the others, in any. Moves the first alone.
fn first(mut findings: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let order = |a: &Finding, b: &Finding| {
        (a.span, &a.guard, &a.rule_id)
            .cmp(&(b.span, &b.guard, &b.rule_id))
            .then(b.score.total_cmp(&a.score))
    };
    let mut places: Vec<usize> = (0..findings.len()).collect();
    if places.len() > MAX_FINDINGS {
        places.select_nth_unstable_by(MAX_FINDINGS, |a, b| order(&findings[*a], &findings[*b]));
        places.truncate(MAX_FINDINGS);
    }
    // From the last on: what takes the place of one that left is none of them.
    places.sort_unstable_by(|a, b| b.cmp(a));
    let taken = places.into_iter().map(|place| findings.swap_remove(place));
    let mut first: Vec<Finding> = taken.collect();
    first.sort_by(order);
    (first, findings)
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

/// The text without these findings. A place becomes a token only if all steps that found something
/// there agree to that.
fn sanitize(text: &str, plan: &Plan, findings: &[Finding]) -> Sanitized {
    let mut values = Vec::new();
    let reversible = |finding: &Finding| {
        let step = plan.step(&finding.guard);
        step.is_some_and(|step| step.reversible)
    };
    let text = redact_with(text, findings, |place: Place<'_>, clean| {
        if place.findings().all(reversible) {
            values.push((clean.len(), Value::of(&place)));
        } else {
            let step = plan.step(&place.strongest.guard);
            replace(step.map(|step| &step.action), &place, clean);
        }
    });
    Sanitized { text, values }
}

/// Appends what stands in the place of a value.
fn replace(action: Option<&Action>, place: &Place<'_>, clean: &mut String) {
    match action {
        Some(Action::Redact(Redaction::Replace(Some(text)))) => clean.push_str(text),
        Some(Action::Redact(Redaction::Mask)) => clean.extend(place.value.chars().map(|_| '*')),
        Some(Action::Redact(Redaction::Hash(key))) => {
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

/// How many findings there are of each rule.
pub(crate) fn kinds(findings: &[Finding]) -> Kinds {
    let mut kinds = Kinds::new();
    // Those of a rule mostly follow each other.
    for alike in findings.chunk_by(|a, b| a.rule_id == b.rule_id) {
        *kinds.entry(alike[0].rule_id.clone()).or_default() += alike.len();
    }
    kinds
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

    #[test]
    fn of_many_findings_the_first_are_kept_and_none_is_lost() {
        let engine = Engine::standard().unwrap();
        let text = "::1 a@b.co 192.168.0.1 ".repeat(MAX_FINDINGS);
        let found = engine.guard("pii").unwrap().scan(&text);
        assert_eq!(found.len(), 3 * MAX_FINDINGS);
        // Neither in order nor in the opposite one.
        let (even, odd): (Vec<_>, Vec<_>) =
            (found.iter().cloned().enumerate()).partition(|(number, _)| number % 2 == 0);
        let mixed = odd.into_iter().rev().chain(even).map(|(_, one)| one);
        let (kept, mut others) = first(mixed.collect());
        assert_eq!(kept, found[..MAX_FINDINGS]);
        others.sort_by_key(|finding| finding.span);
        assert_eq!(others, found[MAX_FINDINGS..]);
        let (few, none) = first(found[..3].iter().rev().cloned().collect());
        assert_eq!((&few[..], &none[..]), (&found[..3], &[][..]));
    }

    #[test]
    fn kinds_are_counted_wherever_they_stand() {
        let engine = Engine::standard().unwrap();
        let found = engine
            .guard("pii")
            .unwrap()
            .scan("::1 a@b.co ::1 ::1 c@d.co");
        let counted: Vec<_> = kinds(&found).into_iter().collect();
        assert_eq!(counted, [("email".into(), 2), ("ipv6".into(), 3)]);
    }
}
