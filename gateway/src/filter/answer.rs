//! The answer: status, headers and body, the same for good answers and problems.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use tokio::time::timeout;

use crate::coding::Codec;
use crate::config::Config;
use crate::downstream::{Broken, Client, Downstream, Entrance, Http1};
use crate::edge::Exchange;
use crate::filter::conditional::EntityTag;
use crate::filter::cors::{self, Cors};
use crate::filter::representation::Representations;
use crate::filter::security_headers;
use crate::problem::Problem;
use crate::room::patiently;

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long the rest of a refused request is read.
const LINGER: Duration = Duration::from_secs(1);

/// How answers are finished.
pub(crate) struct Answers {
    cors: Option<Cors>,
    representations: Representations,
    /// How long a client may take to read an answer.
    patience: Duration,
}

/// A good answer, as far as it was made for this request.
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    /// Of an answer that may be kept.
    pub(crate) kept: Option<Kept>,
}

/// How an answer may be kept.
pub(crate) struct Kept {
    pub(crate) seconds: u32,
    pub(crate) tag: EntityTag,
}

// === impl Answer ===

impl Answer {
    /// A body of this type, which nobody may keep.
    pub(crate) fn new(status: StatusCode, content_type: &str, body: Bytes) -> Self {
        let mut response = with_room(body);
        *response.status_mut() = status;
        let content_type = HeaderValue::try_from(content_type)
            .unwrap_or(HeaderValue::from_static("application/octet-stream"));
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        Self {
            response,
            kept: None,
        }
    }

    /// Headers alone.
    fn empty(headers: HeaderMap) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        *response.headers_mut() = headers;
        Self {
            response,
            kept: None,
        }
    }
}

// === impl Answers ===

impl Answers {
    pub(crate) fn new(config: &Config, codec: Codec) -> Self {
        Self {
            cors: Cors::new(&config.cors),
            representations: Representations::new(config.compression.clone(), codec),
            patience: config.limits.body_timeout,
        }
    }

    /// Answers OPTIONS for a path that has these methods: the preflight of a browser, or whoever
    /// else asks.
    pub(crate) fn options(
        &self,
        request: &HeaderMap,
        methods: &[Method],
    ) -> Result<Answer, Problem> {
        if let Some(cors) = &self.cors
            && cors::is_preflight(request)
        {
            let headers = cors.preflight(request, methods);
            return headers
                .map(Answer::empty)
                .ok_or_else(Problem::origin_not_allowed);
        }
        let allow = methods.iter().map(Method::as_str).collect::<Vec<_>>();
        let mut headers = HeaderMap::new();
        headers.extend(HeaderValue::try_from(allow.join(", ")).map(|allow| (ALLOW, allow)));
        Ok(Answer::empty(headers))
    }

    /// Writes the answer. Fails when the client has gone away, or does not take it in time.
    pub(crate) async fn write(
        &self,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
        outcome: Result<Answer, Problem>,
    ) -> Result<(), Broken> {
        if outcome.as_ref().is_err_and(|problem| problem.close) {
            downstream.close_after();
        }
        let at_once = outcome.as_ref().is_err_and(|problem| problem.at_once);
        let (response, kept) = match outcome {
            Ok(Answer { response, kept }) => (response, kept),
            Err(problem) => (bad(&problem, exchange), None),
        };
        let (method, request) = (&downstream.head().method, &downstream.head().headers);
        let tag = kept.as_ref().map(|kept| &kept.tag);
        let chosen = self.representations.choose(method, request, response, tag);
        let (mut head, body) = chosen.await.into_parts();
        let seconds = kept.map_or(0, |kept| kept.seconds);
        self.finish(downstream, exchange, seconds, &mut head.headers);
        exchange.log.status = head.status.as_u16();
        let ends = body.is_empty() || *method == Method::HEAD;
        let place = downstream.place.clone();
        let sent = {
            let sent = pin!(async {
                downstream
                    .respond(Response::from_parts(head, ()), ends)
                    .await?;
                if ends {
                    return Ok(());
                }
                downstream.write(body, true).await
            });
            patiently(place, self.patience, sent).await
        };
        sent.unwrap_or(Err(Broken::Slow))?;
        if !at_once {
            linger(downstream).await;
        }
        Ok(())
    }

