//! Background work: the signing key is fetched ahead of the first call that needs it; sessions and
//! refresh tokens that have expired are deleted, with revocations that nothing needs any more and
//! API keys that stopped working long ago, and deletions elsewhere that nothing old can undo any
//! more; guards are asked to erase what they keep of users and organisations that are no more.
//!
//! Every instance does this; rows that another one is at are skipped.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use guardmesh_chassis::database::{self, Scope};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::State;
use crate::client::guards::{Guards, GuardsError};
use crate::db::{api_keys, external_deletions, refresh_tokens, revocations, sessions};
use crate::erasure::{self, Claim};
use crate::error::Error;

const INTERVAL: Duration = Duration::from_mins(10);
/// How long a key that was revoked or has expired stays in the list.
const API_KEY_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows in one transaction: its locks are short.
const BATCH: u16 = 500;
/// Between two looks for erasures that are due, when nobody tells of one.
const ERASURE_LOOK: Duration = Duration::from_secs(5);
/// Erasures that are asked for at the same time.
const ERASURES: u16 = 8;

/// Does the background work until `shutdown`.
pub(crate) async fn run(state: Arc<State>, shutdown: CancellationToken) {
    if let Err(error) = state.signing_key().await {
        tracing::warn!(%error, "no signing key yet: the first call that needs it tries again");
    }
    let work = async {
        tokio::join!(delete_expired_regularly(&state), erase_always(&state));
    };
    shutdown.run_until_cancelled(Box::pin(work)).await;
}

async fn delete_expired_regularly(state: &State) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match delete_expired(state).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "deleted what has expired"),
            Err(error) => tracing::warn!(%error, "what has expired could not be deleted"),
        }
    }
}

async fn erase_always(state: &State) {
    let mut ticks = tokio::time::interval(ERASURE_LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = state.erasure_due.notified() => {}
        }
        loop {
            match erase_due(state).await {
                // As long as guards erase, there may be more.
                Ok(erased) if erased == usize::from(ERASURES) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "erasures that are due could not be looked for");
                    break;
                }
            }
        }
    }
}

/// Asks guards to erase what is due, a few at a time; gives how many of these they erased.
pub(crate) async fn erase_due(state: &State) -> Result<usize, Error> {
    let Some(guards) = &state.guards else {
        return Ok(0);
    };
    let claims = erasure::claim(&state.database, state.clock.now(), ERASURES).await?;
    let asked = join_all(claims.iter().map(|claim| erase(state, guards, claim))).await;
    let mut failures = Vec::new();
    for answer in asked {
        failures.extend(answer?.err());
    }
    if let Some(error) = failures.first() {
        let oldest = erasure::oldest_due(&state.database, state.clock.now()).await?;
        tracing::warn!(
            %error,
            failed = failures.len(),
            oldest_due_seconds = oldest.map(|due| due.num_seconds()),
            "what guards keep of who was deleted stays until they are asked again"
        );
    }
    Ok(claims.len() - failures.len())
}

/// One attempt. The claim is a lease: where even its end cannot be written down, others take it
/// over.
async fn erase(
    state: &State,
    guards: &Guards,
    claim: &Claim,
) -> Result<Result<(), GuardsError>, Error> {
    let erased = guards.erase(claim.subject).await;
    match erased {
        Ok(()) => claim.conclude(&state.database).await?,
        Err(_) => claim.postpone(&state.database, state.clock.now()).await?,
    }
    Ok(erased)
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
            + external_deletions::delete_expired_unscoped(&mut transaction, now, limit).await?
            + api_keys::delete_ended_unscoped(&mut transaction, now - API_KEY_KEPT, limit).await?;
        transaction.commit().await?;
        total += deleted;
        if deleted == 0 {
            return Ok(total);
        }
    }
}
