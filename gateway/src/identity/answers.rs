//! What auth said when it was asked, remembered: answers for a while, refusals for a moment.
//!
//! While auth does not answer, an answer goes on to count up to a bound. Refusals are kept apart
//! from answers, so that guesses, however many, push no answer out.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::clock::Clock;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::digest::Digest;
use super::flights::Flights;

/// How long a refusal is remembered.
const REFUSED: TimeDelta = TimeDelta::seconds(5);
/// How long auth is left alone about a question it failed to answer.
const RETRY: TimeDelta = TimeDelta::seconds(2);
/// Most refusals remembered: some hundred bytes each.
const MAX_REFUSALS: usize = 16 * 1024;
/// Most questions to auth at the same time.
const MAX_QUESTIONS: usize = 1024;
/// Reasons of the access layer in front of auth: it is the gateway's own caller context that does
/// not hold there.
const ABOUT_US: [&str; 2] = ["UNAUTHENTICATED", "CALLER_NOT_ALLOWED"];
/// A usual answer, in bytes; the cache sizes its shards by this.
const USUAL: usize = 1024;

/// Answers of auth by what they answer.
pub(crate) struct Answers<T> {
    known: Cache<Digest, Arc<Answer<T>>, ByBytes>,
    /// Until when.
    refused: Cache<Digest, DateTime<Utc>>,
    questions: Flights<Outcome<T>>,
    bounds: Bounds,
    clock: Clock,
}

/// How long and how much is remembered.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// How long an answer counts without a question.
    pub(crate) fresh: TimeDelta,
    /// How long it counts at most while auth does not answer.
    pub(crate) outage: TimeDelta,
    /// Most bytes of answers.
    pub(crate) bytes: usize,
}

/// An answer.
#[derive(Clone)]
pub(crate) struct Answer<T> {
    pub(crate) says: T,
    /// The revocations that were known when auth was asked.
    pub(crate) epoch: u64,
    fresh_until: DateTime<Utc>,
    usable_until: DateTime<Utc>,
    bytes: usize,
}

/// What auth says, and how long that holds at most.
pub(crate) struct Said<T> {
    pub(crate) says: T,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// About what it takes in memory.
    pub(crate) bytes: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// Auth says no.
    Refused,
    /// Auth says nothing.
    Unavailable,
}

type Outcome<T> = Result<Arc<Answer<T>>, NoAnswer>;

#[derive(Clone)]
struct ByBytes;

// === impl Answers ===

impl<T: Clone> Answers<T> {
    pub(crate) fn new(bounds: Bounds, clock: Clock) -> Self {
        let bytes = u64::try_from(bounds.bytes).unwrap_or(u64::MAX);
        Self {
            known: Cache::with_weighter(bounds.bytes / USUAL, bytes, ByBytes),
            refused: Cache::new(MAX_REFUSALS),
            questions: Flights::new(MAX_QUESTIONS),
            bounds,
            clock,
        }
    }

    /// The answer to `question`: a remembered one that is `current`, or else what `ask` gives.
    /// `epoch` counts the revocations known so far.
    pub(crate) async fn get<F: Future<Output = Result<Said<T>, Status>>>(
        &self,
        question: Digest,
        epoch: impl Fn() -> u64,
        current: impl Fn(&Answer<T>) -> bool,
        ask: impl Fn() -> F,
    ) -> Outcome<T> {
        // A second time, if a revocation came while auth was being asked.
        for _ in 0..2 {
            let now = self.clock.now();
            let known = self.known.get(&question).filter(|answer| current(answer));
            match known {
                Some(answer) if now < answer.fresh_until => return Ok(answer),
                None if self.is_refused(&question, now) => return Err(NoAnswer::Refused),
                known => {
                    let epoch = epoch();
                    let asking = async { self.settle(question, known, epoch, ask().await) };
                    let outcome = self.questions.join(question, asking).await;
                    let answer = outcome.unwrap_or(Err(NoAnswer::Unavailable))?;
                    if current(&answer) {
                        return Ok(answer);
                    }
                }
            }
        }
        Err(NoAnswer::Unavailable)
    }

    fn is_refused(&self, question: &Digest, now: DateTime<Utc>) -> bool {
        self.refused.get(question).is_some_and(|until| now < until)
    }

    /// Remembers what came of a question.
    fn settle(
        &self,
        question: Digest,
        known: Option<Arc<Answer<T>>>,
        epoch: u64,
        said: Result<Said<T>, Status>,
    ) -> Outcome<T> {
        let now = self.clock.now();
        match said {
            Ok(said) => Ok(self.remember(question, self.bounds.answer(said, epoch, now))),
            Err(status) if is_refusal(&status) => {
                self.known.remove(&question);
                self.refused.insert(question, now + REFUSED);
                Err(NoAnswer::Refused)
            }
            Err(status) => {
                tracing::debug!(code = ?status.code(), "auth did not answer a question of identity");
                let known = known.filter(|answer| now < answer.usable_until);
                let known = known.ok_or(NoAnswer::Unavailable)?;
                // Were every request to ask, every request would wait for an auth that is silent.
                let answer = Answer {
                    fresh_until: known.usable_until.min(now + RETRY),
                    ..(*known).clone()
                };
                Ok(self.remember(question, answer))
            }
        }
    }

    fn remember(&self, question: Digest, answer: Answer<T>) -> Arc<Answer<T>> {
        let answer = Arc::new(answer);
        self.known.insert(question, answer.clone());
        answer
    }
}

// === impl Bounds ===

impl Bounds {
    fn answer<T>(self, said: Said<T>, epoch: u64, now: DateTime<Utc>) -> Answer<T> {
        let expires_at = said.expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        Answer {
            says: said.says,
            epoch,
            fresh_until: expires_at.min(now + self.fresh),
            usable_until: expires_at.min(now + self.outage),
            bytes: said.bytes,
        }
    }
}

impl<T> Weighter<Digest, Arc<Answer<T>>> for ByBytes {
    fn weight(&self, _: &Digest, answer: &Arc<Answer<T>>) -> u64 {
        u64::try_from(size_of::<Answer<T>>() + answer.bytes).unwrap_or(u64::MAX)
    }
}

/// About what the permissions of a caller take in memory, in bytes.
pub(crate) fn weight(permissions: &[String]) -> usize {
    permissions.iter().map(|name| 64 + name.len()).sum()
}

/// What auth says of the question, as opposed to failing to answer, or to refusing the gateway.
fn is_refusal(status: &Status) -> bool {
    let code = status.code();
    let about_us = status
        .get_details_error_info()
        .is_some_and(|info| ABOUT_US.contains(&&*info.reason));
    matches!(
        code,
        Code::Unauthenticated | Code::PermissionDenied | Code::NotFound
    ) && !about_us
}

#[cfg(test)]
mod tests;
