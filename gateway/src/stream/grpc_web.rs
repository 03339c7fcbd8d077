//! gRPC-Web (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>), binary and text, over
//! HTTP/1.1 and HTTP/2: one message from the client, one or many to it, and the trailers as the
//! last frame of the body, in a failure too, so that every browser gets to see them.

use std::time::Duration;

use bytes::Bytes;
use guardmesh_transcoder::grpc_web::TextReader;
use http::Response;

use super::format::{self, Format};
use super::grpc;
use super::server_stream::by;
use crate::dialect::WebForm;
use crate::downstream::{Broken, Downstream};
use crate::edge::Exchange;
use crate::problem::Problem;

/// Most bytes of a body whose one message has at most `max_message`: its frame, in base64 of one
/// or two segments.
pub(crate) fn max_body(form: WebForm, max_message: usize) -> usize {
    let frame = max_message.saturating_add(guardmesh_transcoder::frame::PREFIX);
    match form {
        WebForm::Binary => frame,
        WebForm::Text => (frame / 3 + 2).saturating_mul(4),
    }
}

/// The one message of a body.
pub(crate) fn message(form: WebForm, body: Bytes, max_message: usize) -> Result<Bytes, Problem> {
    let frames = match form {
        WebForm::Binary => body,
        WebForm::Text => {
            let mut text = TextReader::default();
            let frames = text.push(&body).map_err(grpc::unframed)?;
            text.finish().map_err(grpc::unframed)?;
            frames
        }
    };
    grpc::only_message(frames, max_message)
}

/// Answers a unary call, or one that failed before anything was sent.
pub(crate) async fn answer(
    downstream: &mut Downstream,
    exchange: &mut Exchange,
    head: Response<()>,
    form: WebForm,
    outcome: Result<Bytes, Problem>,
    patience: Duration,
) -> Result<(), Broken> {
    let mut format = Format::Frames(form);
    let body = outcome.and_then(|message| {
        let message = format.message(&message)?;
        Ok([message, format.end()].concat())
    });
    let body = body.unwrap_or_else(|problem| {
        if problem.close {
            downstream.close_after();
        }
        exchange.log.failure = Some(problem.code());
        format::trailers(form, &problem.trailers(exchange.id.as_str())).into()
    });
    exchange.log.status = head.status().as_u16();
    let place = downstream.place.clone();
    by(&place, patience, downstream.respond(head, false)).await?;
    by(&place, patience, downstream.write(body.into(), true)).await
}
