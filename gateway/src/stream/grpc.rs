//! Native gRPC (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>): what clients
//! send, as bytes, message by message, in both directions at the same time.
//!
//! - Messages are cut out of their frames, measured, and framed anew. Compressed ones are refused:
//!   what they would become is not known before they are read.
//! - Metadata passes as headers do over HTTP: those that the method asks for, and none back.
//! - `grpc-timeout` holds where it is shorter than our own bounds.
//! - An error ends the answer in trailers, or in its headers where nothing was sent before.
//! - Health checks and reflection of gRPC are not offered: `/health` and `/openapi.json` are.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use guardmesh_transcoder::frame::{self, FrameError, FrameKind, Reader};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response};

use super::Bounds;
use super::server_stream::by;
use crate::downstream::{Broken, Downstream, Incoming, Outgoing};
use crate::edge::Exchange;
use crate::filter::answer;
use crate::problem::{Problem, status};
use crate::room::Place;
use crate::upstream::{RequestStream, ResponseStream};

const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// A call that has begun.
pub(crate) struct Duplex {
    pub(crate) request: RequestStream,
    pub(crate) response: ResponseStream,
    /// Most bytes of one message from the client.
    pub(crate) max_message: usize,
}

// === impl Duplex ===

impl Duplex {
    /// Passes messages both ways until the call ends.
    pub(crate) async fn serve(
        self,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
        bounds: &Bounds<'_>,
    ) -> Result<(), Broken> {
        let place = downstream.place.clone();
        let Some((incoming, outgoing)) = downstream.halves() else {
            return Err(Broken::BrokeOff);
        };
        let head = head(exchange);
        exchange.log.status = head.status().as_u16();
        let ended = {
            let up = requests(incoming, self.request, self.max_message, bounds);
            let down = responses(outgoing, self.response, head, bounds, &place);
            let (mut up, mut down, mut over) = (pin!(up), pin!(down), pin!(bounds.over()));
            let mut sending = true;
            loop {
                tokio::select! {
                    sent = &mut up, if sending => match sent {
                        Ok(()) => sending = false,
                        Err(problem) => break Err(problem),
                    },
                    ended = &mut down => break ended?,
                    problem = &mut over => break Err(problem),
                }
            }
        };
        let trailers = trailers(ended.as_ref().err(), exchange);
        end(outgoing, trailers, exchange)
    }
}

/// Answers a unary call.
pub(crate) async fn answer(
    downstream: &mut Downstream,
    exchange: &mut Exchange,
    message: &[u8],
    patience: Duration,
) -> Result<(), Broken> {
    let (head, trailers) = (head(exchange), trailers(None, exchange));
    exchange.log.status = head.status().as_u16();
    let place = downstream.place.clone();
    let Some((_, outgoing)) = downstream.halves() else {
        return Err(Broken::BrokeOff);
    };
    outgoing.respond(head, false)?;
    // Fails only beyond four GiB.
    let frame = frame::encode(message).unwrap_or_default();
    by(&place, patience, outgoing.write(frame, false)).await?;
    end(outgoing, trailers, exchange)
}

/// Answers a call that failed before anything was sent.
pub(crate) fn refuse(
    downstream: &mut Downstream,
    exchange: &mut Exchange,
    problem: &Problem,
) -> Result<(), Broken> {
    let trailers = trailers(Some(problem), exchange);
    match downstream.halves() {
        Some((_, outgoing)) => end(outgoing, trailers, exchange),
        None => Err(Broken::BrokeOff),
    }
}

/// From the client to the service.
async fn requests(
    incoming: &mut Incoming,
    mut request: RequestStream,
    max_message: usize,
    bounds: &Bounds<'_>,
) -> Result<(), Problem> {
    let mut frames = Reader::new(max_message);
    loop {
        while let Some(message) = next(&mut frames)? {
            // Why the service takes no more is told by its answer.
            if request.send(&message).await.is_err() {
                return Ok(());
            }
            bounds.note();
        }
        match incoming.read().await {
            Ok(Some(data)) => frames.push(data),
            Ok(None) => break,
            Err(_) => return Err(Problem::client_gone()),
        }
    }
    frames.finish().map_err(unframed)?;
    let _ = request.finish();
    Ok(())
}

/// From the service to the client; tells how the call ended.
async fn responses(
    outgoing: &mut Outgoing,
    mut response: ResponseStream,
    head: Response<()>,
    bounds: &Bounds<'_>,
    place: &Place,
) -> Result<Result<(), Problem>, Broken> {
    let headers = tokio::select! {
        headers = response.headers() => headers,
        () = outgoing.gone() => return Err(Broken::Gone),
    };
    match headers {
        Ok(headers) if headers.contains_key(GRPC_STATUS) => {}
        // Clients may wait for them before they send.
        Ok(_) => outgoing.respond(head, false)?,
        Err(status) => return Ok(Err(status.into())),
    }
    loop {
        let message = tokio::select! {
            message = response.message() => message,
            () = outgoing.gone() => return Err(Broken::Gone),
        };
        let frame = match message {
            Ok(Some(message)) => frame::encode(&message),
            Ok(None) => return Ok(Ok(())),
            Err(status) => return Ok(Err(status.into())),
        };
        let Ok(frame) = frame else {
            return Ok(Err(Problem::internal()));
        };
        let sent = outgoing.write(frame, false);
        by(place, bounds.limits.body_timeout, sent).await?;
        bounds.note();
    }
}

