//! `GuardsService.BatchCheck`: many checks in one call, a bounded number at a time.

use futures_util::{StreamExt, stream};
use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::guards::v1::batch_check_result::Outcome;
use guardmesh_proto::guardmesh::guards::v1::{
    BatchCheckRequest, BatchCheckResult, CheckError, CheckRequest, FieldViolation,
};

use super::render;
use crate::State;
use crate::error::Error;
use crate::inspection::Inspection;
use crate::run::{self, Owner, Storage};

const MAX_CHECKS: usize = 1000;
const MAX_CONTENTS: usize = 2 * 1024 * 1024;
/// Findings answered for each check: a thousand of them make an answer of some megabytes.
const MAX_FINDINGS: usize = 50;
/// Checks of one batch at a time. Guards take turns on the cores whatever this is; it keeps a
/// batch from taking all turns.
const AT_A_TIME: usize = 8;

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

/// Does all checks, and then records their runs.
pub(super) async fn check(
    state: &State,
    owner: Owner,
    checks: Vec<CheckRequest>,
) -> Vec<BatchCheckResult> {
    let checks = stream::iter(checks).map(|check| state.examine(owner, check));
    let checked: Vec<Result<Inspection, Fault>> = checks
        .buffered(AT_A_TIME)
        .map(|checked| checked.map_err(Fault::from))
        .collect()
        .await;
    let runs = checked
        .iter()
        .flatten()
        .map(|done| (&done.run, done.on_outage));
    let runs: Vec<_> = runs.collect();
    let mut recorded = run::record_all(state, owner, &runs).await.into_iter();
    let checked = checked.into_iter().map(|checked| {
        let done = checked?;
        let storage = recorded.next().unwrap_or(Err(Error::Interrupted))?;
        Ok((done, storage))
    });
    checked.map(render).collect()
}

fn render(checked: Result<(Inspection, Storage), Fault>) -> BatchCheckResult {
    let outcome = match checked {
        Ok((done, storage)) => Outcome::Response(render::check(done, storage, MAX_FINDINGS)),
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
