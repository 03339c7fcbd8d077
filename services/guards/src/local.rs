//! A policy applied where the text is, with no service: what `guardmesh check --policy` runs.
//!
//! Documents, their rules, routes and steps are those of the service. What needs a service has no
//! effect here: deadlines, records, texts that are kept, tokens of the vault. Custom guards are known to
//! the service alone, and a document that names one is refused. Nothing here waits or stores.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{Channel, Decision, Engine, Finding, Guard, Reading, Span};

pub use crate::check::Direction;
pub use crate::policy::document::{MAX_DOCUMENT, Violation};

use crate::check::Subject;
use crate::hash_key::HashKey;
use crate::plan::{Plan, Step, Task};
use crate::policy::compile::Compiler;

/// As long as a document may state; nothing is cut off here.
const GUARD_TIMEOUT: Duration = Duration::from_mins(1);

/// What the routes of a policy look at, the same for all texts.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// To a model, or from it.
    pub direction: Direction,
    /// Where the texts come from.
    pub channel: Channel,
    /// ISO 639-1; empty if it is not stated.
    pub language: String,
    /// Empty if it is not stated.
    pub application: String,
    /// Labels with their values.
    pub labels: HashMap<String, String>,
}

/// Guards with what follows from their findings, ready to run on any number of texts.
#[derive(Debug)]
pub struct LocalPlan {
    plan: Arc<Plan>,
    channel: Channel,
    /// The number of the policy's route, from 1; none if it comes of no route.
    pub route: Option<usize>,
}

/// A finding, and what follows from it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Named by the step of the policy, as verdicts of the service are.
    pub finding: Finding,
    /// [`Decision::Allow`] for a step in shadow, which changes nothing.
    pub decision: Decision,
}

// === impl LocalPlan ===

impl LocalPlan {
    /// These guards, with what the engine holds fit for their findings.
    pub fn of_guards<'a>(guards: impl Iterator<Item = &'a Guard>, channel: Channel) -> Self {
        let steps = guards.map(|guard| Step::standard(guard, GUARD_TIMEOUT));
        Self {
            plan: Arc::new(Plan::new(None, steps.collect())),
            channel,
            route: None,
        }
    }

    /// The first route of a policy that fits; if none does, the guards that run by default. Tells of
    /// all that is wrong with the document. Takes milliseconds.
    pub fn of_policy(
        engine: Engine,
        document: &str,
        circumstances: Circumstances,
    ) -> Result<Self, Vec<Violation>> {
        let compiler = Compiler::new(engine, None, GUARD_TIMEOUT, true, TimeDelta::zero());
        // No text is made here, so nothing is hashed with it.
        let compiled = compiler.compile(document, None, &HashKey::new(&[0; 32]), &[])?;
        let channel = circumstances.channel;
        let (route, plan) = compiled.route(&Subject {
            // One route for all texts: a language that is not stated is not guessed.
            organization: OrganizationId::generate(),
            text: "".into(),
            channel,
            direction: circumstances.direction,
            language: circumstances.language,
            application: circumstances.application,
            labels: circumstances.labels,
        });
        Ok(Self {
            plan,
            channel,
            route: (route > 0).then_some(route),
        })
    }

    /// The guards, by the names that findings bear.
    pub fn guards(&self) -> impl Iterator<Item = (&str, &Guard)> {
        let steps = self.plan.steps().iter();
        steps.filter_map(|step| Some((&*step.name, guard_of(step)?)))
    }

    /// Runs the stages that are due, on this thread; the findings by place.
    pub fn check(&self, text: &str) -> Vec<Judged> {
        let reading = Reading::of(text);
        let mut decision = Decision::Allow;
        let mut judged = Vec::new();
        for stage in self.plan.stages() {
            let so_far = decision;
            for step in stage.iter().filter(|step| step.is_due(so_far)) {
                let Some(guard) = guard_of(step) else {
                    continue;
                };
                let mut findings = guard.clone().on(self.channel).read(&reading);
                findings.retain(|finding| step.counts(finding));
                if step.is_enforced() {
                    decision = decision.max(step.decide(&findings));
                }
                judged.extend(findings.into_iter().map(|finding| judge(step, finding)));
            }
        }
        judged.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
        judged
    }
}

fn judge(step: &Step, finding: Finding) -> Judged {
    let decision = if step.is_enforced() {
        step.decide(std::slice::from_ref(&finding))
    } else {
        Decision::Allow
    };
    let guard = step.name.to_string().into();
    Judged {
        finding: Finding { guard, ..finding },
        decision,
    }
}

/// Every step has one: guards that run elsewhere are in no plan that is made here.
fn guard_of(step: &Step) -> Option<&Guard> {
    match &step.task {
        Task::Engine { guard, .. } => Some(guard),
        Task::Remote(_) => None,
    }
}

fn order(finding: &Finding) -> (Span, &str, &str) {
    (finding.span, &finding.guard, &finding.rule_id)
}
