//! Statistics: what the guards of an organisation did in each hour, counted as runs are recorded.
//!
//! Latencies are counted by steps of a scale that grows by a tenth, so that percentiles need no
//! single values. Nothing is told of single runs or users here.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::Decision;
use sqlx::{PgConnection, PgPool};

use crate::db::hourly_result;
use crate::error::Error;
use crate::run::{Owner, Run};
use crate::verdict::GuardStatus;

/// Longest range of one request.
pub(crate) const MAX_RANGE: TimeDelta = TimeDelta::days(31);
/// How long hours are kept.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);
/// The range of a request that states none.
pub(crate) const DEFAULT_RANGE: TimeDelta = TimeDelta::days(1);

/// A step of the scale of latencies is this times the one before.
const GROWTH: f64 = 1.1;
/// Longer than any check takes: about two hours.
const LAST_STEP: i16 = 240;

/// Something that ran, as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    /// Empty for the check as such.
    pub(crate) guard: String,
    pub(crate) status: GuardStatus,
    pub(crate) decision: Decision,
    pub(crate) latency_step: i16,
}

/// How often it ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) count: i64,
    pub(crate) finding_count: i64,
}

/// Counts of one kind in one hour.
#[derive(Clone, Debug)]
pub(crate) struct HourlyResult {
    pub(crate) hour: DateTime<Utc>,
    pub(crate) kind: Kind,
    pub(crate) tally: Tally,
}

/// Which hours are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
}

/// One hour of one guard, or of all checks.
#[derive(Clone, Debug, Default)]
pub(crate) struct GuardStats {
    pub(crate) tally: Tally,
    pub(crate) decisions: BTreeMap<Decision, i64>,
    pub(crate) unfinished: i64,
    /// How many runs took how many steps of the scale, of those that ran.
    latencies: BTreeMap<i16, i64>,
}

/// Counts runs, in the transaction that records them. The last statement of it: these rows are
/// shared with other checks of the organisation, which wait until the commit.
pub(crate) async fn count(
    connection: &mut PgConnection,
    owner: Owner,
    runs: &[&Run],
) -> Result<(), Error> {
    let mut hours: BTreeMap<DateTime<Utc>, BTreeMap<Kind, Tally>> = BTreeMap::new();
    for run in runs {
        let tallies = hours.entry(hour(run.created_at)).or_default();
        for (kind, findings) in kinds(run) {
            tallies.entry(kind).or_default().add(1, findings);
        }
    }
    let Some(first) = runs.first() else {
        return Ok(());
    };
    // Of the id's random bits.
    let shard = first.id.uuid().as_bytes()[15] % hourly_result::SHARDS;
    for (hour, tallies) in &hours {
        hourly_result::add(connection, owner.organization, *hour, shard, tallies).await?;
    }
    Ok(())
}

/// As what a run counts, with its findings: once as a whole, and once for each guard.
fn kinds(run: &Run) -> impl Iterator<Item = (Kind, usize)> {
    let slowest = run.guard_results.iter().map(|result| result.latency).max();
    let findings = run.guard_results.iter().map(|result| result.finding_count);
    let whole = Kind {
        guard: String::new(),
        status: GuardStatus::Ok,
        decision: run.decision,
        latency_step: step(slowest.unwrap_or_default()),
    };
    let guards = run.guard_results.iter().map(|result| {
        let kind = Kind {
            guard: result.guard.clone(),
            status: result.status,
            decision: result.decision,
            latency_step: step(result.latency),
        };
        (kind, result.finding_count)
    });
    std::iter::once((whole, findings.sum())).chain(guards)
}

