//! Subscriptions as Stripe's events tell of them: the state of the newest event, whatever order
//! events come in. A deleted one stays as a tombstone.

use chrono::{DateTime, Utc};
use guardmesh_chassis::define_id;
use guardmesh_chassis::id::OrganizationId;
use sqlx::PgConnection;

use crate::db;
use crate::ownership::{Family, Owner};
use crate::revision::Revision;

define_id! {
    /// A subscription. Stripe's ids have the same prefix; they stand in columns of their own.
    SubscriptionId = "sub";
}

/// A subscription as one event shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) stripe_subscription_id: String,
    pub(crate) stripe_customer_id: Option<String>,
    pub(crate) status: String,
    pub(crate) current_period_end: Option<DateTime<Utc>>,
    pub(crate) cancel_at_period_end: bool,
    /// The event is the one of its creation.
    pub(crate) created: bool,
    pub(crate) deleted: bool,
}

/// A subscription as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: SubscriptionId,
    pub(crate) owner: Option<Owner>,
    pub(crate) stripe_subscription_id: String,
    pub(crate) stripe_customer_id: Option<String>,
    pub(crate) status: String,
    pub(crate) current_period_end: Option<DateTime<Utc>>,
    pub(crate) cancel_at_period_end: bool,
    /// Of the newest event that told of it.
    pub(crate) revision: Revision,
    pub(crate) created_at: DateTime<Utc>,
}

/// Brings what `snapshot` says into the subscription it shows. `owner` is the organisation that
/// it names, known to exist.
pub(crate) async fn project(
    connection: &mut PgConnection,
    snapshot: Snapshot,
    revision: Revision,
    owner: Option<OrganizationId>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let id = &snapshot.stripe_subscription_id;
    let stored = db::subscriptions::lock_unscoped(connection, id).await?;
    match stored {
        None => {
            let subscription = snapshot.into_subscription(revision, owner, now);
            db::subscriptions::insert_unscoped(connection, &subscription).await
        }
        Some(stored) => {
            let subscription = stored.merge(snapshot.into_subscription(revision, owner, now));
            db::subscriptions::update_unscoped(connection, &subscription).await
        }
    }
}

// === impl Snapshot ===

impl Snapshot {
    /// The objects that this one is linked with.
    pub(crate) fn family(&self) -> Family {
        Family {
            customer: self.stripe_customer_id.clone(),
            subscription: Some(self.stripe_subscription_id.clone()),
            invoice: None,
        }
    }

    /// How far the subscription is in its life: creation comes before anything else.
    pub(crate) fn rank(&self) -> i32 {
        let state = match self.status.as_str() {
            "incomplete" => 0,
            "trialing" => 1,
            "past_due" => 3,
            "unpaid" => 4,
            "paused" => 5,
            "incomplete_expired" => 6,
            "canceled" => 7,
            _ => 2, // active, and what Stripe may invent
        };
        if self.created { state } else { 10 + state }
    }

    fn into_subscription(
        self,
        revision: Revision,
        owner: Option<OrganizationId>,
        now: DateTime<Utc>,
    ) -> Subscription {
        Subscription {
            id: SubscriptionId::generate(),
            owner: owner.map(Owner::stated),
            stripe_subscription_id: self.stripe_subscription_id,
            stripe_customer_id: self.stripe_customer_id,
            status: self.status,
            current_period_end: self.current_period_end,
            cancel_at_period_end: self.cancel_at_period_end,
            revision,
            created_at: now,
        }
    }
}

// === impl Subscription ===

impl Subscription {
    /// This subscription with what `other`, made of one event, adds to it.
    fn merge(self, other: Self) -> Self {
        let is_newer = other.revision > self.revision;
        let kept = Self {
            owner: Owner::merge(self.owner, other.owner, is_newer),
            // Stripe never moves a subscription: what is known once stays true.
            stripe_customer_id: self.stripe_customer_id.or(other.stripe_customer_id),
            ..self
        };
        if !is_newer {
            return kept;
        }
        Self {
            status: other.status,
            current_period_end: other.current_period_end,
            cancel_at_period_end: other.cancel_at_period_end,
            revision: other.revision,
            ..kept
        }
    }
}
