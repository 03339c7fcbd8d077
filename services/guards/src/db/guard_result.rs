//! `guards.guard_results`

use std::collections::HashMap;
use std::time::Duration;

use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

use super::{decision, int, uint};
use crate::error::Error;
use crate::run::{Owner, Run, StoredRun};
use crate::verdict::{GuardResult, GuardStatus};

/// All guards' parts of a run, in one statement.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    run: &Run,
) -> Result<(), Error> {
    let results = &run.guard_results;
    let guards: Vec<String> = results.iter().map(|result| result.guard.clone()).collect();
    let statuses: Vec<String> = results
        .iter()
        .map(|result| status_name(result.status).to_owned())
        .collect();
    let decisions: Vec<String> = results
        .iter()
        .map(|result| result.decision.as_str().to_owned())
        .collect();
    let counts: Vec<i32> = results
        .iter()
        .map(|result| int(result.finding_count))
        .collect();
    let latencies: Vec<i64> = results
        .iter()
        .map(|result| micros(result.latency))
        .collect();
    let shadows: Vec<bool> = results.iter().map(|result| result.shadow).collect();
    sqlx::query!(
        "insert into guards.guard_results
             (run_id, organization_id, position, guard, status, decision, finding_count,
              latency_micros, shadow)
         select $1, $2, result.ordinality::integer, guard, status, decision, finding_count,
                latency_micros, shadow
         from unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[], $8::boolean[])
              with ordinality as result
                  (guard, status, decision, finding_count, latency_micros, shadow)",
        run.id.uuid(),
        owner.organization.uuid(),
        &guards,
        &statuses,
        &decisions,
        &counts,
        &latencies,
        &shadows,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives each of `runs` its guards' parts, in the order of the check.
pub(crate) async fn attach(
    connection: &mut PgConnection,
    organization: OrganizationId,
    runs: &mut [StoredRun],
) -> Result<(), Error> {
    let ids: Vec<_> = runs.iter().map(|stored| stored.run.id.uuid()).collect();
    let rows = sqlx::query!(
        "select run_id, guard, status, decision, finding_count, latency_micros, shadow
         from guards.guard_results
         where organization_id = $1 and run_id = any($2)
         order by run_id, position",
        organization.uuid(),
        &ids,
    )
    .fetch_all(connection)
    .await?;
    let mut results: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let result = GuardResult {
            guard: row.guard,
            status: status(&row.status)?,
            decision: decision(&row.decision)?,
            finding_count: uint(row.finding_count),
            latency: Duration::from_micros(u64::try_from(row.latency_micros).unwrap_or_default()),
            shadow: row.shadow,
        };
        results.entry(row.run_id).or_default().push(result);
    }
    for StoredRun { run, .. } in runs {
        run.guard_results = results.remove(&run.id.uuid()).unwrap_or_default();
    }
    Ok(())
}

pub(super) fn status_name(status: GuardStatus) -> &'static str {
    match status {
        GuardStatus::Ok => "ok",
        GuardStatus::Timeout => "timeout",
        GuardStatus::Error => "error",
        GuardStatus::Skipped => "skipped",
        GuardStatus::Cached => "cached",
    }
}

pub(super) fn status(text: &str) -> Result<GuardStatus, Error> {
    use GuardStatus::{Cached, Error as Failed, Ok as Done, Skipped, Timeout};
    [Done, Timeout, Failed, Skipped, Cached]
        .into_iter()
        .find(|status| status_name(*status) == text)
        .ok_or(Error::Corrupt("guard_results"))
}

fn micros(latency: Duration) -> i64 {
    i64::try_from(latency.as_micros()).unwrap_or(i64::MAX)
}
