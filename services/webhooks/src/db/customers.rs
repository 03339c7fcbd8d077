//! `webhooks.customers`: which organisation a customer of Stripe is.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

/// Keeps what the newest event says.
pub(crate) async fn learn_unscoped(
    connection: &mut PgConnection,
    stripe_customer_id: &str,
    organization: OrganizationId,
    event_time: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into webhooks.customers (stripe_customer_id, organization_id, event_time)
         values ($1, $2, $3)
         on conflict (stripe_customer_id) do update
         set organization_id = excluded.organization_id, event_time = excluded.event_time
         where (customers.event_time, customers.organization_id)
             < (excluded.event_time, excluded.organization_id)",
        stripe_customer_id,
        organization.uuid(),
        event_time
    )
    .execute(connection)
    .await
    .map(drop)
}
