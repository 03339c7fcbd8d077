//! Stripe's events, signed as Stripe signs them: stored once, effective once, whatever arrives.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::guardmesh::{ADMIN_EMAIL, ADMIN_PASSWORD, Guardmesh, STRIPE_SECRET, eventually};

fn now() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// `t=…,v1=…`: HMAC-SHA256 over the time, a dot and the raw body; the key is the whole secret.
fn signature(secret: &str, time: u64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [format!("{time}.").as_bytes(), body].concat();
    format!("t={time},v1={}", hex::encode(hmac::sign(&key, &signed)))
}

async fn deliver(client: &Client, body: &[u8], signature: &str) -> Answer {
    let headers = [
        ("stripe-signature", signature),
        ("content-type", "application/json"),
    ];
    client
        .send("POST", "/webhooks/stripe", &headers, body)
        .await
}

/// The bytes of an event, spaced as no serialiser of ours would.
fn invoice_event(id: &str, kind: &str, invoice: &Value) -> Vec<u8> {
    let created = now();
    format!(
        "{{\n  \"id\": \"{id}\",\n  \"object\": \"event\", \"type\": \"{kind}\",\n  \
         \"created\": {created}, \"data\": {{\"object\": {invoice}}}\n}}\n"
    )
    .into_bytes()
}

fn invoice(id: &str, status: &str) -> Value {
    json!({
        "id": id, "object": "invoice", "customer": "cus_unknown", "status": status,
        "subscription": "sub_unknown", "currency": "eur", "amount_due": 4200,
        "amount_paid": if status == "paid" { 4200 } else { 0 }, "attempt_count": 1,
    })
}

#[tokio::test]
async fn an_event_has_its_effect_once_however_often_it_comes() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);
    let admin = client.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;

    // Twice, one after the other.
    let body = invoice_event("evt_twice", "invoice.paid", &invoice("in_1", "paid"));
    let signed = signature(STRIPE_SECRET, now(), &body);
    let first = deliver(&client, &body, &signed).await;
    assert_eq!(
        (first.status, &first.body["duplicate"]),
        (200, &json!(false)),
        "{}",
        first.body
    );
    let second = deliver(&client, &body, &signed).await;
    assert_eq!(
        (second.status, &second.body["duplicate"]),
        (200, &json!(true))
    );
    assert_eq!(first.body["eventId"], second.body["eventId"]);

    // Many at the same time.
    let body = invoice_event(
        "evt_at_once",
        "invoice.payment_failed",
        &invoice("in_2", "open"),
    );
    let signed = signature(STRIPE_SECRET, now(), &body);
    let mut deliveries = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (client, body, signed) = (client.clone(), body.clone(), signed.clone());
        deliveries.spawn(async move { deliver(&client, &body, &signed).await });
    }
    let answers = deliveries.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let new = answers
        .iter()
        .filter(|answer| answer.body["duplicate"] == json!(false));
    assert_eq!(new.count(), 1);

    let events = eventually("both events processed", async || {
        let events = admin.get("/api/v1/webhook-events").await.body["webhookEvents"].take();
        let processed = |event: &&Value| event["status"] == "WEBHOOK_EVENT_STATUS_PROCESSED";
        let events = events.as_array().unwrap().clone();
        (events.iter().filter(processed).count() == 2).then_some(events)
    })
    .await;
    assert_eq!(events.len(), 2);
    assert_eq!(
        (&events[0]["externalId"], &events[0]["deliveries"]),
        (&json!("evt_at_once"), &json!(16))
    );
    assert_eq!(
        (&events[1]["externalId"], &events[1]["deliveries"]),
        (&json!("evt_twice"), &json!(2))
    );
    let id = events[1]["id"].as_str().unwrap();
    let one = admin.get(&format!("/api/v1/webhook-events/{id}")).await;
    assert_eq!((one.status, &one.body), (200, &events[1]));

    // Their organisation and subscription are unknown: kept all the same.
    let invoices = admin.get("/api/v1/invoices").await.body["invoices"].take();
    let invoices = invoices.as_array().unwrap();
    assert_eq!(invoices.len(), 2, "{invoices:?}");
    let paid = invoices
        .iter()
        .find(|invoice| invoice["stripeInvoiceId"] == "in_1")
        .unwrap();
    assert_eq!(
        (&paid["status"], &paid["amountPaid"]),
        (&json!("paid"), &json!("4200"))
    );
    assert_eq!(
        (paid.get("organizationId"), paid.get("subscriptionId")),
        (None, None)
    );
}

