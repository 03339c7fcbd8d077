//! A run: the record of one check, without the text.

use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{Channel, Decision, Finding};
use sqlx::PgPool;

use crate::db;
use crate::error::Error;
use crate::stats;
use crate::verdict::{GuardResult, Verdict};

guardmesh_chassis::define_id! {
    /// A run.
    RunId = "run";
}

/// Whose runs: a user's, within an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) organization: OrganizationId,
    pub(crate) user: UserId,
}

/// The record of a check.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: RunId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) channel: Channel,
    pub(crate) decision: Decision,
    pub(crate) content_bytes: usize,
    pub(crate) findings: Vec<Finding>,
    pub(crate) guard_results: Vec<GuardResult>,
}

/// Runs in one transaction: their locks are short.
const BATCH: usize = 100;

// === impl Run ===

impl Run {
    /// What a check of `content_bytes` bytes gave, not recorded yet.
    pub(crate) fn of(
        verdict: Verdict,
        id: RunId,
        clock: &Clock,
        channel: Channel,
        content_bytes: usize,
    ) -> Self {
        Self {
            id,
            created_at: clock.now(),
            channel,
            decision: verdict.decision,
            content_bytes,
            findings: verdict.findings,
            guard_results: verdict.guard_results,
        }
    }
}

/// Records a run.
pub(crate) async fn record(pool: &PgPool, owner: Owner, run: &Run) -> Result<(), Error> {
    record_together(pool, owner, &[run]).await
}

/// Records runs in few transactions; gives, for each, whether it is.
pub(crate) async fn record_all(
    pool: &PgPool,
    owner: Owner,
    runs: &[&Run],
) -> Vec<Result<(), Error>> {
    let mut results = Vec::with_capacity(runs.len());
    for batch in runs.chunks(BATCH) {
        match record_together(pool, owner, batch).await {
            Ok(()) => results.extend(batch.iter().map(|_| Ok(()))),
            Err(error) => {
                let fault = Fault::from(error);
                results.extend(batch.iter().map(|_| Err(fault.clone().into())));
            }
        }
    }
    results
}

async fn record_together(pool: &PgPool, owner: Owner, runs: &[&Run]) -> Result<(), Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    for run in runs {
        db::run::insert(&mut transaction, owner, run).await?;
        db::finding::insert(&mut transaction, owner, run).await?;
        db::guard_result::insert(&mut transaction, owner, run).await?;
    }
    stats::count(&mut transaction, owner, runs).await?;
    transaction.commit().await?;
    Ok(())
}

/// One run of the owner.
pub(crate) async fn get(pool: &PgPool, owner: Owner, id: RunId) -> Result<Run, Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let run = db::run::get(&mut transaction, owner, id)
        .await?
        .ok_or(Error::NoSuchRun)?;
    let mut runs = [run];
    db::finding::attach(&mut transaction, owner, &mut runs).await?;
    db::guard_result::attach(&mut transaction, owner, &mut runs).await?;
    transaction.commit().await?;
    let [run] = runs;
    Ok(run)
}

/// The owner's runs without their findings, newest first, and the token of the next page. A page
/// of runs with a thousand findings each would be more than a message holds.
pub(crate) async fn list(
    pool: &PgPool,
    owner: Owner,
    page: Page,
) -> Result<(Vec<Run>, String), Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let mut runs = db::run::list(&mut transaction, owner, page).await?;
    let next = page.finish(&mut runs, |run| run.id.uuid());
    db::guard_result::attach(&mut transaction, owner, &mut runs).await?;
    transaction.commit().await?;
    Ok((runs, next))
}

fn scope(owner: Owner) -> Scope {
    Scope::Organization(owner.organization.uuid())
}
