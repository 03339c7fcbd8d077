//! Invoices as Stripe's events tell of them.
//!
//! The state is that of the newest event, whatever order events come in; what never changes at
//! Stripe (customer, subscription) is kept once known. An invoice whose organisation or
//! subscription is unknown is an orphan: it is kept, and linked when they appear.

use chrono::{DateTime, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::define_id;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use sqlx::{PgConnection, PgPool};

use crate::db;
use crate::error::Error;
use crate::ownership::{Family, Owner};
use crate::revision::Revision;
use crate::subscription::SubscriptionId;

define_id! {
    /// An invoice.
    InvoiceId = "inv";
}

/// An invoice as one event shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) stripe_invoice_id: String,
    pub(crate) stripe_customer_id: Option<String>,
    pub(crate) stripe_subscription_id: Option<String>,
    pub(crate) status: String,
    pub(crate) currency: String,
    /// In the currency's smallest unit, as all amounts.
    pub(crate) amount_due: i64,
    pub(crate) amount_paid: i64,
    pub(crate) attempt_count: i32,
    pub(crate) deleted: bool,
}

/// An invoice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) id: InvoiceId,
    pub(crate) owner: Option<Owner>,
    pub(crate) subscription_id: Option<SubscriptionId>,
    pub(crate) stripe_invoice_id: String,
    pub(crate) stripe_customer_id: Option<String>,
    pub(crate) stripe_subscription_id: Option<String>,
    pub(crate) status: String,
    pub(crate) currency: String,
    pub(crate) amount_due: i64,
    pub(crate) amount_paid: i64,
    pub(crate) attempt_count: i32,
    /// Of the newest event that told of it.
    pub(crate) revision: Revision,
    pub(crate) created_at: DateTime<Utc>,
}

/// Which invoices are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter {
    /// Those of one organisation only.
    pub(crate) organization: Option<OrganizationId>,
    /// Orphans only.
    pub(crate) orphaned: bool,
}

/// Invoices of all tenants, newest first, and the token of the next page.
pub(crate) async fn list(
    pool: &PgPool,
    filter: Filter,
    page: Page,
) -> Result<(Vec<Invoice>, String), Error> {
    let mut transaction = match filter.organization {
        Some(id) => database::begin(pool, Scope::Organization(id.uuid())).await?,
        None => database::begin(pool, Scope::Platform).await?,
    };
    let connection = &mut *transaction;
    let mut invoices = match (filter.organization, filter.orphaned) {
        (Some(id), orphaned) => db::invoices::list(connection, id, orphaned, page).await?,
        (None, true) => db::invoices::list_orphaned_unscoped(connection, page).await?,
        (None, false) => db::invoices::list_unscoped(connection, page).await?,
    };
    let next = page.finish(&mut invoices, |invoice| invoice.id.uuid());
    Ok((invoices, next))
}

/// Brings what `snapshot` says into the invoice it shows. `owner` is the organisation that it
/// names, known to exist.
pub(crate) async fn project(
    connection: &mut PgConnection,
    snapshot: Snapshot,
    revision: Revision,
    owner: Option<OrganizationId>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let stored = db::invoices::lock_unscoped(connection, &snapshot.stripe_invoice_id).await?;
    match stored {
        None => {
            let invoice = snapshot.into_invoice(revision, owner, now);
            db::invoices::insert_unscoped(connection, &invoice).await
        }
        Some(stored) => {
            let invoice = stored.merge(snapshot.into_invoice(revision, owner, now));
            db::invoices::update_unscoped(connection, &invoice).await
        }
    }
}

// === impl Snapshot ===

impl Snapshot {
    /// The objects that this one is linked with.
    pub(crate) fn family(&self) -> Family {
        Family {
            customer: self.stripe_customer_id.clone(),
            subscription: self.stripe_subscription_id.clone(),
            invoice: Some(self.stripe_invoice_id.clone()),
        }
    }

    /// How far the invoice is in its life; within a state, how often payment was attempted.
    pub(crate) fn rank(&self) -> i32 {
        const ATTEMPTS: i32 = 1_000_000;
        let state = match self.status.as_str() {
            "draft" => 0,
            "uncollectible" => 2,
            "void" => 3,
            "paid" => 4,
            _ => 1, // open, and what Stripe may invent
        };
        state * ATTEMPTS + self.attempt_count.clamp(0, ATTEMPTS - 1)
    }