/// The statistics of an organisation, by hour and guard.
pub(crate) async fn get(
    pool: &PgPool,
    organization: OrganizationId,
    range: &Range,
    guard: Option<&str>,
) -> Result<BTreeMap<(DateTime<Utc>, String), GuardStats>, Error> {
    let mut transaction = database::begin(pool, Scope::Organization(organization.uuid())).await?;
    let (start, end) = (hour(range.start), range.end);
    let results = hourly_result::get(&mut transaction, organization, start, end, guard).await?;
    transaction.commit().await?;
    let mut stats: BTreeMap<_, GuardStats> = BTreeMap::new();
    for HourlyResult { hour, kind, tally } in results {
        let stats = stats.entry((hour, kind.guard.clone())).or_default();
        stats.include(&kind, tally);
    }
    Ok(stats)
}

// === impl Tally ===

impl Tally {
    fn add(&mut self, count: i64, findings: usize) {
        self.count += count;
        self.finding_count += i64::try_from(findings).unwrap_or(i64::MAX);
    }
}

// === impl GuardStats ===

impl GuardStats {
    fn include(&mut self, kind: &Kind, tally: Tally) {
        self.tally.count += tally.count;
        self.tally.finding_count += tally.finding_count;
        *self.decisions.entry(kind.decision).or_default() += tally.count;
        match kind.status {
            GuardStatus::Timeout | GuardStatus::Error => self.unfinished += tally.count,
            GuardStatus::Ok | GuardStatus::Skipped | GuardStatus::Cached => {}
        }
        // What did not run took no time, which says nothing of the guard.
        if kind.status != GuardStatus::Skipped {
            *self.latencies.entry(kind.latency_step).or_default() += tally.count;
        }
    }

    /// The time that so many in a hundred did not exceed, to a tenth above; nothing if none ran.
    pub(crate) fn percentile(&self, percent: i64) -> Option<Duration> {
        let total: i64 = self.latencies.values().sum();
        let mut left = (total * percent + 99) / 100;
        let step = self.latencies.iter().find(|(_, count)| {
            left -= **count;
            left <= 0
        });
        step.map(|(step, _)| latency(*step))
    }
}

/// The hour that a time lies in.
fn hour(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_trunc(TimeDelta::hours(1)).unwrap_or(time)
}

/// The first step of the scale that is not below a latency.
fn step(latency: Duration) -> i16 {
    let steps = (0..LAST_STEP).find(|step| self::latency(*step) >= latency);
    steps.unwrap_or(LAST_STEP)
}

/// The latency of a step: a microsecond, and a tenth more for each.
fn latency(step: i16) -> Duration {
    Duration::from_secs_f64(1e-6 * GROWTH.powi(i32::from(step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_at_most_a_tenth_above_its_latency() {
        for micros in [1, 2, 10, 214, 1_000, 999_999, 60_000_000] {
            let exact = Duration::from_micros(micros);
            let shown = latency(step(exact));
            assert!(shown >= exact, "{shown:?} for {exact:?}");
            assert!(shown <= exact.mul_f64(GROWTH), "{shown:?} for {exact:?}");
        }
        assert_eq!(step(Duration::ZERO), 0);
        assert_eq!(step(Duration::from_secs(1_000_000)), LAST_STEP);
    }

    #[test]
    fn percentiles_count_every_run_that_took_time() {
        let kind = |status, latency_step| Kind {
            guard: "pii".to_owned(),
            status,
            decision: Decision::Allow,
            latency_step,
        };
        let mut stats = GuardStats::default();
        assert_eq!(stats.percentile(50), None);
        let tally = |count| Tally {
            count,
            finding_count: 0,
        };
        stats.include(&kind(GuardStatus::Ok, 10), tally(50));
        stats.include(&kind(GuardStatus::Cached, 20), tally(49));
        stats.include(&kind(GuardStatus::Timeout, 90), tally(1));
        stats.include(&kind(GuardStatus::Skipped, 0), tally(1000));
        for (percent, step) in [(1, 10), (50, 10), (51, 20), (99, 20), (100, 90)] {
            assert_eq!(stats.percentile(percent), Some(latency(step)), "{percent}");
        }
        assert_eq!((stats.tally.count, stats.unfinished), (1100, 1));
    }
}
