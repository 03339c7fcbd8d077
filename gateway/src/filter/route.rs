//! The route match: verb and path to a method of the contracts, and how its messages travel.

use guardmesh_transcoder::{Route, RouteError};
use http::request;

use crate::api::{Api, Target};
use crate::dialect::{Dialect, WebForm};
use crate::problem::Problem;

/// How the messages of a call come and go.
pub(crate) enum Manner<'a> {
    /// One body each way.
    Json(Route<'a>),
    /// One body, and a stream of messages as the answer.
    JsonStream(Route<'a>),
    /// gRPC's frames.
    Grpc,
    /// gRPC's frames, for browsers.
    GrpcWeb(WebForm),
}

/// The method that answers, or why none does.
pub(crate) fn find<'a>(
    api: &'a Api,
    head: &request::Parts,
    dialect: Dialect,
    path: &str,
) -> Result<(Target<'a>, Manner<'a>), Problem> {
    match dialect {
        Dialect::Rest => rest(api, head, path),
        Dialect::Grpc => Ok((grpc(api, head, path)?, Manner::Grpc)),
        Dialect::GrpcWeb(form) => {
            let target = grpc(api, head, path)?;
            if target.method.client_streaming() {
                return Err(Problem::not_over_grpc_web());
            }
            Ok((target, Manner::GrpcWeb(form)))
        }
    }
}

fn rest<'a>(
    api: &'a Api,
    head: &request::Parts,
    path: &str,
) -> Result<(Target<'a>, Manner<'a>), Problem> {
    let found = api.find(&head.method, path);
    let (target, route) = found.map_err(|error| match error {
        RouteError::NotFound => Problem::not_found(),
        RouteError::MethodNotAllowed { allow } => Problem::method_not_allowed(&allow),
        RouteError::BadPath { reason } => Problem::bad_request("INVALID_PATH", reason),
    })?;
    let method = target.method;
    if method.client_streaming() {
        return Err(Problem::upgrade_required());
    }
    let manner = if method.server_streaming() {
        Manner::JsonStream(route)
    } else {
        Manner::Json(route)
    };
    Ok((target, manner))
}

fn grpc<'a>(api: &'a Api, head: &request::Parts, path: &str) -> Result<Target<'a>, Problem> {
    if head.method != http::Method::POST {
        return Err(Problem::method_not_allowed(&[http::Method::POST]));
    }
    api.find_grpc(path).ok_or_else(Problem::unknown_method)
}
