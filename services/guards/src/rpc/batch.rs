//! `GuardsService.BatchCheck`: many checks in one call, a bounded number at a time.

use futures_util::{StreamExt, stream};
use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::guards::v1::batch_check_result::Outcome;
use guardmesh_proto::guardmesh::guards::v1::{
    BatchCheckRequest, BatchCheckResult, CheckError, CheckRequest, FieldViolation,
};

use super::render;
use crate::State;
use crate::inspection::{self, Examined, Inspection};
use crate::run::{self, Owner, Storage};

const MAX_CHECKS: usize = 1000;
const MAX_CONTENTS: usize = 2 * 1024 * 1024;
/// Findings answered for each check: a thousand of them make an answer of some megabytes.
const MAX_FINDINGS: usize = 50;
/// Checks of one batch at a time. Guards take turns on the cores whatever this is; it keeps a
/// batch from taking all turns.
const AT_A_TIME: usize = 8;
/// Runs recorded in one transaction.
const RECORDED: usize = 100;

/// The checks of a batch.
pub(super) fn parse(request: BatchCheckRequest) -> Result<Vec<CheckRequest>, Fault> {
    let checks = request.checks;
    if !(1..=MAX_CHECKS).contains(&checks.len()) {
        return Err(Fault::invalid("checks", "must be 1 to 1000"));
    }
    let bytes: usize = checks.iter().map(|check| check.content.len()).sum();
    if bytes > MAX_CONTENTS {
        let rule = "must have at most 2097152 bytes of content together";
        return Err(Fault::invalid("checks", rule));
    }
    Ok(checks)
}

/// Does all checks, and records their runs a hundred at a time.
pub(super) async fn check(
    state: &State,
    owner: Owner,
    checks: Vec<CheckRequest>,
) -> Vec<BatchCheckResult> {
    let checks = stream::iter(checks).map(|check| examine(state, owner, check));
    let mut examined = checks.buffered(AT_A_TIME).chunks(RECORDED);
    let mut results = Vec::new();
    while let Some(examined) = examined.next().await {
        results.extend(record(state, owner, examined).await.into_iter().map(result));
    }
    results
}

async fn examine(state: &State, owner: Owner, check: CheckRequest) -> Result<Examined, Fault> {
    let asked = state.asked(owner, check).await?;
    let (subject, wish) = (asked.subject, asked.wish);
    Ok(inspection::examine(state, owner, subject, wish, &asked.anonymization).await?)
}

/// Keeps the runs of those that were done, together.
async fn record(
    state: &State,
    owner: Owner,
    examined: Vec<Result<Examined, Fault>>,
) -> Vec<Result<Inspection, Fault>> {
    let done = examined.iter().flatten();
    let runs: Vec<_> = done.map(|done| (&done.run, done.on_outage)).collect();
    let storages = run::record(state, owner, &runs).await.map_err(Fault::from);
    let mut storages = storages.map(Vec::into_iter);
    let examined = examined.into_iter().map(|examined| {
        let storage = match &mut storages {
            Ok(storages) => storages,
            Err(fault) => return examined.and(Err(fault.clone())),
        };
        let examined = examined?;
        Ok(examined.kept(storage.next().unwrap_or(Storage::Dropped)))
    });
    examined.collect()
}

fn result(checked: Result<Inspection, Fault>) -> BatchCheckResult {
    let outcome = match checked {
        Ok(done) => Outcome::Response(render::check(done, MAX_FINDINGS)),
        Err(fault) => Outcome::Error(error(&fault)),
    };
    BatchCheckResult {
        outcome: Some(outcome),
    }
}

fn error(fault: &Fault) -> CheckError {
    let violations = fault.violations().iter();
    CheckError {
        code: fault.code().into(),
        reason: fault.reason().to_owned(),
        message: fault.message().to_owned(),
        violations: violations
            .map(|(field, rule)| FieldViolation {
                field: field.clone(),
                rule: rule.clone(),
            })
            .collect(),
    }
}
