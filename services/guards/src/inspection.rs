//! An inspection: one text from the request to its record. Finds the plan, runs the check, keeps
//! the run.
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
use crate::run::{self, Origin, Owner, Run, RunId, Storage};
use crate::vault::{Anonymization, Sanitized};

/// What a request wants of a check.
#[derive(Debug)]
pub(crate) enum Wish {
    /// What the policy by this id says, or else the active one.
    Policy(Option<PolicyId>),
    /// These steps, whatever a policy says.
    Steps(Vec<Step>),
}

/// A text that has been looked at; its run is not kept yet.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) run: Run,
    pub(crate) on_outage: OnOutage,
    /// The text without what was found.
    pub(crate) sanitized: String,
}

/// What an inspection comes to.
#[derive(Debug)]
pub(crate) struct Inspection {
    pub(crate) run: Run,
    pub(crate) storage: Storage,
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

/// Checks a text for its owner, and keeps the run.
pub(crate) async fn inspect(
    state: &State,
    owner: Owner,
    subject: Subject,
    wish: Wish,
    anonymization: &Anonymization,
) -> Result<Inspection, Error> {
    let examined = examine(state, owner, subject, wish, anonymization).await?;
    let runs = [(&examined.run, examined.on_outage)];
    let storage = run::record(state, owner, &runs).await?;
    Ok(examined.kept(storage.first().copied().unwrap_or(Storage::Dropped)))
}

/// Checks a text for its owner.
pub(crate) async fn examine(
    state: &State,
    owner: Owner,
    subject: Subject,
    wish: Wish,
    anonymization: &Anonymization,
) -> Result<Examined, Error> {
    let rules = rules(state, &subject, wish).await?;
    let origin = Origin::of(&subject, rules.plan.policy);
    let plan = rules.plan.with_tokens_for(&anonymization.guards);
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
    Ok(Examined {
        sanitized: anonymized.await?,
        run: Run::of(verdict, id, &state.clock, origin),
        on_outage: rules.on_outage,
    })
}

// === impl Examined ===

impl Examined {
    /// With where its run is kept.
    pub(crate) fn kept(self, storage: Storage) -> Inspection {
        Inspection {
            run: self.run,
            storage,
            sanitized: self.sanitized,
        }
    }
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
