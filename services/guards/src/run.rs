//! A run: the record of one check, without the text; with it sealed where a policy has it kept.

pub(crate) mod deferred;
mod filter;

use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{Channel, Decision, Finding};
use sqlx::PgPool;
use tokio::time::timeout;

pub(crate) use self::filter::{Filter, ListFilter};

use crate::State;
use crate::check::{Direction, Subject};
use crate::db;
use crate::error::Error;
use crate::policy::VersionId;
use crate::policy::document::OnOutage;
use crate::stats;
use crate::vault::SealedText;
use crate::verdict::{GuardResult, Verdict};

guardmesh_chassis::define_id! {
    /// A run.
    RunId = "run";
}

/// The permission to see the runs of everybody in the organisation.
pub(crate) const READ_RUNS: &str = "guard_runs:read";
/// How long a check waits for its run to be stored.
const PATIENCE: Duration = Duration::from_secs(5);
/// Runs in one transaction: their locks are short.
const BATCH: usize = 100;

/// Whose runs: a user's, within an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) organization: OrganizationId,
    pub(crate) user: UserId,
}

/// Which runs are looked at: a user's, or with none everybody's, within an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whose {
    pub(crate) organization: OrganizationId,
    pub(crate) user: Option<UserId>,
}

/// The record of a check.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) id: RunId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) origin: Origin,
    pub(crate) decision: Decision,
    pub(crate) reasons: Vec<String>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) guard_results: Vec<GuardResult>,
    /// Only on its way to the database.
    pub(crate) text: Option<SealedText>,
}

/// A run as it is kept, and whose check it was.
#[derive(Debug, Clone)]
pub(crate) struct StoredRun {
    pub(crate) user: UserId,
    pub(crate) run: Run,
}

/// Where a text came from, and which policy it met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) channel: Channel,
    pub(crate) direction: Direction,
    pub(crate) application: String,
    pub(crate) content_bytes: usize,
    pub(crate) policy: Option<VersionId>,
}

/// Where the record of a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    Stored,
    /// It waits for the database.
    Deferred,
    /// It is counted, no more.
    Dropped,
}

// === impl Run ===

impl Run {
    /// What a check gave, not recorded yet.
    pub(crate) fn of(verdict: Verdict, id: RunId, clock: &Clock, origin: Origin) -> Self {
        Self {
            id,
            created_at: clock.now(),
            origin,
            decision: verdict.decision,
            reasons: verdict.reasons,
            findings: verdict.findings,
            guard_results: verdict.guard_results,
            text: None,
        }
    }
}

// === impl Origin ===

impl Origin {
    pub(crate) fn of(subject: &Subject, policy: Option<VersionId>) -> Self {
        Self {
            channel: subject.channel,
            direction: subject.direction,
            application: subject.application.clone(),
            content_bytes: subject.text.len(),
            policy,
        }
    }
}

/// Records a run. While the database does not answer, it waits for it or is dropped, as the policy
/// wants.
pub(crate) async fn record(
    state: &State,
    owner: Owner,
    run: &Run,
    on_outage: OnOutage,
) -> Result<Storage, Error> {
    let together = [(run, on_outage)];
    let mut storages = record_together(state, owner, &together).await?;
    storages.pop().ok_or(Error::Interrupted)
}

/// Records runs in few transactions; gives, for each, where it is.
pub(crate) async fn record_all(
    state: &State,
    owner: Owner,
    runs: &[(&Run, OnOutage)],
) -> Vec<Result<Storage, Error>> {
    let mut results = Vec::with_capacity(runs.len());
    for batch in runs.chunks(BATCH) {
        match record_together(state, owner, batch).await {
            Ok(storages) => results.extend(storages.into_iter().map(Ok)),
            Err(error) => {
                let fault = Fault::from(error);
                results.extend(batch.iter().map(|_| Err(fault.clone().into())));
            }
        }
    }
    results
}

/// Records a run for which nobody waits, as soon as there is time.
pub(crate) fn record_later(state: &State, owner: Owner, run: &Run, on_outage: OnOutage) {
    let is_outage = !state.reach.is_given();
    let on_outage = if is_outage {
        on_outage
    } else {
        OnOutage::Defer
    };
    set_aside(state, owner, run, on_outage);
}

