//! One request and a stream of messages as the body of its answer.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use tokio::time::{sleep, timeout};
use tonic::Status;

use super::Bounds;
use super::format::Format;
use crate::downstream::{Broken, Downstream};
use crate::edge::Exchange;
use crate::problem::Problem;
use crate::room::{Place, patiently};
use crate::upstream::{RequestStream, ResponseStream};

/// A service that has sent its headers and then fails, fails at once.
const FIRST_MESSAGE: Duration = Duration::from_secs(1);
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A stream whose HTTP status is known.
pub(crate) struct ServerStream<'a> {
    format: Format<'a>,
    response: ResponseStream,
    first: First,
}

/// How a stream begins.
enum First {
    /// With this, rendered already.
    Message(Bytes),
    /// It has no messages.
    End,
    /// With silence.
    Later,
}

/// What comes next on a stream.
enum Next {
    Message(Result<Option<Bytes>, Status>),
    Silence,
    Over(Problem),
}

// === impl ServerStream ===

impl<'a> ServerStream<'a> {
    /// Sends the one request and waits until the stream has begun, or has failed: with a status
    /// of its own, as long as nothing is sent to the client.
    pub(crate) async fn begin(
        (mut request, response): (RequestStream, ResponseStream),
        message: &[u8],
        format: Format<'a>,
        bounds: &Bounds<'_>,
    ) -> Result<Self, Problem> {
        let sent = timeout(bounds.limits.call_timeout, request.send(message)).await;
        match sent {
            // Where the service takes no more, its answer says why.
            Ok(sent) => {
                let _ = sent.and_then(|()| request.finish());
            }
            Err(_) => return Err(Status::deadline_exceeded("").into()),
        }
        let mut stream = Self {
            format,
            response,
            first: First::Later,
        };
        let over = bounds.over();
        stream.first = tokio::select! {
            first = stream.first(bounds) => first?,
            problem = over => return Err(problem),
        };
        Ok(stream)
    }

    async fn first(&mut self, bounds: &Bounds<'_>) -> Result<First, Problem> {
        let message = if self.format.begins_without_message() {
            let headers = timeout(bounds.limits.streams.heartbeat, self.response.headers());
            let Ok(headers) = headers.await else {
                return Ok(First::Later);
            };
            headers?;
            match timeout(FIRST_MESSAGE, self.response.message()).await {
                Ok(message) => message?,
                Err(_) => return Ok(First::Later),
            }
        } else {
            self.response.message().await?
        };
        match message {
            Some(wire) => Ok(First::Message(self.format.message(&wire)?)),
            None => Ok(First::End),
        }
    }

    /// The type of its body.
    pub(crate) fn content_type(&self) -> &str {
        self.format.content_type()
    }

    /// Writes the answer to its end.
    pub(crate) async fn write(
        mut self,
        mut head: Response<()>,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
        bounds: &Bounds<'_>,
    ) -> Result<(), Broken> {
        let patience = bounds.limits.body_timeout;
        let headers = head.headers_mut();
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static("no-store, no-transform"),
        );
        headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
        exchange.log.status = head.status().as_u16();
        let place = downstream.place.clone();
        by(&place, patience, downstream.respond(head, false)).await?;
        let ended = self.messages(downstream, bounds).await?;
        // The call is over before its end is told.
        drop(self.response);
        match ended {
            Ok(()) => {
                let end = downstream.write(self.format.end(), true);
                by(&place, patience, end).await
            }
            Err(problem) => {
                exchange.log.failure = Some(problem.code());
                let end = self.format.failure(&problem, exchange.id.as_str());
                let end = end.ok_or(Broken::BrokeOff)?;
                by(&place, patience, downstream.write(end, true)).await
            }
        }
    }

    /// Passes messages on until the stream ends, well or not.
    async fn messages(
        &mut self,
        downstream: &mut Downstream,
        bounds: &Bounds<'_>,
    ) -> Result<Result<(), Problem>, Broken> {
        let mut over = pin!(bounds.over());
        send(downstream, self.format.preamble(), bounds, over.as_mut()).await?;
        match std::mem::replace(&mut self.first, First::Later) {
            First::Message(message) => send(downstream, message, bounds, over.as_mut()).await?,
            First::End => return Ok(Ok(())),
            First::Later => {}
        }
        bounds.note();
        loop {
            let next = tokio::select! {
                message = self.response.message() => Next::Message(message),
                () = sleep(bounds.limits.streams.heartbeat) => Next::Silence,
                problem = &mut over => Next::Over(problem),
                () = downstream.gone() => return Err(Broken::Gone),
            };
            let data = match next {
                Next::Message(Ok(Some(wire))) => match self.format.message(&wire) {
                    Ok(data) => data,
                    Err(problem) => return Ok(Err(problem)),
                },
                Next::Message(Ok(None)) => return Ok(Ok(())),
                Next::Message(Err(status)) => return Ok(Err(status.into())),
                Next::Over(problem) => return Ok(Err(problem)),
                Next::Silence => {
                    if let Some(data) = self.format.heartbeat() {
                        send(downstream, data, bounds, over.as_mut()).await?;
                    }
                    continue;
                }
            };
            send(downstream, data, bounds, over.as_mut()).await?;
            bounds.note();
        }
    }
}

/// Sends a part of the body. A client that does not read when its stream has to end cannot be told:
/// its answer breaks off.
async fn send(
    downstream: &mut Downstream,
    data: Bytes,
    bounds: &Bounds<'_>,
    over: Pin<&mut impl Future<Output = Problem>>,
) -> Result<(), Broken> {
    let (place, patience) = (downstream.place.clone(), bounds.limits.body_timeout);
    tokio::select! {
        biased;
        sent = by(&place, patience, downstream.write(data, false)) => sent,
        _ = over => Err(Broken::BrokeOff),
    }
}

/// A client that takes nothing for too long is given up, and earlier when its place is wanted.
pub(crate) async fn by(
    place: &Place,
    patience: Duration,
    sent: impl Future<Output = Result<(), Broken>>,
) -> Result<(), Broken> {
    let sent = patiently(place.clone(), patience, sent).await;
    sent.unwrap_or(Err(Broken::Slow))
}
