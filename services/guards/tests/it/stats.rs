//! What the guards did, in numbers.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::guards::v1::stats_service_client::StatsServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, Decision, GetGuardStatsRequest, GuardStats,
};
use prost_types::Timestamp;
use tonic::{Code, Status};

use crate::app::{self, App, holder, invalid_fields, member_of, reason, text};

/// Far more than any run waits.
const PATIENCE: Duration = Duration::from_mins(1);

const PERMISSION: &str = "guard_stats:read";
const GET: &str = "/guardmesh.guards.v1.StatsService/GetGuardStats";

impl App {
    async fn stats(
        &self,
        caller: &Caller,
        request: GetGuardStatsRequest,
    ) -> Result<Vec<GuardStats>, Status> {
        let request = self.signed(request, GET, caller);
        let mut client = StatsServiceClient::new(self.channel.clone());
        Ok(client.get_guard_stats(request).await?.into_inner().stats)
    }

    /// The stats of all hours once they come to `expected`, as [`totals`] has it: where connections are
    /// slow to come, runs wait in memory, and are counted when they are stored.
    async fn counted(&self, reader: &Caller, expected: &[(&str, (i64, i64))]) -> Vec<GuardStats> {
        let expected: HashMap<&str, (i64, i64)> = expected.iter().copied().collect();
        let counted = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(50));
            loop {
                match self.stats(reader, GetGuardStatsRequest::default()).await {
                    Ok(stats) if totals(&stats) == expected => return stats,
                    _ => ticks.tick().await,
                };
            }
        };
        tokio::time::timeout(PATIENCE, counted).await.unwrap()
    }
}

fn by(guards: &[&str], content: &str) -> CheckRequest {
    CheckRequest {
        guards: guards.iter().map(|&id| id.to_owned()).collect(),
        ..text(content)
    }
}

fn decisions(stats: &GuardStats) -> HashMap<Decision, i64> {
    let decisions = stats.decisions.iter();
    decisions.map(|one| (one.decision(), one.count)).collect()
}

/// The counts of all hours, by guard: an hour may end in the midst of a test.
fn totals(stats: &[GuardStats]) -> HashMap<&str, (i64, i64)> {
    let mut totals: HashMap<&str, (i64, i64)> = HashMap::new();
    for one in stats {
        let total = totals.entry(&one.guard).or_default();
        *total = (total.0 + one.count, total.1 + one.finding_count);
    }
    totals
}

#[tokio::test]
async fn every_run_is_counted_once_for_its_guards_and_as_a_whole() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let reader = holder(organization, PERMISSION);
    let both = by(&["pii", "secrets"], "ada@example.org eve@example.org");
    let clean = by(&["pii"], "harmless");
    // At the same time, by different people.
    let people: Vec<Caller> = (0..20).map(|_| member_of(organization)).collect();
    let checks = people.iter().enumerate().map(|(index, person)| {
        let request = if index < 12 { &both } else { &clean };
        app.check(person, request.clone())
    });
    for answer in join_all(checks).await {
        answer.unwrap();
    }
    let elsewhere = member_of(OrganizationId::generate());
    app.check(&elsewhere, clean.clone()).await.unwrap();

    let expected = [("", (20, 24)), ("pii", (20, 24)), ("secrets", (12, 0))];
    let stats = app.counted(&reader, &expected).await;
    assert!(stats.is_sorted_by_key(|one| (one.hour.unwrap().seconds, one.guard.clone())));
    for one in &stats {
        assert_eq!(one.hour.unwrap().seconds % 3600, 0);
        assert_eq!(one.unfinished_count, 0);
        assert_eq!(decisions(one).values().sum::<i64>(), one.count);
        let latencies = [one.latency_p50, one.latency_p90, one.latency_p99];
        let latencies = latencies.map(|latency| latency.unwrap());
        assert!(latencies.is_sorted_by_key(|latency| (latency.seconds, latency.nanos)));
        assert!(latencies[0].nanos > 0);
    }
    let only = GetGuardStatsRequest {
        guard: "secrets".to_owned(),
        ..GetGuardStatsRequest::default()
    };
    let stats = app.stats(&reader, only).await.unwrap();
    assert_eq!(totals(&stats), HashMap::from([("secrets", (12, 0))]));
    assert_eq!(
        decisions(&stats[0]).into_keys().collect::<Vec<_>>(),
        [Decision::Allow]
    );
}

#[tokio::test]
async fn a_range_has_the_hours_that_begin_in_it_and_is_bounded() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organization = OrganizationId::generate();
    let reader = holder(organization, PERMISSION);
    let person = member_of(organization);
    app.check(&person, by(&["pii"], "ada@example.org"))
        .await
        .unwrap();
    app.counted(&reader, &[("", (1, 1)), ("pii", (1, 1))]).await;
    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(&database.pool, scope).await.unwrap();
    for statement in [
        "update guards.hourly_results set hour = '2026-01-31T09:00:00Z'",
        "insert into guards.hourly_results
         select organization_id, '2026-01-31T10:00:00Z', guard, 'timeout', 'REVIEW', latency_step,
                shard, 7, 0
         from guards.hourly_results",
    ] {
        sqlx::query(statement)
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();

    let nine = 1_769_850_000;
    let at = |seconds: i64| Some(Timestamp { seconds, nanos: 0 });
    let request = |start, end| GetGuardStatsRequest {
        start_time: start,
        end_time: end,
        guard: "pii".to_owned(),
    };
    for (start, end, hours) in [
        (nine, nine + 1, &[nine][..]),
        (nine + 3599, nine + 3600, &[nine]),
        (nine, nine + 3601, &[nine, nine + 3600]),
        (nine - 3600, nine, &[]),
        (nine + 3600, nine + 31 * 86400, &[nine + 3600]),
    ] {
        let stats = app
            .stats(&reader, request(at(start), at(end)))
            .await
            .unwrap();
        let found: Vec<i64> = stats.iter().map(|one| one.hour.unwrap().seconds).collect();
        assert_eq!(found, hours, "{start} {end}");
    }
    let stats = app
        .stats(&reader, request(at(nine + 3600), at(nine + 3601)))
        .await
        .unwrap();
    assert_eq!((stats[0].count, stats[0].unfinished_count), (7, 7));
    assert_eq!(decisions(&stats[0]), HashMap::from([(Decision::Review, 7)]));

    for (start, end, field) in [
        (at(nine), at(nine), "endTime"),
        (at(nine), at(nine - 1), "endTime"),
        (at(nine), at(nine + 31 * 86400 + 1), "endTime"),
        (at(i64::MIN), None, "startTime"),
        (at(nine), at(i64::MAX), "endTime"),
        (
            Some(Timestamp {
                seconds: nine,
                nanos: -1,
            }),
            None,
            "startTime",
        ),
    ] {
        let status = app.stats(&reader, request(start, end)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(invalid_fields(&status), [field], "{start:?} {end:?}");
    }
}

#[tokio::test]
async fn the_numbers_of_an_organization_are_for_those_who_may_read_them() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let member = member_of(organization);
    app.check(&member, text("ada@example.org")).await.unwrap();
    let status = app
        .stats(&member, GetGuardStatsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(reason(&status), "PERMISSION_REQUIRED");
    let stranger = holder(OrganizationId::generate(), PERMISSION);
    let stats = app.stats(&stranger, GetGuardStatsRequest::default()).await;
    assert_eq!(stats.unwrap(), []);
}
