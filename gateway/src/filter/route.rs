//! The route match: verb and path to a method of the contracts, and how its messages travel.
//!
//! HEAD is GET without its body, and OPTIONS tells what a path has; neither is in the contracts.
//! TRACE, which sends a request back with its credentials, and methods that nobody knows are
//! refused whatever the path.

use guardmesh_transcoder::{Method, Route, RouteError};
use http::{Method as Verb, request};

use crate::api::{Api, Target, is_duplex};
use crate::dialect::{Dialect, WebForm};
use crate::problem::Problem;
use crate::stream::websocket::handshake;

/// How the messages of a call come and go.
pub(crate) enum Manner<'a> {
    /// One body each way.
    Json(Route<'a>),
    /// One body, and a stream of messages as the answer.
    JsonStream(Route<'a>),
    /// A stream of messages as one body, and one body as the answer.
    JsonUpload(Route<'a>),
    /// Streams of JSON messages both ways.
    WebSocket(Route<'a>),
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
    let verb = &head.method;
    let refusal = |error| match error {
        RouteError::NotFound if is_known(verb) => Problem::not_found(),
        RouteError::NotFound | RouteError::MethodNotAllowed { .. } => {
            Problem::method_not_allowed(&api.methods(path))
        }
        RouteError::BadPath { reason } => Problem::bad_request("INVALID_PATH", reason),
    };
    if *verb == Verb::TRACE {
        return Err(Problem::method_not_allowed(&api.methods(path)));
    }
    let websocket = handshake::is_asked(head);
    let (target, route) = match api.find(verb, path) {
        Err(RouteError::MethodNotAllowed { .. }) if *verb == Verb::HEAD => {
            let found = api.find(&Verb::GET, path).map_err(refusal)?;
            if is_stream(found.0.method) {
                return Err(Problem::method_not_allowed(&[Verb::GET]));
            }
            found
        }
        // A stream has its path for WebSocket, whatever its verb is: a handshake has none but GET.
        // A GET that is no handshake is told where only a WebSocket will do.
        Err(RouteError::MethodNotAllowed { allow }) if websocket || *verb == Verb::GET => {
            let found = allow.first().and_then(|verb| api.find(verb, path).ok());
            let serves = if websocket { is_stream } else { is_duplex };
            let found = found.filter(|(target, _)| serves(target.method));
            found.ok_or_else(|| Problem::method_not_allowed(&api.methods(path)))?
        }
        found => found.map_err(refusal)?,
    };
    let method = target.method;
    if websocket && is_stream(method) {
        return Ok((target, Manner::WebSocket(route)));
    }
    let manner = match (method.client_streaming(), method.server_streaming()) {
        (false, false) => Manner::Json(route),
        (false, true) => Manner::JsonStream(route),
        (true, false) => Manner::JsonUpload(route),
        (true, true) if *verb == Verb::GET => return Err(Problem::upgrade_required()),
        (true, true) => return Err(Problem::websocket_alone(&api.methods(path))),
    };
    Ok((target, manner))
}

fn is_stream(method: &Method) -> bool {
    method.client_streaming() || method.server_streaming()
}

/// What a path answers (RFC 9110, section 9.3.7).
pub(crate) fn methods(api: &Api, head: &request::Parts, path: &str) -> Result<Vec<Verb>, Problem> {
    let methods = api.methods(path);
    if methods.is_empty() {
        // Says what is wrong with the path.
        rest(api, head, path)?;
    }
    Ok(methods)
}

fn is_known(verb: &Verb) -> bool {
    matches!(
        *verb,
        Verb::GET
            | Verb::HEAD
            | Verb::POST
            | Verb::PUT
            | Verb::PATCH
            | Verb::DELETE
            | Verb::OPTIONS
    )
}

fn grpc<'a>(api: &'a Api, head: &request::Parts, path: &str) -> Result<Target<'a>, Problem> {
    if head.method != Verb::POST {
        return Err(Problem::method_not_allowed(&[Verb::POST]));
    }
    api.find_grpc(path).ok_or_else(Problem::unknown_method)
}
