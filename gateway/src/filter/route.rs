//! The route match: verb and path to a method of the contracts.

use guardmesh_transcoder::RouteError;
use http::Method;

use crate::api::{Api, Target};
use crate::problem::Problem;

/// The method that answers, or why none does.
pub(crate) fn find<'a>(api: &'a Api, verb: &Method, path: &str) -> Result<Target<'a>, Problem> {
    api.find(verb, path).map_err(|error| match error {
        RouteError::NotFound => Problem::not_found(),
        RouteError::MethodNotAllowed { allow } => Problem::method_not_allowed(&allow),
        RouteError::BadPath { reason } => Problem::bad_request("INVALID_PATH", reason),
    })
}
