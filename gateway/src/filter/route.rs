//! The route match: verb and path to a method of the contracts.
//!
//! HEAD is GET without its body, and OPTIONS tells what a path has; neither is in the contracts.
//! TRACE, which sends a request back with its credentials, and methods that nobody knows are
//! refused whatever the path.

use guardmesh_transcoder::RouteError;
use http::Method;

use crate::api::{Api, Target};
use crate::problem::Problem;

/// The method that answers, or why none does.
pub(crate) fn find<'a>(api: &'a Api, verb: &Method, path: &str) -> Result<Target<'a>, Problem> {
    if *verb == Method::TRACE {
        return Err(Problem::method_not_allowed(&api.methods(path)));
    }
    let found = match api.find(verb, path) {
        Err(RouteError::MethodNotAllowed { .. }) if *verb == Method::HEAD => {
            api.find(&Method::GET, path)
        }
        found => found,
    };
    found.map_err(|error| match error {
        RouteError::NotFound if is_known(verb) => Problem::not_found(),
        RouteError::NotFound | RouteError::MethodNotAllowed { .. } => {
            Problem::method_not_allowed(&api.methods(path))
        }
        RouteError::BadPath { reason } => Problem::bad_request("INVALID_PATH", reason),
    })
}

/// What a path answers (RFC 9110, section 9.3.7).
pub(crate) fn methods(api: &Api, path: &str) -> Result<Vec<Method>, Problem> {
    let methods = api.methods(path);
    if methods.is_empty() {
        // Says what is wrong with the path.
        find(api, &Method::GET, path)?;
    }
    Ok(methods)
}

fn is_known(verb: &Method) -> bool {
    matches!(
        *verb,
        Method::GET
            | Method::HEAD
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE
            | Method::OPTIONS
    )
}
