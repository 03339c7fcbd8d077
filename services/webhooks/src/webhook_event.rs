//! Received events: stored once however often they are delivered, and listed with what became of
//! them.

use chrono::{DateTime, Utc};
use guardmesh_chassis::define_id;
use guardmesh_chassis::page::Page;
use sqlx::PgPool;

use crate::db;
use crate::error::Error;
use crate::handler::Source;
use crate::signature::Verified;

define_id! {
    /// A received event.
    WebhookEventId = "evt";
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum Status {
    /// Its effect is still to come.
    Pending,
    /// Its effect is in place.
    Processed,
    /// It has no effect here.
    Ignored,
    /// Given up, and kept.
    Dead,
}

/// An event, without its body.
#[derive(Debug, Clone)]
pub(crate) struct WebhookEvent {
    pub(crate) id: WebhookEventId,
    /// Name of its source.
    pub(crate) source: String,
    pub(crate) external_id: String,
    pub(crate) kind: String,
    pub(crate) status: Status,
    pub(crate) attempts: i32,
    pub(crate) last_error: String,
    pub(crate) event_time: DateTime<Utc>,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) processed_at: Option<DateTime<Utc>>,
    pub(crate) deliveries: i32,
}

/// A verified event, about to be stored.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) id: WebhookEventId,
    pub(crate) source: &'static str,
    pub(crate) external_id: String,
    pub(crate) kind: String,
    /// Pending, or ignored.
    pub(crate) status: Status,
    pub(crate) body: &'a [u8],
    pub(crate) event_time: DateTime<Utc>,
    pub(crate) received_at: DateTime<Utc>,
}

/// An event that is stored durably.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) id: WebhookEventId,
    /// It had been stored before.
    pub(crate) duplicate: bool,
}

/// Which events are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) status: Option<Status>,
    pub(crate) external_id: Option<&'a str>,
}

/// Stores an event whose signature matched, unless it is stored already. When this returns, it
/// is committed.
pub(crate) async fn receive(
    pool: &PgPool,
    source: &Source,
    verified: &Verified<'_>,
    now: DateTime<Utc>,
) -> Result<Receipt, Error> {
    let envelope = (source.envelope)(verified)?;
    let status = if (source.has_effect)(&envelope.kind) {
        Status::Pending
    } else {
        Status::Ignored
    };
    let arrival = Arrival {
        id: WebhookEventId::generate(),
        source: source.name,
        external_id: envelope.external_id,
        kind: envelope.kind,
        status,
        body: verified.body(),
        event_time: envelope.time.unwrap_or(now),
        received_at: now,
    };
    // One statement by itself is a transaction, and this is the path that others wait for.
    let mut connection = pool.acquire().await?;
    let id = db::events::upsert_unscoped(&mut connection, &arrival).await?;
    Ok(Receipt {
        id,
        duplicate: id != arrival.id,
    })
}

/// Events, newest first, and the token of the next page.
pub(crate) async fn list(
    pool: &PgPool,
    filter: Filter<'_>,
    page: Page,
) -> Result<(Vec<WebhookEvent>, String), Error> {
    let mut connection = pool.acquire().await?;
    let connection = &mut *connection;
    let mut events = match (filter.external_id, filter.status) {
        (Some(id), status) => {
            db::events::list_by_external_id_unscoped(connection, id, status, page).await?
        }
        (None, Some(status)) => {
            db::events::list_by_status_unscoped(connection, status, page).await?
        }
        (None, None) => db::events::list_unscoped(connection, page).await?,
    };
    let next = page.finish(&mut events, |event| event.id.uuid());
    Ok((events, next))
}

/// One event.
pub(crate) async fn get(pool: &PgPool, id: WebhookEventId) -> Result<WebhookEvent, Error> {
    let mut connection = pool.acquire().await?;
    let event = db::events::find_unscoped(&mut connection, id).await?;
    event.ok_or(Error::NoSuchEvent)
}
