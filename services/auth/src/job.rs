//! Background work: the signing key is fetched ahead of the first call that needs it; sessions and
//! refresh tokens that have expired are deleted, with revocations that nothing needs any more and
//! API keys that stopped working long ago.
//!
//! Every instance does this; rows that another one is at are skipped.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_chassis::database::{self, Scope};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::State;
use crate::db::{api_keys, refresh_tokens, revocations, sessions};
use crate::error::Error;

const INTERVAL: Duration = Duration::from_mins(10);
/// How long a key that was revoked or has expired stays in the list.
const API_KEY_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows in one transaction: its locks are short.
const BATCH: u16 = 500;

/// Does the background work until `shutdown`.
pub(crate) async fn run(state: Arc<State>, shutdown: CancellationToken) {
    if let Err(error) = state.signing_key().await {
        tracing::warn!(%error, "no signing key yet: the first call that needs it tries again");
    }
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        match shutdown.run_until_cancelled(delete_expired(&state)).await {
            Some(Ok(0)) | None => {}
            Some(Ok(rows)) => tracing::debug!(rows, "deleted what has expired"),
            Some(Err(error)) => tracing::warn!(%error, "what has expired could not be deleted"),
        }
    }
}

/// Deletes expired sessions, expired tokens of sessions that live, and the like; gives how many
/// rows.
pub(crate) async fn delete_expired(state: &State) -> Result<u64, Error> {
    let (now, limit) = (state.clock.now(), i64::from(BATCH));
    let mut total = 0;
    loop {
        let mut transaction = database::begin(&state.database, Scope::Platform).await?;
        let deleted = sessions::delete_expired_unscoped(&mut transaction, now, limit).await?
            + refresh_tokens::delete_expired_unscoped(&mut transaction, now, limit).await?
            + revocations::delete_expired_unscoped(&mut transaction, now, limit).await?
            + api_keys::delete_ended_unscoped(&mut transaction, now - API_KEY_KEPT, limit).await?;
        transaction.commit().await?;
        total += deleted;
        if deleted == 0 {
            return Ok(total);
        }
    }
}