/// The next message of a client that has arrived whole.
fn next(frames: &mut Reader) -> Result<Option<Bytes>, Problem> {
    match frames.read().map_err(unframed)? {
        Some(frame) if frame.compressed => Err(Problem::compressed_message()),
        Some(frame) if frame.kind == FrameKind::Trailers => {
            Err(Problem::invalid_frames("A client sends no trailers."))
        }
        Some(frame) => Ok(Some(frame.payload)),
        None => Ok(None),
    }
}

/// The one message of a unary call.
pub(crate) fn only_message(body: Bytes, max_message: usize) -> Result<Bytes, Problem> {
    let mut frames = Reader::new(max_message);
    frames.push(body);
    let message = next(&mut frames)?;
    frames.finish().map_err(unframed)?;
    message.ok_or_else(|| Problem::invalid_frames("The call needs one message."))
}

pub(crate) fn unframed(error: FrameError) -> Problem {
    match error {
        FrameError::TooLarge { limit, .. } => Problem::message_too_large(limit),
        _ => Problem::invalid_frames("The body is not made of gRPC's frames."),
    }
}

/// How long the client waits, at most as long as `ours`.
pub(crate) fn timeout(headers: &HeaderMap, ours: Duration) -> Result<Duration, Problem> {
    let Some(value) = headers.get(GRPC_TIMEOUT) else {
        return Ok(ours);
    };
    let theirs = value.to_str().ok().and_then(duration);
    theirs
        .map(|theirs| theirs.min(ours))
        .ok_or_else(Problem::invalid_timeout)
}

/// At most eight digits and a unit.
fn duration(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

fn head(exchange: &Exchange) -> Response<()> {
    let mut head = Response::new(());
    let headers = head.headers_mut();
    let content_type = HeaderValue::from_static("application/grpc+proto");
    headers.insert(CONTENT_TYPE, content_type);
    let identity = HeaderValue::from_static("identity");
    headers.insert("grpc-accept-encoding", identity);
    headers.insert(answer::X_REQUEST_ID, exchange.id.to_header());
    headers.extend(exchange.rate_limit.iter().flatten().cloned());
    head
}

fn trailers(problem: Option<&Problem>, exchange: &mut Exchange) -> HeaderMap {
    match problem {
        Some(problem) => {
            exchange.log.failure = Some(problem.code());
            problem.trailers(exchange.id.as_str())
        }
        None => status::ok(),
    }
}

/// Ends the answer: in trailers, or in headers where nothing was sent before.
fn end(
    outgoing: &mut Outgoing,
    trailers: HeaderMap,
    exchange: &mut Exchange,
) -> Result<(), Broken> {
    if outgoing.has_begun() {
        return outgoing.trailers(trailers);
    }
    let mut head = head(exchange);
    exchange.log.status = head.status().as_u16();
    head.headers_mut().extend(trailers);
    outgoing.respond(head, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_has_up_to_eight_digits_and_a_unit() {
        for (text, expected) in [
            ("1H", Some(Duration::from_hours(1))),
            ("2M", Some(Duration::from_mins(2))),
            ("99999999S", Some(Duration::from_secs(99_999_999))),
            ("10m", Some(Duration::from_millis(10))),
            ("0u", Some(Duration::ZERO)),
            ("7n", Some(Duration::from_nanos(7))),
            ("", None),
            ("S", None),
            ("10", None),
            ("-1S", None),
            ("1.5S", None),
            ("123456789S", None),
            ("1s", None),
            ("1é", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn a_unary_call_has_one_message() {
        let one = frame::encode(b"one").unwrap();
        let reason = |body: &[u8]| match only_message(body.to_vec().into(), 3) {
            Ok(message) => String::from_utf8(message.to_vec()).unwrap(),
            Err(problem) => problem.reason().to_owned(),
        };
        assert_eq!(reason(&one), "one");
        assert_eq!(reason(b""), "INVALID_FRAMES");
        assert_eq!(reason(&one[..6]), "INVALID_FRAMES");
        assert_eq!(reason(&[&one[..], &one].concat()), "INVALID_FRAMES");
        assert_eq!(reason(b"\x80\0\0\0\0"), "INVALID_FRAMES");
        assert_eq!(reason(b"\x01\0\0\0\x01x"), "COMPRESSED_MESSAGE");
        assert_eq!(reason(b"\0\0\0\0\x04long"), "MESSAGE_TOO_LARGE");
    }
}
