//! The answer: status, headers and body, the same for good answers and problems.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use tokio::time::timeout;

use crate::downstream::{Broken, Downstream, Http1};
use crate::edge::{Exchange, Whole};
use crate::problem::Problem;

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long the rest of a refused request is read.
const LINGER: Duration = Duration::from_secs(1);

/// Writes the answer. Fails when the client has gone away, or does not take it in time.
pub(crate) async fn write(
    downstream: &mut Downstream,
    exchange: &mut Exchange,
    outcome: Result<Whole, Problem>,
    patience: Duration,
) -> Result<(), Broken> {
    let (head, body) = match outcome {
        Ok(answer) => good(answer, exchange),
        Err(problem) => {
            if problem.close {
                downstream.close_after();
            }
            bad(&problem, exchange)
        }
    };
    exchange.log.status = head.status().as_u16();
    let sent = async {
        downstream.respond(head, body.is_empty()).await?;
        if body.is_empty() {
            return Ok(());
        }
        downstream.write(body, true).await
    };
    timeout(patience, sent).await.unwrap_or(Err(Broken::Slow))
}

/// Answers what is not a request, or not a whole one; the connection ends after it.
pub(crate) async fn refuse(
    request: &mut Http1,
    exchange: &mut Exchange,
    problem: &Problem,
    patience: Duration,
) -> Result<(), Broken> {
    let (head, body) = bad(problem, exchange);
    exchange.log.status = head.status().as_u16();
    request.close_after();
    let sent = async {
        request.respond(head, false).await?;
        request.write(&body, true).await
    };
    timeout(patience, sent).await.unwrap_or(Err(Broken::Slow))
}

/// To close while bytes arrive resets the connection, and may cost the client its answer
/// (RFC 9112, section 9.6): what it still sends of its body is read and dropped, for a moment.
pub(crate) async fn linger(downstream: &mut Downstream) {
    if let Ok(Err(error)) = timeout(LINGER, downstream.drain()).await {
        tracing::debug!(%error, "the rest of a request could not be read");
    }
}

fn good(answer: Whole, exchange: &Exchange) -> (Response<()>, Bytes) {
    let Whole { status, response } = answer;
    let content_type = HeaderValue::try_from(&*response.content_type);
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let head = head(status, content_type, response.body.len(), exchange);
    (head, response.body)
}

fn bad(problem: &Problem, exchange: &Exchange) -> (Response<()>, Bytes) {
    let body = Bytes::from(problem.render(exchange.id.as_str()));
    let mut head = head(problem.status, PROBLEM, body.len(), exchange);
    head.headers_mut().extend(problem.headers.iter().cloned());
    (head, body)
}

/// The head of an answer whose length is not known.
pub(crate) fn stream_head(content_type: &str, exchange: &Exchange) -> Response<()> {
    let content_type = HeaderValue::try_from(content_type);
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut head = head(StatusCode::OK, content_type, 0, exchange);
    head.headers_mut().remove(CONTENT_LENGTH);
    head
}

fn head(
    status: StatusCode,
    content_type: HeaderValue,
    length: usize,
    exchange: &Exchange,
) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(12);
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(id) = exchange.id.to_header() {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.extend(exchange.rate_limit.iter().flatten().cloned());
    response
}
