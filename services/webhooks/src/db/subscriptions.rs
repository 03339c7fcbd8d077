//! `webhooks.subscriptions`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ownership::{Origin, Owner};
use crate::revision::Revision;
use crate::subscription::Subscription;

struct Row {
    id: Uuid,
    organization_id: Option<Uuid>,
    organization_origin: Option<Origin>,
    stripe_subscription_id: String,
    stripe_customer_id: Option<String>,
    status: String,
    current_period_end: Option<DateTime<Utc>>,
    cancel_at_period_end: bool,
    deleted_at: Option<DateTime<Utc>>,
    event_time: DateTime<Utc>,
    event_rank: i32,
    event_id: String,
    created_at: DateTime<Utc>,
}

/// The subscription with this id of Stripe; its row is locked.
pub(crate) async fn lock_unscoped(
    connection: &mut PgConnection,
    stripe_subscription_id: &str,
) -> Result<Option<Subscription>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, organization_id, organization_origin as "organization_origin: Origin",
                  stripe_subscription_id, stripe_customer_id, status, current_period_end,
                  cancel_at_period_end, deleted_at, event_time, event_rank, event_id, created_at
           from webhooks.subscriptions where stripe_subscription_id = $1 for update"#,
        stripe_subscription_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Subscription::from))
}

/// Adds a subscription.
pub(crate) async fn insert_unscoped(
    connection: &mut PgConnection,
    subscription: &Subscription,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into webhooks.subscriptions
             (id, organization_id, organization_origin, stripe_subscription_id,
              stripe_customer_id, status, current_period_end, cancel_at_period_end, deleted_at,
              event_time, event_rank, event_id, created_at)
         values ($1, $2, $3::text, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        subscription.id.uuid(),
        subscription.owner.map(|owner| owner.organization_id),
        subscription.owner.map(|owner| owner.origin) as _,
        subscription.stripe_subscription_id,
        subscription.stripe_customer_id,
        subscription.status,
        subscription.current_period_end,
        subscription.cancel_at_period_end,
        subscription.revision.deleted_at(),
        subscription.revision.time,
        subscription.revision.rank,
        subscription.revision.event_id,
        subscription.created_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Writes everything that an event can change.
pub(crate) async fn update_unscoped(
    connection: &mut PgConnection,
    subscription: &Subscription,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.subscriptions
         set organization_id = $2, organization_origin = $3::text, stripe_customer_id = $4,
             status = $5, current_period_end = $6, cancel_at_period_end = $7, deleted_at = $8,
             event_time = $9, event_rank = $10, event_id = $11
         where id = $1",
        subscription.id.uuid(),
        subscription.owner.map(|owner| owner.organization_id),
        subscription.owner.map(|owner| owner.origin) as _,
        subscription.stripe_customer_id,
        subscription.status,
        subscription.current_period_end,
        subscription.cancel_at_period_end,
        subscription.revision.deleted_at(),
        subscription.revision.time,
        subscription.revision.rank,
        subscription.revision.event_id
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Gives subscriptions without an owner that of their customer, if it is known.
pub(crate) async fn link_to_customer_unscoped(
    connection: &mut PgConnection,
    stripe_customer_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.subscriptions s
         set organization_id = c.organization_id, organization_origin = 'customer'
         from webhooks.customers c
         where c.stripe_customer_id = $1 and s.stripe_customer_id = $1
           and s.organization_id is null",
        stripe_customer_id
    )
    .execute(connection)
    .await
    .map(drop)
}

// === impl Subscription ===

impl From<Row> for Subscription {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            owner: Owner::stored(row.organization_id, row.organization_origin),
            stripe_subscription_id: row.stripe_subscription_id,
            stripe_customer_id: row.stripe_customer_id,
            status: row.status,
            current_period_end: row.current_period_end,
            cancel_at_period_end: row.cancel_at_period_end,
            revision: Revision {
                deleted: row.deleted_at.is_some(),
                time: row.event_time,
                rank: row.event_rank,
                event_id: row.event_id,
            },
            created_at: row.created_at,
        }
    }
}
