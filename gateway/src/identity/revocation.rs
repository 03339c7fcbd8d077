//! Revocations: what no longer identifies anybody although it has not expired.
//!
//! Auth streams them (`watch`); a request looks them up in memory. The set is bounded. Whether
//! it is current is known as well, and what is refused while it is not: see [`Stale`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{ApiKeyId, SessionId, UserId};
use guardmesh_chassis::policy::Policy;
use tokio::time::Instant;

use super::refusal::Refusal;
use crate::config::identity::Stale;

mod listeners;
mod notice;
pub(crate) mod watch;

pub(crate) use listeners::Listener;
use listeners::Listeners;
pub(crate) use notice::{Notice, Subject};

/// Requests take a read lock of one shard; a revocation takes a write lock of one.
const SHARDS: usize = 64;

/// What is revoked at present.
pub(crate) struct Revocations {
    set: ArcSwap<Set>,
    /// Counts what has been learnt so far.
    epoch: AtomicU64,
    /// When auth was heard last: milliseconds after `start`, plus one; zero for never. Measured
    /// by a clock that nobody sets.
    heard: AtomicU64,
    start: Instant,
    rules: Rules,
    listeners: Listeners,
}

/// How much is kept, and when it is too old.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Most revocations at the same time.
    pub(crate) most: usize,
    /// After a silence of this length the set is stale.
    pub(crate) stale_after: Duration,
    /// What is refused while it is stale.
    pub(crate) refuse: Stale,
}

/// Revocations by what they revoke.
struct Set {
    shards: Box<[RwLock<HashMap<Subject, Entry>>]>,
    length: AtomicUsize,
}

#[derive(Clone, Copy)]
struct Entry {
    /// Milliseconds since the epoch, as `until` is.
    since: i64,
    until: i64,
    /// Its place among what has been learnt.
    epoch: u64,
}

/// More revocations than are kept.
#[derive(Debug)]
pub(crate) struct Full;

// === impl Revocations ===

impl Revocations {
    /// Nothing is known: the set is stale until auth is heard.
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            set: ArcSwap::from_pointee(Set::empty()),
            epoch: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            start: Instant::now(),
            rules,
            listeners: Listeners::default(),
        }
    }

    /// Whether this session is revoked.
    pub(crate) fn session(&self, id: SessionId) -> bool {
        self.set.load().get(Subject::Session(id)).is_some()
    }

    /// Whether this API key is revoked.
    pub(crate) fn api_key(&self, id: ApiKeyId) -> bool {
        self.set.load().get(Subject::ApiKey(id)).is_some()
    }

    /// Whether what this user was issued at `issued_at` (seconds since the epoch) is revoked.
    /// A token of the very second of the revocation is: which came first cannot be told.
    pub(crate) fn user(&self, id: UserId, issued_at: i64) -> bool {
        let entry = self.set.load().get(Subject::User(id));
        entry.is_some_and(|entry| issued_at.saturating_mul(1000) < entry.since)
    }

    /// Whether a revocation of this user was learnt after `epoch`.
    pub(crate) fn user_since(&self, id: UserId, epoch: u64) -> bool {
        let entry = self.set.load().get(Subject::User(id));
        entry.is_some_and(|entry| epoch < entry.epoch)
    }

    /// Counts what has been learnt so far. Whoever asks auth after reading it gets an answer that
    /// knows of all that.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Refuses a method that must not be called while revocations are not known.
    pub(crate) fn check_current(&self, policy: &Policy) -> Result<(), Refusal> {
        let matters = match self.rules.refuse {
            Stale::None => false,
            Stale::Sensitive => policy.sensitive,
            Stale::All => true,
        };
        if matters && self.is_stale() {
            return Err(Refusal::StaleRevocations);
        }
        Ok(())
    }

    /// Whether auth was not heard for too long, or never.
    pub(crate) fn is_stale(&self) -> bool {
        let heard = self.heard.load(Ordering::Acquire);
        heard == 0 || self.millis().saturating_sub(heard) > millis(self.rules.stale_after)
    }

    /// Auth was heard, and the set is what it said.
    fn hear(&self) {
        self.heard.store(self.millis(), Ordering::Release);
    }

    fn millis(&self) -> u64 {
        millis(self.start.elapsed()).saturating_add(1)
    }

    /// Puts a whole set in the place of the present one.
    fn replace(&self, notices: &[Notice], now: DateTime<Utc>) -> Result<(), Full> {
        let epoch = self.epoch.fetch_add(1, Ordering::AcqRel) + 1;
        let set = Set::empty();
        for notice in notices {
            set.add(notice, epoch, now, self.rules.most)?;
        }
        self.set.store(set.into());
        for notice in notices {
            self.listeners.tell(notice.subject);
        }
        Ok(())
    }

    /// Adds to the set.
    fn add(&self, notices: &[Notice], now: DateTime<Utc>) -> Result<(), Full> {
        if notices.is_empty() {
            return Ok(());
        }
        let epoch = self.epoch.fetch_add(1, Ordering::AcqRel) + 1;
        let set = self.set.load();
        for notice in notices {
            set.add(notice, epoch, now, self.rules.most)?;
            self.listeners.tell(notice.subject);
        }
        Ok(())
    }

    /// For news of this subject.
    pub(crate) fn listen(&self, subject: Subject) -> Listener {
        self.listeners.listen(subject)
    }

    /// Forgets what does not matter any more.
    fn forget_expired(&self, now: DateTime<Utc>) {
        self.set.load().forget_expired(now);
    }
}

// === impl Set ===

impl Set {
    fn empty() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            length: AtomicUsize::new(0),
        }
    }

    fn get(&self, subject: Subject) -> Option<Entry> {
        if self.length.load(Ordering::Acquire) == 0 {
            return None;
        }
        let shard = self.shard(subject).read();
        let shard = shard.unwrap_or_else(PoisonError::into_inner);
        shard.get(&subject).copied()
    }

    fn add(
        &self,
        notice: &Notice,
        epoch: u64,
        now: DateTime<Utc>,
        most: usize,
    ) -> Result<(), Full> {
        if notice.until <= now.timestamp_millis() {
            return Ok(());
        }
        if self.length.load(Ordering::Acquire) >= most {
            self.forget_expired(now);
        }
        if self.length.load(Ordering::Acquire) >= most {
            return Err(Full);
        }
        let shard = self.shard(notice.subject).write();
        let mut shard = shard.unwrap_or_else(PoisonError::into_inner);
        let known = shard.get(&notice.subject).copied();
        let entry = Entry {
            since: known.map_or(notice.since, |known| known.since.max(notice.since)),
            until: known.map_or(notice.until, |known| known.until.max(notice.until)),
            epoch,
        };
        shard.insert(notice.subject, entry);
        if known.is_none() {
            self.length.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    fn forget_expired(&self, now: DateTime<Utc>) {
        let now = now.timestamp_millis();
        for shard in &self.shards {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            let before = shard.len();
            shard.retain(|_, entry| now < entry.until);
            self.length
                .fetch_sub(before - shard.len(), Ordering::AcqRel);
        }
    }

    fn shard(&self, subject: Subject) -> &RwLock<HashMap<Subject, Entry>> {
        // Ids are random in their last bytes.
        let place = usize::from(subject.last_byte()) % SHARDS;
        &self.shards[place]
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
