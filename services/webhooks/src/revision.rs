//! Which of two snapshots of one object at a sender is the newer.
//!
//! Events arrive in any order, and the senders' times have a resolution of one second. The order
//! here is total and does not depend on arrival: whatever order events are processed in, the same
//! one wins.

use chrono::{DateTime, Utc};

/// Where a snapshot stands in the history of its object. The order of the fields is the order of
/// comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Revision {
    /// The object is gone. Nothing comes after that, whatever time it states.
    pub(crate) deleted: bool,
    /// When the event was created at the sender.
    pub(crate) time: DateTime<Utc>,
    /// Within one second: how far the object is in its life.
    pub(crate) rank: i32,
    /// The sender's id of the event: arbitrary, but the same in every order of arrival.
    pub(crate) event_id: String,
}

// === impl Revision ===

impl Revision {
    /// When the object was deleted, if it was: nothing is newer than that.
    pub(crate) fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.deleted.then_some(self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(deleted: bool, second: i64, rank: i32, event_id: &str) -> Revision {
        Revision {
            deleted,
            time: DateTime::from_timestamp(second, 0).unwrap(),
            rank,
            event_id: event_id.to_owned(),
        }
    }

    #[test]
    fn deletion_then_time_then_rank_then_id_decides() {
        let in_order = [
            revision(false, 10, 5, "evt_z"),
            revision(false, 11, 1, "evt_z"),
            revision(false, 11, 2, "evt_a"),
            revision(false, 11, 2, "evt_b"),
            revision(true, 9, 0, "evt_a"),
            revision(true, 10, 0, "evt_a"),
        ];
        assert!(in_order.is_sorted());
    }
}
