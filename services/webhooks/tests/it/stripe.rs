//! Events as Stripe sends them, cut down to what matters, and signed as Stripe signs.

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use serde_json::{Value, json};

/// The secret that signs.
pub(crate) const SECRET: &str = "whsec_4f1c2e7d9a8b6053c1d2e3f4a5b6c7d8";
/// The one that will, while secrets are rotated.
pub(crate) const NEXT_SECRET: &str = "whsec_9e8d7c6b5a49382716050f1e2d3c4b5a";

/// The value of `Stripe-Signature`.
pub(crate) fn sign(secret: &str, time: DateTime<Utc>, body: &[u8]) -> String {
    let (time, mac) = (time.timestamp(), mac(secret, time, body));
    format!("t={time},v1={mac}")
}

/// The signature itself, in hexadecimal.
pub(crate) fn mac(secret: &str, time: DateTime<Utc>, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [format!("{}.", time.timestamp()).as_bytes(), body].concat();
    hex::encode(hmac::sign(&key, &signed))
}

/// An event about an object, created at a second.
pub(crate) fn event(id: &str, kind: &str, created: i64, object: &Value) -> String {
    json!({
        "id": id, "object": "event", "api_version": "2025-09-30.clover", "created": created,
        "type": kind, "livemode": false, "pending_webhooks": 1, "data": {"object": object},
        "request": {"id": null, "idempotency_key": null},
    })
    .to_string()
}

/// An invoice of a subscription, as since "basil".
pub(crate) fn invoice(id: &str, status: &str, customer: &str, subscription: Option<&str>) -> Value {
    json!({
        "id": id, "object": "invoice", "customer": customer, "status": status, "currency": "usd",
        "amount_due": 2_000, "amount_paid": if status == "paid" { 2_000 } else { 0 },
        "attempt_count": 1, "metadata": {},
        "parent": subscription.map(|subscription| json!({
            "type": "subscription_details",
            "subscription_details": {"subscription": subscription, "metadata": {}},
        })),
    })
}

/// The same, as before "basil".
pub(crate) fn old_invoice(id: &str, status: &str, customer: &str, subscription: &str) -> Value {
    let mut invoice = invoice(id, status, customer, None);
    invoice["subscription"] = json!(subscription);
    invoice
}

/// A subscription, of an organisation if it names one.
pub(crate) fn subscription(
    id: &str,
    status: &str,
    customer: &str,
    organization: Option<OrganizationId>,
) -> Value {
    let metadata = organization.map(|id| json!({"organization_id": id.to_string()}));
    json!({
        "id": id, "object": "subscription", "customer": customer, "status": status,
        "cancel_at_period_end": false, "metadata": metadata.unwrap_or_else(|| json!({})),
        "items": {"object": "list", "data": [
            {"id": "si_1", "object": "subscription_item", "current_period_end": 1_792_592_000},
        ]},
    })
}
