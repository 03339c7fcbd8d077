//! Permissions that depend on what a request asks for: those that every call of a method needs are in the
//! contracts, and the gateway holds calls against them.

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use tonic::{Code, Request};

/// Whether the caller has it.
pub(super) fn holds<T>(request: &Request<T>, permission: &str) -> Result<bool, Fault> {
    let permissions = &caller::user(request)?.permissions;
    Ok(permissions.iter().any(|one| one == permission))
}

/// The refusal of `what`, in the plural, to a caller who lacks it.
pub(super) fn required(what: &str, permission: &str) -> Fault {
    Fault::new(
        Code::PermissionDenied,
        "PERMISSION_REQUIRED",
        format!("{what} need the permission `{permission}`."),
    )
}
