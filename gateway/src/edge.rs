//! One request, in order. Each step is one file in `filter/`; this is the list.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use tokio::time::Instant;

use crate::api::{Api, Target};
use crate::client_address::{self, Network};
use crate::coding::Codec;
use crate::config::{HostArgs, Limits};
use crate::dialect::{Dialect, WebForm};
use crate::downstream::{Broken, Client, Downstream, Http1, Protocol};
use crate::filter::access_log::AccessLog;
use crate::filter::answer::{self, Answer, Answers};
use crate::filter::rate_limit::Limited;
use crate::filter::request_id::RequestId;
use crate::filter::route::Manner;
use crate::filter::trace_context::TraceContext;
use crate::filter::{
    access, access_log, admission, call, host, redirect, request_id, route, trace_context,
};
use crate::identity::{Identified, Identity};
use crate::lifecycle::Lifecycle;
use crate::local::Local;
use crate::metrics::Answered;
use crate::problem::Problem;
use crate::rate_limit::RateLimits;
use crate::rate_limit::header::Fields;
use crate::signatures::Signatures;
use crate::stream::grpc::Duplex;
use crate::stream::server_stream::ServerStream;
use crate::stream::websocket::Conversation;
use crate::stream::websocket::handshake;
use crate::stream::{Bounds, grpc, grpc_web};

mod grpc_call;
mod json_call;
mod service_call;
mod websocket_call;

/// The public API.
pub(crate) struct Edge {
    pub(crate) api: Api,
    pub(crate) local: Local,
    pub(crate) identity: Arc<Identity>,
    pub(crate) hosts: HostArgs,
    pub(crate) signatures: Signatures,
    pub(crate) limits: Limits,
    pub(crate) codec: Codec,
    pub(crate) answers: Answers,
    pub(crate) rate_limits: Arc<RateLimits>,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) answered: Arc<Answered>,
    /// Of HTTPS, as clients see it.
    pub(crate) public_port: u16,
}

/// What is known of a request, for its answer and its log line.
pub(crate) struct Exchange {
    pub(crate) started: Instant,
    pub(crate) dialect: Dialect,
    pub(crate) id: RequestId,
    pub(crate) trace: TraceContext,
    pub(crate) log: AccessLog,
    /// Who calls, where the method wants to know.
    pub(crate) caller: Option<Identified>,
    /// What the answer tells of the client's rate limits.
    pub(crate) rate_limit: Option<Fields>,
}

/// A call that may be made.
struct Admitted<'a> {
    target: Target<'a>,
    /// Most bytes of one message from the client.
    max_message: usize,
}

