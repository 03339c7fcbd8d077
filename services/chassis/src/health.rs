//! Whether a service can do its work: its process runs, its database answers (or did, where that is
//! enough), no shutdown has begun. Told over `grpc.health.v1` and over HTTP on the admin port.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

const INTERVAL: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(2);

/// What a service needs its database for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// For its work: without it, it is not ready.
    Always,
    /// To begin with: its work goes on without it, and who takes it out of rotation would end that.
    AtFirst,
}

/// The state as last seen, shared by those who tell it.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<AtomicBool>);

// === impl Health ===

impl Health {
    /// Whether work can be done.
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Watches `database` until `shutdown`, and tells `reporter` of every change.
    pub async fn watch(
        self,
        database: PgPool,
        need: Need,
        reporter: HealthReporter,
        shutdown: CancellationToken,
    ) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            let ping = sqlx::Executor::execute(&database, "select 1");
            let answers = matches!(tokio::time::timeout(PATIENCE, ping).await, Ok(Ok(_)));
            if let Some(ready) = self.see(answers, need) {
                report(&reporter, ready).await;
            }
        }
        self.0.store(false, Ordering::Release);
        reporter
            .set_service_status("", ServingStatus::NotServing)
            .await;
    }

    /// Whether the database answers just now; gives the new state if that changes it.
    fn see(&self, answers: bool, need: Need) -> Option<bool> {
        let ready = answers || need == Need::AtFirst && self.is_ready();
        (self.0.swap(ready, Ordering::AcqRel) != ready).then_some(ready)
    }

    /// `/health/live` and `/health/ready`.
    pub fn routes(&self) -> Router {
        let health = self.clone();
        let ready = move || async move {
            if health.is_ready() {
                (StatusCode::OK, "ready\n")
            } else {
                (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
            }
        };
        Router::new()
            .route("/health/live", get(|| async { "live\n" }))
            .route("/health/ready", get(ready))
    }
}

async fn report(reporter: &HealthReporter, ready: bool) {
    let status = if ready {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    if ready {
        tracing::info!("ready");
    } else {
        tracing::warn!("not ready: the database does not answer");
    }
    reporter.set_service_status("", status).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_needs_the_database_to_begin_with_stays_ready_without_it() {
        for (need, lost) in [(Need::Always, Some(false)), (Need::AtFirst, None)] {
            let health = Health::default();
            assert_eq!(health.see(false, need), None, "{need:?}");
            assert_eq!(health.see(true, need), Some(true), "{need:?}");
            assert_eq!(health.see(false, need), lost, "{need:?}");
            assert_eq!(health.is_ready(), lost.is_none(), "{need:?}");
        }
    }
}
