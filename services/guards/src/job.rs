//! Background work, in batches whose locks are short: what is older than it may be kept is deleted, and
//! authorizations are sealed again under a new key.
//!
//! Every instance does this; rows that another one is at are skipped.

use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use sqlx::PgPool;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::db::{deanonymization, hourly_result, run, run_text, text_read, vault_value};
use crate::error::Error;
use crate::remote::resealing::reseal;
use crate::vault::Vault;
use crate::{stats, vault};

const INTERVAL: Duration = Duration::from_mins(10);
/// Rows of a table in one transaction.
const BATCH: i64 = 500;

/// Deletes what is too old.
pub(crate) struct Retention {
    pub(crate) database: PgPool,
    pub(crate) clock: Clock,
    /// How long runs are kept.
    pub(crate) runs: TimeDelta,
    /// How long their texts are kept at most.
    pub(crate) texts: TimeDelta,
}

/// Seals authorizations of remote guards again that are under an older key, until `shutdown`: when the
/// service starts with a new key, and later those that instances without it have sealed since.
pub(crate) async fn reseal_authorizations(
    database: &PgPool,
    vault: &Vault,
    shutdown: &CancellationToken,
) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        match shutdown.run_until_cancelled(reseal(database, vault)).await {
            Some(Ok(0)) | None => {}
            Some(Ok(guards)) => {
                tracing::info!(guards, "sealed authorizations with the present key");
            }
            Some(Err(error)) => tracing::warn!(%error, "authorizations could not be sealed again"),
        }
    }
}

// === impl Retention ===

impl Retention {
    /// Does so until `shutdown`.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            match shutdown.run_until_cancelled(self.delete_expired()).await {
                Some(Ok(0)) | None => {}
                Some(Ok(rows)) => tracing::debug!(rows, "deleted what is too old"),
                Some(Err(error)) => tracing::warn!(%error, "what is too old could not be deleted"),
            }
        }
    }

    /// Deletes all that is too old; gives how many rows.
    async fn delete_expired(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        let mut total = 0;
        loop {
            let mut transaction = database::begin(&self.database, Scope::Platform).await?;
            let connection = &mut *transaction;
            let mut deleted = vault_value::delete_expired_unscoped(connection, now, BATCH).await?;
            let oldest = now - self.texts;
            deleted += run_text::delete_expired_unscoped(connection, now, oldest, BATCH).await?;
            deleted += run::delete_before_unscoped(connection, now - self.runs, BATCH).await?;
            let recorded = now - vault::RECORDS_KEPT;
            deleted += deanonymization::delete_before_unscoped(connection, recorded, BATCH).await?;
            deleted += text_read::delete_before_unscoped(connection, recorded, BATCH).await?;
            let counted = now - stats::KEPT;
            deleted += hourly_result::delete_before_unscoped(connection, counted, BATCH).await?;
            transaction.commit().await?;
            total += deleted;
            if deleted == 0 {
                return Ok(total);
            }
        }
    }
}
