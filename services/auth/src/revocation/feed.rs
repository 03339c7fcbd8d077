//! The feed of revocations: what this instance knows to be revoked, kept up to date with the
//! database, and handed to those who watch.
//!
//! Several instances share one database. Whoever has committed a revocation wakes all of them by
//! a notification. It is sent after the commit, in a statement of its own and one for many:
//! within it, PostgreSQL would let one such transaction commit at a time. A notification says
//! only that there is something to read, and may be lost; so everyone also looks twice a second.
//! That look is the heartbeat: who receives one knows all that was committed before the look.
//! Behind a pooler that gives connections away between transactions no notification arrives, and
//! the looks alone remain.
//!
//! A look reads what was written by transactions that were open, or had not begun, at the look
//! before. When anything fails, the connection that listens included, the feed knows nothing: it
//! lets go of all who watch, and reads everything anew.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use sqlx::postgres::PgListener;
use sqlx::{Acquire, PgPool};
use tokio::sync::{Notify, broadcast};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{Revocation, Subject};
use crate::db::revocations::{self, CHANNEL};
use crate::error::Error;

/// Between two looks when nobody notifies. The contract promises a message a second.
const LOOK: Duration = Duration::from_millis(500);
/// Between two attempts while the database fails.
const RETRY: Duration = Duration::from_millis(500);
/// One, that listens and reads: neither waits for requests.
const CONNECTIONS: u32 = 1;
/// Between two searches for what has expired.
const PRUNE: TimeDelta = TimeDelta::minutes(1);
/// Updates that wait for a watcher, heartbeats included: half a minute's.
const QUEUE: usize = 64;
/// Watchers of one instance: far more than there are gateways.
const MAX_WATCHERS: usize = 1024;
/// Revocations in one message: well below the limit of gRPC.
const PART: usize = 1000;

/// What this instance knows.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    /// None while the database cannot be followed.
    known: Mutex<Option<Known>>,
    committed: Notify,
}

/// Grows with what is revoked within the life of an access token. Sessions are bounded by the
/// sign-ins that passwords' cost allows in that time.
#[derive(Debug)]
struct Known {
    revocations: HashMap<Subject, Revocation>,
    watchers: broadcast::Sender<Arc<[Revocation]>>,
    pruned_at: DateTime<Utc>,
}

/// One who watches.
#[derive(Debug)]
pub(crate) struct Watcher {
    /// Still to be told, of the snapshot or of an update.
    pending: Vec<Revocation>,
    snapshot_complete: bool,
    updates: broadcast::Receiver<Arc<[Revocation]>>,
}

/// One message.
#[derive(Debug)]
pub(crate) struct Update {
    /// None of them in a heartbeat.
    pub(crate) revocations: Vec<Revocation>,
    pub(crate) snapshot_complete: bool,
}

// === impl Feed ===

impl Feed {
    /// Tells all instances that something was committed; does not wait for it. Many calls at once
    /// are one notification.
    pub(crate) fn announce(&self) {
        self.committed.notify_one();
    }

    /// All that is known, and what follows.
    pub(crate) fn watch(&self, now: DateTime<Utc>) -> Result<Watcher, Error> {
        let known = self.known();
        let known = known.as_ref().ok_or(Error::RevocationsUnknown)?;
        if known.watchers.receiver_count() >= MAX_WATCHERS {
            return Err(Error::TooManyWatchers);
        }
        let matters = |revocation: &&Revocation| now < revocation.expires_at;
        Ok(Watcher {
            pending: known
                .revocations
                .values()
                .filter(matters)
                .copied()
                .collect(),
            snapshot_complete: false,
            updates: known.watchers.subscribe(),
        })
    }

    /// Follows the database of `pool`, over a connection of its own, until `shutdown`.
    pub(crate) async fn run(&self, pool: &PgPool, clock: &Clock, shutdown: CancellationToken) {
        let own = database::pool((*pool.connect_options()).clone(), CONNECTIONS);
        let work = async {
            tokio::join!(self.follow_always(&own, clock), self.notify_always(pool));
        };
        shutdown.run_until_cancelled(Box::pin(work)).await;
        self.forget();
        own.close().await;
    }

