//! Dry runs on texts that were kept: the part of a request that asks for them, and what is answered.

use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::guards::v1 as wire;
use tonic::Request;

use super::disclosures::reader;
use super::{filter, permission, render};
use crate::disclosure::{READ_TEXTS, Reader};
use crate::policy::{Newest, Skip, StoredTrial};

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

/// Who asks, if they may: what a draft finds in a text tells of it.
pub(super) fn reader_of_texts<T>(request: &Request<T>) -> Result<Reader, Fault> {
    if permission::holds(request, READ_TEXTS)? {
        return reader(request);
    }
    Err(permission::required("Texts that were kept", READ_TEXTS))
}

pub(super) fn newest(message: wire::StoredSamples) -> Result<Newest, Fault> {
    let limit = match i64::from(message.limit) {
        0 => DEFAULT_LIMIT,
        limit @ 1..=MAX_LIMIT => limit,
        _ => return Err(Fault::invalid("storedSamples.limit", "must be 1 to 100")),
    };
    Ok(Newest {
        limit,
        filter: filter::of_samples(message)?,
    })
}

pub(super) fn trials(trials: &[StoredTrial]) -> wire::StoredTrials {
    let tried = || {
        trials
            .iter()
            .filter_map(|trial| Some((trial, trial.outcome.as_ref().ok()?)))
    };
    let changed = tried().filter(|(trial, now)| now.decision != trial.before);
    wire::StoredTrials {
        tried_count: render::count(tried().count()),
        changed_count: render::count(changed.count()),
        skipped_count: render::count(trials.len() - tried().count()),
        trials: trials.iter().map(trial).collect(),
    }
}

fn trial(trial: &StoredTrial) -> wire::StoredTrial {
    let message = wire::StoredTrial {
        run_id: trial.run.to_string(),
        decision_before: render::decision(trial.before).into(),
        ..wire::StoredTrial::default()
    };
    match &trial.outcome {
        Ok(now) => wire::StoredTrial {
            decision_after: render::decision(now.decision).into(),
            route: render::count(now.route),
            ..message
        },
        Err(skip) => wire::StoredTrial {
            skipped: match skip {
                Skip::Expired => wire::SkipReason::Expired,
                Skip::Unreadable => wire::SkipReason::Unreadable,
                Skip::TooMuch => wire::SkipReason::TooMuch,
                Skip::Overloaded => wire::SkipReason::Overloaded,
            }
            .into(),
            ..message
        },
    }
}
