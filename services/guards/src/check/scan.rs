//! A guard of the engine over a text: share by share on threads that serve no calls, each share in its
//! turn, until the deadline.
//!
//! Who waits for the answer is never held by the work: the clock alone decides. Work whose turn has
//! come gives way to threads that wait for its core, and ends at the deadline; a share whose turn has
//! not come by then never begins.

use std::cell::Cell;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures_util::future::try_join_all;
use guardmesh_guard_engine::{Guard, Seen, Share};
use tokio::time::Instant;

use super::cache::{ResultCache, TextKey};
use super::{Checker, Shared, turn};
use crate::error::Error;
use crate::plan::Step;
use crate::second_opinion::Hearing;
use crate::verdict::{GuardStatus, Part};

/// How long a guard works before it gives way to threads that wait for its core. The kernel may take
/// milliseconds before it does so unasked: too long for an answer that is due.
const SPELL: Duration = Duration::from_micros(250);

/// A guard at work on a text.
#[derive(Clone)]
pub(super) struct Scan {
    pub(super) step: Step,
    /// For the channel that the text comes by.
    pub(super) guard: Guard,
    /// Whom the guard may ask.
    pub(super) hearing: Option<Hearing>,
    pub(super) fingerprint: Arc<str>,
    pub(super) on: Arc<Shared>,
    pub(super) cache: Arc<ResultCache>,
    pub(super) start: Instant,
}

/// What comes of the first turn.
pub(super) enum Begun {
    /// There was one share; nothing, if its time was over.
    Done(Result<Option<Part>, Error>),
    Shares(Instant, Vec<Share>),
}

impl Checker {
    /// The step's part; nothing once its time is over.
    pub(super) async fn scan(&self, scan: Scan) -> Result<Option<Part>, Error> {
        let key = scan.on.key(&self.cache).await?;
        if let Some(part) = key.and_then(|key| scan.known(&key)) {
            return Ok(Some(part));
        }
        let organization = scan.on.subject.organization;
        let bytes = scan.on.reading.text().len();
        let first = scan.clone();
        let slot = self.slots.acquire(organization, bytes);
        let begun = turn(slot, move || first.begin(key));
        let (began, shares) = match begun.await? {
            Begun::Done(part) => return part,
            Begun::Shares(began, shares) => (began, shares),
        };
        let looks = shares.into_iter().map(|share| {
            let scan = scan.clone();
            let slot = self.slots.acquire_again(organization, share.bytes());
            turn(slot, move || scan.look(&share))
        });
        let seen: Option<Vec<Seen>> = try_join_all(looks).await?.into_iter().collect();
        let Some(seen) = seen else {
            return Ok(None);
        };
        let slot = self.slots.acquire_again(organization, bytes);
        turn(slot, move || scan.conclude(key, seen, began)).await?
    }
}

// === impl Scan ===

impl Scan {
    /// The part, if the same text was looked at before.
    fn known(&self, key: &TextKey) -> Option<Part> {
        let result = self.cache.result(key, &self.fingerprint);
        let findings = self.cache.get(key, &result)?;
        let counting = findings.iter().filter(|finding| self.step.counts(finding));
        let findings: Vec<_> = counting.cloned().collect();
        let latency = self.start.elapsed();
        Some(Part::found(
            &self.step,
            GuardStatus::Cached,
            findings,
            latency,
        ))
    }

    pub(super) fn begin(&self, key: Option<TextKey>) -> Begun {
        let began = Instant::now();
        let Some(shares) = self.guard.shares(&self.on.reading, &self.pace()) else {
            return Begun::Done(Ok(None));
        };
        let [share] = &*shares else {
            return Begun::Shares(began, shares);
        };
        let seen = self.look(share);
        Begun::Done(seen.map_or(Ok(None), |seen| self.conclude(key, vec![seen], began)))
    }

    pub(super) fn look(&self, share: &Share) -> Option<Seen> {
        self.guard.look(&self.on.reading, share, &self.pace())
    }

    pub(super) fn conclude(
        &self,
        key: Option<TextKey>,
        seen: Vec<Seen>,
        began: Instant,
    ) -> Result<Option<Part>, Error> {
        let reading = &self.on.reading;
        let Some(mut findings) = self.guard.conclude(reading, seen, &self.pace()) else {
            return Ok(None);
        };
        // Without the answers that it asked for, the guard has not finished.
        if let Some(hearing) = &self.hearing {
            hearing.close()?;
        }
        if let Some(key) = &key {
            let result = self.cache.result(key, &self.fingerprint);
            self.cache.put(key, result, &findings);
        }
        if self.on.is_whole() && self.step.threshold > 0.0 {
            findings.retain(|finding| self.step.counts(finding));
        }
        let latency = began.elapsed();
        Ok(Some(Part::found(
            &self.step,
            GuardStatus::Ok,
            findings,
            latency,
        )))
    }

    /// Says whether there is time left, and lets others have the core now and then.
    fn pace(&self) -> impl Fn() -> bool {
        let deadline = self.start + self.step.timeout;
        let spell = Cell::new(Instant::now());
        move || {
            let now = Instant::now();
            if now.duration_since(spell.get()) >= SPELL {
                thread::yield_now();
                spell.set(now);
            }
            now < deadline
        }
    }
}
