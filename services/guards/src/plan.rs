//! What a check runs: steps in stages, each with a guard, a threshold, an action and a time.
//!
//! A policy compiles to a plan, and so does a request that names its guards. Running a plan is
//! `check`, weighing what it found is `verdict`; neither enters here.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_guard_engine::{Cost, Decision, Finding, Guard, decide};
use serde_json::{Map, Value};

use crate::client::remote_guard::RemoteGuard;
use crate::hash_key::HashKey;
use crate::policy::VersionId;

/// Most bytes, about, that the guards of a check or of a policy may hold for their parameters.
pub(crate) const MOST_WEIGHT: usize = 16 * 1024 * 1024;

/// The steps of a check.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The version of the policy that it comes from; none where no stored policy is involved.
    pub(crate) policy: Option<VersionId>,
    /// How long texts are kept, sealed; not at all if nothing is stated.
    pub(crate) keeps_text: Option<TimeDelta>,
    /// By stage.
    steps: Vec<Step>,
}

/// One guard of a plan.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Unique in its plan: the id of the guard, unless the policy gives another name. Findings and
    /// results bear it.
    pub(crate) name: Arc<str>,
    pub(crate) task: Task,
    /// Findings that score below do not count.
    pub(crate) threshold: f32,
    pub(crate) action: Action,
    /// Whether what it takes out becomes tokens that the vault turns back.
    pub(crate) reversible: bool,
    pub(crate) timeout: Duration,
    pub(crate) on_error: OnError,
    pub(crate) mode: Mode,
    /// Steps of a stage run in parallel, stages one after the other.
    pub(crate) stage: u8,
    pub(crate) condition: Condition,
}

/// What looks at the text.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// A guard of the engine, compiled for its parameters.
    Engine {
        guard: Guard,
        /// The same for guards that find the same: the id, with the parameters.
        fingerprint: Arc<str>,
    },
    /// A guard that its organisation runs. What it says is not kept: nobody but itself knows when it
    /// would say something else.
    Remote(Arc<RemoteGuard>),
}

/// What happens when a step finds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// What the engine holds fit for each finding ([`decide`]).
    Standard,
    Block,
    Review,
    /// The text without what was found.
    Redact(Redaction),
    /// No text at all instead of this one.
    Refrain,
    Flag,
}

/// What stands in the place of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redaction {
    /// This text; the placeholder that names the rule, if there is none.
    Replace(Option<Arc<str>>),
    /// An asterisk for each character.
    Mask,
    /// A keyed hash of what was found.
    Hash(HashKey),
}

/// What a step that fails or runs out of time decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnError {
    /// Nothing: the text passes as far as this step is concerned.
    FailOpen,
    /// A review, or a block where a finding would have blocked.
    FailClosed,
}

/// Whether a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Enforce,
    /// It runs and is recorded, and changes neither the decision nor the text.
    Shadow,
}

/// When a step of a later stage runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// When the stages before neither blocked nor found nothing: then there is something to gain.
    Doubt,
    Always,
}

// === impl Plan ===

impl Plan {
    /// A plan of these steps, in their order within each stage. The first stage that has any always
    /// runs: nothing is in doubt before.
    pub(crate) fn new(policy: Option<VersionId>, mut steps: Vec<Step>) -> Self {
        steps.sort_by_key(|step| step.stage);
        let first = steps.first().map(|step| step.stage);
        for step in steps.iter_mut().filter(|step| Some(step.stage) == first) {
            step.condition = Condition::Always;
        }
        Self {
            policy,
            keeps_text: None,
            steps,
        }
    }

    /// The same plan, where texts are kept for so long.
    pub(crate) fn keeping_text(self, ttl: Option<TimeDelta>) -> Self {
        Self {
            keeps_text: ttl,
            ..self
        }
    }

    /// The same plan, where what these steps take out becomes tokens of the vault.
    pub(crate) fn anonymizing(&self, names: &BTreeSet<String>) -> Self {
        let mut plan = self.clone();
        for step in &mut plan.steps {
            step.reversible |= names.contains(&*step.name);
        }
        plan
    }