    async fn follow_always(&self, pool: &PgPool, clock: &Clock) {
        let mut failing = false;
        loop {
            let Err(error) = self.follow(pool, clock).await;
            let knew = self.forget();
            if knew || !failing {
                tracing::warn!(%error, "revocations cannot be followed for a moment");
            }
            failing = true;
            sleep(RETRY).await;
        }
    }

    /// Reads everything, then what is new, until something fails.
    async fn follow(&self, pool: &PgPool, clock: &Clock) -> Result<Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        let mut since = None;
        loop {
            since = Some(
                self.look(&mut listener, since.as_deref(), clock.now())
                    .await?,
            );
            match timeout(LOOK, listener.try_recv()).await {
                Ok(Ok(Some(_))) | Err(_) => {}
                Ok(Ok(None)) => return Err(sqlx::Error::WorkerCrashed),
                Ok(Err(error)) => return Err(error),
            }
        }
    }

    /// Reads what was written `since`, and passes it on; gives the mark for the next look.
    async fn look(
        &self,
        listener: &mut PgListener,
        since: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String, sqlx::Error> {
        let mut transaction = listener.begin().await?;
        database::enter(&mut transaction, Scope::Platform).await?;
        // First the mark: what commits between the two is read now, and once more at the next look.
        let mark = revocations::oldest_open_transaction_unscoped(&mut transaction).await?;
        let read = revocations::list_since_unscoped(&mut transaction, since, now).await?;
        transaction.commit().await?;
        self.learn(read, now);
        Ok(mark)
    }

    fn learn(&self, read: Vec<Revocation>, now: DateTime<Utc>) {
        let mut known = self.known();
        let known = known.get_or_insert_with(|| Known {
            revocations: HashMap::new(),
            watchers: broadcast::Sender::new(QUEUE),
            pruned_at: now,
        });
        let news: Arc<[Revocation]> = read
            .into_iter()
            .filter(|revocation| {
                let before = known.revocations.insert(revocation.subject, *revocation);
                before != Some(*revocation)
            })
            .collect();
        if known.pruned_at + PRUNE <= now {
            known
                .revocations
                .retain(|_, revocation| now < revocation.expires_at);
            known.pruned_at = now;
        }
        // There may be nobody.
        let _ = known.watchers.send(news);
    }

    /// Lets go of all who watch; gives whether anything was known.
    fn forget(&self) -> bool {
        self.known().take().is_some()
    }

    async fn notify_always(&self, pool: &PgPool) {
        loop {
            self.committed.notified().await;
            announce_now(pool).await;
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        // What is behind it is whole after each statement.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Watcher ===

impl Watcher {
    /// The next message, which may have to be waited for.
    pub(crate) async fn next(&mut self) -> Result<Update, Error> {
        if self.pending.is_empty() && self.snapshot_complete {
            self.pending = match self.updates.recv().await {
                Ok(update) => update.to_vec(),
                Err(broadcast::error::RecvError::Closed) => return Err(Error::RevocationsUnknown),
                Err(broadcast::error::RecvError::Lagged(_)) => return Err(Error::WatcherTooSlow),
            };
        }
        let rest = self.pending.len().saturating_sub(PART);
        let revocations = self.pending.split_off(rest);
        self.snapshot_complete |= self.pending.is_empty();
        Ok(Update {
            revocations,
            snapshot_complete: self.snapshot_complete,
        })
    }
}

/// Wakes the feeds of all instances. Where that fails they see what was committed a little later,
/// at their next look.
pub(crate) async fn announce_now(pool: &PgPool) {
    let announced = async {
        let mut connection = pool.acquire().await?;
        revocations::notify_unscoped(&mut connection).await
    };
    if let Err(error) = announced.await {
        tracing::warn!(%error, "a revocation could not be announced");
    }
}
