//! An inspection: one text from the request to the run that is to be recorded. Finds the plan, runs
//! the check, asks the vault for tokens.
//!
//! Whatever takes texts in, one or many at a time, goes through here.

use std::sync::Arc;

use guardmesh_guard_engine::Decision;

use crate::State;
use crate::check::Subject;
use crate::error::Error;
use crate::plan::{Plan, Step};
use crate::policy::PolicyId;
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

/// What governs a text.
struct Rules {
    plan: Arc<Plan>,
    on_outage: OnOutage,
    /// Whether they are those of the organisation, and not what stands in for them.
    known: bool,
}

/// Checks a text for its owner, and gives the tokens of the vault to values that become some.
pub(crate) async fn inspect(
    state: &State,
    owner: Owner,
    subject: Subject,
    wish: Wish,
    anonymization: &Anonymization,
) -> Result<Inspection, Error> {
    let rules = rules(state, &subject, wish).await?;
    let origin = Origin::of(&subject, rules.plan.policy);
    // A policy says itself what becomes a token.
    let plan = match rules.plan.policy {
        None if !anonymization.guards.is_empty() => {
            Arc::new(rules.plan.anonymizing(&anonymization.guards))
        }
        _ => rules.plan,
    };
    let (mut verdict, mut sanitized) = state.checker.check(subject, plan).await?;
    if !rules.known {
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
        on_outage: rules.on_outage,
    })
}

async fn rules(state: &State, subject: &Subject, wish: Wish) -> Result<Rules, Error> {
    let policy = match wish {
        Wish::Steps(steps) => {
            return Ok(Rules {
                plan: Arc::new(Plan::new(None, steps)),
                on_outage: OnOutage::default(),
                known: true,
            });
        }
        Wish::Policy(policy) => policy,
    };
    let (policy, known) = match state.live.get(subject.organization, policy).await {
        Ok(policy) => (policy, true),
        Err(error) if error.is_unavailable() => (Arc::new(state.compiler.standard()), false),
        Err(error) => return Err(error),
    };
    let (_, plan) = policy.route(subject);
    Ok(Rules {
        plan,
        on_outage: policy.on_outage,
        known,
    })
}
