//! The background of a service: where its endpoints are, and how they are, again and again.
//!
//! An endpoint that hangs as a whole gets no more calls after [`HEALTH_INTERVAL`] and
//! [`HEALTH_TIMEOUT`], three seconds. One whose health is fine while its calls hang is left out
//! once five calls in a row ran out of their time, or were given up by their clients, after a
//! second or more. Calls that are with it by then wait for their own deadlines.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use prost::Message;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::task::AbortOnDropHandle;
use tonic_health::pb::HealthCheckResponse;
use tonic_health::pb::health_check_response::ServingStatus;

use super::endpoint::{Endpoint, Place};
use super::{Call, Upstream, exchange};
use crate::config::Location;

const HEALTH_PATH: &str = "/grpc.health.v1.Health/Check";
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);
const HEALTH_INTERVAL: Duration = Duration::from_secs(1);
/// Until an endpoint has been seen healthy for the first time, and until a name was resolved.
const INTERVAL_AT_START: Duration = Duration::from_millis(50);

// === impl Upstream ===

impl Upstream {
    /// Finds the endpoints and asks each for its health, for ever.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut checks: HashMap<Place, AbortOnDropHandle<()>> = HashMap::new();
        let fixed = self
            .locations
            .iter()
            .all(|location| matches!(location, Location::Address(_)));
        let mut lost = false;
        loop {
            lost = !self.resolve(lost).await;
            let all = self.endpoints.all();
            checks.retain(|place, _| all.iter().any(|one| one.place == *place));
            for endpoint in all.iter() {
                checks.entry(endpoint.place.clone()).or_insert_with(|| {
                    let check = self.clone().watch_endpoint(endpoint.clone());
                    AbortOnDropHandle::new(tokio::spawn(check))
                });
            }
            if fixed {
                return std::future::pending().await;
            }
            let interval = self.dns_interval;
            sleep(if all.is_empty() {
                INTERVAL_AT_START.min(interval)
            } else {
                interval
            })
            .await;
        }
    }

    /// Takes over what DNS says; when it says nothing, what is known stays. Tells whether it said
    /// something; `lost` when it did not the last time.
    async fn resolve(&self, lost: bool) -> bool {
        match self.resolver.resolve(&self.locations).await {
            Ok(places) => {
                let known = self.endpoints.all();
                if known.iter().map(|one| &one.place).ne(&places) {
                    let count = places.len();
                    tracing::info!(upstream = self.name, count, "the endpoints changed");
                    self.endpoints.replace(places);
                }
                true
            }
            Err(error) => {
                // Once, however long it lasts.
                if !lost {
                    tracing::warn!(upstream = self.name, %error, "a name cannot be resolved");
                }
                false
            }
        }
    }

    async fn watch_endpoint(self: Arc<Self>, endpoint: Arc<Endpoint>) {
        let mut seen = false;
        loop {
            let healthy = check(&endpoint).await;
            if endpoint.set_healthy(healthy) {
                let address = endpoint.place.address;
                tracing::info!(upstream = self.name, %address, healthy, "health changed");
                if healthy {
                    self.breaker.probe_soon(Instant::now());
                }
            }
            seen |= healthy;
            sleep(if seen {
                HEALTH_INTERVAL
            } else {
                INTERVAL_AT_START
            })
            .await;
        }
    }
}

/// Whether the endpoint says that it serves.
async fn check(endpoint: &Endpoint) -> bool {
    let call = Call {
        path: HEALTH_PATH,
        metadata: HeaderMap::new(),
        message: Bytes::new(),
        deadline: Instant::now() + HEALTH_TIMEOUT,
        idempotent: true,
    };
    let answer = timeout_at(call.deadline, exchange::unary(endpoint, &call)).await;
    let answer = answer.ok().and_then(Result::ok);
    answer
        .and_then(|answer| HealthCheckResponse::decode(answer).ok())
        .is_some_and(|answer| answer.status() == ServingStatus::Serving)
}