    /// The head of an answer that is written bit by bit.
    pub(crate) fn stream_head(
        &self,
        downstream: &Downstream,
        exchange: &Exchange,
        content_type: &str,
    ) -> Response<()> {
        let answer = Answer::new(StatusCode::OK, content_type, Bytes::new());
        let mut head = answer.response.map(drop);
        self.finish(downstream, exchange, 0, head.headers_mut());
        head
    }

    /// Whether pages of the request's origin may call.
    pub(crate) fn know_origin(&self, request: &HeaderMap) -> bool {
        self.cors.as_ref().is_some_and(|cors| cors.knows(request))
    }

    /// Adds the headers that every answer to this request has. It may be kept for `seconds`.
    fn finish(
        &self,
        downstream: &Downstream,
        exchange: &Exchange,
        seconds: u32,
        headers: &mut HeaderMap,
    ) {
        let encrypted = downstream.client.entrance == Entrance::Https;
        harden(headers, exchange, seconds, encrypted);
        if let Some(cors) = &self.cors {
            cors.allow(&downstream.head().headers, headers);
        }
    }

    /// Answers what is not a request, or not a whole one; the connection ends after it.
    pub(crate) async fn refuse(
        &self,
        request: &mut Http1,
        client: Client,
        exchange: &mut Exchange,
        problem: &Problem,
    ) -> Result<(), Broken> {
        let (mut head, body) = bad(problem, exchange).into_parts();
        head.headers.insert(CONTENT_LENGTH, body.len().into());
        let encrypted = client.entrance == Entrance::Https;
        harden(&mut head.headers, exchange, 0, encrypted);
        exchange.log.status = head.status.as_u16();
        request.close_after();
        let sent = async {
            request
                .respond(Response::from_parts(head, ()), false)
                .await?;
            request.write(body, true).await
        };
        timeout(self.patience, sent)
            .await
            .unwrap_or(Err(Broken::Slow))
    }
}

/// To close while bytes arrive resets the connection, and may cost the client its answer
/// (RFC 9112, section 9.6): what it still sends of its body is read and dropped, for a moment, and
/// while nobody else wants the place.
pub(crate) async fn linger(downstream: &mut Downstream) {
    let place = downstream.place.clone();
    if let Some(Err(error)) = patiently(place, LINGER, downstream.drain()).await {
        tracing::debug!(%error, "the rest of a request could not be read");
    }
}

/// With room for the headers of every answer.
fn with_room(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.headers_mut() = HeaderMap::with_capacity(24);
    response
}

fn bad(problem: &Problem, exchange: &Exchange) -> Response<Bytes> {
    let mut response = with_room(Bytes::from(problem.render(exchange.id.as_str())));
    *response.status_mut() = problem.status;
    response.headers_mut().insert(CONTENT_TYPE, PROBLEM);
    response
        .headers_mut()
        .extend(problem.headers.iter().cloned());
    response
}

/// The headers of every answer.
fn harden(headers: &mut HeaderMap, exchange: &Exchange, seconds: u32, encrypted: bool) {
    let cache = match seconds {
        0 => Ok(HeaderValue::from_static("no-store")),
        seconds => HeaderValue::try_from(format!("public, max-age={seconds}")),
    };
    headers.extend(cache.map(|cache| (CACHE_CONTROL, cache)));
    security_headers::add(headers, encrypted);
    headers.insert(X_REQUEST_ID, exchange.id.to_header());
    // Else they would tell of another time to come back (the draft of RateLimit, section 6).
    if !headers.contains_key(RETRY_AFTER) {
        headers.extend(exchange.rate_limit.iter().flatten().cloned());
    }
}