    fn into_invoice(
        self,
        revision: Revision,
        owner: Option<OrganizationId>,
        now: DateTime<Utc>,
    ) -> Invoice {
        Invoice {
            id: InvoiceId::generate(),
            owner: owner.map(Owner::stated),
            subscription_id: None,
            stripe_invoice_id: self.stripe_invoice_id,
            stripe_customer_id: self.stripe_customer_id,
            stripe_subscription_id: self.stripe_subscription_id,
            status: self.status,
            currency: self.currency,
            amount_due: self.amount_due,
            amount_paid: self.amount_paid,
            attempt_count: self.attempt_count,
            revision,
            created_at: now,
        }
    }
}

// === impl Invoice ===

impl Invoice {
    /// This invoice with what `other`, made of one event, adds to it.
    fn merge(self, other: Self) -> Self {
        let is_newer = other.revision > self.revision;
        let kept = Self {
            owner: Owner::merge(self.owner, other.owner, is_newer),
            // Stripe never moves an invoice: what is known once stays true.
            stripe_customer_id: self.stripe_customer_id.or(other.stripe_customer_id),
            stripe_subscription_id: self.stripe_subscription_id.or(other.stripe_subscription_id),
            ..self
        };
        if !is_newer {
            return kept;
        }
        Self {
            status: other.status,
            currency: other.currency,
            amount_due: other.amount_due,
            amount_paid: other.amount_paid,
            attempt_count: other.attempt_count,
            revision: other.revision,
            ..kept
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn snapshot(status: &str, attempt_count: i32, customer: bool) -> Snapshot {
        Snapshot {
            stripe_invoice_id: "in_1".to_owned(),
            stripe_customer_id: customer.then(|| "cus_1".to_owned()),
            stripe_subscription_id: None,
            status: status.to_owned(),
            currency: "eur".to_owned(),
            amount_due: 100,
            amount_paid: if status == "paid" { 100 } else { 0 },
            attempt_count,
            deleted: status == "deleted",
        }
    }

    /// What the events leave behind when they are processed in this order.
    fn fold(events: &[(usize, i64, Snapshot)]) -> Invoice {
        let invoices = events.iter().map(|(number, second, snapshot)| {
            let revision = Revision {
                deleted: snapshot.deleted,
                time: DateTime::from_timestamp(*second, 0).unwrap(),
                rank: snapshot.rank(),
                event_id: format!("evt_{number}"),
            };
            let mut invoice = snapshot
                .clone()
                .into_invoice(revision, None, DateTime::UNIX_EPOCH);
            invoice.id = InvoiceId::from(uuid::Uuid::nil());
            invoice
        });
        invoices.reduce(Invoice::merge).unwrap()
    }

    fn events() -> impl Strategy<Value = Vec<(i64, Snapshot)>> {
        let status = prop::sample::select(vec![
            "draft",
            "open",
            "paid",
            "void",
            "uncollectible",
            "deleted",
            "new",
        ]);
        let event = (0_i64..3, status, 0..3, any::<bool>()).prop_map(
            |(second, status, attempts, customer)| (second, snapshot(status, attempts, customer)),
        );
        prop::collection::vec(event, 1..6)
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(events in events(), seed: u64) {
            let mut events: Vec<_> = events
                .into_iter()
                .enumerate()
                .map(|(number, (second, snapshot))| (number, second, snapshot))
                .collect();
            let expected = fold(&events);
            // Any permutation: sort by a hash of the seed and the number.
            events.sort_by_key(|(number, ..)| seed.rotate_left(7 * u32::try_from(*number).unwrap()) ^ *number as u64);
            prop_assert_eq!(fold(&events), expected);
        }

        #[test]
        fn nothing_is_newer_than_itself(events in events()) {
            let once: Vec<_> = events.into_iter().enumerate().map(|(n, (s, e))| (n, s, e)).collect();
            let twice = [once.clone(), once.clone()].concat();
            prop_assert_eq!(fold(&twice), fold(&once));
        }
    }
}
