//! A request over HTTP/1, as Pingora reads and writes it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use http::{Response, Version, request};
use pingora::http::ResponseHeader;
use pingora::protocols::Stream;
use pingora::protocols::http::v1::server::HttpSession;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::Broken;

/// How long, and how much, is read of what nobody wants.
const LINGER: Duration = Duration::from_secs(1);
const MAX_REST: u64 = 1024 * 1024;

/// One request of a connection.
pub(crate) struct Http1(Box<HttpSession>);

// === impl Http1 ===

impl Http1 {
    /// The next request of a connection; `prefix` is what of it was read along with the last.
    pub(crate) fn new(stream: Stream, prefix: Option<BytesMut>) -> Self {
        let mut session = Box::new(HttpSession::new(stream));
        // Each wait has a bound of ours around it.
        session.set_read_timeout(None);
        session.set_pipelining_enabled(true);
        if let Some(prefix) = prefix {
            session.set_pipelined_prefix(prefix);
        }
        Self(session)
    }

    /// Reads the head; false when the peer closed before it began one.
    ///
    /// Pingora reads chunks more leniently than others (an empty size, a bare LF in an extension),
    /// so somebody before us may disagree on where the body ends: what follows is never taken for
    /// a request.
    pub(crate) async fn read_head(&mut self) -> Result<bool, Box<pingora::Error>> {
        let read = self.0.read_request().await?.is_some();
        if read && self.head().headers.contains_key(TRANSFER_ENCODING) {
            self.close_after();
        }
        Ok(read)
    }

    pub(super) fn head(&self) -> &request::Parts {
        self.0.req_header()
    }

    /// The head as it arrived, byte by byte: Pingora tidies what it parsed.
    pub(crate) fn raw_head(&self) -> Bytes {
        self.0.get_headers_raw_bytes()
    }

    pub(super) async fn read(&mut self) -> Result<Option<Bytes>, Broken> {
        Ok(self.0.read_body_bytes().await?)
    }

    /// Whether the head announces a body (RFC 9112, section 6.3).
    pub(super) fn has_body(&self) -> bool {
        let headers = &self.head().headers;
        let length = headers.get(CONTENT_LENGTH);
        headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
    }

    pub(super) async fn go_on(&mut self) {
        let _ = self.0.write_continue_response().await;
    }

    pub(super) async fn drain(&mut self) -> Result<(), Broken> {
        Ok(self.0.drain_request_body().await?)
    }

    pub(crate) async fn respond(
        &mut self,
        response: Response<()>,
        end: bool,
    ) -> Result<(), Broken> {
        let mut response = response.into_parts().0;
        if !end && !response.headers.contains_key(CONTENT_LENGTH) {
            if self.head().version == Version::HTTP_11 {
                let chunked = HeaderValue::from_static("chunked");
                response.headers.insert(TRANSFER_ENCODING, chunked);
            } else {
                // The end of the connection is that of the body.
                self.close_after();
            }
        }
        let header = ResponseHeader::from(response);
        self.0.write_response_header(Box::new(header)).await?;
        if end {
            self.0.finish_body().await?;
        }
        Ok(())
    }

    pub(crate) async fn write(&mut self, data: &[u8], end: bool) -> Result<(), Broken> {
        if !data.is_empty() {
            self.0.write_body(data).await?;
        }
        if end {
            self.0.finish_body().await?;
        }
        Ok(())
    }

    /// What the client sends meanwhile is its next request, and is kept for then.
    pub(super) async fn gone(&mut self) {
        while let Ok(Some(_)) = self.0.read_body_or_idle(true).await {}
    }

    pub(crate) fn close_after(&mut self) {
        self.0.set_server_keepalive(None);
    }

    /// Ends the connection after its last answer. To close while bytes arrive resets it, and may
    /// cost the client the answer (RFC 9112, section 9.6): what still comes is read and dropped,
    /// for a moment.
    pub(crate) async fn hang_up(self) {
        let mut stream = self.0.into_inner();
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
        self.0.write_response_header(Box::new(header)).await?;
        // What a client sends before it is answered is lost (RFC 6455, section 4.1: it must not).
        Ok(self.0.into_inner())
    }

    /// The connection, ready for a next request, if it can take one.
    pub(crate) async fn next(self) -> Option<(Stream, Option<BytesMut>)> {
        let reusable = self.0.reuse().await.ok().flatten();
        Some(reusable?.into_parts())
    }
}
