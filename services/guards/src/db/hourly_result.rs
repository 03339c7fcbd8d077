//! `guards.hourly_results`

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

use super::decision;
use super::guard_result::{status, status_name};
use crate::error::Error;
use crate::stats::{HourlyResult, Kind, Tally};

/// Rows for the same, among which checks at the same time are spread.
pub(crate) const SHARDS: u8 = 8;

/// Adds to the counts of an hour, in the order of their keys: who adds to the same ones waits in
/// turn.
pub(crate) async fn add(
    connection: &mut PgConnection,
    organization: OrganizationId,
    hour: DateTime<Utc>,
    shard: u8,
    tallies: &BTreeMap<Kind, Tally>,
) -> Result<(), Error> {
    let guards: Vec<String> = tallies.keys().map(|kind| kind.guard.clone()).collect();
    let column = |name: fn(&Kind) -> &'static str| -> Vec<String> {
        tallies.keys().map(|kind| name(kind).to_owned()).collect()
    };
    let steps: Vec<i16> = tallies.keys().map(|kind| kind.latency_step).collect();
    let counts: Vec<i64> = tallies.values().map(|tally| tally.count).collect();
    let findings: Vec<i64> = tallies.values().map(|tally| tally.finding_count).collect();
    sqlx::query!(
        "insert into guards.hourly_results as stored
             (organization_id, hour, shard, guard, status, decision, latency_step, count,
              finding_count)
         select $1, $2, $3, guard, status, decision, latency_step, count, finding_count
         from unnest($4::text[], $5::text[], $6::text[], $7::smallint[], $8::bigint[],
                     $9::bigint[])
              as result (guard, status, decision, latency_step, count, finding_count)
         on conflict (organization_id, hour, guard, status, decision, latency_step, shard)
         do update set count = stored.count + excluded.count,
                       finding_count = stored.finding_count + excluded.finding_count",
        organization.uuid(),
        hour,
        i16::from(shard),
        &guards,
        &column(|kind| status_name(kind.status)),
        &column(|kind| kind.decision.as_str()),
        &steps,
        &counts,
        &findings,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The counts of the hours from `start` to before `end`.
pub(crate) async fn get(
    connection: &mut PgConnection,
    organization: OrganizationId,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    guard: Option<&str>,
) -> Result<Vec<HourlyResult>, Error> {
    let rows = sqlx::query!(
        r#"select hour, guard, status, decision, latency_step,
                  sum(count)::bigint as "count!", sum(finding_count)::bigint as "finding_count!"
           from guards.hourly_results
           where organization_id = $1 and hour >= $2 and hour < $3
                 and ($4::text is null or guard = $4)
           group by hour, guard, status, decision, latency_step"#,
        organization.uuid(),
        start,
        end,
        guard,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let results = rows.map(|row| {
        Ok(HourlyResult {
            hour: row.hour,
            kind: Kind {
                guard: row.guard,
                status: status(&row.status)?,
                decision: decision(&row.decision)?,
                latency_step: row.latency_step,
            },
            tally: Tally {
                count: row.count,
                finding_count: row.finding_count,
            },
        })
    });
    results.collect()
}

/// Deletes up to `limit` counts of hours before `end`; gives how many.
pub(crate) async fn delete_before_unscoped(
    connection: &mut PgConnection,
    end: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.hourly_results
         where ctid = any(array(
             select ctid from guards.hourly_results where hour < $1 limit $2
             for update skip locked))",
        end,
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// Deletes up to `limit` counts of an organisation; gives how many.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.hourly_results
         where ctid = any(array(
             select ctid from guards.hourly_results where organization_id = $1 limit $2))",
        organization.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}
