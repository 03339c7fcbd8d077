//! An inspection: one text from the request to the run that is to be recorded. Finds the plan, runs
//! the check, asks the vault for tokens.
//!
//! Whatever takes texts in, one or many at a time, goes through here.

use std::sync::Arc;

use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::Decision;

use crate::State;
use crate::check::Subject;
use crate::error::Error;
use crate::plan::{Plan, Step};
use crate::policy::PolicyId;
use crate::policy::compile::Compiled;
use crate::policy::document::OnOutage;
use crate::run::{Origin, Owner, Run, RunId};
use crate::vault::{Anonymization, Sanitized};

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
    pub(crate) fn plan(&self, subject: &Subject, anonymization: &Anonymization) -> Arc<Plan> {
        let plan = match self {
            Self::Steps(plan) => plan.clone(),
            Self::Policy(policy) | Self::Unknown(policy) => policy.route(subject).1,
        };
        // A policy says itself what becomes a token.
        if plan.policy.is_none() && !anonymization.guards.is_empty() {
            return Arc::new(plan.anonymizing(&anonymization.guards));
        }
        plan
    }

    pub(crate) fn on_outage(&self) -> OnOutage {
        match self {
            Self::Steps(_) => OnOutage::default(),
            Self::Policy(policy) | Self::Unknown(policy) => policy.on_outage,
        }
    }
}

/// Checks a text for its owner, and gives the tokens of the vault to values that become some.
pub(crate) async fn inspect(
    state: &State,
    owner: Owner,
    subject: Subject,
    rules: &Rules,
    anonymization: &Anonymization,
) -> Result<Inspection, Error> {
    let plan = rules.plan(&subject, anonymization);
    let origin = Origin::of(&subject, plan.policy);
    let (mut verdict, mut sanitized) = state.checker.check(subject, plan).await?;
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
    Ok(Inspection {
        sanitized: anonymized.await?,
        run: Run::of(verdict, id, &state.clock, origin),
        on_outage: rules.on_outage(),
    })
}
