//! The messages of a client's stream, one at a time: from a WebSocket, from lines of NDJSON, or
//! the parts of an upload. How they are told apart in the body is the server's business.

use bytes::Bytes;

use crate::error::RequestError;
use crate::request::Request;

/// The messages that a client sends on one route, in order. Made by
/// [`Route::request_stream`](crate::Route::request_stream).
#[derive(Debug)]
pub struct RequestStream<'t> {
    request: Request<'t>,
    /// What only the first message has: the fields that query and path set. Empty afterwards.
    bound: Vec<u8>,
    /// Of an upload; only its first message has it.
    content_type: Option<String>,
}

// === impl RequestStream ===

impl<'t> RequestStream<'t> {
    pub(crate) fn new(
        request: Request<'t>,
        captures: &[String],
        query: Option<&str>,
        content_type: Option<&str>,
    ) -> Result<Self, RequestError> {
        let mut bound = Vec::new();
        request.put_query(query.unwrap_or_default(), &mut bound)?;
        request.put_path(captures, &mut bound)?;
        Ok(Self {
            request,
            bound,
            content_type: content_type.map(str::to_owned),
        })
    }

    /// The next message on the wire, without gRPC framing. `body` is its JSON, or a part of an
    /// upload where [`Binding::takes_raw_body`](crate::Binding::takes_raw_body). After an error the
    /// stream is as it was before.
    pub fn encode(&mut self, body: &[u8]) -> Result<Bytes, RequestError> {
        let mut out = Vec::with_capacity(body.len() + self.bound.len() + 16);
        self.request
            .put_message(self.content_type.as_deref(), body, &mut out)?;
        // Later parts of a message win, so path and query have the last word over the body.
        out.append(&mut self.bound);
        self.content_type = None;
        Ok(out.into())
    }
}
