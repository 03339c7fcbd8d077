//! `guardmesh.guards.v1.StatsService`

use chrono::{DateTime, Utc};
use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::guards::v1::stats_service_server::StatsService;
use guardmesh_proto::guardmesh::guards::v1::{
    DecisionCount, GetGuardStatsRequest, GetGuardStatsResponse, GuardStats,
};
use tonic::{Request, Response, Status, async_trait};

use super::guards::owner;
use super::render;
use crate::State;
use crate::stats::{self, DEFAULT_RANGE, MAX_RANGE, Range};

#[async_trait]
impl StatsService for State {
    async fn get_guard_stats(
        &self,
        request: Request<GetGuardStatsRequest>,
    ) -> Result<Response<GetGuardStatsResponse>, Status> {
        let organization = owner(&request)?.organization;
        let request = request.into_inner();
        let range = range(request.start_time, request.end_time, self.clock.now())?;
        let guard = Some(&*request.guard).filter(|guard| !guard.is_empty());
        let stats = stats::get(&self.database, organization, &range, guard).await?;
        let stats = stats
            .iter()
            .map(|((hour, guard), stats)| guard_stats(*hour, guard, stats));
        Ok(Response::new(GetGuardStatsResponse {
            stats: stats.collect(),
        }))
    }
}

fn range(
    start: Option<prost_types::Timestamp>,
    end: Option<prost_types::Timestamp>,
    now: DateTime<Utc>,
) -> Result<Range, Fault> {
    let end = end.map_or(Ok(now), |end| time("endTime", end))?;
    let start = match start {
        Some(start) => time("startTime", start)?,
        None => end - DEFAULT_RANGE,
    };
    if start >= end || end - start > MAX_RANGE {
        let rule = "must be after startTime, by at most 31 days";
        return Err(Fault::invalid("endTime", rule));
    }
    Ok(Range { start, end })
}

pub(super) fn time(field: &str, message: prost_types::Timestamp) -> Result<DateTime<Utc>, Fault> {
    let nanos = u32::try_from(message.nanos).ok();
    nanos
        .and_then(|nanos| DateTime::from_timestamp(message.seconds, nanos))
        // Years that the arithmetic of ranges, and PostgreSQL, can hold.
        .filter(|time| (0..=253_402_300_799).contains(&time.timestamp()))
        .ok_or_else(|| Fault::invalid(field, "is not a time"))
}

fn guard_stats(hour: DateTime<Utc>, guard: &str, stats: &stats::GuardStats) -> GuardStats {
    let decisions = stats
        .decisions
        .iter()
        .map(|(decision, count)| DecisionCount {
            decision: render::decision(*decision).into(),
            count: *count,
        });
    let latency = |percent| stats.percentile(percent).map(render::duration);
    GuardStats {
        hour: Some(render::timestamp(hour)),
        guard: guard.to_owned(),
        count: stats.tally.count,
        finding_count: stats.tally.finding_count,
        decisions: decisions.collect(),
        unfinished_count: stats.unfinished,
        latency_p50: latency(50),
        latency_p90: latency(90),
        latency_p99: latency(99),
    }
}
