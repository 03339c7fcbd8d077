//! Which runs are meant: of those that are listed, and of those whose texts a draft is tried on.

use chrono::{DateTime, Utc};
use guardmesh_guard_engine::{Channel, Decision};

use crate::check::Direction;
use crate::policy::PolicyId;

/// What a run must be like; what is not stated does not matter.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub(crate) since: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) channel: Option<Channel>,
    pub(crate) direction: Option<Direction>,
    pub(crate) application: Option<String>,
    pub(crate) decision: Option<Decision>,
}

/// What it must be like to be listed.
#[derive(Debug, Default)]
pub(crate) struct ListFilter {
    pub(crate) run: Filter,
    /// That was followed, in whichever version.
    pub(crate) policy: Option<PolicyId>,
    /// The name of a guard that found something.
    pub(crate) found_by: Option<String>,
}
