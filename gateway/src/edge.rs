//! One request, in order. Each step is one file in `filter/`; this is the list.

use std::time::Duration;

use async_trait::async_trait;
use guardmesh_chassis::caller::{Caller, CallerKeys};
use guardmesh_chassis::clock::Clock;
use guardmesh_transcoder::Response;
use http::StatusCode;
use pingora::prelude::HttpPeer;
use pingora::proxy::{FailToProxy, ProxyHttp, Session};
use tokio::time::Instant;

use crate::api::{Api, Backend, Target};
use crate::config::Limits;
use crate::filter::access_log::AccessLog;
use crate::filter::request_id::RequestId;
use crate::filter::{
    access, access_log, admission, answer, body, call, identity, request_id, route,
};
use crate::local::{Local, LocalAnswer};
use crate::problem::Problem;
use crate::token::AccessTokens;

/// The public API.
pub(crate) struct Edge {
    api: Api,
    local: Local,
    tokens: AccessTokens,
    keys: CallerKeys,
    clock: Clock,
    limits: Limits,
}

/// What is known of a request, for its answer and its log line.
pub(crate) struct Exchange {
    pub(crate) started: Instant,
    pub(crate) id: RequestId,
    pub(crate) log: AccessLog,
}

/// A good answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) response: Response,
}

// === impl Edge ===

impl Edge {
    pub(crate) fn new(
        api: Api,
        local: Local,
        tokens: AccessTokens,
        keys: CallerKeys,
        clock: Clock,
        limits: Limits,
    ) -> Self {
        Self {
            api,
            local,
            tokens,
            keys,
            clock,
            limits,
        }
    }

    async fn answer(
        &self,
        session: &mut Session,
        exchange: &mut Exchange,
    ) -> Result<Answer, Problem> {
        let path = admission::admit(session)?;
        let request = session.req_header();
        exchange.id = request_id::given_or_new(&request.headers);
        let target = route::find(&self.api, &request.method, path)?;
        exchange.log.method = Some(target.route.method().grpc_path().to_owned());
        let caller =
            identity::identify(&request.headers, &target.policy.access, &self.tokens).await?;
        access::check(&target.policy.access, caller.as_ref())?;
        let limit = target
            .policy
            .max_request_bytes
            .unwrap_or(self.limits.max_body_bytes);
        let body = body::read(session, limit, self.limits.body_timeout).await?;
        let request = session.req_header();
        let message = target
            .route
            .encode_request(request.uri.query(), content_type(session), &body)
            .map_err(|error| Problem::unfit(&error))?;
        self.ask(session, &target, caller.as_ref(), message, exchange)
            .await
    }

    async fn ask(
        &self,
        session: &Session,
        target: &Target<'_>,
        caller: Option<&Caller>,
        message: bytes::Bytes,
        exchange: &Exchange,
    ) -> Result<Answer, Problem> {
        let path = target.route.method().grpc_path();
        let (status, message) = match target.backend {
            Backend::Upstream(upstream) => {
                let signed = caller.map(|caller| self.keys.sign(caller, path, &self.clock));
                let metadata = call::metadata(
                    &session.req_header().headers,
                    target.policy,
                    &exchange.id,
                    signed.as_ref(),
                )?;
                let timeout: Duration = self.limits.call_timeout;
                let idempotent = target.policy.idempotent;
                (
                    StatusCode::OK,
                    call::upstream(upstream, path, metadata, message, idempotent, timeout).await?,
                )
            }
            Backend::Local => match self.local.answer(path) {
                Some(LocalAnswer::Message(status, message)) => (status, message.into()),
                Some(LocalAnswer::Document(content_type, body)) => {
                    let response = Response { content_type, body };
                    return Ok(Answer {
                        status: StatusCode::OK,
                        response,
                    });
                }
                None => return Err(Problem::internal()),
            },
        };
        let response = target.route.decode_response(&message).map_err(|error| {
            tracing::error!(%error, method = path, "a service's answer does not fit its contract");
            Problem::internal()
        })?;
        Ok(Answer { status, response })
    }
}

fn content_type(session: &Session) -> Option<&str> {
    session
        .get_header(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
}

#[async_trait]
impl ProxyHttp for Edge {
    type CTX = Exchange;

    fn new_ctx(&self) -> Self::CTX {
        Exchange {
            started: Instant::now(),
            id: RequestId::generate(),
            log: AccessLog::default(),
        }
    }

    /// Answers every request: the HTTP status follows from the gRPC status, which is known only
    /// once the answer is complete, so nothing is left to the proxying phase.
    async fn request_filter(
        &self,
        session: &mut Session,
        exchange: &mut Self::CTX,
    ) -> pingora::Result<bool> {
        exchange.started = Instant::now();
        // Pingora would wait for a next request for ever.
        if session.get_keepalive().is_some() {
            let idle = self.limits.idle_timeout.as_secs().max(1);
            session.set_keepalive(Some(idle));
        }
        let outcome = self.answer(session, exchange).await;
        answer::write(session, exchange, outcome, self.limits.body_timeout).await?;
        Ok(true)
    }

    /// The one failure is an answer that could not be sent: there is nobody to tell.
    async fn fail_to_proxy(
        &self,
        _session: &mut Session,
        _error: &pingora::Error,
        _exchange: &mut Self::CTX,
    ) -> FailToProxy {
        FailToProxy {
            error_code: 0,
            can_reuse_downstream: false,
        }
    }

    /// The access log has it; Pingora's line would have the path, too.
    fn suppress_error_log(&self, _: &Session, _: &Self::CTX, _: &pingora::Error) -> bool {
        true
    }

    async fn upstream_peer(
        &self,
        _session: &mut Session,
        _exchange: &mut Self::CTX,
    ) -> pingora::Result<Box<HttpPeer>> {
        pingora::Error::e_explain(
            pingora::ErrorType::InternalError,
            "every request is answered in request_filter",
        )
    }

    async fn logging(
        &self,
        session: &mut Session,
        error: Option<&pingora::Error>,
        exchange: &mut Self::CTX,
    ) {
        access_log::write(session, error, exchange);
    }
}
