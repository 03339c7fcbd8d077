//! All SQL of the service, a file a table.

pub(crate) mod custom_guard;
pub(crate) mod deanonymization;
pub(crate) mod disclosure;
pub(crate) mod finding;
pub(crate) mod guard_result;
pub(crate) mod hourly_result;
pub(crate) mod policies;
pub(crate) mod policy_custom_guard;
pub(crate) mod policy_states;
pub(crate) mod policy_versions;
pub(crate) mod run;
pub(crate) mod run_text;
pub(crate) mod text_read;
pub(crate) mod vault_value;

use chrono::{DateTime, Utc};
use guardmesh_guard_engine::{Channel, Decision};
use uuid::Uuid;

use crate::check::Direction;
use crate::error::Error;

/// Reads a stored channel.
fn channel(text: &str) -> Result<Channel, Error> {
    Channel::ALL
        .into_iter()
        .find(|channel| channel.as_str() == text)
        .ok_or(Error::Corrupt("runs"))
}

/// Reads a stored direction.
fn direction(text: &str) -> Result<Direction, Error> {
    [Direction::Input, Direction::Output]
        .into_iter()
        .find(|direction| direction.as_str() == text)
        .ok_or(Error::Corrupt("runs"))
}

/// Reads a stored decision.
fn decision(text: &str) -> Result<Decision, Error> {
    use Decision::{Allow, Block, Flag, Redact, Review};
    [Allow, Flag, Redact, Review, Block]
        .into_iter()
        .find(|decision| decision.as_str() == text)
        .ok_or(Error::Corrupt("runs"))
}

/// The constraint that was broken.
fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// Sizes and positions are bounded by the largest text, far below the column's range.
fn int(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn uint(value: i32) -> usize {
    usize::try_from(value).unwrap_or_default()
}

/// The least id that can have been made at this time: ids of version 7 begin with their milliseconds
/// (RFC 9562 §5.7).
fn first_id(time: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(time.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_apart_by_the_time_they_were_made_at() {
        let before = Utc::now();
        let id = Uuid::now_v7();
        let after = Utc::now() + chrono::TimeDelta::milliseconds(1);
        assert!(first_id(before) <= id && id < first_id(after));
    }
}