/// A good answer, in its form.
enum Reply<'a> {
    /// All of it.
    Whole(Answer),
    /// The message of a unary call over gRPC.
    Message(Bytes),
    /// One that goes on.
    Stream(ServerStream<'a>),
    /// A conversation over gRPC.
    Duplex(Duplex),
    /// A conversation over WebSocket.
    WebSocket(Conversation<'a>),
}

// === impl Edge ===

impl Edge {
    /// Answers a request; gives the way back when it can be used for a next one.
    ///
    /// The HTTP status follows from the gRPC status, which is known only once the answer is
    /// complete, or its first message there, so nothing is sent before that.
    pub(crate) async fn serve(&self, mut downstream: Downstream) -> Option<Protocol> {
        let request = downstream.head();
        let id = request_id::given_or_new(&request.headers);
        let trace = trace_context::given_or_new(&request.headers);
        let mut exchange = Exchange::new(Dialect::of(request), id, trace);
        let outcome = self.answer(&mut downstream, &mut exchange).await;
        if self.lifecycle.is_draining() {
            downstream.close_after();
        }
        let verb = downstream.head().method.clone();
        let sent = match outcome {
            Ok(Reply::WebSocket(conversation)) => {
                let bounds = self.bounds(&exchange);
                let ended = conversation.serve(downstream, &mut exchange, &bounds);
                Box::pin(ended).await.map(|()| None)
            }
            outcome => {
                let sent = self.send(&mut downstream, &mut exchange, outcome).await;
                sent.map(|()| Some(downstream.protocol))
            }
        };
        access_log::write(Some(&verb), sent.as_ref().err(), &exchange);
        self.answered.count(exchange.log.status);
        sent.ok().flatten()
    }

    /// Answers what is not even a request.
    pub(crate) async fn refuse(&self, request: &mut Http1, client: Client, problem: Problem) {
        let mut exchange =
            Exchange::new(Dialect::Rest, RequestId::generate(), TraceContext::begin());
        let sent = self
            .answers
            .refuse(request, client, &mut exchange, &problem);
        let sent = sent.await;
        access_log::write(None, sent.as_ref().err(), &exchange);
        self.answered.count(exchange.log.status);
    }

    async fn answer(
        &self,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
    ) -> Result<Reply<'_>, Problem> {
        let path = admission::admit(downstream)?;
        let request = downstream.head();
        let host = host::of(request)?;
        let found = route::find(&self.api, request, exchange.dialect, path);
        // Whoever probes knows an address, and no name.
        if !found.as_ref().is_ok_and(|(target, _)| target.is_probe()) {
            host::check(&self.hosts, host.as_ref())?;
        }
        redirect::to_https(downstream.client, request, self.public_port)?;
        if request.method == Method::OPTIONS {
            let methods = route::methods(&self.api, request, path)?;
            let options = self.answers.options(&request.headers, &methods);
            return options.map(Reply::Whole);
        }
        let (target, manner) = found?;
        exchange.log.method = Some(target.method.grpc_path().to_owned());
        let headers = match manner {
            Manner::WebSocket(_) => handshake::with_credentials(&request.headers),
            _ => Cow::Borrowed(&request.headers),
        };
        let peer = downstream.client.address.ip();
        let client = client_address::of(peer, &headers, &self.trusted_proxies);
        let limited = Limited::of(&self.rate_limits, &target, client, &headers);
        limited.refuse_exhausted()?;
        exchange.caller = match self.identity.identify(&headers, target.policy).await {
            Ok(caller) => caller,
            Err(problem) => return Err(limited.count_failure(problem).await),
        };
        let caller = exchange.caller.as_ref().map(|known| &*known.caller);
        exchange.rate_limit = limited.count(caller).await?;
        access::check(&target.policy.access, caller)?;
        let own_limit = target.policy.max_request_bytes;
        let call = Admitted {
            target,
            max_message: own_limit.unwrap_or(self.limits.max_body_bytes),
        };
        match manner {
            Manner::Json(route) => self.json(downstream, &call, route, exchange).await,
            // Boxed, so that the usual call has no room for what these need.
            Manner::JsonStream(route) => {
                Box::pin(self.json_stream(downstream, &call, route, exchange)).await
            }
            Manner::JsonUpload(route) => {
                Box::pin(self.json_upload(downstream, &call, route, exchange)).await
            }
            Manner::WebSocket(route) => {
                Box::pin(self.websocket(downstream, &call, route, exchange)).await
            }
            Manner::Grpc => Box::pin(self.grpc(downstream, &call, exchange)).await,
            Manner::GrpcWeb(form) => {
                Box::pin(self.grpc_web(downstream, &call, form, exchange)).await
            }
        }
    }

    /// What of the request reaches the service, with the signed caller.
    fn metadata(
        &self,
        call: &Admitted<'_>,
        headers: &HeaderMap,
        exchange: &Exchange,
    ) -> Result<HeaderMap, Problem> {
        let method = call.target.method;
        let caller = exchange.caller.as_ref();
        let signed = caller.map(|known| {
            self.signatures
                .of(&known.caller, method.index(), method.grpc_path())
        });
        call::metadata(
            headers,
            call.target.policy,
            &exchange.id,
            &exchange.trace,
            signed,
        )
    }

    /// Sends the answer in the client's dialect.
    async fn send(
        &self,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
        outcome: Result<Reply<'_>, Problem>,
    ) -> Result<(), Broken> {
        let patience = self.limits.body_timeout;
        let at_once = outcome.as_ref().is_err_and(|problem| problem.at_once);
        match (outcome, exchange.dialect) {
            (Ok(Reply::Whole(whole)), _) => {
                return self.answers.write(downstream, exchange, Ok(whole)).await;
            }
            (Err(problem), Dialect::Rest) => {
                return self.answers.write(downstream, exchange, Err(problem)).await;
            }
            (Ok(Reply::Duplex(call)), _) => {
                let bounds = self.bounds(exchange);
                return Box::pin(call.serve(downstream, exchange, &bounds)).await;
            }
            (Ok(Reply::Message(message)), Dialect::Grpc | Dialect::Rest) => {
                let answer = grpc::answer(downstream, exchange, &message, patience);
                return Box::pin(answer).await;
            }
            (Err(problem), Dialect::Grpc) => {
                return grpc::refuse(downstream, exchange, &problem);
            }
            (Ok(Reply::WebSocket(_)), _) => return Err(Broken::BrokeOff),
            (Ok(Reply::Stream(stream)), _) => {
                let content_type = stream.content_type();
                let head = self.answers.stream_head(downstream, exchange, content_type);
                let bounds = self.bounds(exchange);
                let written = stream.write(head, downstream, exchange, &bounds);
                Box::pin(written).await?;
            }
            (Ok(Reply::Message(message)), Dialect::GrpcWeb(form)) => {
                Box::pin(self.send_web(downstream, exchange, form, Ok(message))).await?;
            }
            (Err(problem), Dialect::GrpcWeb(form)) => {
                Box::pin(self.send_web(downstream, exchange, form, Err(problem))).await?;
            }
        }
        if !at_once {
            answer::linger(downstream).await;
        }
        Ok(())
    }

    /// Sends a message, or a problem, over gRPC-Web.
    async fn send_web(
        &self,
        downstream: &mut Downstream,
        exchange: &mut Exchange,
        form: WebForm,
        outcome: Result<Bytes, Problem>,
    ) -> Result<(), Broken> {
        let content_type = form.content_type();
        let head = self.answers.stream_head(downstream, exchange, content_type);
        let patience = self.limits.body_timeout;
        grpc_web::answer(downstream, exchange, head, form, outcome, patience).await
    }

    fn bounds(&self, exchange: &Exchange) -> Bounds<'_> {
        let caller = exchange.caller.clone();
        Bounds::new(&self.limits, &self.lifecycle, &self.identity, caller)
    }
}

// === impl Exchange ===

impl Exchange {
    fn new(dialect: Dialect, id: RequestId, trace: TraceContext) -> Self {
        Self {
            started: Instant::now(),
            dialect,
            id,
            trace,
            log: AccessLog::default(),
            caller: None,
            rate_limit: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that a request takes while it is answered, beside what it points to.
    fn size<A, B, F>(_: impl FnOnce(A, B) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn the_state_of_a_request_is_small() {
        let size = size(|edge: &'static Edge, downstream| edge.serve(downstream));
        assert!(size <= 5 * 1024, "{size} bytes");
    }
}
