//! What the gateway answers itself: `guardmesh.gateway.v1.GatewayService`.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use guardmesh_proto::guardmesh::gateway::v1::{
    GetHealthResponse, GetLivenessResponse, GetReadinessResponse, RateLimitState, ServiceHealth,
    ServingStatus,
};
use http::StatusCode;
use prost::Message;
use tokio_util::sync::CancellationToken;

use crate::api::Api;
use crate::openapi::{self, OpenApiError};
use crate::rate_limit::{Counting, RateLimits};
use crate::upstream::Upstream;

/// The gateway's own service.
pub(crate) struct Local {
    upstreams: Vec<Arc<Upstream>>,
    rate_limits: Arc<RateLimits>,
    shutdown: CancellationToken,
    openapi: Bytes,
}

/// An answer of the gateway's own service.
pub(crate) enum LocalAnswer {
    /// A message, to be transcoded.
    Message(StatusCode, Bytes),
    /// A body as it is.
    Document(Cow<'static, str>, Bytes),
}

// === impl Local ===

impl Local {
    /// Makes the API document once.
    pub(crate) fn new(
        contracts: &[u8],
        api: &Api,
        upstreams: Vec<Arc<Upstream>>,
        rate_limits: Arc<RateLimits>,
        shutdown: CancellationToken,
    ) -> Result<Self, OpenApiError> {
        let document = openapi::document(contracts, api.policies(), env!("CARGO_PKG_VERSION"))?;
        Ok(Self {
            upstreams,
            rate_limits,
            shutdown,
            openapi: document.to_string().into(),
        })
    }

    /// Answers the method at this gRPC path; `None` for one that is declared and not written.
    pub(crate) fn answer(&self, grpc_path: &str) -> Option<LocalAnswer> {
        let method = grpc_path.strip_prefix("/guardmesh.gateway.v1.GatewayService/")?;
        Some(match method {
            "GetHealth" => self.health(),
            "GetLiveness" => Self::liveness(),
            "GetReadiness" => self.readiness(),
            "GetOpenApi" => {
                LocalAnswer::Document(Cow::Borrowed("application/json"), self.openapi.clone())
            }
            _ => return None,
        })
    }

    fn health(&self) -> LocalAnswer {
        let status = self.all_serving();
        let answer = GetHealthResponse {
            status: status.into(),
            services: self.services(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rate_limits: self.rate_limits().into(),
        };
        LocalAnswer::Message(http_status(status), answer.encode_to_vec().into())
    }

    fn liveness() -> LocalAnswer {
        let answer = GetLivenessResponse {
            status: ServingStatus::Serving.into(),
        };
        LocalAnswer::Message(StatusCode::OK, answer.encode_to_vec().into())
    }

    /// One service that is down does not make a gateway useless, and must not take all gateways
    /// out of rotation; without any there is nothing to be had here.
    fn readiness(&self) -> LocalAnswer {
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
