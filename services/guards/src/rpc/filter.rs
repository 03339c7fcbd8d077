//! Which runs a request means.

use chrono::{DateTime, Utc};
use guardmesh_chassis::fault::Fault;
use guardmesh_guard_engine::Decision;
use guardmesh_proto::guardmesh::guards::v1::{self as wire, ListGuardRunsRequest, StoredSamples};
use prost_types::Timestamp;

use super::{stats, subject};
use crate::error::Error;
use crate::run::{Filter, ListFilter};

/// Of a list.
pub(super) fn of_list(message: ListGuardRunsRequest) -> Result<ListFilter, Error> {
    let stated = |text: String| Some(text).filter(|text| !text.is_empty());
    let policy = stated(message.policy_id).map(|id| id.parse());
    Ok(ListFilter {
        run: in_order(
            "endTime",
            Filter {
                since: time("startTime", message.start_time)?,
                until: time("endTime", message.end_time)?,
                decision: decision("decision", message.decision)?,
                ..of_texts(message.channel, message.direction, message.application)?
            },
        )?,
        policy: policy.transpose().map_err(|_| Error::NoSuchPolicy)?,
        found_by: stated(message.guard),
    })
}

/// Of a dry run.
pub(super) fn of_samples(message: StoredSamples) -> Result<Filter, Fault> {
    in_order(
        "storedSamples.endTime",
        Filter {
            since: time("storedSamples.startTime", message.start_time)?,
            until: time("storedSamples.endTime", message.end_time)?,
            decision: decision("storedSamples.decision", message.decision)?,
            ..of_texts(message.channel, message.direction, message.application)?
        },
    )
}

fn of_texts(channel: i32, direction: i32, application: String) -> Result<Filter, Fault> {
    let stated = |number: i32| Some(number).filter(|number| *number != 0);
    Ok(Filter {
        channel: stated(channel).map(subject::channel).transpose()?,
        direction: stated(direction).map(subject::direction).transpose()?,
        application: Some(subject::application(application)?).filter(|one| !one.is_empty()),
        ..Filter::default()
    })
}

/// Refuses times between which there is none.
fn in_order(field: &str, filter: Filter) -> Result<Filter, Fault> {
    match (filter.since, filter.until) {
        (Some(since), Some(until)) if until <= since => {
            Err(Fault::invalid(field, "must be after startTime"))
        }
        _ => Ok(filter),
    }
}

fn time(field: &str, time: Option<Timestamp>) -> Result<Option<DateTime<Utc>>, Fault> {
    time.map(|time| stats::time(field, time)).transpose()
}

fn decision(field: &str, number: i32) -> Result<Option<Decision>, Fault> {
    Ok(match wire::Decision::try_from(number) {
        Ok(wire::Decision::Unspecified) => None,
        Ok(wire::Decision::Allow) => Some(Decision::Allow),
        Ok(wire::Decision::Flag) => Some(Decision::Flag),
        Ok(wire::Decision::Redact) => Some(Decision::Redact),
        Ok(wire::Decision::Review) => Some(Decision::Review),
        Ok(wire::Decision::Block) => Some(Decision::Block),
        Err(_) => return Err(Fault::invalid(field, "is not a decision")),
    })
}
