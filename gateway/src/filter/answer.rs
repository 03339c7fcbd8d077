//! The answer: status, headers and body, the same for good answers and problems.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use pingora::http::ResponseHeader;
use pingora::proxy::Session;
use pingora::{Error, ErrorType};
use tokio::time::timeout;

use crate::edge::{Answer, Exchange};
use crate::problem::Problem;

const PROBLEM: &str = "application/problem+json";
/// How long the rest of a refused request is read.
const LINGER: Duration = Duration::from_secs(1);

/// Writes the answer. Fails when the client has gone away, or does not take it in time.
pub(crate) async fn write(
    session: &mut Session,
    exchange: &mut Exchange,
    outcome: Result<Answer, Problem>,
    patience: Duration,
) -> pingora::Result<()> {
    let (header, body) = match outcome {
        Ok(Answer { status, response }) => (
            head(
                status,
                &response.content_type,
                response.body.len(),
                exchange,
            ),
            response.body,
        ),
        Err(problem) => {
            if problem.close {
                session.set_keepalive(None);
            }
            let body = Bytes::from(problem.render(exchange.id.as_str()));
            let header = head(problem.status, PROBLEM, body.len(), exchange);
            let header = header.and_then(|mut header| {
                for (name, value) in problem.headers {
                    header.insert_header(name, value)?;
                }
                Ok(header)
            });
            (header, body)
        }
    };
    if session.is_process_shutting_down() {
        session.set_keepalive(None);
    }
    let sent = async {
        session
            .write_response_header(Box::new(header?), body.is_empty())
            .await?;
        session.write_response_body(Some(body), true).await
    };
    match timeout(patience, sent).await {
        Ok(sent) => sent?,
        Err(_) => return Error::e_explain(ErrorType::WriteTimedout, "the answer was not taken"),
    }
    linger(session).await;
    Ok(())
}

/// To close while bytes arrive resets the connection, and may cost the client its answer
/// (RFC 9112, section 9.6): what it still sends of its body is read and dropped, for a moment.
async fn linger(session: &mut Session) {
    let rest = session.downstream_session.drain_request_body();
    if let Ok(Err(error)) = timeout(LINGER, rest).await {
        tracing::debug!(%error, "the rest of a request could not be read");
    }
}

fn head(
    status: StatusCode,
    content_type: &str,
    length: usize,
    exchange: &Exchange,
) -> pingora::Result<ResponseHeader> {
    let mut header = ResponseHeader::build(status, Some(8))?;
    header.insert_header(CONTENT_TYPE, content_type)?;
    header.insert_header(CONTENT_LENGTH, length)?;
    header.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"))?;
    header.insert_header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))?;
    header.insert_header(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))?;
    header.insert_header(REFERRER_POLICY, HeaderValue::from_static("no-referrer"))?;
    header.insert_header("x-request-id", exchange.id.as_str())?;
    Ok(header)
}
