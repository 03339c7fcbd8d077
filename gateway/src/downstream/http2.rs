//! A request over HTTP/2: one stream of a connection.

use std::future::poll_fn;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::header::DATE;
use http::{HeaderMap, Request, Response, StatusCode, request};
use pingora::protocols::http::date::get_cached_date;

use super::Broken;

/// One stream.
pub(crate) struct Http2 {
    head: request::Parts,
    body: RecvStream,
    respond: SendResponse<Bytes>,
    /// Once the head of the answer is sent.
    answer: Option<SendStream<Bytes>>,
}

// === impl Http2 ===

impl Http2 {
    pub(crate) fn new(request: Request<RecvStream>, respond: SendResponse<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        Self {
            head,
            body,
            respond,
            answer: None,
        }
    }

    pub(super) fn head(&self) -> &request::Parts {
        &self.head
    }

    pub(super) async fn read(&mut self) -> Result<Option<Bytes>, Broken> {
        let Some(data) = self.body.data().await.transpose()? else {
            return Ok(None);
        };
        // The client may send on only as fast as we take it.
        self.body.flow_control().release_capacity(data.len())?;
        Ok(Some(data))
    }

    pub(super) fn go_on(&mut self) {
        let mut go_on = Response::new(());
        *go_on.status_mut() = StatusCode::CONTINUE;
        let _ = self.respond.send_informational(go_on);
    }

    pub(super) fn respond(&mut self, mut response: Response<()>, end: bool) -> Result<(), Broken> {
        response.headers_mut().insert(DATE, get_cached_date());
        self.answer = Some(self.respond.send_response(response, end)?);
        Ok(())
    }

    pub(super) async fn write(&mut self, mut data: Bytes, end: bool) -> Result<(), Broken> {
        let Some(answer) = &mut self.answer else {
            return Err(h2::Error::from(Reason::INTERNAL_ERROR).into());
        };
        while !data.is_empty() {
            answer.reserve_capacity(data.len());
            let room = poll_fn(|cx| answer.poll_capacity(cx)).await.transpose()?;
            let room = room.ok_or(h2::Error::from(Reason::CANCEL))?;
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

    pub(super) fn trailers(&mut self, trailers: HeaderMap) -> Result<(), Broken> {
        match &mut self.answer {
            Some(answer) => Ok(answer.send_trailers(trailers)?),
            None => Err(h2::Error::from(Reason::INTERNAL_ERROR).into()),
        }
    }

    pub(super) async fn gone(&mut self) {
        let reset = poll_fn(|cx| match &mut self.answer {
            Some(answer) => answer.poll_reset(cx),
            None => self.respond.poll_reset(cx),
        });
        let _ = reset.await;
    }
}
