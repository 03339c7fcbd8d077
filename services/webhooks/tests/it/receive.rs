//! Receiving: what is stored, how often, and what is refused.

use std::sync::Arc;

use chrono::TimeDelta;
use guardmesh_proto::guardmesh::webhooks::v1::{
    ListWebhookEventsRequest, WebhookEventStatus, WebhookSource,
};
use tokio::task::JoinSet;
use tonic::Code;

use crate::auth::Auth;
use crate::clerk;
use crate::service::{Service, clock, database, reason, user};
use crate::stripe::{self, NEXT_SECRET, SECRET, sign};

const INVALID_SIGNATURE: (Code, &str) = (Code::InvalidArgument, "INVALID_SIGNATURE");

fn paid(id: &str) -> String {
    let invoice = stripe::invoice("in_1", "paid", "cus_1", None);
    stripe::event(id, "invoice.paid", 1_789_999_990, &invoice)
}

async fn count(service: &Service) -> usize {
    let all = ListWebhookEventsRequest::default();
    let events = service.events(&user(&["webhooks:read"]), all).await;
    events.unwrap().webhook_events.len()
}

#[tokio::test]
async fn an_event_is_stored_and_has_its_effect_once_however_often_it_comes() {
    let (service, _auth, _database) = Service::alone().await;
    let body = paid("evt_a");
    let first = service.stripe(&body).await.unwrap();
    assert!(!first.duplicate);
    let event = service
        .await_status(&first.event_id, WebhookEventStatus::Processed)
        .await;
    assert_eq!(event.source(), WebhookSource::Stripe);
    assert_eq!(
        (&*event.external_id, &*event.r#type),
        ("evt_a", "invoice.paid")
    );
    assert_eq!(event.event_time.unwrap().seconds, 1_789_999_990);
    assert_eq!(event.receive_time.unwrap().seconds, 1_790_000_000);

    let second = service.stripe(&body).await.unwrap();
    assert!(second.duplicate);
    assert_eq!(second.event_id, first.event_id);
    let event = service.event(&first.event_id).await.unwrap();
    assert_eq!((event.deliveries, event.attempts), (2, 1));
    assert_eq!(event.status(), WebhookEventStatus::Processed);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_deliveries_at_the_same_time_are_one_event() {
    let (service, _auth, _database) = Service::alone().await;
    let body = paid("evt_a");
    let service = Arc::new(service);
    let mut deliveries = JoinSet::new();
    for _ in 0..16 {
        let (service, body) = (service.clone(), body.clone());
        deliveries.spawn(async move { service.stripe(&body).await.unwrap() });
    }
    let ids = deliveries.join_all().await;
    assert_eq!(ids.iter().filter(|answer| !answer.duplicate).count(), 1);
    assert!(ids.iter().all(|answer| answer.event_id == ids[0].event_id));
    let id = &ids[0].event_id;
    let event = service
        .await_status(id, WebhookEventStatus::Processed)
        .await;
    assert_eq!((event.deliveries, event.attempts), (16, 1));
    assert_eq!(count(&service).await, 1);
}

#[tokio::test]
async fn only_what_stripe_signed_is_taken() {
    let (service, _auth, _database) = Service::alone().await;
    let now = service.clock.now();
    let body = paid("evt_a");
    let good = sign(SECRET, now, body.as_bytes());
    let other = sign(
        "whsec_ffffffffffffffffffffffffffffffff",
        now,
        body.as_bytes(),
    );
    let v0 = good.replace("v1=", "v0=");
    let old = sign(SECRET, now - TimeDelta::seconds(301), body.as_bytes());
    let future = sign(SECRET, now + TimeDelta::seconds(301), body.as_bytes());
    let changed = body.replace("2000", "1");
    assert_ne!(changed, body);

    for (name, headers, body) in [
        ("no signature", &[][..], &body),
        ("empty", &[""], &body),
        ("nonsense", &["nonsense"], &body),
        ("a foreign secret", &[&other], &body),
        ("scheme v0 alone", &[&v0], &body),
        ("too old", &[&old], &body),
        ("from the future", &[&future], &body),
        ("a changed amount", &[&good], &changed),
        ("two headers, one of them right", &[&good, &other], &body),
        ("the right header twice", &[&good, &good], &body),
    ] {
        let headers: Vec<&str> = headers.to_vec();
        let refused = service.stripe_with(&headers, body.as_bytes()).await;
        let (code, reason) = reason(&refused.unwrap_err());
        assert_eq!((code, &*reason), INVALID_SIGNATURE, "{name}");
    }
    assert_eq!(count(&service).await, 0);

    // Within the tolerance, under the next secret, beside schemes of no interest: all are taken.
    let late = sign(SECRET, now - TimeDelta::seconds(300), body.as_bytes());
    let next = sign(NEXT_SECRET, now, body.as_bytes());
    let both = format!("{good},v0={}", "0".repeat(64));
    for header in [&late, &next, &both] {
        service
            .stripe_with(&[header], body.as_bytes())
            .await
            .unwrap();
    }
    assert_eq!(count(&service).await, 1);
    service.stop().await;
}

#[tokio::test]
async fn what_is_signed_and_no_event_is_refused() {
    let (service, _auth, _database) = Service::alone().await;
    for body in [
        "",
        "not json",
        "[]",
        r#"["evt_1","invoice.paid"]"#,
        "{}",
        r#"{"id":"evt_1"}"#,
        r#"{"id":"","type":"invoice.paid"}"#,
        r#"{"id":1,"type":"invoice.paid"}"#,
        r#"{"id":"evt\u00001","type":"invoice.paid"}"#,
    ] {
        let refused = reason(&service.stripe(body).await.unwrap_err());
        let expected = (Code::InvalidArgument, "INVALID_EVENT".to_owned());
        assert_eq!(refused, expected, "{body}");
    }
    let longest = 512 * 1024;
    let mut body = paid("evt_a");
    body.push_str(&" ".repeat(longest - body.len()));
    service.stripe(&body).await.unwrap();
    body.push(' ');
    let refused = reason(&service.stripe(&body).await.unwrap_err());
    let expected = (Code::ResourceExhausted, "BODY_TOO_LARGE".to_owned());
    assert_eq!(refused, expected);
    service.stop().await;
}

#[tokio::test]
async fn events_without_an_effect_are_kept() {
    let (service, _auth, _database) = Service::alone().await;
    let thin = r#"{"id":"evt_thin","object":"v2.core.event","type":"v2.core.account.updated",
        "created":"2026-09-21T14:13:19.000Z","context":"acct_1"}"#;
    let other = stripe::event("evt_b", "customer.updated", 1, &serde_json::json!({}));
    let undated = r#"{"id":"evt_c","type":"account.updated"}"#;
    for (body, seconds) in [(thin, 1_789_999_999), (&other, 1), (undated, 1_790_000_000)] {
        let id = service.stripe(body).await.unwrap().event_id;
        let event = service.event(&id).await.unwrap();
        assert_eq!(event.status(), WebhookEventStatus::Ignored);
        assert_eq!(event.event_time.unwrap().seconds, seconds);
        assert_eq!(event.process_time, event.receive_time);
        assert_eq!(event.attempts, 0);
    }
    service.stop().await;
}

#[tokio::test]
async fn clerk_events_come_under_both_names_of_the_headers() {
    let (service, _auth, _database) = Service::alone().await;
    let body = br#"{"object":"event","type":"user.created","data":{"id":"user_1"},
        "timestamp":1789999990123}"#;
    let time = service.clock.now().timestamp().to_string();
    let signature = clerk::sign("msg_1", &time, body);
    let svix = [
        ("svix-id", "msg_1"),
        ("svix-timestamp", &time),
        ("svix-signature", &signature),
    ];
    let first = service.clerk_with(&svix, body).await.unwrap();
    assert!(!first.duplicate);
    let standard = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", &time),
        ("webhook-signature", &signature),
    ];
    let second = service.clerk_with(&standard, body).await.unwrap();
    assert!(second.duplicate);
    assert_eq!(second.event_id, first.event_id);

    let event = service.event(&first.event_id).await.unwrap();
    assert_eq!(event.source(), WebhookSource::Clerk);
    assert_eq!(event.status(), WebhookEventStatus::Ignored);
    assert_eq!(
        (&*event.external_id, &*event.r#type),
        ("msg_1", "user.created")
    );
    assert_eq!(event.event_time.unwrap().seconds, 1_789_999_990);

    let mixed = [svix[0], svix[1], standard[2]];
    let twice = [svix[0], svix[0], svix[1], svix[2]];
    for (name, headers, body) in [
        ("no headers", &[][..], &body[..]),
        ("mixed names", &mixed, body),
        ("an id twice", &twice, body),
        ("another body", &svix, b"{}"),
    ] {
        let refused = service.clerk_with(headers, body).await.unwrap_err();
        let (code, reason) = reason(&refused);
        assert_eq!((code, &*reason), INVALID_SIGNATURE, "{name}");
    }
    service.stop().await;
}

#[tokio::test]
async fn the_same_id_at_two_sources_is_two_events() {
    let (service, _auth, _database) = Service::alone().await;
    let body = r#"{"id":"same_1","type":"user.created"}"#;
    let time = service.clock.now().timestamp().to_string();
    let signature = clerk::sign("same_1", &time, body.as_bytes());
    let headers = [
        ("svix-id", "same_1"),
        ("svix-timestamp", &*time),
        ("svix-signature", &*signature),
    ];
    assert!(!service.stripe(body).await.unwrap().duplicate);
    let clerk = service.clerk_with(&headers, body.as_bytes()).await;
    assert!(!clerk.unwrap().duplicate);
    service.stop().await;
}

#[tokio::test]
async fn a_source_without_a_secret_is_refused_and_not_taken_unsigned() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let service = Service::start_with(&database.options, auth.address, &clock, None).await;
    let refused = reason(&service.stripe(&paid("evt_a")).await.unwrap_err());
    let expected = (Code::FailedPrecondition, "SOURCE_NOT_CONFIGURED".to_owned());
    assert_eq!(refused, expected);
    assert_eq!(count(&service).await, 0);
    service.stop().await;
}
