//! `webhooks.events`: the inbox and the queue in one.

use chrono::{DateTime, Utc};
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;

use crate::processing::Claim;
use crate::webhook_event::{Arrival, Status, WebhookEvent, WebhookEventId};

/// Adds an event, or counts one more delivery of it. Gives the id under which it is stored.
pub(crate) async fn upsert_unscoped(
    connection: &mut PgConnection,
    arrival: &Arrival<'_>,
) -> Result<WebhookEventId, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "insert into webhooks.events
             (id, source, external_id, type, body, event_time, received_at, status,
              next_attempt_at, processed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8::text,
                 case when $8::text = 'pending' then $7::timestamptz end,
                 case when $8::text <> 'pending' then $7::timestamptz end)
         on conflict on constraint events_external_id_source_key do update
         set deliveries = events.deliveries + 1
         returning id",
        arrival.id.uuid(),
        arrival.source,
        arrival.external_id,
        arrival.kind,
        arrival.body,
        arrival.event_time,
        arrival.received_at,
        arrival.status as _
    )
    .fetch_one(connection)
    .await?;
    Ok(id.into())
}

/// Claims events that are due, each until `lease_end`: at most `limit`, those that wait longest
/// first. What others are claiming at this moment is passed over.
pub(crate) async fn claim_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease_end: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Claim>, sqlx::Error> {
    sqlx::query_as!(
        Claim,
        "with due as materialized (
             select id from webhooks.events
             where status = 'pending' and next_attempt_at <= $1
             order by next_attempt_at limit $3
             for update skip locked
         )
         update webhooks.events e
         set attempts = e.attempts + 1, failures = e.failures + 1, next_attempt_at = $2
         from due
         where e.id = due.id
         returning e.id, e.source, e.external_id, e.type as kind, e.body, e.event_time,
                   e.attempts as attempt, e.failures",
        now,
        lease_end,
        limit
    )
    .fetch_all(connection)
    .await
}

/// Ends a claim for good. False when the claim is no longer held: its lease ended, and another
/// worker claimed the event.
pub(crate) async fn conclude_unscoped(
    connection: &mut PgConnection,
    claim: &Claim,
    status: Status,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update webhooks.events
         set status = $3::text, processed_at = $4, next_attempt_at = null
         where id = $1 and attempts = $2 and status = 'pending'",
        claim.id.uuid(),
        claim.attempt,
        status as _,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a claim, if it is still held, until the next attempt.
pub(crate) async fn postpone_unscoped(
    connection: &mut PgConnection,
    claim: &Claim,
    failures: i32,
    error: &str,
    next_attempt_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.events set failures = $3, last_error = $4, next_attempt_at = $5
         where id = $1 and attempts = $2 and status = 'pending'",
        claim.id.uuid(),
        claim.attempt,
        failures,
        error,
        next_attempt_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Gives an event up, if the claim is still held.
pub(crate) async fn bury_unscoped(
    connection: &mut PgConnection,
    claim: &Claim,
    error: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.events
         set status = 'dead', last_error = $3, processed_at = $4, next_attempt_at = null
         where id = $1 and attempts = $2 and status = 'pending'",
        claim.id.uuid(),
        claim.attempt,
        error,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}

/// All events, newest first.
pub(crate) async fn list_unscoped(
    connection: &mut PgConnection,
    page: Page,
) -> Result<Vec<WebhookEvent>, sqlx::Error> {
    sqlx::query_as!(
        WebhookEvent,
        r#"select id, source, external_id, type as kind, status as "status: Status", attempts,
                  last_error, event_time, received_at, processed_at, deliveries
           from webhooks.events
           where id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
           order by id desc limit $2"#,
        page.after(),
        page.limit()
    )
    .fetch_all(connection)
    .await
}

/// Events with a status, newest first.
pub(crate) async fn list_by_status_unscoped(
    connection: &mut PgConnection,
    status: Status,
    page: Page,
) -> Result<Vec<WebhookEvent>, sqlx::Error> {
    sqlx::query_as!(
        WebhookEvent,
        r#"select id, source, external_id, type as kind, status as "status: Status", attempts,
                  last_error, event_time, received_at, processed_at, deliveries
           from webhooks.events
           where status = $1::text and id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
           order by id desc limit $3"#,
        status as _,
        page.after(),
        page.limit()
    )
    .fetch_all(connection)
    .await
}

/// The events with this id of their sender, one a source; with a status only, if given.
pub(crate) async fn list_by_external_id_unscoped(
    connection: &mut PgConnection,
    external_id: &str,
    status: Option<Status>,
    page: Page,
) -> Result<Vec<WebhookEvent>, sqlx::Error> {
    sqlx::query_as!(
        WebhookEvent,
        r#"select id, source, external_id, type as kind, status as "status: Status", attempts,
                  last_error, event_time, received_at, processed_at, deliveries
           from webhooks.events
           where external_id = $1 and status = coalesce($2::text, status)
             and id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
           order by id desc limit $4"#,
        external_id,
        status as _,
        page.after(),
        page.limit()
    )
    .fetch_all(connection)
    .await
}

/// One event.
pub(crate) async fn find_unscoped(
    connection: &mut PgConnection,
    id: WebhookEventId,
) -> Result<Option<WebhookEvent>, sqlx::Error> {
    sqlx::query_as!(
        WebhookEvent,
        r#"select id, source, external_id, type as kind, status as "status: Status", attempts,
                  last_error, event_time, received_at, processed_at, deliveries
           from webhooks.events where id = $1"#,
        id.uuid()
    )
    .fetch_optional(connection)
    .await
}
