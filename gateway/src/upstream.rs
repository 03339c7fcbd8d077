//! A service behind the gateway: a few HTTP/2 connections, unary gRPC calls over them, and the
//! service's health as last seen.
//!
//! Messages pass as bytes; nothing here knows a message type.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use prost::Message;
use tokio::time::Instant;
use tonic::Status;
use tonic_health::pb::HealthCheckResponse;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::config::Target;
use connection::{Connection, Windows};

mod connection;
mod exchange;
mod grpc;
mod stream;

pub(crate) use stream::{RequestStream, ResponseStream};

/// One HTTP/2 connection saturates before a service does.
const CONNECTIONS: usize = 4;
const HEALTH_PATH: &str = "/grpc.health.v1.Health/Check";
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);
const HEALTH_INTERVAL: Duration = Duration::from_secs(1);
/// Until a service has been seen healthy for the first time.
const HEALTH_INTERVAL_AT_START: Duration = Duration::from_millis(50);

/// A service.
pub(crate) struct Upstream {
    name: String,
    connections: [Connection; CONNECTIONS],
    /// Streams have their own: one whose client does not read must not stall the calls of others.
    streaming: [Connection; CONNECTIONS],
    next: AtomicUsize,
    healthy: AtomicBool,
}

/// A unary call, ready to be sent.
pub(crate) struct Call<'a> {
    /// `/package.Service/Method`
    pub(crate) path: &'a str,
    /// Metadata, without the headers that gRPC itself needs.
    pub(crate) metadata: HeaderMap,
    /// The request message.
    pub(crate) message: Bytes,
    /// When the answer is of no use any more.
    pub(crate) deadline: Instant,
}

/// A call whose messages go one by one.
pub(crate) struct StreamingCall<'a> {
    /// `/package.Service/Method`
    pub(crate) path: &'a str,
    /// Metadata, without the headers that gRPC itself needs.
    pub(crate) metadata: HeaderMap,
    /// When the call ends, whatever still flows; none for a stream that may stay.
    pub(crate) deadline: Option<Instant>,
    /// Most bytes of one response message.
    pub(crate) max_message: usize,
}

// === impl Upstream ===

impl Upstream {
    /// Nothing is connected until the first call.
    pub(crate) fn new(target: &Target) -> Self {
        let connections =
            |windows| std::array::from_fn(|_| Connection::new(&target.address, windows));
        Self {
            name: target.name.clone(),
            connections: connections(Windows::UNARY),
            streaming: connections(Windows::STREAMING),
            next: AtomicUsize::new(0),
            healthy: AtomicBool::new(false),
        }
    }

    /// The contract package it serves.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its health as last seen.
    pub(crate) fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Acquire)
    }

    /// Calls a method; gives the response message.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Bytes, Status> {
        let turn = self.turn();
        let deadline = call.deadline;
        let answer = exchange::unary(&self.connections[turn], call);
        tokio::time::timeout_at(deadline, answer)
            .await
            .unwrap_or_else(|_| Err(grpc::late()))
    }

    /// Begins a call whose messages go one by one. Waits for a connection, not for the service's
    /// answer.
    pub(crate) async fn open(
        &self,
        call: StreamingCall<'_>,
    ) -> Result<(RequestStream, ResponseStream), Status> {
        stream::open(&self.streaming[self.turn()], call).await
    }

    fn turn(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS
    }

    /// Asks the service for its health, again and again.
    pub(crate) async fn watch(self: std::sync::Arc<Self>) {
        let mut seen = false;
        loop {
            let healthy = self.check().await;
            if self.healthy.swap(healthy, Ordering::AcqRel) != healthy {
                tracing::info!(upstream = self.name, healthy, "health changed");
            }
            seen |= healthy;
            let interval = if seen {
                HEALTH_INTERVAL
            } else {
                HEALTH_INTERVAL_AT_START
            };
            tokio::time::sleep(interval).await;
        }
    }

    async fn check(&self) -> bool {
        let call = Call {
            path: HEALTH_PATH,
            metadata: HeaderMap::new(),
            message: Bytes::new(),
            deadline: Instant::now() + HEALTH_TIMEOUT,
        };
        self.call(call)
            .await
            .ok()
            .and_then(|answer| HealthCheckResponse::decode(answer).ok())
            .is_some_and(|answer| answer.status() == ServingStatus::Serving)
    }
}
