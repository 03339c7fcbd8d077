//! Dry runs on texts that were kept: the part of a request that asks for them, and what is answered.

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_guard_engine::Decision;
use guardmesh_proto::guardmesh::guards::v1 as wire;
use tonic::{Code, Request};

use super::disclosures::reader;
use super::{render, stats, subject};
use crate::disclosure::{READ_TEXTS, Reader};
use crate::policy::{Filter, Skip, StoredTrial};

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

/// Who asks, if they may: what a draft finds in a text tells of it.
pub(super) fn reader_of_texts<T>(request: &Request<T>) -> Result<Reader, Fault> {
    let permissions = &caller::user(request)?.permissions;
    if permissions.iter().any(|one| one == READ_TEXTS) {
        return reader(request);
    }
    Err(Fault::new(
        Code::PermissionDenied,
        "PERMISSION_REQUIRED",
        format!("Texts that were kept need the permission `{READ_TEXTS}`."),
    ))
}

pub(super) fn filter(message: wire::StoredSamples) -> Result<Filter, Fault> {
    let time = |field: &str, time: Option<_>| time.map(|time| stats::time(field, time)).transpose();
    let limit = match i64::from(message.limit) {
        0 => DEFAULT_LIMIT,
        limit @ 1..=MAX_LIMIT => limit,
        _ => return Err(Fault::invalid("storedSamples.limit", "must be 1 to 100")),
    };
    let channel = Some(message.channel).filter(|channel| *channel != 0);
    let direction = Some(message.direction).filter(|direction| *direction != 0);
    Ok(Filter {
        limit,
        since: time("storedSamples.startTime", message.start_time)?,
        until: time("storedSamples.endTime", message.end_time)?,
        channel: channel.map(subject::channel).transpose()?,
        direction: direction.map(subject::direction).transpose()?,
        application: Some(subject::application(message.application)?).filter(|one| !one.is_empty()),
        decision: decision(message.decision)?,
    })
}

fn decision(number: i32) -> Result<Option<Decision>, Fault> {
    Ok(match wire::Decision::try_from(number) {
        Ok(wire::Decision::Unspecified) => None,
        Ok(wire::Decision::Allow) => Some(Decision::Allow),
        Ok(wire::Decision::Flag) => Some(Decision::Flag),
        Ok(wire::Decision::Redact) => Some(Decision::Redact),
        Ok(wire::Decision::Review) => Some(Decision::Review),
        Ok(wire::Decision::Block) => Some(Decision::Block),
        Err(_) => {
            return Err(Fault::invalid(
                "storedSamples.decision",
                "is not a decision",
            ));
        }
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
