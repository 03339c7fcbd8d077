//! The route match: verb and path to a method of the contracts, and how its messages travel.

use guardmesh_transcoder::{Method, Route, RouteError};
use http::request;

use crate::api::{Api, Target};
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
    let mut found = api.find(&head.method, path);
    let websocket = handshake::is_asked(head);
    // A stream has its path for WebSocket, whatever its verb is: a handshake has none but GET.
    if let (true, Err(RouteError::MethodNotAllowed { allow })) = (websocket, &found)
        && let Some(verb) = allow.first()
    {
        let (target, route) = api.find(verb, path).map_err(refusal)?;
        if !is_stream(target.method) {
            return Err(Problem::method_not_allowed(allow));
        }
        found = Ok((target, route));
    }
    let (target, route) = found.map_err(refusal)?;
    let method = target.method;
    if websocket && is_stream(method) {
        return Ok((target, Manner::WebSocket(route)));
    }
    let manner = match (method.client_streaming(), method.server_streaming()) {
        (false, false) => Manner::Json(route),
        (false, true) => Manner::JsonStream(route),
        (true, false) => Manner::JsonUpload(route),
        (true, true) => return Err(Problem::upgrade_required()),
    };
    Ok((target, manner))
}

fn is_stream(method: &Method) -> bool {
    method.client_streaming() || method.server_streaming()
}

fn refusal(error: RouteError) -> Problem {
    match error {
        RouteError::NotFound => Problem::not_found(),
        RouteError::MethodNotAllowed { allow } => Problem::method_not_allowed(&allow),
        RouteError::BadPath { reason } => Problem::bad_request("INVALID_PATH", reason),
    }
}

fn grpc<'a>(api: &'a Api, head: &request::Parts, path: &str) -> Result<Target<'a>, Problem> {
    if head.method != http::Method::POST {
        return Err(Problem::method_not_allowed(&[http::Method::POST]));
    }
    api.find_grpc(path).ok_or_else(Problem::unknown_method)
}
