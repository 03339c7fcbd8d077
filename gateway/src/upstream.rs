//! A service behind the gateway: gRPC calls to its endpoints, and what keeps them from harm.
//!
//! A call passes the concurrency limit and the circuit breaker of its service, goes to one of two
//! random endpoints, and may be made again elsewhere if that can do no harm. Messages pass as
//! bytes; nothing here knows a message type.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};
use tonic::Status;

use crate::config::{Location, Target, UpstreamSettings};
use breaker::{Admission, Breaker};
use budget::RetryBudget;
use endpoint::Endpoint;
use endpoints::Endpoints;
use failure::{Failure, Verdict};
use limit::Limit;
use stream::Flight;

pub(crate) use resolve::Resolver;
pub(crate) use snapshot::{Counts, Snapshot};
pub(crate) use stream::{RequestStream, ResponseStream};

mod breaker;
mod budget;
mod connection;
mod endpoint;
mod endpoints;
mod exchange;
mod failure;
mod gathered;
pub(crate) mod grpc;
mod limit;
mod moment;
mod outlier;
mod pool;
mod refusal;
mod resolve;
mod session;
mod snapshot;
mod stream;
mod watch;

/// A call and its repetitions.
const ATTEMPTS: usize = 3;
/// Before an endpoint that failed is asked the same again, up to twice as long.
const PAUSE: Duration = Duration::from_millis(20);
/// No endpoint is known: its name was not resolved yet.
const NOWHERE: Duration = Duration::from_secs(1);

/// A service.
pub(crate) struct Upstream {
    name: String,
    locations: Vec<Location>,
    resolver: Resolver,
    dns_interval: Duration,
    endpoints: Endpoints,
    limit: Limit,
    max_streams: usize,
    streams: Arc<Semaphore>,
    breaker: Breaker,
    budget: RetryBudget,
    counts: Counts,
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
    /// To make it twice has the effect of making it once.
    pub(crate) idempotent: bool,
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

/// An attempt whose answer is waited for. Dropped, it was given up: whoever gives up late enough
/// says of the endpoint what a deadline says.
struct Waiting<'a> {
    upstream: &'a Upstream,
    endpoint: &'a Endpoint,
    asked: Instant,
    over: bool,
}

// === impl Upstream ===

impl Upstream {
    /// Addresses are known at once; names are resolved by `watch`. Nothing is connected until the
    /// first call.
    pub(crate) fn new(
        target: &Target,
        settings: &UpstreamSettings,
        threads: usize,
        resolver: Resolver,
    ) -> Self {
        let now = Instant::now();
        let latency = Duration::from_millis(settings.latency_ms);
        // Shared out among the threads that call.
        let connections = settings.connections.div_ceil(threads);
        let endpoints = Endpoints::new(connections);
        endpoints.replace(resolve::fixed(&target.locations));
        Self {
            name: target.name.clone(),
            locations: target.locations.clone(),
            resolver,
            dns_interval: settings.dns_interval,
            endpoints,
            limit: Limit::new(settings.max_calls, latency, now),
            max_streams: settings.max_streams,
            streams: Arc::new(Semaphore::new(settings.max_streams)),
            breaker: Breaker::new(now),
            budget: RetryBudget::new(settings.retry_percent, now),
            counts: Counts::default(),
        }
    }

    /// The contract package it serves.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether an endpoint of it was healthy when last seen.
    pub(crate) fn is_healthy(&self) -> bool {
        self.endpoints.any_healthy()
    }

