//! Whose runs a caller may see: their own, and everybody's in the organisation with a permission.

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::UserId;
use guardmesh_proto::guardmesh::guards::v1::{GetGuardRunRequest, ListGuardRunsRequest};
use tonic::Request;

use super::permission;
use crate::run::{READ_RUNS, Whose};

/// Those that can be read by their id.
pub(super) fn readable(request: &Request<GetGuardRunRequest>) -> Result<Whose, Fault> {
    let (user, organization) = caller::member(request)?;
    Ok(Whose {
        organization,
        user: (!permission::holds(request, READ_RUNS)?).then_some(user),
    })
}

/// Those that a list is about. To ask for those of others without the permission is refused, so that
/// nobody takes their own for all that there are.
pub(super) fn listed(request: &Request<ListGuardRunsRequest>) -> Result<Whose, Fault> {
    let (own, organization) = caller::member(request)?;
    let message = request.get_ref();
    let user = match &*message.user_id {
        "" if message.all_users => None,
        "" => Some(own),
        id => Some(
            id.parse::<UserId>()
                .map_err(|_| Fault::invalid("userId", "must be the id of a user, `usr_…`"))?,
        ),
    };
    if user == Some(own) || permission::holds(request, READ_RUNS)? {
        return Ok(Whose { organization, user });
    }
    Err(permission::required("Runs of others", READ_RUNS))
}
