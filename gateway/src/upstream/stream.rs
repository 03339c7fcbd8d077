//! A gRPC call whose messages go one by one, in both directions.
//!
//! Nothing runs by itself: bytes move when the two halves are polled. A request message waits
//! until the service's window takes it, and the service may send on only when what it sent was
//! taken from here; at most one message and one window are held for each direction.
//!
//! The call is cancelled (`RST_STREAM` with `CANCEL`) when both halves are dropped before its
//! end, or the request half is dropped unfinished.

use std::future::{Future, poll_fn};
use std::sync::Arc;

use bytes::{Buf, Bytes, BytesMut};
use guardmesh_transcoder::frame::PREFIX;
use h2::client::ResponseFuture;
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, Request, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use tonic::{Code, Status};

use super::breaker::Admission;
use super::connection::Connection;
use super::endpoint::{Chosen, Endpoint};
use super::failure::Failure;
use super::grpc::{self, broken};
use super::pool::Taken;
use super::session::Streaming;
use super::{StreamingCall, Upstream};

/// A request that left, or waits to leave: its answer and its body.
pub(super) type Begun = (ResponseFuture, SendStream<Bytes>);

/// What goes to the service.
pub(crate) struct RequestStream {
    body: SendStream<Bytes>,
    deadline: Option<Instant>,
    finished: bool,
}

/// What comes from the service.
pub(crate) struct ResponseStream {
    phase: Phase,
    headers: HeaderMap,
    trailers: HeaderMap,
    /// Received, and of no message yet.
    partial: BytesMut,
    deadline: Option<Instant>,
    max_message: usize,
    flight: Flight,
}

enum Phase {
    Waiting(ResponseFuture),
    Open(RecvStream),
    /// With the status of the call.
    Ended(Status),
}

/// The service takes no more. Why is told by the response half.
#[derive(Debug)]
pub(crate) struct StreamClosed;

/// A stream under way, until it is dropped: the load it is, and whom its outcome concerns.
pub(super) struct Flight {
    pub(super) upstream: Arc<Upstream>,
    pub(super) endpoint: Chosen,
    pub(super) admission: Admission,
    pub(super) began: Instant,
    pub(super) _connection: Taken<Streaming>,
    pub(super) _permit: OwnedSemaphorePermit,
}

/// Begins the call, on a connection that is taken for as long as it lasts.
pub(super) async fn begin(
    endpoint: &Endpoint,
    call: &StreamingCall<'_>,
) -> Result<(Begun, Taken<Streaming>), Failure> {
    let authority = &endpoint.place.authority;
    let request = grpc::request(authority, call.path, call.metadata.clone(), call.deadline)?;
    let connection = endpoint.streaming();
    let begun = by(call.deadline, begin_on(&connection, request)).await;
    let begun = begun.unwrap_or_else(|_| Err(Failure::late()))?;
    Ok((begun, connection))
}

/// Begins the call, on a new connection if the present one has ended.
async fn begin_on(
    connection: &Connection<Streaming>,
    request: Request<()>,
) -> Result<Begun, Failure> {
    let begun = connection.begin(|sender| {
        let request = request.clone();
        // Ready at once, or closed: what the service has no room for waits in h2, as many as the
        // limit lets in.
        async {
            let mut sender = sender.ready().await.ok()?;
            Some(sender.send_request(request, false))
        }
    });
    begun.await?.map_err(|error| Failure::not_taken(&error))
}

/// The two halves of a call that has begun.
pub(super) fn halves(
    (response, body): Begun,
    call: &StreamingCall<'_>,
    flight: Flight,
) -> (RequestStream, ResponseStream) {
    let request = RequestStream {
        body,
        deadline: call.deadline,
        finished: false,
    };
    let response = ResponseStream {
        phase: Phase::Waiting(response),
        headers: HeaderMap::new(),
        trailers: HeaderMap::new(),
        partial: BytesMut::new(),
        deadline: call.deadline,
        max_message: call.max_message,
        flight,
    };
    (request, response)
}

// === impl Flight ===

impl Flight {
    fn judge(&self, outcome: Result<(), &Failure>) {
        let Self {
            upstream,
            endpoint,
            admission,
            began,
            ..
        } = self;
        let now = Instant::now();
        upstream.judge_endpoint(endpoint, outcome, *began, now);
        upstream.judge(*admission, outcome, *began, now);
    }
}

// === impl RequestStream ===

impl RequestStream {
    /// Sends a message; returns when the connection has taken all of it. Dropped midway it leaves
    /// half a message behind: drop the stream as well.
    pub(crate) async fn send(&mut self, message: &[u8]) -> Result<(), StreamClosed> {
        let frame = grpc::frame(message).map_err(|_| StreamClosed)?;
        self.send_data(frame).await
    }

    /// Sends bytes that are framed already, or parts of frames.
    pub(crate) async fn send_data(&mut self, mut data: Bytes) -> Result<(), StreamClosed> {
        while !data.is_empty() {
            let room = by(self.deadline, self.room(data.len()));
            let room = room.await.map_err(|_| StreamClosed)??;
            let part = data.split_to(room.min(data.len()));
            self.body.send_data(part, false).map_err(|_| StreamClosed)?;
        }
        Ok(())
    }

