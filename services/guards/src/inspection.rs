//! An inspection: one text from the request to the run that is to be recorded. Finds the plan, runs
//! the check, asks the vault for tokens.
//!
//! Whatever takes texts in, one or many at a time, goes through here.

use std::sync::Arc;

use chrono::TimeDelta;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::Decision;

use crate::State;
use crate::check::Subject;
use crate::computation::apart;
use crate::error::Error;
use crate::plan::{Plan, Step};
use crate::policy::PolicyId;
use crate::policy::compile::Compiled;
use crate::policy::document::OnOutage;
use crate::run::{Origin, Owner, Run, RunId};
use crate::vault::{Anonymization, KeptText, Sanitized, SealedText};

/// What a request wants of a check.
#[derive(Debug)]
pub(crate) enum Wish {
    /// What the policy by this id says, or else the active one.
    Policy(Option<PolicyId>),
    /// These steps, whatever a policy says.
    Steps(Vec<Step>),
}

/// A text that was looked at, and the run that is to be recorded.
#[derive(Debug)]
pub(crate) struct Inspection {
    pub(crate) run: Run,
    pub(crate) on_outage: OnOutage,
    /// The text without what was found.
    pub(crate) sanitized: String,
}

/// What governs texts: found once, it holds for all of a stream.
#[derive(Debug)]
pub(crate) enum Rules {
    /// What the request says.
    Steps(Arc<Plan>),
    /// A policy, or what holds where there is none.
    Policy(Arc<Compiled>),
    /// The organisation's policy cannot be read. This one stands in for it.
    Unknown(Arc<Compiled>),
}

// === impl Rules ===

impl Rules {
    /// The rules by which an organisation has its texts checked at this moment.
    pub(crate) async fn find(
        state: &State,
        organization: OrganizationId,
        wish: Wish,
    ) -> Result<Self, Error> {
        let policy = match wish {
            Wish::Steps(steps) => return Ok(Self::Steps(Arc::new(Plan::new(None, steps)))),
            Wish::Policy(policy) => policy,
        };
        match state.live.get(organization, policy).await {
            Ok(policy) => Ok(Self::Policy(policy)),
            Err(error) if error.is_unavailable() => {
                Ok(Self::Unknown(Arc::new(state.compiler.standard())))
            }
            Err(error) => Err(error),
        }
    }

    /// The plan for a text.
    pub(crate) async fn plan(
        &self,
        subject: &Subject,
        anonymization: &Anonymization,
    ) -> Result<Arc<Plan>, Error> {
        let plan = match self {
            Self::Steps(plan) => plan.clone(),
            Self::Policy(policy) | Self::Unknown(policy) => route(policy, subject).await?.1,
        };
        // A policy says itself what becomes a token.
        if plan.policy.is_none() && !anonymization.guards.is_empty() {
            return Ok(Arc::new(plan.anonymizing(&anonymization.guards)));
        }
        Ok(plan)
    }

    /// Whether the plan depends on all of the text, beside what is stated of it.
    pub(crate) fn need_text(&self, subject: &Subject) -> bool {
        match self {
            Self::Steps(_) => false,
            Self::Policy(policy) | Self::Unknown(policy) => policy.guesses_language(subject),
        }
    }

    pub(crate) fn on_outage(&self) -> OnOutage {
        match self {
            Self::Steps(_) => OnOutage::default(),
            Self::Policy(policy) | Self::Unknown(policy) => policy.on_outage,
        }
    }
}

/// The route that a text takes, from 1 (0 if none fits), and its plan.
pub(crate) async fn route(
    policy: &Arc<Compiled>,
    subject: &Subject,
) -> Result<(usize, Arc<Plan>), Error> {
    if !policy.guesses_language(subject) {
        return Ok(policy.route(subject));
    }
    let (policy, subject) = (policy.clone(), subject.clone());
    apart(move || policy.route(&subject)).await
}

/// Checks a text for its owner, and gives the tokens of the vault to values that become some.
pub(crate) async fn inspect(
    state: &State,
    owner: Owner,
    subject: Subject,
    rules: &Rules,
    anonymization: &Anonymization,
) -> Result<Inspection, Error> {
    let plan = rules.plan(&subject, anonymization).await?;
    let origin = Origin::of(&subject, plan.policy);
    let (checked, keeps_text) = (subject.clone(), plan.keeps_text);
    let (mut verdict, mut sanitized) = state.checker.check(checked, plan).await?;
    if let Rules::Unknown(_) = rules {
        verdict.raise(
            Decision::Review,
            "The organisation's policy cannot be read at the moment: a person has to decide.",
        );
        // Nobody knows what it would have taken out.
        sanitized = Sanitized::default();
    }
    let id = RunId::generate();
    let anonymized = state.vault.anonymize(owner, id, anonymization, sanitized);
    let sanitized = anonymized.await?;
    let mut run = Run::of(verdict, id, &state.clock, origin);
    if let Some(ttl) = keeps_text {
        run.text = Some(sealed(state, owner, id, subject, ttl).await?);
    }
    Ok(Inspection {
        sanitized,
        run,
        on_outage: rules.on_outage(),
    })
}

/// The text of a run, to be kept for so long.
pub(crate) async fn sealed(
    state: &State,
    owner: Owner,
    run: RunId,
    subject: Subject,
    ttl: TimeDelta,
) -> Result<SealedText, Error> {
    let vault = state.vault.clone();
    apart(move || {
        let text = KeptText {
            text: subject.text.as_ref().to_owned(),
            language: subject.language,
            labels: subject.labels,
        };
        vault.seal_text(owner, run, &text, ttl)
    })
    .await?
}
