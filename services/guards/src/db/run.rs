//! `guards.runs`

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{Channel, Decision};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{channel, decision, direction, first_id, int, uint};
use crate::check::Direction;
use crate::error::Error;
use crate::policy::{PolicyId, VersionId};
use crate::run::{Filter, ListFilter, Origin, Owner, Run, RunId, StoredRun, Whose};

struct Row {
    id: Uuid,
    user_id: Uuid,
    created_at: DateTime<Utc>,
    channel: String,
    direction: String,
    application: String,
    policy_id: Option<Uuid>,
    policy_version: Option<i32>,
    decision: String,
    reasons: Vec<String>,
    content_bytes: i32,
}

/// Inserts the run, without its parts. False if it is there already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    run: &Run,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "insert into guards.runs
             (id, organization_id, user_id, created_at, channel, direction, application,
              policy_id, policy_version, decision, reasons, content_bytes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do nothing",
        run.id.uuid(),
        owner.organization.uuid(),
        owner.user.uuid(),
        run.created_at,
        run.origin.channel.as_str(),
        run.origin.direction.as_str(),
        run.origin.application,
        run.origin.policy.map(|version| version.policy.uuid()),
        run.origin.policy.map(|version| version.version),
        run.decision.as_str(),
        &run.reasons,
        int(run.origin.content_bytes),
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The run, without its parts.
pub(crate) async fn get(
    connection: &mut PgConnection,
    whose: Whose,
    id: RunId,
) -> Result<Option<StoredRun>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select id, user_id, created_at, channel, direction, application, policy_id,
                policy_version, decision, reasons, content_bytes
         from guards.runs
         where organization_id = $1 and ($2::uuid is null or user_id = $2) and id = $3",
        whose.organization.uuid(),
        whose.user.map(UserId::uuid),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_run).transpose()
}

/// Runs that fit, without their parts, newest first. Planned anew each time, for the filters that are
/// given: one plan for all of them reads every run of the organisation.
pub(crate) async fn list(
    connection: &mut PgConnection,
    whose: Whose,
    filter: &ListFilter,
    page: Page,
) -> Result<Vec<StoredRun>, Error> {
    sqlx::query!("set local plan_cache_mode = 'force_custom_plan'")
        .execute(&mut *connection)
        .await?;
    let ListFilter {
        run,
        policy,
        found_by,
    } = filter;
    let ids = ids(run, page);
    let rows = sqlx::query_as!(
        Row,
        "select id, user_id, created_at, channel, direction, application, policy_id,
                policy_version, decision, reasons, content_bytes
         from guards.runs
         where organization_id = $1 and ($2::uuid is null or user_id = $2)
           and id >= $3 and id < $4
           and ($6::timestamptz is null or created_at >= $6)
           and ($7::timestamptz is null or created_at < $7)
           and ($8::text is null or channel = $8)
           and ($9::text is null or direction = $9)
           and ($10::text is null or application = $10)
           and ($11::text is null or decision = $11)
           and ($12::uuid is null or policy_id = $12)
           and ($13::text is null or (
               select result.finding_count > 0 from guards.guard_results as result
               where result.run_id = runs.id and result.organization_id = $1
                 and result.guard = $13))
         order by id desc
         limit $5",
        whose.organization.uuid(),
        whose.user.map(UserId::uuid),
        ids.start,
        ids.end,
        page.limit(),
        run.since,
        run.until,
        run.channel.map(Channel::as_str),
        run.direction.map(Direction::as_str),
        run.application.as_deref(),
        run.decision.map(Decision::as_str),
        policy.map(PolicyId::uuid),
        found_by.as_deref(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_run).collect()
}

/// Ids that runs of this page can have. They are sorted by time, so that a list reads nothing older
/// or newer than is wanted; a run is stated to be made somewhat after its id was.
fn ids(filter: &Filter, page: Page) -> Range<Uuid> {
    let ids_lead = TimeDelta::minutes(1);
    let since = filter.since.map(|since| first_id(since - ids_lead));
    let until = filter
        .until
        .map(|until| first_id(until + TimeDelta::milliseconds(1)));
    let end = [page.after(), until].into_iter().flatten().min();
    since.unwrap_or(Uuid::nil())..end.unwrap_or(Uuid::max())
}

/// Deletes up to `limit` runs from before `end`, with their parts; gives how many.
pub(crate) async fn delete_before_unscoped(
    connection: &mut PgConnection,
    end: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.runs
         where id = any(array(
             select id from guards.runs where id < $1 order by id limit $2
             for update skip locked))",
        first_id(end),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// Deletes up to `limit` runs of an organisation, with their parts; gives how many.
pub(crate) async fn delete_of(
    connection: &mut PgConnection,
    organization: OrganizationId,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.runs
         where id = any(array(
             select id from guards.runs where organization_id = $1 limit $2))",
        organization.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

/// Deletes up to `limit` runs of a user in whatever organisation, with their parts; gives how many.
/// The organisations are found one by one in the index that begins with them.
pub(crate) async fn delete_of_user_unscoped(
    connection: &mut PgConnection,
    user: UserId,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "with recursive organizations (id) as (
             (select organization_id from guards.runs order by organization_id limit 1)
             union all
             select (select organization_id from guards.runs
                     where organization_id > organizations.id
                     order by organization_id limit 1)
             from organizations
             where organizations.id is not null
         )
         delete from guards.runs
         where id = any(array(
             select run.id
             from organizations,
                  lateral (select id from guards.runs
                           where organization_id = organizations.id and user_id = $1
                           limit $2) as run
             limit $2))",
        user.uuid(),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}

// === impl Row ===

impl Row {
    fn into_run(self) -> Result<StoredRun, Error> {
        let policy = self.policy_id.zip(self.policy_version);
        let run = Run {
            id: RunId::from(self.id),
            created_at: self.created_at,
            origin: Origin {
                channel: channel(&self.channel)?,
                direction: direction(&self.direction)?,
                application: self.application,
                content_bytes: uint(self.content_bytes),
                policy: policy.map(|(id, version)| VersionId {
                    policy: PolicyId::from(id),
                    version,
                }),
            },
            decision: decision(&self.decision)?,
            text: None,
            reasons: self.reasons,
            findings: Vec::new(),
            guard_results: Vec::new(),
        };
        Ok(StoredRun {
            user: UserId::from(self.user_id),
            run,
        })
    }
}