async fn record_together(
    state: &State,
    owner: Owner,
    runs: &[(&Run, OnOutage)],
) -> Result<Vec<Storage>, Error> {
    if state.reach.is_given() {
        let all: Vec<&Run> = runs.iter().map(|(run, _)| *run).collect();
        match store(state, owner, &all).await {
            Ok(()) => return Ok(vec![Storage::Stored; runs.len()]),
            Err(error) if error.is_unavailable() => state.reach.lost(&error),
            Err(error) => return Err(error),
        }
    }
    let set_aside = |&(run, on_outage): &(&Run, OnOutage)| set_aside(state, owner, run, on_outage);
    Ok(runs.iter().map(set_aside).collect())
}

/// Has a run wait for the database, or drops it, as the policy wants.
fn set_aside(state: &State, owner: Owner, run: &Run, on_outage: OnOutage) -> Storage {
    match on_outage {
        OnOutage::Defer => state.deferred.put(owner, run),
        OnOutage::Drop => state.deferred.drop_one(),
    }
}

/// Stores runs in one transaction, and counts them. To do it twice is to do it once: who has waited
/// in vain for an answer does not know what became of it.
async fn store(state: &State, owner: Owner, runs: &[&Run]) -> Result<(), Error> {
    let stored = async {
        let mut transaction = database::begin(&state.database, scope(owner.organization)).await?;
        let mut new = Vec::with_capacity(runs.len());
        for run in runs {
            if db::run::insert(&mut transaction, owner, run).await? {
                db::finding::insert(&mut transaction, owner, run).await?;
                db::guard_result::insert(&mut transaction, owner, run).await?;
                db::run_text::insert(&mut transaction, owner, run).await?;
                new.push(*run);
            }
        }
        stats::count(&mut transaction, owner, &new).await?;
        Ok(transaction.commit().await?)
    };
    timeout(PATIENCE, stored)
        .await
        .unwrap_or(Err(Error::Unreachable))
}

/// One run of those.
pub(crate) async fn get(pool: &PgPool, whose: Whose, id: RunId) -> Result<StoredRun, Error> {
    let organization = whose.organization;
    let mut transaction = database::begin(pool, scope(organization)).await?;
    let run = db::run::get(&mut transaction, whose, id)
        .await?
        .ok_or(Error::NoSuchRun)?;
    let mut runs = [run];
    db::finding::attach(&mut transaction, organization, &mut runs).await?;
    db::guard_result::attach(&mut transaction, organization, &mut runs).await?;
    transaction.commit().await?;
    let [run] = runs;
    Ok(run)
}

/// Those runs that fit, without their findings, newest first, and the token of the next page. A page
/// of runs with a thousand findings each would be more than a message holds.
pub(crate) async fn list(
    pool: &PgPool,
    whose: Whose,
    filter: &ListFilter,
    page: Page,
) -> Result<(Vec<StoredRun>, String), Error> {
    let organization = whose.organization;
    let mut transaction = database::begin(pool, scope(organization)).await?;
    let mut runs = db::run::list(&mut transaction, whose, filter, page).await?;
    let next = page.finish(&mut runs, |stored| stored.run.id.uuid());
    db::guard_result::attach(&mut transaction, organization, &mut runs).await?;
    transaction.commit().await?;
    Ok((runs, next))
}

fn scope(organization: OrganizationId) -> Scope {
    Scope::Organization(organization.uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that found nothing.
    pub(super) fn run() -> (Owner, Run) {
        let owner = Owner {
            organization: OrganizationId::generate(),
            user: UserId::generate(),
        };
        let run = Run {
            id: RunId::generate(),
            created_at: Utc::now(),
            origin: Origin {
                channel: Channel::User,
                direction: Direction::Input,
                application: String::new(),
                content_bytes: 1,
                policy: None,
            },
            decision: Decision::Allow,
            reasons: Vec::new(),
            findings: Vec::new(),
            guard_results: Vec::new(),
            text: None,
        };
        (owner, run)
    }
}