#[tokio::test]
async fn a_subscription_brings_its_organisation_and_orphans_find_it() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);
    let admin = client.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    let payer = client.registered("payer@example.org").await;
    let organization = payer.get("/api/v1/auth/me").await.body["organizationId"].take();

    let body = invoice_event("evt_orphan", "invoice.paid", &invoice("in_3", "paid"));
    assert_eq!(
        deliver(&client, &body, &signature(STRIPE_SECRET, now(), &body))
            .await
            .status,
        200
    );
    let subscription = json!({
        "id": "sub_unknown", "object": "subscription", "customer": "cus_unknown",
        "status": "active", "metadata": {"organization_id": organization},
    });
    let body = invoice_event("evt_sub", "customer.subscription.created", &subscription);
    assert_eq!(
        deliver(&client, &body, &signature(STRIPE_SECRET, now(), &body))
            .await
            .status,
        200
    );

    let linked = eventually("the orphan linked", async || {
        let path = format!(
            "/api/v1/invoices?organizationId={}",
            organization.as_str().unwrap()
        );
        admin.get(&path).await.body["invoices"].get(0).cloned()
    })
    .await;
    assert_eq!(linked["stripeInvoiceId"], "in_3");
    assert!(
        linked["subscriptionId"]
            .as_str()
            .unwrap()
            .starts_with("sub_"),
        "{linked}"
    );
}

#[tokio::test]
async fn unsigned_events_leave_no_trace_and_strangers_see_none() {
    let guardmesh = Guardmesh::ephemeral();
    let client = Client::anonymous(guardmesh.address);
    let admin = client.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;

    let body = invoice_event("evt_forged", "invoice.paid", &invoice("in_4", "paid"));
    let mut changed = body.clone();
    changed.push(b' ');
    let good = signature(STRIPE_SECRET, now(), &body);
    for (bytes, signature) in [
        (&body, signature("whsec_of_somebody_else", now(), &body)),
        (&body, signature(STRIPE_SECRET, now() - 3_600, &body)),
        (&body, signature(STRIPE_SECRET, now() + 3_600, &body)),
        (&body, good.replace("v1=", "v0=")),
        (&body, String::new()),
        (&changed, good),
    ] {
        let answer = deliver(&client, bytes, &signature).await;
        assert_eq!(answer.status, 400, "{signature}: {}", answer.body);
        assert_eq!(answer.body["reason"], "INVALID_SIGNATURE");
    }
    let large = vec![b' '; 600 * 1024];
    let answer = deliver(&client, &large, &signature(STRIPE_SECRET, now(), &large)).await;
    assert_eq!(answer.status, 413);
    assert_eq!(
        admin.get("/api/v1/webhook-events").await.body["webhookEvents"],
        json!([])
    );

    let nul = admin.get("/api/v1/webhook-events?externalId=%00").await;
    assert_eq!(nul.status, 400, "{}", nul.body);

    let stranger = client.registered("stranger@example.org").await;
    for path in [
        "/api/v1/webhook-events",
        "/api/v1/invoices",
        "/api/v1/webhook-events/evt_x",
    ] {
        assert_eq!(stranger.get(path).await.status, 403, "{path}");
        assert_eq!(client.get(path).await.status, 401, "{path}");
    }
}
