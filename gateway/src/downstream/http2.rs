//! A request over HTTP/2: one stream of a connection, whose two directions do not wait for each
//! other.

use std::future::poll_fn;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::header::{CONNECTION, DATE, UPGRADE};
use http::{HeaderMap, Request, Response, StatusCode, request};
use pingora::protocols::http::date::get_cached_date;

use super::Broken;

/// One stream.
pub(crate) struct Http2 {
    head: request::Parts,
    pub(crate) incoming: Incoming,
    pub(crate) outgoing: Outgoing,
}

/// What the client sends.
pub(crate) struct Incoming(RecvStream);

/// What is sent to the client.
pub(crate) struct Outgoing {
    respond: SendResponse<Bytes>,
    /// Once the head of the answer is sent.
    answer: Option<SendStream<Bytes>>,
}

// === impl Http2 ===

impl Http2 {
    pub(crate) fn new(request: Request<RecvStream>, respond: SendResponse<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        let answer = None;
        Self {
            head,
            incoming: Incoming(body),
            outgoing: Outgoing { respond, answer },
        }
    }

    pub(super) fn head(&self) -> &request::Parts {
        &self.head
    }
}

// === impl Incoming ===

impl Incoming {
    /// Whether the client has not ended its request yet.
    pub(super) fn has_more(&self) -> bool {
        !self.0.is_end_stream()
    }

    /// The next bytes of the request body; none once it is complete.
    pub(crate) async fn read(&mut self) -> Result<Option<Bytes>, Broken> {
        let Some(data) = self.0.data().await.transpose()? else {
            return Ok(None);
        };
        // The client may send on only as fast as we take it.
        self.0.flow_control().release_capacity(data.len())?;
        Ok(Some(data))
    }
}

// === impl Outgoing ===

impl Outgoing {
    pub(super) fn go_on(&mut self) {
        let mut go_on = Response::new(());
        *go_on.status_mut() = StatusCode::CONTINUE;
        let _ = self.respond.send_informational(go_on);
    }

    /// Whether the head of the answer is sent.
    pub(crate) fn has_begun(&self) -> bool {
        self.answer.is_some()
    }

    /// Sends the head of the answer; `end` when it has no body.
    pub(crate) fn respond(&mut self, mut response: Response<()>, end: bool) -> Result<(), Broken> {
        response.headers_mut().insert(DATE, get_cached_date());
        // Not of HTTP/2 (RFC 9113, section 8.2.2): h2 would send no answer at all.
        for name in [CONNECTION, UPGRADE] {
            response.headers_mut().remove(name);
        }
        self.answer = Some(self.respond.send_response(response, end)?);
        Ok(())
    }

    /// Sends a part of the body, once the client has room for it.
    pub(crate) async fn write(&mut self, mut data: Bytes, end: bool) -> Result<(), Broken> {
        let Some(answer) = &mut self.answer else {
            return Err(h2::Error::from(Reason::INTERNAL_ERROR).into());
        };
        while !data.is_empty() {
            let room = room(answer, data.len()).await?;
            let part = data.split_to(room.min(data.len()));
            let last = end && data.is_empty();
            answer.send_data(part, last)?;
            if last {
                return Ok(());
            }
        }
        if end {
            answer.send_data(Bytes::new(), true)?;
        }
        Ok(())
    }

    /// Ends the answer with trailers.
    pub(crate) fn trailers(&mut self, trailers: HeaderMap) -> Result<(), Broken> {
        match &mut self.answer {
            Some(answer) => Ok(answer.send_trailers(trailers)?),
            None => Err(h2::Error::from(Reason::INTERNAL_ERROR).into()),
        }
    }

    /// Returns once the client has given the request up.
    pub(crate) async fn gone(&mut self) {
        let reset = poll_fn(|cx| match &mut self.answer {
            Some(answer) => answer.poll_reset(cx),
            None => self.respond.poll_reset(cx),
        });
        let _ = reset.await;
    }
}

/// Waits until some bytes can leave.
async fn room(answer: &mut SendStream<Bytes>, wanted: usize) -> Result<usize, Broken> {
    answer.reserve_capacity(wanted);
    while answer.capacity() == 0 {
        let more = poll_fn(|cx| answer.poll_capacity(cx)).await.transpose()?;
        more.ok_or(h2::Error::from(Reason::CANCEL))?;
    }
    Ok(answer.capacity())
}