    /// The steps in the order of their stages.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps of each stage, the first stage first.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &[Step]> {
        self.steps.chunk_by(|a, b| a.stage == b.stage)
    }

    /// Whether it can judge a part of a text for good without what follows.
    pub(crate) fn judges_parts(&self) -> bool {
        self.steps.iter().all(Step::judges_parts)
    }

    /// The names of the steps that cannot.
    pub(crate) fn judging_whole(&self) -> impl Iterator<Item = &str> {
        let whole = self.steps.iter().filter(|step| !step.judges_parts());
        whole.map(|step| &*step.name)
    }
}

// === impl Task ===

impl Task {
    /// A guard that was compiled for these parameters.
    pub(crate) fn engine(guard: Guard, parameters: &Map<String, Value>) -> Self {
        let parameters = Value::Object(parameters.clone());
        Self::Engine {
            fingerprint: format!("{}{parameters}", guard.id()).into(),
            guard,
        }
    }

    /// About how many bytes it holds for its parameters.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Engine { guard, .. } => guard.weight(),
            Self::Remote(_) => 0,
        }
    }

    /// How long it may take of this time: a guard that runs elsewhere may have been given less.
    pub(crate) fn within(&self, time: Duration) -> Duration {
        match self {
            Self::Engine { .. } => time,
            Self::Remote(guard) => guard.timeout().map_or(time, |own| own.min(time)),
        }
    }
}

// === impl Step ===

impl Step {
    /// The guard as it runs where nobody states more: at once, for what the engine holds fit.
    pub(crate) fn standard(guard: &Guard, timeout: Duration) -> Self {
        Self::with_task(
            guard.id(),
            Task::engine(guard.clone(), &Map::new()),
            timeout,
        )
    }

    /// The same for any task.
    pub(crate) fn with_task(name: &str, task: Task, timeout: Duration) -> Self {
        Self {
            name: name.into(),
            timeout: task.within(timeout),
            task,
            threshold: 0.0,
            action: Action::Standard,
            reversible: false,
            on_error: OnError::FailClosed,
            mode: Mode::Enforce,
            stage: 1,
            condition: Condition::Always,
        }
    }

    /// Whether a finding reaches the threshold.
    pub(crate) fn counts(&self, finding: &Finding) -> bool {
        finding.score >= self.threshold
    }

    /// What it costs to run.
    pub(crate) fn cost(&self) -> Cost {
        match &self.task {
            Task::Engine { guard, .. } => guard.cost(),
            // Takes no core, but time.
            Task::Remote(_) => Cost::Moderate,
        }
    }

    fn judges_parts(&self) -> bool {
        let Task::Engine { guard, .. } = &self.task else {
            return false;
        };
        // Doubt, and the wish for no text at all, may come with the last word.
        guard.judges_parts()
            && self.condition == Condition::Always
            && self.action != Action::Refrain
            && !self.reversible
    }

    /// Whether it counts for the verdict.
    pub(crate) fn is_enforced(&self) -> bool {
        self.mode == Mode::Enforce
    }

    /// Whether it is to run, after stages that came to `decision`.
    pub(crate) fn is_due(&self, decision: Decision) -> bool {
        self.condition == Condition::Always
            || !matches!(decision, Decision::Allow | Decision::Block)
    }

    /// What it decides when these are its findings.
    pub(crate) fn decide(&self, findings: &[Finding]) -> Decision {
        match self.action {
            Action::Standard => decide(findings),
            _ if findings.is_empty() => Decision::Allow,
            Action::Block => Decision::Block,
            Action::Review => Decision::Review,
            Action::Redact(_) | Action::Refrain => Decision::Redact,
            Action::Flag => Decision::Flag,
        }
    }

    /// What it decides when it did not finish.
    pub(crate) fn decide_unfinished(&self) -> Decision {
        match (self.on_error, &self.action) {
            (OnError::FailOpen, _) => Decision::Allow,
            (OnError::FailClosed, Action::Block) => Decision::Block,
            (OnError::FailClosed, _) => Decision::Review,
        }
    }
}