    /// Calls a method; gives the response message. Dropped, it cancels the call at the service.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Bytes, Status> {
        let began = Instant::now();
        let slot = self.limit.enter(began).ok_or_else(|| self.shed())?;
        let admission = self
            .breaker
            .admit(began)
            .map_err(|pause| self.paused(pause))?;
        self.budget.deposit();
        let outcome = self.attempts(&call).await;
        let now = Instant::now();
        if let Some(limit) = slot.ended(now) {
            tracing::warn!(
                upstream = self.name,
                limit,
                "answers are late: fewer calls at a time"
            );
        }
        self.judge(admission, outcome.as_ref().map(drop), began, now);
        outcome.map_err(|failure| failure.status)
    }

    /// Begins a call whose messages go one by one. Waits for a connection, not for the service's
    /// answer. It is made again elsewhere only while nothing of it has left.
    pub(crate) async fn open(
        self: &Arc<Self>,
        call: StreamingCall<'_>,
    ) -> Result<(RequestStream, ResponseStream), Status> {
        let began = Instant::now();
        let permit = self.streams.clone().try_acquire_owned();
        let permit = permit.map_err(|_| self.shed())?;
        let admission = self
            .breaker
            .admit(began)
            .map_err(|pause| self.paused(pause))?;
        let mut tried = Vec::new();
        loop {
            let asked = Instant::now();
            let endpoint = self.endpoints.choose(asked, &tried);
            let endpoint = endpoint.ok_or_else(|| refusal::unavailable(NOWHERE))?;
            let failure = match stream::begin(&endpoint, &call).await {
                Ok((begun, connection)) => {
                    let flight = Flight {
                        upstream: self.clone(),
                        endpoint,
                        admission,
                        began,
                        _connection: connection,
                        _permit: permit,
                    };
                    return Ok(stream::halves(begun, &call, flight));
                }
                Err(failure) => failure,
            };
            let now = Instant::now();
            self.judge_endpoint(&endpoint, Err(&failure), asked, now);
            tried.push(endpoint.place.address);
            if tried.len() == ATTEMPTS || !failure.may_repeat(false) {
                self.judge(admission, Err(&failure), began, now);
                return Err(failure.status);
            }
            self.counts.retries.count();
        }
    }

    /// Makes the call, and makes it again while that can do no harm, the budget allows it, and
    /// there is time.
    async fn attempts(&self, call: &Call<'_>) -> Result<Bytes, Failure> {
        let mut tried = Vec::new();
        loop {
            let asked = Instant::now();
            let endpoint = self.endpoints.choose(asked, &tried);
            let endpoint = endpoint.ok_or_else(|| refusal::unavailable(NOWHERE))?;
            let address = endpoint.place.address;
            if tried.contains(&address) {
                pause(call.deadline).await;
            }
            let attempt = exchange::unary(&endpoint, call);
            let mut waiting = Waiting {
                upstream: self,
                endpoint: &endpoint,
                asked,
                over: false,
            };
            let outcome = timeout_at(call.deadline, attempt).await;
            waiting.over = true;
            let outcome = outcome.unwrap_or_else(|_| Err(Failure::late()));
            let now = Instant::now();
            self.judge_endpoint(&endpoint, outcome.as_ref().map(drop), asked, now);
            let Err(failure) = outcome else {
                return outcome;
            };
            tried.push(address);
            let again = tried.len() < ATTEMPTS
                && now < call.deadline
                && failure.may_repeat(call.idempotent)
                && (failure.is_free() || self.budget.withdraw(now));
            if !again {
                return Err(failure);
            }
            self.counts.retries.count();
        }
    }

    fn shed(&self) -> Status {
        self.counts.shed.count();
        refusal::overloaded()
    }

    fn paused(&self, pause: Duration) -> Status {
        self.counts.paused.count();
        refusal::unavailable(pause)
    }

    /// What an attempt says of the endpoint.
    fn judge_endpoint(
        &self,
        endpoint: &Endpoint,
        outcome: Result<(), &Failure>,
        asked: Instant,
        now: Instant,
    ) {
        match failure::verdict(outcome, now - asked) {
            Verdict::Good => endpoint.outlier.succeeded(),
            Verdict::Bad if endpoint.outlier.failed() => {
                if let Some(time) = self.endpoints.eject(endpoint, now) {
                    self.counts.ejections.count();
                    let address = endpoint.place.address;
                    tracing::warn!(upstream = self.name, %address, ?time, "an endpoint is left out");
                }
            }
            Verdict::Bad | Verdict::None => {}
        }
    }

    /// What a call, with all its repetitions, says of the service.
    fn judge(
        &self,
        admission: Admission,
        outcome: Result<(), &Failure>,
        began: Instant,
        now: Instant,
    ) {
        match failure::verdict(outcome, now - began) {
            Verdict::Good => {
                if self.breaker.succeeded() {
                    tracing::info!(upstream = self.name, "the service answers again");
                }
            }
            Verdict::Bad => {
                if let Some(pause) = self.breaker.failed(admission, now) {
                    self.counts.openings.count();
                    tracing::warn!(
                        upstream = self.name,
                        ?pause,
                        "the service fails: calls pause"
                    );
                }
            }
            Verdict::None => {}
        }
    }
}

// === impl Waiting ===

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let late = Failure::late();
        self.upstream
            .judge_endpoint(self.endpoint, Err(&late), self.asked, Instant::now());
    }
}

/// Before an endpoint that failed is asked again. Not all wait the same time.
async fn pause(deadline: Instant) {
    let wait = PAUSE.mul_f32(1.0 + fastrand::f32());
    sleep_until(deadline.min(Instant::now() + wait)).await;
}
