//! What operators see of the gateway, in the text format of Prometheus
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>), on a port of its own.
//!
//! Whoever does something counts it, in an atomic of its own; nothing is looked up for a request,
//! and all is put together when it is asked for. Labels are names of services and classes of
//! statuses: what clients send makes no series.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::identity::Identity;
use crate::rate_limit::{Counting, RateLimits};
use crate::room::Room;
use crate::upstream::Upstream;
use text::{Kind, Text};

mod text;

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// How often something happened.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

/// Requests by the class of their status; the first is of those that got none.
#[derive(Debug, Default)]
pub(crate) struct Answered([Counter; CLASSES.len()]);

/// All that is told.
pub(crate) struct Metrics {
    pub(crate) answered: Arc<Answered>,
    pub(crate) room: Arc<Room>,
    pub(crate) rate_limits: Arc<RateLimits>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) upstreams: Vec<Arc<Upstream>>,
}

// === impl Counter ===

impl Counter {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

// === impl Answered ===

impl Answered {
    /// A request is over.
    pub(crate) fn count(&self, status: u16) {
        let class = usize::from(status / 100);
        self.0.get(class).unwrap_or(&self.0[0]).count();
    }
}

// === impl Metrics ===

impl Metrics {
    /// Serves `/metrics`, for ever.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        let metrics = move || async move { ([(CONTENT_TYPE, TEXT_FORMAT)], self.render()) };
        let served = axum::serve(listener, Router::new().route("/metrics", get(metrics))).await;
        if let Err(error) = served {
            tracing::error!(%error, "metrics are not served any more");
        }
    }

    fn render(&self) -> String {
        let mut text = Text::default();
        self.edge(&mut text);
        self.services(&mut text);
        text.finish()
    }

    fn edge(&self, text: &mut Text) {
        let answered = CLASSES.iter().zip(&self.answered.0);
        text.family(
            "requests_total",
            Kind::Counter,
            "Requests, by the class of their status.",
        );
        for (class, counter) in answered {
            text.sample(&[("status", class)], counter.get());
        }
        text.family("connections", Kind::Gauge, "Connections of clients.");
        text.sample(&[], self.room.taken() as u64);
        let help = "Connections, or requests alone on one, that made room while their client was \
                    waited for.";
        text.family("evictions_total", Kind::Counter, help);
        text.sample(&[], self.room.evictions.get());
        let help = "Requests refused by a rate limit.";
        text.family("rate_limited_total", Kind::Counter, help);
        text.sample(&[], self.rate_limits.refused.get());
        let help = "Whether rate limits are counted here alone because Redis does not answer.";
        text.family("rate_limits_fallback", Kind::Gauge, help);
        let fallback = self.rate_limits.counting() == Counting::Fallback;
        text.sample(&[], u64::from(fallback));
        let help = "Whether it is not known at the moment what was revoked.";
        text.family("revocations_stale", Kind::Gauge, help);
        text.sample(&[], u64::from(!self.identity.knows_revocations()));
        let help = "Streams that ended because their credential expired or was revoked.";
        text.family("streams_lapsed_total", Kind::Counter, help);
        text.sample(&[], self.identity.lapsed.get());
    }

    fn services(&self, text: &mut Text) {
        let services: Vec<_> = self.upstreams.iter().map(|one| one.snapshot()).collect();
        text.family(
            "upstream_endpoints",
            Kind::Gauge,
            "Endpoints of a service, by their state.",
        );
        for service in &services {
            let states = [
                ("usable", service.usable),
                ("unhealthy", service.unhealthy),
                ("ejected", service.ejected),
            ];
            for (state, count) in states {
                text.sample(&[("upstream", service.name), ("state", state)], count);
            }
        }
        for (name, kind, help, value) in service_families() {
            text.family(name, kind, help);
            for service in &services {
                text.sample(&[("upstream", service.name)], value(service));
            }
        }
    }
}

type Value = fn(&crate::upstream::Snapshot<'_>) -> u64;

/// What is one number for each service.
fn service_families() -> [(&'static str, Kind, &'static str, Value); 9] {
    use Kind::{Counter, Gauge};
    [
        ("upstream_calls", Gauge, "Unary calls under way.", |one| {
            one.calls
        }),
        (
            "upstream_call_limit",
            Gauge,
            "Most unary calls at a time, as found.",
            |one| one.call_limit,
        ),
        ("upstream_streams", Gauge, "Open streams.", |one| {
            one.streams
        }),
        (
            "upstream_breaker_open",
            Gauge,
            "Whether calls pause.",
            |one| u64::from(one.breaker_open),
        ),
        (
            "upstream_breaker_openings_total",
            Counter,
            "How often calls began to pause.",
            |one| one.counts.openings.get(),
        ),
        (
            "upstream_paused_total",
            Counter,
            "Calls refused while calls paused.",
            |one| one.counts.paused.get(),
        ),
        (
            "upstream_shed_total",
            Counter,
            "Calls refused as there were too many.",
            |one| one.counts.shed.get(),
        ),
        (
            "upstream_ejections_total",
            Counter,
            "How often an endpoint was left out.",
            |one| one.counts.ejections.get(),
        ),
        (
            "upstream_retries_total",
            Counter,
            "Attempts beyond the first of a call.",
            |one| one.counts.retries.get(),
        ),
    ]
}
