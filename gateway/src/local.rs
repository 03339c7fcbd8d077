//! What the gateway answers itself: `guardmesh.gateway.v1.GatewayService`.

use std::sync::Arc;

use bytes::Bytes;
use guardmesh_proto::guardmesh::gateway::v1::{
    GetHealthResponse, GetLivenessResponse, GetReadinessResponse, RateLimitState, ServiceHealth,
    ServingStatus,
};
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode};
use prost::Message;
use tokio_util::sync::CancellationToken;

use crate::api::Api;
use crate::docs;
use crate::filter::answer::Answer;
use crate::filter::conditional::EntityTag;
use crate::openapi::{self, OpenApiError};
use crate::rate_limit::{Counting, RateLimits};
use crate::upstream::Upstream;

/// The gateway's own service.
pub(crate) struct Local {
    upstreams: Vec<Arc<Upstream>>,
    rate_limits: Arc<RateLimits>,
    shutdown: CancellationToken,
    documentation: Option<Documentation>,
}

/// Made once, at the start.
struct Documentation {
    openapi: Document,
    page: Document,
}

/// A body as it is.
pub(crate) struct Document {
    content_type: &'static str,
    body: Bytes,
    pub(crate) tag: EntityTag,
    content_security_policy: Option<HeaderValue>,
}

/// An answer of the gateway's own service.
pub(crate) enum LocalAnswer<'a> {
    /// A message, to be transcoded.
    Message(StatusCode, Bytes),
    /// A body as it is.
    Document(&'a Document),
    /// It is switched off.
    Nothing,
}

// === impl Local ===

impl Local {
    /// `with_documentation`: the API document and its page are served.
    pub(crate) fn new(
        contracts: &[u8],
        api: &Api,
        upstreams: Vec<Arc<Upstream>>,
        rate_limits: Arc<RateLimits>,
        shutdown: CancellationToken,
        with_documentation: bool,
    ) -> Result<Self, OpenApiError> {
        let documentation = with_documentation.then(|| Documentation::new(contracts, api));
        Ok(Self {
            upstreams,
            rate_limits,
            shutdown,
            documentation: documentation.transpose()?,
        })
    }

    /// Answers the method at this gRPC path; `None` for one that is declared and not written.
    pub(crate) fn answer(&self, grpc_path: &str) -> Option<LocalAnswer<'_>> {
        let method = grpc_path.strip_prefix("/guardmesh.gateway.v1.GatewayService/")?;
        Some(match method {
            "GetHealth" => self.health(),
            "GetLiveness" => Self::liveness(),
            "GetReadiness" => self.readiness(),
            "GetOpenApi" => self.document(|documentation| &documentation.openapi),
            "GetDocs" => self.document(|documentation| &documentation.page),
            _ => return None,
        })
    }

    fn document(&self, which: impl FnOnce(&Documentation) -> &Document) -> LocalAnswer<'_> {
        match &self.documentation {
            Some(documentation) => LocalAnswer::Document(which(documentation)),
            None => LocalAnswer::Nothing,
        }
    }

    fn health(&self) -> LocalAnswer<'_> {
        let status = self.all_serving();
        let answer = GetHealthResponse {
            status: status.into(),
            services: self.services(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rate_limits: self.rate_limits().into(),
        };
        LocalAnswer::Message(http_status(status), answer.encode_to_vec().into())
    }

    fn liveness() -> LocalAnswer<'static> {
        let answer = GetLivenessResponse {
            status: ServingStatus::Serving.into(),
        };
        LocalAnswer::Message(StatusCode::OK, answer.encode_to_vec().into())
    }

    /// One service that is down does not make a gateway useless, and must not take all gateways
    /// out of rotation; without any there is nothing to be had here.
    fn readiness(&self) -> LocalAnswer<'_> {
        let any = self.upstreams.iter().any(|upstream| upstream.is_healthy());
        let status = serving(any && !self.shutdown.is_cancelled());
        let answer = GetReadinessResponse {
            status: status.into(),
            services: self.services(),
        };
        LocalAnswer::Message(http_status(status), answer.encode_to_vec().into())
    }

    fn rate_limits(&self) -> RateLimitState {
        match self.rate_limits.counting() {
            Counting::Off => RateLimitState::Off,
            Counting::Local => RateLimitState::Local,
            Counting::Shared => RateLimitState::Shared,
            Counting::Fallback => RateLimitState::Fallback,
        }
    }

    fn all_serving(&self) -> ServingStatus {
        serving(self.upstreams.iter().all(|upstream| upstream.is_healthy()))
    }

    fn services(&self) -> Vec<ServiceHealth> {
        let health = |upstream: &Arc<Upstream>| ServiceHealth {
            name: upstream.name().to_owned(),
            status: serving(upstream.is_healthy()).into(),
        };
        self.upstreams.iter().map(health).collect()
    }
}

// === impl Documentation ===

impl Documentation {
    fn new(contracts: &[u8], api: &Api) -> Result<Self, OpenApiError> {
        let openapi = openapi::document(contracts, api.policies(), env!("CARGO_PKG_VERSION"))?;
        let page = docs::page();
        Ok(Self {
            openapi: Document::new("application/json", openapi.to_string().into(), None),
            page: Document::new(
                "text/html; charset=utf-8",
                page.body,
                Some(page.content_security_policy),
            ),
        })
    }
}

// === impl Document ===

impl Document {
    fn new(
        content_type: &'static str,
        body: Bytes,
        content_security_policy: Option<HeaderValue>,
    ) -> Self {
        Self {
            content_type,
            tag: EntityTag::of(&body),
            body,
            content_security_policy,
        }
    }

    /// As an answer.
    pub(crate) fn answer(&self) -> Answer {
        let mut answer = Answer::new(StatusCode::OK, self.content_type, self.body.clone());
        let policy = self.content_security_policy.clone();
        let policy = policy.map(|policy| (CONTENT_SECURITY_POLICY, policy));
        answer.response.headers_mut().extend(policy);
        answer
    }
}

fn serving(yes: bool) -> ServingStatus {
    if yes {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    }
}

fn http_status(status: ServingStatus) -> StatusCode {
    match status {
        ServingStatus::Serving => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
