//! Rate limits: how often a client, a user, an API key and an organisation may call.
//!
//! Counted by this process (`local`), or in Redis together with other gateways (`shared`). What
//! Redis answers is noted locally as well: who is known to be refused is refused here, without a
//! round trip, and who was refused remains so when Redis is lost.
//!
//! Nothing here knows HTTP but for the fields that tell clients of their limits.

use std::time::Duration;

use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::policy::Policies;
use thiserror::Error;

use crate::config::rate_limit::RateLimitArgs;
use crate::metrics::Counter;
use bucket::{Bucket, Outcome};
use limit::{LimitError, Limits};
use local::LocalStore;
use shared::{SharedStore, SharedStoreError};

pub(crate) mod bucket;
pub(crate) mod gcra;
pub(crate) mod header;
pub(crate) mod limit;
mod local;
mod shared;

/// Limits, and who has drawn how much on them.
pub(crate) struct RateLimits {
    /// None when limits are off.
    limits: Option<Limits>,
    local: LocalStore,
    shared: Option<SharedStore>,
    clock: Clock,
    /// Requests that were over a limit.
    pub(crate) refused: Counter,
}

/// Where requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Nowhere: limits are off.
    Off,
    /// In this process.
    Local,
    /// In Redis.
    Shared,
    /// In this process, until Redis answers.
    Fallback,
}

/// Rate limits cannot be enforced as set.
#[derive(Debug, Error)]
pub enum RateLimitError {
    /// The setting and the contracts do not fit.
    #[error(transparent)]
    Limits(#[from] LimitError),
    /// Redis cannot be used as set.
    #[error(transparent)]
    Shared(#[from] SharedStoreError),
}

// === impl RateLimits ===

impl RateLimits {
    /// The limits that are set, for the methods of these policies.
    pub(crate) fn new(
        settings: &RateLimitArgs,
        policies: &Policies,
        clock: Clock,
    ) -> Result<Self, RateLimitError> {
        let limits = Limits::resolve(&settings.rate_limits, policies)?;
        let shared = match &settings.rate_limit_redis_url {
            Some(url) if limits.is_some() => {
                let ca = settings.rate_limit_redis_ca_file.as_ref();
                let ca = ca.map(std::fs::read).transpose();
                let ca = ca.map_err(SharedStoreError::from)?;
                let deadline: Duration = settings.rate_limit_redis_timeout;
                Some(SharedStore::new(url, ca, deadline)?)
            }
            _ => None,
        };
        Ok(Self {
            limits,
            local: LocalStore::new(settings.rate_limit_entries),
            shared,
            clock,
            refused: Counter::default(),
        })
    }

    /// Keeps the connection to Redis, if there is to be one.
    pub(crate) async fn keep_connected(&self) {
        if let Some(shared) = &self.shared {
            shared.keep_connected().await;
        }
    }

    /// The limits; none when they are off.
    pub(crate) fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// Where requests are counted at present.
    pub(crate) fn counting(&self) -> Counting {
        match &self.shared {
            _ if self.limits.is_none() => Counting::Off,
            None => Counting::Local,
            Some(shared) if shared.is_connected() => Counting::Shared,
            Some(_) => Counting::Fallback,
        }
    }

    /// Whether one could be taken from each bucket, as far as this process knows. Takes nothing
    /// and waits for nobody.
    pub(crate) fn peek(&self, buckets: &[Bucket<'_>]) -> Outcome {
        self.counted(self.local.peek(buckets, self.now()))
    }

    /// Takes one from each bucket, or from none.
    pub(crate) async fn take(&self, buckets: &[Bucket<'_>]) -> Outcome {
        if let Some(shared) = &self.shared
            && let Some(outcome) = Box::pin(shared.take(buckets)).await
        {
            self.local.set(buckets, &outcome.rests, self.now());
            return self.counted(outcome);
        }
        self.counted(self.local.take(buckets, self.now()))
    }

    fn counted(&self, outcome: Outcome) -> Outcome {
        if !outcome.taken {
            self.refused.count();
        }
        outcome
    }

    /// Microseconds since the Unix epoch.
    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().timestamp_micros()).unwrap_or_default()
    }
}