    /// The client has sent all it will.
    pub(crate) fn finish(mut self) -> Result<(), StreamClosed> {
        self.finished = true;
        self.body
            .send_data(Bytes::new(), true)
            .map_err(|_| StreamClosed)
    }

    /// Waits until some bytes can leave.
    async fn room(&mut self, wanted: usize) -> Result<usize, StreamClosed> {
        self.body.reserve_capacity(wanted);
        while self.body.capacity() == 0 {
            match poll_fn(|context| self.body.poll_capacity(context)).await {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(StreamClosed),
            }
        }
        Ok(self.body.capacity())
    }
}

impl Drop for RequestStream {
    /// A request that breaks off must not look complete, nor be waited for.
    fn drop(&mut self) {
        if !self.finished {
            self.body.send_reset(Reason::CANCEL);
        }
    }
}

// === impl ResponseStream ===

impl ResponseStream {
    /// The initial metadata, once it is there. An error that comes as headers alone is found by
    /// reading on. May be dropped midway.
    pub(crate) async fn headers(&mut self) -> Result<&HeaderMap, Status> {
        if let Phase::Waiting(response) = &mut self.phase {
            let response = by(self.deadline, response).await;
            let response = response
                .map_err(|_| Failure::late())
                .and_then(|response| response.map_err(|error| Failure::broken(&error)));
            self.flight.judge(response.as_ref().map(drop));
            let (head, body) = match response {
                Ok(response) => response.into_parts(),
                Err(failure) => return Err(self.end(failure.status)),
            };
            if head.status != StatusCode::OK {
                return Err(self.end(grpc::not_grpc(head.status.as_u16())));
            }
            self.headers = head.headers;
            self.phase = Phase::Open(body);
        }
        match &self.phase {
            // Broken before there were any.
            Phase::Ended(status) if self.headers.is_empty() => Err(status.clone()),
            _ => Ok(&self.headers),
        }
    }

    /// The next message; none once the call has ended well. May be dropped midway.
    pub(crate) async fn message(&mut self) -> Result<Option<Bytes>, Status> {
        loop {
            if let Some(message) = self.take_message()? {
                return Ok(Some(message));
            }
            match self.data().await? {
                Some(data) => self.partial.extend_from_slice(&data),
                None => break,
            }
        }
        match &self.phase {
            Phase::Ended(status) if status.code() != Code::Ok => Err(status.clone()),
            _ if !self.partial.is_empty() => {
                Err(self.end(Status::internal("the response ends within a message")))
            }
            _ => Ok(None),
        }
    }

    /// The next bytes, as they come; none once the call has ended with a status of its own, to be
    /// found in `trailers`, or in `headers` where these are all there is. May be dropped midway.
    pub(crate) async fn data(&mut self) -> Result<Option<Bytes>, Status> {
        self.headers().await?;
        let deadline = self.deadline;
        let Phase::Open(body) = &mut self.phase else {
            return Ok(None);
        };
        let ended = match by(deadline, next(body)).await {
            Ok(Ok(Next::Data(data))) => return Ok(Some(data)),
            Ok(Ok(Next::End(trailers))) => {
                self.trailers = trailers;
                let status = grpc::status(&self.trailers).or_else(|| grpc::status(&self.headers));
                status.ok_or_else(|| Status::internal("the response has no status"))
            }
            Ok(Err(error)) => Err(broken(&error)),
            Err(late) => Err(late),
        };
        match ended {
            Ok(status) => {
                self.phase = Phase::Ended(status);
                Ok(None)
            }
            Err(status) => Err(self.end(status)),
        }
    }

    /// What came behind the last byte: `grpc-status` and the trailing metadata.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "no method lets trailing metadata out")
    )]
    pub(crate) fn trailers(&self) -> &HeaderMap {
        &self.trailers
    }

    /// Takes a whole message from what has arrived.
    fn take_message(&mut self) -> Result<Option<Bytes>, Status> {
        let Some((&[compressed, ref length @ ..], _)) = self.partial.split_first_chunk::<PREFIX>()
        else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if compressed != 0 {
            return Err(self.end(Status::internal("the response is compressed")));
        }
        if length > self.max_message {
            return Err(self.end(Status::internal("a message of the response is too large")));
        }
        if self.partial.len() - PREFIX < length {
            self.partial.reserve(PREFIX + length - self.partial.len());
            return Ok(None);
        }
        self.partial.advance(PREFIX);
        Ok(Some(self.partial.split_to(length).freeze()))
    }

    /// Nothing more is read: what the service still sends is not wanted.
    fn end(&mut self, status: Status) -> Status {
        self.partial.clear();
        self.phase = Phase::Ended(status.clone());
        status
    }
}

enum Next {
    Data(Bytes),
    End(HeaderMap),
}

/// The next part of a response body. Taking it is what lets the service send on.
async fn next(body: &mut RecvStream) -> Result<Next, h2::Error> {
    if let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        return Ok(Next::Data(data));
    }
    let trailers = body.trailers().await?;
    Ok(Next::End(trailers.unwrap_or_default()))
}

/// Waits no longer than the deadline.
async fn by<T>(deadline: Option<Instant>, work: impl Future<Output = T>) -> Result<T, Status> {
    match deadline {
        Some(deadline) => timeout_at(deadline, work).await.map_err(|_| grpc::late()),
        None => Ok(work.await),
    }
}

#[cfg(test)]
mod tests;
