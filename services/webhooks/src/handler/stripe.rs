//! Stripe's events: snapshot events (v1) about invoices and subscriptions become changes; all
//! others, thin events (v2) included, are received and kept.
//!
//! Fields moved between API versions. Both places are read: an invoice's subscription before and
//! after `2025-03-31.basil`, a subscription's period end on itself or on its items.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use serde::Deserialize;
use serde_json::Value;

use super::json::{Fields, event, seconds_since_epoch};
use super::{Change, Effect, Envelope, EventError, Object, Source, is_name};
use crate::signature::Verified;
use crate::{invoice, subscription};

/// See [`super::SOURCES`].
pub(crate) const SOURCE: Source = Source {
    name: "stripe",
    envelope,
    has_effect,
    effect: |kind, body| Ok(change(kind, body)?.map(Effect::Change)),
};

/// Key of the metadata that names the organisation an object belongs to, `org_…`.
const ORGANIZATION_KEY: &str = "organization_id";

#[derive(Deserialize)]
struct Event {
    id: String,
    r#type: String,
    /// Seconds (v1) or ISO 8601 (v2).
    #[serde(default)]
    created: Value,
}

fn envelope(verified: &Verified<'_>) -> Result<Envelope, EventError> {
    let event: Event = event(verified.body())?;
    if !is_name(&event.id) || !is_name(&event.r#type) {
        return Err(EventError::NotAnEvent);
    }
    let time = match event.created {
        Value::Number(seconds) => seconds.as_i64().and_then(seconds_since_epoch),
        Value::String(text) => DateTime::parse_from_rfc3339(&text)
            .ok()
            .map(|time| time.with_timezone(&Utc))
            .filter(|time| seconds_since_epoch(time.timestamp()).is_some()),
        _ => None,
    };
    Ok(Envelope {
        external_id: event.id,
        kind: event.r#type,
        time,
    })
}

/// `invoice.upcoming` is a forecast: its invoice does not exist, and has no id.
fn has_effect(kind: &str) -> bool {
    kind.starts_with("customer.subscription.")
        || (kind.starts_with("invoice.") && kind != "invoice.upcoming")
}

fn change(kind: &str, body: &[u8]) -> Result<Option<Change>, EventError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| EventError::NotAnEvent)?;
    let object = Fields::at(&body, "data.object")?;
    match object.text("object")? {
        Some("invoice") if kind.starts_with("invoice.") => invoice(kind, object).map(Some),
        Some("subscription") if kind.starts_with("customer.subscription.") => {
            subscription(kind, object).map(Some)
        }
        // A type that is named like these and speaks of something else.
        Some(_) => Ok(None),
        None => Err(object.broken("object", "is missing")),
    }
}

fn invoice(kind: &str, object: Fields<'_>) -> Result<Change, EventError> {
    let details = object
        .object("parent")
        .and_then(|parent| parent.object("subscription_details"));
    let old_details = object.object("subscription_details");
    let subscription = match details {
        Some(details) => details.reference("subscription")?,
        None => None,
    };
    let subscription = match subscription {
        None => object.reference("subscription")?,
        known => known,
    };
    let amount = |name| object.required(name, object.integer(name)?);
    let attempts = object.integer("attempt_count")?.unwrap_or_default();
    let deleted = kind == "invoice.deleted";
    // Stripe sends the last state; what counts is that it is gone.
    let status = if deleted {
        Some("deleted")
    } else {
        object.text("status")?
    };
    let organization = organization(object)
        .or_else(|| details.and_then(organization))
        .or_else(|| old_details.and_then(organization));
    Ok(Change {
        organization,
        object: Object::Invoice(invoice::Snapshot {
            stripe_invoice_id: object.id("id")?,
            stripe_customer_id: object.reference("customer")?.map(str::to_owned),
            stripe_subscription_id: subscription.map(str::to_owned),
            status: status.unwrap_or_default().to_owned(),
            currency: object.text("currency")?.unwrap_or_default().to_owned(),
            amount_due: amount("amount_due")?,
            amount_paid: amount("amount_paid")?,
            attempt_count: i32::try_from(attempts)
                .map_err(|_| object.broken("attempt_count", "must be a small number"))?,
            deleted,
        }),
    })
}

