//! Whose objects are: organisations are learnt from what objects say of themselves, and passed on
//! to those that say nothing, now or when they appear later.
//!
//! An object belongs to the organisation that its own metadata names, else to that of its
//! subscription, else to that of its customer. What is known from a weaker origin is replaced
//! when a stronger one appears, so that the order of events does not matter. A customer's is the
//! weakest: one customer may pay for several organisations.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db;

/// Whose an object is, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) organization_id: Uuid,
    pub(crate) origin: Origin,
}

/// How an owner is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum Origin {
    /// The object's own metadata name it.
    Itself,
    /// The metadata of its subscription name it.
    Subscription,
    /// Another object of the same customer names it.
    Customer,
}

/// The objects of Stripe that an event is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Family {
    pub(crate) customer: Option<String>,
    pub(crate) subscription: Option<String>,
    pub(crate) invoice: Option<String>,
}

// === impl Owner ===

impl Owner {
    /// The owner that the object itself names.
    pub(crate) fn stated(organization: OrganizationId) -> Self {
        Self {
            organization_id: organization.uuid(),
            origin: Origin::Itself,
        }
    }

    /// As two columns say it.
    pub(crate) fn stored(organization_id: Option<Uuid>, origin: Option<Origin>) -> Option<Self> {
        Some(Self {
            organization_id: organization_id?,
            origin: origin?,
        })
    }

    /// The owner of an object that was `stored`, after an event that stated `other`.
    pub(crate) fn merge(
        stored: Option<Self>,
        other: Option<Self>,
        other_is_newer: bool,
    ) -> Option<Self> {
        let stored_is_stated = stored.is_some_and(|owner| owner.origin == Origin::Itself);
        if other_is_newer || !stored_is_stated {
            other.or(stored)
        } else {
            stored
        }
    }
}

// === impl Family ===

impl Family {
    /// Waits until no other transaction works on a member of this family, and keeps others out
    /// until the end of this one. Without it an invoice and its subscription, processed at the
    /// same time, would not see each other, and never be linked.
    pub(crate) async fn lock(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let members = [
            ("customer", &self.customer),
            ("subscription", &self.subscription),
            ("invoice", &self.invoice),
        ];
        // Always in this order: two transactions cannot wait for each other.
        for (kind, id) in members {
            if let Some(id) = id {
                db::locks::take(connection, &format!("webhooks {kind} {id}")).await?;
            }
        }
        Ok(())
    }

    /// Fills in the owners that have become known. `owner` is the organisation that the object
    /// names, known to exist.
    pub(crate) async fn link(
        &self,
        connection: &mut PgConnection,
        owner: Option<OrganizationId>,
        event_time: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        if let (Some(customer), Some(owner)) = (&self.customer, owner) {
            db::customers::learn_unscoped(connection, customer, owner, event_time).await?;
        }
        if let Some(customer) = &self.customer {
            db::subscriptions::link_to_customer_unscoped(connection, customer).await?;
        }
        if let Some(subscription) = &self.subscription {
            db::invoices::link_to_subscription_unscoped(connection, subscription).await?;
        }
        if let Some(customer) = &self.customer {
            db::invoices::link_to_customer_unscoped(connection, customer).await?;
        }
        Ok(())
    }
}
