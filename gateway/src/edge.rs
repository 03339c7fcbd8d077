//! One request, in order. Each step is one file in `filter/`; this is the list.

use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::caller::{Caller, CallerKeys};
use guardmesh_chassis::clock::Clock;
use http::{Method, StatusCode, request};
use tokio::time::Instant;

use crate::api::{Api, Backend, Target};
use crate::client_address::{self, Network};
use crate::coding::Codec;
use crate::config::{HostArgs, Limits};
use crate::downstream::{Downstream, Http1, Protocol};
use crate::filter::access_log::AccessLog;
use crate::filter::answer::{Answer, Answers, Kept};
use crate::filter::conditional::EntityTag;
use crate::filter::rate_limit::Limited;
use crate::filter::request_id::RequestId;
use crate::filter::{access, access_log, admission, body, call, host, redirect, request_id, route};
use crate::identity::Identity;
use crate::lifecycle::Lifecycle;
use crate::local::{Local, LocalAnswer};
use crate::problem::Problem;
use crate::rate_limit::RateLimits;
use crate::rate_limit::header::Fields;

/// The public API.
pub(crate) struct Edge {
    pub(crate) api: Api,
    pub(crate) local: Local,
    pub(crate) identity: Arc<Identity>,
    pub(crate) hosts: HostArgs,
    pub(crate) keys: CallerKeys,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) codec: Codec,
    pub(crate) answers: Answers,
    pub(crate) rate_limits: Arc<RateLimits>,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) lifecycle: Lifecycle,
    /// Of HTTPS, as clients see it.
    pub(crate) public_port: u16,
}

/// What is known of a request, for its answer and its log line.
pub(crate) struct Exchange {
    pub(crate) started: Instant,
    pub(crate) id: RequestId,
    pub(crate) log: AccessLog,
    /// What the answer tells of the client's rate limits.
    pub(crate) rate_limit: Option<Fields>,
}

// === impl Edge ===

impl Edge {
    /// Answers a request; gives the way back when it can be used for a next one.
    ///
    /// The HTTP status follows from the gRPC status, which is known only once the answer is
    /// complete, so nothing is sent before that.
    pub(crate) async fn serve(&self, mut downstream: Downstream) -> Option<Protocol> {
        let mut exchange = Exchange::new();
        let outcome = self.answer(&mut downstream, &mut exchange).await;
        if self.lifecycle.is_draining() {
            downstream.close_after();
        }
        let sent = self.answers.write(&mut downstream, &mut exchange, outcome);
        let sent = sent.await;
        let verb = &downstream.head().method;
        access_log::write(Some(verb), sent.as_ref().err(), &exchange);
        sent.is_ok().then_some(downstream.protocol)
    }

    /// Answers what is not even a request.
    pub(crate) async fn refuse(&self, mut request: Http1, problem: Problem) {
        let mut exchange = Exchange::new();
        let sent = self.answers.refuse(&mut request, &mut exchange, &problem);
        let sent = sent.await;
        access_log::write(None, sent.as_ref().err(), &exchange);
    }

    async fn answer(
        &self,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
    ) -> Result<Answer, Problem> {
        exchange.id = request_id::given_or_new(&downstream.head().headers);
        let path = admission::admit(downstream)?;
        let request = downstream.head();
        let host = host::of(request)?;
        let found = route::find(&self.api, &request.method, path);
        // Whoever probes knows an address, and no name.
        if !found.as_ref().is_ok_and(Target::is_probe) {
            host::check(&self.hosts, host.as_ref())?;
        }
        redirect::to_https(downstream.client, request, self.public_port)?;
        if request.method == Method::OPTIONS {
            let methods = route::methods(&self.api, path)?;
            return self.answers.options(&request.headers, &methods);
        }
        let target = found?;
        exchange.log.method = Some(target.route.method().grpc_path().to_owned());
        let peer = downstream.client.address.ip();
        let client = client_address::of(peer, &request.headers, &self.trusted_proxies);
        let limited = Limited::of(&self.rate_limits, &target, client, &request.headers);
        limited.refuse_exhausted()?;
        let caller = self.identity.identify(&request.headers, target.policy);
        let caller = match caller.await {
            Ok(caller) => caller,
            Err(problem) => return Err(limited.count_failure(problem).await),
        };
        exchange.rate_limit = limited.count(caller.as_deref()).await?;
        access::check(&target.policy.access, caller.as_deref())?;
        let limit = target
            .policy
            .max_request_bytes
            .unwrap_or(self.limits.max_body_bytes);
        let body = body::read(downstream, limit, self.limits.body_timeout, &self.codec).await?;
        let request = downstream.head();
        let message = target
            .route
            .encode_request(request.uri.query(), content_type(request), &body)
            .map_err(|error| Problem::unfit(&error))?;
        self.ask(downstream, &target, caller.as_deref(), message, exchange)
            .await
    }

    async fn ask(
        &self,
        downstream: &mut Downstream,
        target: &Target<'_>,
        caller: Option<&Caller>,
        message: bytes::Bytes,
        exchange: &Exchange,
    ) -> Result<Answer, Problem> {
        let path = target.route.method().grpc_path();
        let (status, message) = match target.backend {
            Backend::Upstream(upstream) => {
                let signed = caller.map(|caller| self.keys.sign(caller, path, &self.clock));
                let headers = &downstream.head().headers;
                let metadata =
                    call::metadata(headers, target.policy, &exchange.id, signed.as_ref())?;
                let timeout: Duration = self.limits.call_timeout;
                let idempotent = target.policy.idempotent;
                let call = call::upstream(upstream, path, metadata, message, idempotent, timeout);
                tokio::select! {
                    answer = call => (StatusCode::OK, answer?),
                    // Nobody waits for the answer: the call is given up, too.
                    () = downstream.gone() => return Err(Problem::client_gone()),
                }
            }
            Backend::Local => match self.local.answer(path) {
                Some(LocalAnswer::Message(status, message)) => (status, message.into()),
                Some(LocalAnswer::Document(document)) => {
                    let mut answer = document.answer();
                    answer.kept = kept(target, || document.tag.clone());
                    return Ok(answer);
                }
                Some(LocalAnswer::Nothing) => return Err(Problem::not_found()),
                None => return Err(Problem::internal()),
            },
        };
        let response = target.route.decode_response(&message).map_err(|error| {
            tracing::error!(%error, method = path, "a service's answer does not fit its contract");
            Problem::internal()
        })?;
        let mut answer = Answer::new(status, &response.content_type, response.body);
        answer.kept = kept(target, || EntityTag::of(answer.response.body()));
        Ok(answer)
    }
}

// === impl Exchange ===

impl Exchange {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            id: RequestId::generate(),
            log: AccessLog::default(),
            rate_limit: None,
        }
    }
}

fn content_type(request: &request::Parts) -> Option<&str> {
    request
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
}

/// Whether the method's answers may be kept, and under which tag.
fn kept(target: &Target<'_>, tag: impl FnOnce() -> EntityTag) -> Option<Kept> {
    let seconds = target.policy.cache_seconds?;
    Some(Kept {
        seconds,
        tag: tag(),
    })
}
