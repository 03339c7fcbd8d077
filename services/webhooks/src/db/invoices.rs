//! `webhooks.invoices`.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::invoice::Invoice;
use crate::ownership::{Origin, Owner};
use crate::revision::Revision;
use crate::subscription::SubscriptionId;

struct Row {
    id: Uuid,
    organization_id: Option<Uuid>,
    organization_origin: Option<Origin>,
    subscription_id: Option<Uuid>,
    stripe_invoice_id: String,
    stripe_customer_id: Option<String>,
    stripe_subscription_id: Option<String>,
    status: String,
    currency: String,
    amount_due: i64,
    amount_paid: i64,
    attempt_count: i32,
    deleted_at: Option<DateTime<Utc>>,
    event_time: DateTime<Utc>,
    event_rank: i32,
    event_id: String,
    created_at: DateTime<Utc>,
}

/// Invoices of one organisation, newest first; orphans only if wanted.
pub(crate) async fn list(
    connection: &mut PgConnection,
    organization: OrganizationId,
    orphaned: bool,
    page: Page,
) -> Result<Vec<Invoice>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, organization_id, organization_origin as "organization_origin: Origin",
                  subscription_id, stripe_invoice_id, stripe_customer_id,
                  stripe_subscription_id, status, currency, amount_due, amount_paid,
                  attempt_count, deleted_at, event_time, event_rank, event_id, created_at
           from webhooks.invoices
           where organization_id = $1 and (orphaned or not $2) and id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
           order by id desc limit $4"#,
        organization.uuid(),
        orphaned,
        page.after(),
        page.limit()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Invoice::from).collect())
}

/// Invoices of all tenants, newest first.
pub(crate) async fn list_unscoped(
    connection: &mut PgConnection,
    page: Page,
) -> Result<Vec<Invoice>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, organization_id, organization_origin as "organization_origin: Origin",
                  subscription_id, stripe_invoice_id, stripe_customer_id,
                  stripe_subscription_id, status, currency, amount_due, amount_paid,
                  attempt_count, deleted_at, event_time, event_rank, event_id, created_at
           from webhooks.invoices
           where id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
           order by id desc limit $2"#,
        page.after(),
        page.limit()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Invoice::from).collect())
}

/// Orphans, newest first.
pub(crate) async fn list_orphaned_unscoped(
    connection: &mut PgConnection,
    page: Page,
) -> Result<Vec<Invoice>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, organization_id, organization_origin as "organization_origin: Origin",
                  subscription_id, stripe_invoice_id, stripe_customer_id,
                  stripe_subscription_id, status, currency, amount_due, amount_paid,
                  attempt_count, deleted_at, event_time, event_rank, event_id, created_at
           from webhooks.invoices
           where orphaned and id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
           order by id desc limit $2"#,
        page.after(),
        page.limit()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Invoice::from).collect())
}

/// The invoice with this id of Stripe; its row is locked.
pub(crate) async fn lock_unscoped(
    connection: &mut PgConnection,
    stripe_invoice_id: &str,
) -> Result<Option<Invoice>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, organization_id, organization_origin as "organization_origin: Origin",
                  subscription_id, stripe_invoice_id, stripe_customer_id,
                  stripe_subscription_id, status, currency, amount_due, amount_paid,
                  attempt_count, deleted_at, event_time, event_rank, event_id, created_at
           from webhooks.invoices where stripe_invoice_id = $1 for update"#,
        stripe_invoice_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Invoice::from))
}

/// Adds an invoice.
pub(crate) async fn insert_unscoped(
    connection: &mut PgConnection,
    invoice: &Invoice,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into webhooks.invoices
             (id, organization_id, organization_origin, stripe_invoice_id, stripe_customer_id,
              stripe_subscription_id, status, currency, amount_due, amount_paid, attempt_count,
              deleted_at, event_time, event_rank, event_id, created_at)
         values ($1, $2, $3::text, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        invoice.id.uuid(),
        invoice.owner.map(|owner| owner.organization_id),
        invoice.owner.map(|owner| owner.origin) as _,
        invoice.stripe_invoice_id,
        invoice.stripe_customer_id,
        invoice.stripe_subscription_id,
        invoice.status,
        invoice.currency,
        invoice.amount_due,
        invoice.amount_paid,
        invoice.attempt_count,
        invoice.revision.deleted_at(),
        invoice.revision.time,
        invoice.revision.rank,
        invoice.revision.event_id,
        invoice.created_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Writes everything that an event can change.
pub(crate) async fn update_unscoped(
    connection: &mut PgConnection,
    invoice: &Invoice,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.invoices
         set organization_id = $2, organization_origin = $3::text, stripe_customer_id = $4,
             stripe_subscription_id = $5, status = $6, currency = $7, amount_due = $8,
             amount_paid = $9, attempt_count = $10, deleted_at = $11, event_time = $12,
             event_rank = $13, event_id = $14
         where id = $1",
        invoice.id.uuid(),
        invoice.owner.map(|owner| owner.organization_id),
        invoice.owner.map(|owner| owner.origin) as _,
        invoice.stripe_customer_id,
        invoice.stripe_subscription_id,
        invoice.status,
        invoice.currency,
        invoice.amount_due,
        invoice.amount_paid,
        invoice.attempt_count,
        invoice.revision.deleted_at(),
        invoice.revision.time,
        invoice.revision.rank,
        invoice.revision.event_id
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Links the invoices of a subscription to it, if it is there, and gives them its owner where
/// they have none, or one known from their customer only.
pub(crate) async fn link_to_subscription_unscoped(
    connection: &mut PgConnection,
    stripe_subscription_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.invoices i set subscription_id = s.id
         from webhooks.subscriptions s
         where s.stripe_subscription_id = $1 and i.stripe_subscription_id = $1
           and i.subscription_id is null",
        stripe_subscription_id
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update webhooks.invoices i
         set organization_id = s.organization_id,
             organization_origin = case s.organization_origin
                 when 'itself' then 'subscription' else 'customer' end
         from webhooks.subscriptions s
         where s.stripe_subscription_id = $1 and i.stripe_subscription_id = $1
           and s.organization_id is not null
           and (i.organization_id is null
                or (i.organization_origin = 'customer' and s.organization_origin = 'itself'))",
        stripe_subscription_id
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Gives invoices without an owner that of their customer, if it is known.
pub(crate) async fn link_to_customer_unscoped(
    connection: &mut PgConnection,
    stripe_customer_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhooks.invoices i
         set organization_id = c.organization_id, organization_origin = 'customer'
         from webhooks.customers c
         where c.stripe_customer_id = $1 and i.stripe_customer_id = $1
           and i.organization_id is null",
        stripe_customer_id
    )
    .execute(connection)
    .await
    .map(drop)
}

// === impl Invoice ===

impl From<Row> for Invoice {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            owner: Owner::stored(row.organization_id, row.organization_origin),
            subscription_id: row.subscription_id.map(SubscriptionId::from),
            stripe_invoice_id: row.stripe_invoice_id,
            stripe_customer_id: row.stripe_customer_id,
            stripe_subscription_id: row.stripe_subscription_id,
            status: row.status,
            currency: row.currency,
            amount_due: row.amount_due,
            amount_paid: row.amount_paid,
            attempt_count: row.attempt_count,
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
