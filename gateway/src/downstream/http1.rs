//! A request over HTTP/1, as Pingora reads it, and its answer (RFC 9112).

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Response, Version, request, response};
use pingora::http::ResponseHeader;
use pingora::protocols::Stream;
use pingora::protocols::http::date::get_cached_date;
use pingora::protocols::http::v1::server::HttpSession;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::Broken;
use crate::transport::Unsent;

/// How long, and how much, is read of what nobody wants.
const LINGER: Duration = Duration::from_secs(1);
const MAX_REST: u64 = 1024 * 1024;

/// About how long the head of an answer is.
const HEAD: usize = 1024;

/// One request of a connection.
pub(crate) struct Http1 {
    session: Box<HttpSession>,
    /// Where answers are written; `session` flushes it.
    unsent: Arc<Unsent>,
    /// The head of the request was read.
    read: bool,
    /// How the body of the answer is delimited.
    framing: Framing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// By its length, which the head states.
    Length,
    /// In chunks, of which the last one is empty.
    Chunked,
    /// By the end of the connection.
    Close,
}

// === impl Http1 ===

impl Http1 {
    /// The next request of a connection; `prefix` is what of it was read along with the last.
    /// `unsent` is that of the stream.
    pub(crate) fn new(stream: Stream, unsent: Arc<Unsent>, prefix: Option<BytesMut>) -> Self {
        let mut session = Box::new(HttpSession::new(stream));
        // Each wait has a bound of ours around it.
        session.set_read_timeout(None);
        session.set_pipelining_enabled(true);
        if let Some(prefix) = prefix {
            session.set_pipelined_prefix(prefix);
        }
        Self {
            session,
            unsent,
            read: false,
            framing: Framing::Length,
        }
    }

    /// Reads the head; false when the peer closed before it began one.
    ///
    /// Pingora reads chunks more leniently than others (an empty size, a bare LF in an extension),
    /// so somebody before us may disagree on where the body ends: what follows is never taken for
    /// a request.
    pub(crate) async fn read_head(&mut self) -> Result<bool, Box<pingora::Error>> {
        self.read = self.session.read_request().await?.is_some();
        if self.read && self.head().headers.contains_key(TRANSFER_ENCODING) {
            self.close_after();
        }
        Ok(self.read)
    }

    pub(super) fn head(&self) -> &request::Parts {
        self.session.req_header()
    }

    /// The head as it arrived, byte by byte: Pingora tidies what it parsed.
    pub(crate) fn raw_head(&self) -> Bytes {
        self.session.get_headers_raw_bytes()
    }

    pub(super) async fn read(&mut self) -> Result<Option<Bytes>, Broken> {
        Ok(self.session.read_body_bytes().await?)
    }

    /// Whether the head announces a body (RFC 9112, section 6.3).
    pub(super) fn has_body(&self) -> bool {
        let headers = &self.head().headers;
        let length = headers.get(CONTENT_LENGTH);
        headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
    }

    pub(super) async fn go_on(&mut self) {
        let _ = self.session.write_continue_response().await;
    }

    pub(super) async fn drain(&mut self) -> Result<(), Broken> {
        Ok(self.session.drain_request_body().await?)
    }

    pub(crate) async fn respond(
        &mut self,
        response: Response<()>,
        end: bool,
    ) -> Result<(), Broken> {
        let head = response.into_parts().0;
        self.framing = if end || head.headers.contains_key(CONTENT_LENGTH) {
            Framing::Length
        } else if self.head().version == Version::HTTP_11 {
            Framing::Chunked
        } else {
            Framing::Close
        };
        // Where a body is not read to its end, nobody knows where a next request begins.
        if self.framing == Framing::Close || self.read && !self.session.is_body_done() {
            self.close_after();
        }
        let (framing, stays) = (self.framing, self.session.will_keepalive());
        self.unsent
            .put(HEAD, |out| write_head(out, &head, framing, stays));
        if end || framing != Framing::Length {
            self.flush().await?;
        }
        Ok(())
    }

    pub(crate) async fn write(&mut self, data: Bytes, end: bool) -> Result<(), Broken> {
        let chunk = self.framing == Framing::Chunked;
        if chunk && !data.is_empty() {
            self.unsent.put(16, |out| {
                // What is written to memory does not fail.
                let _ = write!(out, "{:x}\r\n", data.len());
            });
        }
        let ends = chunk && !data.is_empty();
        self.unsent.add(data);
        match (ends, chunk && end) {
            (true, true) => self.unsent.put(7, |out| out.put_slice(b"\r\n0\r\n\r\n")),
            (true, false) => self.unsent.put(2, |out| out.put_slice(b"\r\n")),
            (false, true) => self.unsent.put(5, |out| out.put_slice(b"0\r\n\r\n")),
            (false, false) => {}
        }
        self.flush().await
    }

    /// Sends what is written.
    async fn flush(&mut self) -> Result<(), Broken> {
        // To Pingora no body was begun: it has nothing to add to the end of it.
        self.session.finish_body().await?;
        Ok(())
    }

    /// What the client sends meanwhile is its next request, and is kept for then.
    pub(super) async fn gone(&mut self) {
        while let Ok(Some(_)) = self.session.read_body_or_idle(true).await {}
    }

    pub(crate) fn close_after(&mut self) {
        self.session.set_server_keepalive(None);
    }

    /// Ends the connection after its last answer. To close while bytes arrive resets it, and may
    /// cost the client the answer (RFC 9112, section 9.6): what still comes is read and dropped,
    /// for a moment.
    pub(crate) async fn hang_up(self) {
        let mut stream = self.session.into_inner();
        let end = async {
            let _ = AsyncWriteExt::shutdown(&mut stream).await;
            let mut rest = (&mut stream).take(MAX_REST);
            let _ = tokio::io::copy(&mut rest, &mut tokio::io::sink()).await;
        };
        let _ = timeout(LINGER, end).await;
    }

    /// Ends HTTP on this connection with this answer; gives the connection.
    pub(crate) async fn upgrade(mut self, response: Response<()>) -> Result<Stream, Broken> {
        let header = ResponseHeader::from(response.into_parts().0);
        self.session.write_response_header(Box::new(header)).await?;
        // What a client sends before it is answered is lost (RFC 6455, section 4.1: it must not).
        Ok(self.session.into_inner())
    }

    /// The connection, ready for a next request, if it can take one.
    pub(crate) async fn next(self) -> Option<(Stream, Option<BytesMut>)> {
        let reusable = self.session.reuse().await.ok().flatten();
        Some(reusable?.into_parts())
    }
}

/// Status line and headers (RFC 9112, sections 4 and 5), with those of the connection.
fn write_head(out: &mut BytesMut, head: &response::Parts, framing: Framing, stays: bool) {
    out.put_slice(b"HTTP/1.1 ");
    out.put_slice(head.status.as_str().as_bytes());
    out.put_u8(b' ');
    let reason = head.status.canonical_reason().unwrap_or_default();
    out.put_slice(reason.as_bytes());
    for (name, value) in &head.headers {
        out.put_slice(b"\r\n");
        out.put_slice(name.as_str().as_bytes());
        out.put_slice(b": ");
        out.put_slice(value.as_bytes());
    }
    out.put_slice(b"\r\ndate: ");
    out.put_slice(get_cached_date().as_bytes());
    if framing == Framing::Chunked {
        out.put_slice(b"\r\ntransfer-encoding: chunked");
    }
    out.put_slice(if stays {
        b"\r\nconnection: keep-alive\r\n\r\n"
    } else {
        b"\r\nconnection: close\r\n\r\n"
    });
}
