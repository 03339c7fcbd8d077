//! A client's stream as the body of a request, and one message as its answer: the lines of
//! `application/x-ndjson`, or the parts of a body of any type where the method takes a
//! `google.api.HttpBody`.
//!
//! The service may answer before the body is complete; the rest is then not wanted.

use std::convert::Infallible;
use std::future::pending;

use bytes::{Bytes, BytesMut};
use guardmesh_transcoder::RequestStream as Messages;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::Bounds;
use crate::downstream::Downstream;
use crate::problem::Problem;
use crate::upstream::{RequestStream, ResponseStream};

/// A call whose messages are about to be read.
pub(crate) struct Upload<'a> {
    pub(crate) messages: Messages<'a>,
    pub(crate) cut: Cut,
    pub(crate) request: RequestStream,
    pub(crate) response: ResponseStream,
    /// Most bytes of one message.
    pub(crate) max_message: usize,
}

/// How a body is cut into messages.
pub(crate) enum Cut {
    /// At line breaks.
    Lines,
    /// As it comes.
    Parts,
}

/// Finds the lines of a body that comes bit by bit. White space is no line.
struct Lines {
    partial: BytesMut,
    /// So many bytes of it have no line break.
    searched: usize,
    limit: usize,
}

// === impl Cut ===

impl Cut {
    /// How a JSON stream with these headers is cut.
    pub(crate) fn of_json(headers: &HeaderMap) -> Result<Self, Problem> {
        let content_type = headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let essence = content_type.unwrap_or_default().split(';').next();
        let essence = essence.unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("application/x-ndjson") {
            return Ok(Self::Lines);
        }
        Err(Problem::lines_or_websocket())
    }
}

// === impl Upload ===

impl Upload<'_> {
    /// Passes the body on; gives the service's message.
    pub(crate) async fn run(
        self,
        downstream: &mut Downstream,
        bounds: &Bounds<'_>,
    ) -> Result<Bytes, Problem> {
        let mut response = self.response;
        let max_message = self.max_message;
        let mut sender = Sender {
            messages: self.messages,
            request: self.request,
            bounds,
        };
        let message = tokio::select! {
            message = response.message() => message?,
            Err(problem) = async {
                match self.cut {
                    Cut::Lines => sender.lines(downstream, max_message).await?,
                    Cut::Parts => sender.parts(downstream, max_message).await?,
                }
                sender.finish(downstream).await
            } => return Err(problem),
            problem = bounds.over() => return Err(problem),
        };
        message.ok_or_else(Problem::internal)
    }
}

/// What sends messages to the service.
struct Sender<'a> {
    messages: Messages<'a>,
    request: RequestStream,
    bounds: &'a Bounds<'a>,
}

// === impl Sender ===

impl Sender<'_> {
    async fn lines(&mut self, downstream: &mut Downstream, limit: usize) -> Result<(), Problem> {
        let mut lines = Lines::new(limit);
        while let Some(data) = read(downstream).await? {
            lines.push(&data);
            while let Some(line) = lines.next()? {
                self.send(&line).await?;
            }
        }
        match lines.last() {
            Some(line) => self.send(&line).await,
            None => Ok(()),
        }
    }

    async fn parts(&mut self, downstream: &mut Downstream, limit: usize) -> Result<(), Problem> {
        let mut empty = true;
        while let Some(data) = read(downstream).await? {
            for part in data.chunks(limit) {
                self.send(part).await?;
                empty = false;
            }
        }
        if empty {
            self.send(b"").await?;
        }
        Ok(())
    }

    async fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let message = self.messages.encode(message);
        let message = message.map_err(|error| Problem::unfit(&error))?;
        if self.request.send(&message).await.is_err() {
            // Why the service takes no more is told by its answer.
            pending::<()>().await;
        }
        self.bounds.note();
        Ok(())
    }

    /// All is sent. Returns when nobody waits for the answer any more.
    async fn finish(self, downstream: &mut Downstream) -> Result<Infallible, Problem> {
        let _ = self.request.finish();
        downstream.gone().await;
        Err(Problem::client_gone())
    }
}

// === impl Lines ===

impl Lines {
    fn new(limit: usize) -> Self {
        Self {
            partial: BytesMut::new(),
            searched: 0,
            limit,
        }
    }

    fn push(&mut self, data: &[u8]) {
        self.partial.extend_from_slice(data);
    }

    /// The next line that is complete.
    fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let rest = &self.partial[self.searched..];
            let end = rest.iter().position(|byte| *byte == b'\n');
            let length = self.searched + end.unwrap_or(rest.len());
            if length > self.limit {
                return Err(Problem::message_too_large(self.limit));
            }
            self.searched = length;
            if end.is_none() {
                return Ok(None);
            }
            let line = self.partial.split_to(length + 1).freeze();
            self.searched = 0;
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// What has no line break behind it.
    fn last(self) -> Option<Bytes> {
        let line = self.partial.freeze();
        (!line.trim_ascii().is_empty()).then_some(line)
    }
}

async fn read(downstream: &mut Downstream) -> Result<Option<Bytes>, Problem> {
    let detail = "The body does not end as announced.";
    let read = downstream.read().await;
    read.map_err(|_| Problem::bad_request("INVALID_BODY", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a body that comes in parts of this size, or why there are none.
    fn lines(body: &str, size: usize) -> Result<Vec<String>, String> {
        let mut lines = Lines::new(5);
        let mut found = Vec::new();
        for part in body.as_bytes().chunks(size) {
            lines.push(part);
            while let Some(line) = lines
                .next()
                .map_err(|problem| problem.reason().to_owned())?
            {
                found.push(line);
            }
        }
        found.extend(lines.last());
        let text = |line: Bytes| String::from_utf8(line.trim_ascii().to_vec()).unwrap();
        Ok(found.into_iter().map(text).collect())
    }

    #[test]
    fn lines_are_found_wherever_the_body_is_cut() {
        for size in 1..20 {
            for (body, expected) in [
                ("", &[][..]),
                ("one\ntwo\n", &["one", "two"]),
                ("one\r\n\r\n \ntwo", &["one", "two"]),
                ("12345\n12345", &["12345", "12345"]),
            ] {
                assert_eq!(lines(body, size).unwrap(), expected, "{size}");
            }
            let error = lines("one\n123456\n", size).unwrap_err();
            assert_eq!(error, "MESSAGE_TOO_LARGE");
        }
    }
}
