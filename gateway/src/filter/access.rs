//! The access rule of the method: the same one that its service enforces again.

use guardmesh_chassis::access::allow;
use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::policy::Access;

use crate::problem::Problem;

/// Whether this caller may go on.
pub(crate) fn check(access: &Access, caller: Option<&Caller>) -> Result<(), Problem> {
    allow(access, caller).map_err(Problem::from)
}