fn subscription(kind: &str, object: Fields<'_>) -> Result<Change, EventError> {
    // Items may renew at different times: the subscription runs until the last of them.
    let mut period_end = object.time("current_period_end")?;
    let items = object.object("items");
    for item in items.iter().flat_map(|items| items.objects("data")) {
        period_end = period_end.max(item.time("current_period_end")?);
    }
    Ok(Change {
        organization: organization(object),
        object: Object::Subscription(subscription::Snapshot {
            stripe_subscription_id: object.id("id")?,
            stripe_customer_id: object.reference("customer")?.map(str::to_owned),
            status: object.text("status")?.unwrap_or_default().to_owned(),
            current_period_end: period_end,
            cancel_at_period_end: object.flag("cancel_at_period_end"),
            created: kind == "customer.subscription.created",
            deleted: kind == "customer.subscription.deleted",
        }),
    })
}

/// The organisation that an object's metadata names. What is no id of an organisation names none.
fn organization(object: Fields<'_>) -> Option<OrganizationId> {
    let metadata = object.object("metadata")?;
    metadata.text(ORGANIZATION_KEY).ok()??.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn invoice_of(object: &Value) -> (Option<OrganizationId>, invoice::Snapshot) {
        let body = json!({"data": {"object": object}}).to_string();
        let change = change("invoice.paid", body.as_bytes()).unwrap().unwrap();
        match change.object {
            Object::Invoice(invoice) => (change.organization, invoice),
            Object::Subscription(_) => panic!("no subscription"),
        }
    }

    fn plain() -> Value {
        json!({
            "id": "in_1", "object": "invoice", "customer": "cus_1", "status": "paid",
            "currency": "eur", "amount_due": 9_007_199_254_740_993_i64, "amount_paid": 0,
            "attempt_count": 2, "metadata": {},
        })
    }

    /// `plain` with other fields; null removes one.
    fn with(other: &Value) -> Value {
        let mut object = plain();
        for (name, value) in other.as_object().unwrap() {
            object[name] = value.clone();
        }
        object
    }

    #[test]
    fn an_invoice_before_and_after_basil() {
        let id = OrganizationId::generate();
        let metadata = json!({"organization_id": id.to_string()});
        let details = json!({"subscription": "sub_1", "metadata": metadata});
        let expanded = json!({"id": "sub_1", "object": "subscription"});
        for (other, organization) in [
            (json!({"subscription": "sub_1"}), None),
            (json!({"subscription": expanded}), None),
            (
                json!({"subscription": "sub_1", "subscription_details": {"metadata": metadata}}),
                Some(id),
            ),
            (
                json!({"parent": {"subscription_details": details}}),
                Some(id),
            ),
            (
                json!({"subscription": "sub_1", "parent": null, "metadata": metadata}),
                Some(id),
            ),
        ] {
            let (named, invoice) = invoice_of(&with(&other));
            assert_eq!(named, organization, "{other}");
            assert_eq!(
                invoice.stripe_subscription_id.as_deref(),
                Some("sub_1"),
                "{other}"
            );
            assert_eq!(invoice.amount_due, 9_007_199_254_740_993, "{other}");
        }
    }

    #[test]
    fn what_may_be_absent_is_kept_as_unknown() {
        let bare = json!({
            "id": "in_1", "object": "invoice", "amount_due": 5, "amount_paid": 0,
            "metadata": {"organization_id": "acme"},
        });
        let (organization, invoice) = invoice_of(&bare);
        assert_eq!(organization, None, "no id of an organisation");
        assert_eq!(invoice.stripe_customer_id, None);
        assert_eq!(invoice.stripe_subscription_id, None);
        assert_eq!((&*invoice.status, &*invoice.currency), ("", ""));
        let (_, foreign) = invoice_of(&with(&json!({"currency": "xts"})));
        assert_eq!(foreign.currency, "xts");
    }

    #[test]
    fn what_cannot_be_kept_is_named() {
        for (other, message) in [
            (json!({"id": null}), "data.object.id is missing"),
            (json!({"id": "in 1"}), "data.object.id must be an id"),
            (
                json!({"amount_due": null}),
                "data.object.amount_due is missing",
            ),
            (
                json!({"amount_paid": 1.5}),
                "data.object.amount_paid must be a whole number",
            ),
            (
                json!({"amount_paid": u64::MAX}),
                "data.object.amount_paid must be a whole number",
            ),
            (
                json!({"attempt_count": i64::MAX}),
                "data.object.attempt_count must be a small number",
            ),
            (
                json!({"status": "a\u{0}b"}),
                "data.object.status must be a short text",
            ),
            (
                json!({"customer": 7}),
                "data.object.customer must be a short text",
            ),
            (json!({"object": null}), "data.object.object is missing"),
        ] {
            let body = json!({"data": {"object": with(&other)}}).to_string();
            let error = change("invoice.paid", body.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let error = change("invoice.paid", b"{}").unwrap_err();
        assert_eq!(error.to_string(), "data.object must be an object");
    }

    #[test]
    fn a_period_ends_where_either_shape_says() {
        for (other, end) in [
            (json!({"current_period_end": 1_800_000_000}), 1_800_000_000),
            (
                json!({"items": {"data": [
                    {"current_period_end": 1_800_000_001}, {"current_period_end": 1_800_000_009},
                    {},
                ]}}),
                1_800_000_009,
            ),
        ] {
            let mut object = json!({"id": "sub_1", "object": "subscription", "status": "active"});
            object
                .as_object_mut()
                .unwrap()
                .append(&mut other.as_object().unwrap().clone());
            let body = json!({"data": {"object": object}}).to_string();
            let change = change("customer.subscription.updated", body.as_bytes()).unwrap();
            let Some(Object::Subscription(subscription)) = change.map(|change| change.object)
            else {
                panic!("a subscription");
            };
            let seconds = subscription.current_period_end.map(|end| end.timestamp());
            assert_eq!(seconds, Some(end));
        }
    }

    #[test]
    fn types_that_have_an_effect() {
        for (kind, effect) in [
            ("invoice.paid", true),
            ("invoice.payment_failed", true),
            ("invoice.deleted", true),
            ("invoice.upcoming", false),
            ("invoice_payment.paid", false),
            ("invoiceitem.created", false),
            ("customer.subscription.created", true),
            ("customer.subscription.deleted", true),
            ("customer.updated", false),
            ("v2.core.account.updated", false),
            ("v1.billing.meter.no_meter_found", false),
        ] {
            assert_eq!(has_effect(kind), effect, "{kind}");
        }
        let other = br#"{"data":{"object":{"object":"invoice_preview"}}}"#;
        assert_eq!(change("invoice.imagined", other), Ok(None));
    }

    proptest! {
        #[test]
        fn arbitrary_bodies_give_an_error_and_no_panic(body: Vec<u8>, text in "\\PC*") {
            prop_assert!(change("invoice.paid", &body).is_err());
            prop_assert!(change("invoice.paid", text.as_bytes()).is_err());
        }

        #[test]
        fn any_field_may_be_anything(
            field in prop::sample::select(vec![
                "id", "object", "customer", "status", "currency", "amount_due", "attempt_count",
                "metadata", "parent", "subscription", "subscription_details", "items",
                "current_period_end",
            ]),
            value in prop::sample::select(vec![
                json!(null), json!(true), json!(-1), json!(1e300), json!(i64::MIN), json!(""),
                json!("\u{0}"), json!("x".repeat(300)), json!([]), json!([{}, 1]), json!({}),
                json!({"id": 1}), json!({"data": [{"current_period_end": -5}]}),
            ]),
        ) {
            for (kind, object) in [("invoice.paid", "invoice"), ("customer.subscription.updated", "subscription")] {
                let mut fields = with(&json!({"object": object}));
                fields[field] = value.clone();
                let body = json!({"data": {"object": fields}}).to_string();
                let _ = change(kind, body.as_bytes());
            }
        }
    }
}
