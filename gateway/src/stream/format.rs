//! How the messages of a stream look in the body of an answer, and how their end does.
//!
//! - `text/event-stream`: each message is an event with `id` and `data`; comments in a silence; at
//!   the end the event `end`, or `error` with the problem. Ids count from 1, or from where the
//!   client's `Last-Event-ID` left off.
//! - `application/x-ndjson`: each message is a line; a failure is the last one, `{"error": …}`
//!   with the problem.
//! - A stream of `google.api.HttpBody` is one body; it breaks off in a failure.
//! - gRPC-Web: frames, the last one with the trailers.

use bytes::Bytes;
use guardmesh_transcoder::{Route, frame, grpc_web};
use http::HeaderMap;

use super::accept::Form;
use crate::dialect::WebForm;
use crate::problem::{Problem, status};

/// Milliseconds until a browser connects anew; an end that was meant is told by an event.
const RETRY: &str = "retry: 2000\n\n";

/// The form of the messages of one answer.
pub(crate) enum Format<'a> {
    /// Server-sent events (<https://html.spec.whatwg.org/#server-sent-events>).
    Events {
        /// Turns messages into JSON.
        route: Route<'a>,
        /// Of the last event.
        id: u64,
    },
    /// JSON texts, each on a line.
    Lines(Route<'a>),
    /// The parts of one body, with the content type of the first.
    Raw(Route<'a>, Option<String>),
    /// gRPC-Web.
    Frames(WebForm),
}

// === impl Format ===

impl<'a> Format<'a> {
    /// That of a stream of JSON messages, after the event that the client saw last.
    pub(crate) fn json(route: Route<'a>, form: Form, last: u64) -> Self {
        match form {
            Form::Events => Self::Events { route, id: last },
            Form::Lines => Self::Lines(route),
        }
    }

    pub(crate) fn content_type(&self) -> &str {
        match self {
            Self::Events { .. } => "text/event-stream",
            Self::Lines(_) => "application/x-ndjson",
            Self::Raw(_, content_type) => content_type
                .as_deref()
                .unwrap_or("application/octet-stream"),
            Self::Frames(form) => form.content_type(),
        }
    }

    /// Whether the answer may begin before its first message is known.
    pub(crate) fn begins_without_message(&self) -> bool {
        !matches!(self, Self::Raw(..))
    }

    /// What stands before the first message.
    pub(crate) fn preamble(&self) -> Bytes {
        match self {
            Self::Events { .. } => Bytes::from_static(RETRY.as_bytes()),
            _ => Bytes::new(),
        }
    }

    /// A message.
    pub(crate) fn message(&mut self, wire: &[u8]) -> Result<Bytes, Problem> {
        match self {
            Self::Events { route, id } => {
                let json = json(route, wire)?;
                *id += 1;
                Ok([format!("id: {id}\ndata: ").as_bytes(), &json, b"\n\n"]
                    .concat()
                    .into())
            }
            Self::Lines(route) => Ok([&*json(route, wire)?, b"\n"].concat().into()),
            Self::Raw(route, content_type) => {
                let part = decode(route, wire)?;
                content_type.get_or_insert_with(|| part.content_type.into_owned());
                Ok(part.body)
            }
            Self::Frames(form) => {
                let frame = frame::encode(wire).map_err(|_| Problem::internal())?;
                Ok(framed(*form, frame))
            }
        }
    }

    /// What tells that the stream lives, where its form has words for that.
    pub(crate) fn heartbeat(&self) -> Option<Bytes> {
        match self {
            Self::Events { .. } => Some(Bytes::from_static(b":\n\n")),
            _ => None,
        }
    }

    /// What stands behind the last message.
    pub(crate) fn end(&self) -> Bytes {
        match self {
            Self::Events { .. } => Bytes::from_static(b"event: end\ndata: {}\n\n"),
            Self::Lines(_) | Self::Raw(..) => Bytes::new(),
            Self::Frames(form) => trailers(*form, &status::ok()),
        }
    }

    /// What stands in place of the end; nothing where the form has no words for a failure.
    pub(crate) fn failure(&self, problem: &Problem, request_id: &str) -> Option<Bytes> {
        let json = || problem.render(request_id);
        match self {
            Self::Events { .. } => {
                Some([b"event: error\ndata: ", &*json(), b"\n\n"].concat().into())
            }
            Self::Lines(_) => Some([&*error_object(&json()), b"\n"].concat().into()),
            Self::Raw(..) => None,
            Self::Frames(form) => Some(trailers(*form, &problem.trailers(request_id))),
        }
    }
}

/// `{"error": problem}`
pub(crate) fn error_object(problem: &[u8]) -> Vec<u8> {
    [b"{\"error\":", problem, b"}"].concat()
}

/// A frame with the trailers of gRPC-Web.
pub(crate) fn trailers(form: WebForm, trailers: &HeaderMap) -> Bytes {
    // Fails only beyond four GiB.
    let frame = grpc_web::encode_trailers(trailers).unwrap_or_default();
    framed(form, frame)
}

fn framed(form: WebForm, frame: Bytes) -> Bytes {
    match form {
        WebForm::Binary => frame,
        WebForm::Text => grpc_web::encode_text(&frame),
    }
}

/// A message as JSON.
pub(crate) fn json(route: &Route<'_>, wire: &[u8]) -> Result<Bytes, Problem> {
    Ok(decode(route, wire)?.body)
}

pub(crate) fn decode(
    route: &Route<'_>,
    wire: &[u8],
) -> Result<guardmesh_transcoder::Response, Problem> {
    route.decode_response(wire).map_err(|error| {
        let method = route.method().grpc_path();
        tracing::error!(%error, method, "a service's message does not fit its contract");
        Problem::internal()
    })
}
