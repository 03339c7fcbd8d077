//! Dry runs on texts that were kept: what a candidate says of them, beside what was decided then.
//!
//! The texts are read, on record, and the transaction ends before anything is computed.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_guard_engine::{Channel, Decision};

use super::compile::Compiled;
use super::trial::{self, Candidate};
use crate::State;
use crate::check::{Direction, Subject};
use crate::computation::apart;
use crate::db::run_text;
use crate::disclosure::{self, Purpose, Reader};
use crate::error::Error;
use crate::inspection::route;
use crate::run::{Filter, RunId};
use crate::vault::{KeptText, SealedText};

/// Bytes of all texts of a dry run together.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Texts that are looked at at a time.
const AT_A_TIME: usize = 4;

/// Which runs are taken: the newest that fit, up to a number.
#[derive(Debug)]
pub(crate) struct Newest {
    pub(crate) limit: i64,
    pub(crate) filter: Filter,
}

/// A run of which the text was kept.
#[derive(Debug)]
pub(crate) struct StoredSample {
    pub(crate) run: RunId,
    pub(crate) channel: Channel,
    pub(crate) direction: Direction,
    pub(crate) application: String,
    pub(crate) decision: Decision,
    pub(crate) bytes: usize,
    pub(crate) expires_at: DateTime<Utc>,
}

/// What came of one run.
#[derive(Debug)]
pub(crate) struct StoredTrial {
    pub(crate) run: RunId,
    pub(crate) before: Decision,
    pub(crate) outcome: Result<Retried, Skip>,
}

/// What the candidate says of a text.
#[derive(Debug)]
pub(crate) struct Retried {
    pub(crate) decision: Decision,
    /// From 1; 0 if no route fits.
    pub(crate) route: usize,
}

/// Why a text was not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Skip {
    Expired,
    /// No key of the vault opens it.
    Unreadable,
    /// There was enough to try before it.
    TooMuch,
    /// The guards had no room for it.
    Overloaded,
}

/// Tries `candidate` on the texts of the `newest` runs.
pub(crate) async fn try_on_stored(
    state: &State,
    reader: Reader,
    candidate: Candidate,
    newest: &Newest,
) -> Result<Vec<StoredTrial>, Error> {
    let compiled = trial::compile(state, reader.owner, candidate).await?;
    let now = state.clock.now();
    let (samples, mut texts) = read(state, reader, newest, now).await?;
    let planned = samples.into_iter().map(|sample| {
        let text = texts.remove(&sample.run);
        let expired = sample.expires_at <= now;
        let why = if expired {
            Skip::Expired
        } else {
            Skip::TooMuch
        };
        (sample, text.ok_or(why))
    });
    let planned: Vec<_> = planned.collect();
    let trials = stream::iter(planned).map(async |(sample, text)| {
        let (run, before) = (sample.run, sample.decision);
        let outcome = match text {
            Ok(sealed) => retry(state, reader, &compiled, sample, sealed).await?,
            Err(skip) => Err(skip),
        };
        Ok(StoredTrial {
            run,
            before,
            outcome,
        })
    });
    let trials: Vec<Result<_, Error>> = trials.buffered(AT_A_TIME).collect().await;
    trials.into_iter().collect()
}

/// The runs that fit, and the texts of those that are to be tried; on record.
async fn read(
    state: &State,
    reader: Reader,
    newest: &Newest,
    now: DateTime<Utc>,
) -> Result<(Vec<StoredSample>, HashMap<RunId, SealedText>), Error> {
    let organization = reader.owner.organization;
    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(&state.database, scope).await?;
    let samples = run_text::samples(&mut transaction, organization, newest).await?;
    let mut taken = 0;
    let kept = samples.iter().filter(|sample| sample.expires_at > now);
    let tried = kept.take_while(|sample| {
        taken += sample.bytes;
        taken <= MAX_BYTES
    });
    let runs: Vec<RunId> = tried.map(|sample| sample.run).collect();
    let texts = run_text::get_all(&mut transaction, organization, &runs).await?;
    disclosure::record(&mut transaction, reader, Purpose::DryRun, &runs, now).await?;
    transaction.commit().await?;
    Ok((samples, texts.into_iter().collect()))
}

/// What the candidate says of one text.
async fn retry(
    state: &State,
    reader: Reader,
    compiled: &Arc<Compiled>,
    sample: StoredSample,
    sealed: SealedText,
) -> Result<Result<Retried, Skip>, Error> {
    let (vault, run, owner) = (state.vault.clone(), sample.run, reader.owner);
    let opened = apart(move || vault.open_text(owner, run, &sealed)).await?;
    let Some(KeptText {
        text,
        language,
        labels,
    }) = opened
    else {
        return Ok(Err(Skip::Unreadable));
    };
    let subject = Subject {
        organization: owner.organization,
        text: text.into(),
        channel: sample.channel,
        direction: sample.direction,
        language,
        application: sample.application,
        labels,
    };
    let (route, plan) = route(compiled, &subject).await?;
    match state.checker.check(subject, plan).await {
        Ok((verdict, _)) => Ok(Ok(Retried {
            decision: verdict.decision,
            route,
        })),
        Err(Error::Busy) => Ok(Err(Skip::Overloaded)),
        Err(error) => Err(error),
    }
}
