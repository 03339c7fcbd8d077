//! Calls whose messages go one by one, between a client and a service.
//!
//! A message is taken from one side only when the other has taken the one before, so that a slow
//! reader slows its writer, and memory is bounded by a message and a window each way. A call that
//! its client gives up is cancelled, and so is one whose caller's credential expires or is revoked.
//!
//! | client | file |
//! |---|---|
//! | events, lines, raw bodies, gRPC-Web: one request, many messages | [`server_stream`] |
//! | lines, parts of a body: many messages, one answer | [`upload`] |
//! | native gRPC | [`grpc`] |
//! | WebSocket | [`websocket`] |

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout};
use tonic::Status;

use crate::config::Limits;
use crate::identity::{Identified, Identity};
use crate::lifecycle::Lifecycle;
use crate::problem::Problem;
use crate::upstream::{RequestStream, ResponseStream, StreamingCall, Upstream};

pub(crate) mod accept;
pub(crate) mod format;
pub(crate) mod grpc;
pub(crate) mod grpc_web;
pub(crate) mod server_stream;
pub(crate) mod upload;
pub(crate) mod websocket;

/// What bounds one stream.
pub(crate) struct Bounds<'a> {
    pub(crate) limits: &'a Limits,
    lifecycle: &'a Lifecycle,
    identity: &'a Identity,
    caller: Option<Identified>,
    /// When the last message came or went.
    passed: Mutex<Instant>,
}

// === impl Bounds ===

impl<'a> Bounds<'a> {
    pub(crate) fn new(
        limits: &'a Limits,
        lifecycle: &'a Lifecycle,
        identity: &'a Identity,
        caller: Option<Identified>,
    ) -> Self {
        Self {
            limits,
            lifecycle,
            identity,
            caller,
            passed: Mutex::new(Instant::now()),
        }
    }

    /// A message came or went.
    pub(crate) fn note(&self) {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns when the stream has to end, and why.
    pub(crate) async fn over(&self) -> Problem {
        tokio::select! {
            () = self.idle() => Problem::stream_idle(),
            () = self.drained() => Problem::shutting_down(),
            // Boxed, as it is large, and most of it is for API keys alone.
            problem = Box::pin(self.lapsed()) => problem,
        }
    }

    async fn lapsed(&self) -> Problem {
        match &self.caller {
            Some(caller) => self.identity.lapse(caller).await,
            None => pending().await,
        }
    }

    async fn idle(&self) {
        loop {
            let passed = *self.passed.lock().unwrap_or_else(PoisonError::into_inner);
            let due = passed + self.limits.streams.idle_timeout;
            if Instant::now() >= due {
                return;
            }
            sleep_until(due).await;
        }
    }

    async fn drained(&self) {
        self.lifecycle.stopping().await;
        sleep(self.limits.streams.drain).await;
    }
}

/// Begins a call. A service that cannot be reached must not hold its client for as long as a
/// stream may last.
pub(crate) async fn open(
    upstream: &Arc<Upstream>,
    call: StreamingCall<'_>,
    patience: Duration,
) -> Result<(RequestStream, ResponseStream), Problem> {
    let opened = timeout(patience, upstream.open(call)).await;
    let late = Err(Status::unavailable(""));
    opened.unwrap_or(late).map_err(Problem::from)
}
