//! Which runs a request means.

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
    let runs = StoredSamples {
        start_time: message.start_time,
        end_time: message.end_time,
        channel: message.channel,
        direction: message.direction,
        application: message.application,
        decision: message.decision,
        ..StoredSamples::default()
    };
    Ok(ListFilter {
        run: of_runs(runs)?,
        policy: policy.transpose().map_err(|_| Error::NoSuchPolicy)?,
        found_by: stated(message.guard),
    })
}

/// Of a dry run.
pub(super) fn of_samples(message: StoredSamples) -> Result<Filter, Fault> {
    of_runs(message).map_err(|fault| fault.within("storedSamples"))
}

fn of_runs(message: StoredSamples) -> Result<Filter, Fault> {
    let time = |field, time: Option<Timestamp>| time.map(|time| stats::time(field, time));
    let filter = Filter {
        since: time("startTime", message.start_time).transpose()?,
        until: time("endTime", message.end_time).transpose()?,
        decision: decision("decision", message.decision)?,
        ..of_texts(message.channel, message.direction, message.application)?
    };
    let ends = filter.since.zip(filter.until);
    if ends.is_some_and(|(since, until)| until <= since) {
        return Err(Fault::invalid("endTime", "must be after startTime"));
    }
    Ok(filter)
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
