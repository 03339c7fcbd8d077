//! The worker: failures, dependencies that are down, several workers, workers that die.

use chrono::TimeDelta;
use guardmesh_chassis::database::{Scope, begin};
use guardmesh_proto::guardmesh::webhooks::v1::{
    ListInvoicesRequest, ListWebhookEventsRequest, WebhookEventStatus,
};
use serde_json::json;
use sqlx::PgPool;

use crate::auth::Auth;
use crate::service::{Service, clock, database, until, user};
use crate::stripe::{event, invoice, subscription};

/// Less than a lease: an attempt in work is not disturbed by it.
const STEP: TimeDelta = TimeDelta::seconds(40);

#[tokio::test]
async fn a_poisonous_event_dies_and_others_flow() {
    let (service, _auth, _database) = Service::alone().await;
    let mut object = invoice("in_bad", "paid", "cus_1", None);
    object["amount_paid"] = json!("a lot");
    let bad = event("evt_bad", "invoice.paid", 10, &object);
    let bad = service.stripe(&bad).await.unwrap().event_id;
    for number in 0..5 {
        let object = invoice(&format!("in_{number}"), "paid", "cus_1", None);
        let id = format!("evt_{number}");
        service
            .project(&event(&id, "invoice.paid", 10, &object))
            .await;
    }
    let dead = until(|| async {
        let event = service.event(&bad).await.unwrap();
        if event.status() == WebhookEventStatus::Dead {
            return Some(event);
        }
        assert_eq!(event.status(), WebhookEventStatus::Pending);
        service.clock.advance(STEP);
        None
    })
    .await;
    assert_eq!(dead.attempts, 10);
    assert_eq!(
        dead.last_error,
        "data.object.amount_paid must be a whole number"
    );
    assert!(dead.process_time.is_some());

    let request = ListWebhookEventsRequest {
        status: WebhookEventStatus::Dead.into(),
        ..ListWebhookEventsRequest::default()
    };
    let listed = service.events(&user(&["webhooks:read"]), request).await;
    let listed = listed.unwrap().webhook_events;
    assert_eq!(
        listed.iter().map(|event| &event.id).collect::<Vec<_>>(),
        [&bad]
    );
    service.stop().await;
}

#[tokio::test]
async fn an_event_that_kills_its_worker_each_time_dies_as_well() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let organization = auth.organization();
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let body = event("evt_1", "customer.subscription.created", 10, &object);
    for attempt in 1..=10 {
        let hold = auth.hold_next();
        let service = Service::start(&database.options, auth.address, &clock).await;
        service.stripe(&body).await.unwrap();
        until(|| async { (auth.callers().len() == attempt).then_some(()) }).await;
        service.kill().await;
        hold.notify_one();
        clock.advance(TimeDelta::seconds(61));
    }
    let service = Service::start(&database.options, auth.address, &clock).await;
    let id = service.stripe(&body).await.unwrap().event_id;
    let dead = service.await_status(&id, WebhookEventStatus::Dead).await;
    assert_eq!(dead.last_error, "no attempt came to an end");
    assert_eq!(auth.callers().len(), 10);
    service.stop().await;
}

#[tokio::test]
async fn an_event_waits_for_auth_as_long_as_it_takes() {
    let (database, clock) = (database().await, clock());
    // An address of its own, so that nobody else takes the port meanwhile.
    let address = Auth::start_at("127.0.0.2:0".parse().unwrap(), &clock)
        .await
        .address;
    let service = Service::start(&database.options, address, &clock).await;
    let organization = guardmesh_chassis::id::OrganizationId::generate();
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let body = event("evt_1", "customer.subscription.created", 10, &object);
    let waiting = service.stripe(&body).await.unwrap().event_id;

    // What needs no auth is not held up; what needs it is not given up.
    let object = invoice("in_1", "paid", "cus_1", Some("sub_1"));
    service
        .project(&event("evt_2", "invoice.paid", 10, &object))
        .await;
    let event = until(|| async {
        let event = service.event(&waiting).await.unwrap();
        assert_eq!(event.status(), WebhookEventStatus::Pending);
        service.clock.advance(STEP);
        (event.attempts > 15).then_some(event)
    })
    .await;
    assert_eq!(event.last_error, "auth could not be asked: Unavailable");

    let auth = Auth::start_at(address, &clock).await;
    auth.know(organization);
    until(|| async {
        service.clock.advance(STEP);
        let event = service.event(&waiting).await.unwrap();
        (event.status() == WebhookEventStatus::Processed).then_some(())
    })
    .await;
    let request = ListInvoicesRequest::default();
    let invoices = service.invoices(&user(&["invoices:read"]), request).await;
    let invoices = invoices.unwrap().invoices;
    assert_eq!(invoices[0].organization_id, Some(organization.to_string()));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_share_the_events_and_none_is_done_twice() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let organization = auth.organization();
    let one = Service::start(&database.options, auth.address, &clock).await;
    let two = Service::start(&database.options, auth.address, &clock).await;
    // Invoices and their subscriptions in pairs, received by different processes.
    let mut ids = Vec::new();
    for number in 0..30 {
        let (sub, customer) = (format!("sub_{number}"), format!("cus_{number}"));
        let object = invoice(&format!("in_{number}"), "paid", &customer, Some(&sub));
        let paid = event(&format!("evt_i{number}"), "invoice.paid", 10, &object);
        let object = subscription(&sub, "active", &customer, Some(organization));
        let kind = "customer.subscription.created";
        let created = event(&format!("evt_s{number}"), kind, 10, &object);
        let (paid, created) = tokio::join!(one.stripe(&paid), two.stripe(&created));
        ids.extend([paid.unwrap().event_id, created.unwrap().event_id]);
    }
    for id in ids {
        let event = one.await_status(&id, WebhookEventStatus::Processed).await;
        assert_eq!(event.attempts, 1);
    }
    assert_eq!(auth.callers().len(), 30);
    let orphans = ListInvoicesRequest {
        orphaned: true,
        ..ListInvoicesRequest::default()
    };
    let orphans = one.invoices(&user(&["invoices:read"]), orphans).await;
    assert_eq!(orphans.unwrap().invoices.len(), 0);
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn what_a_killed_worker_held_is_done_by_another_after_the_lease() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let organization = auth.organization();
    let hold = auth.hold_next();
    let first = Service::start(&database.options, auth.address, &clock).await;
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let body = event("evt_1", "customer.subscription.created", 10, &object);
    let id = first.stripe(&body).await.unwrap().event_id;
    until(|| async { (!auth.callers().is_empty()).then_some(()) }).await;
    first.kill().await;
    hold.notify_one();

    let second = Service::start(&database.options, auth.address, &clock).await;
    let object = invoice("in_1", "paid", "cus_1", None);
    second
        .project(&event("evt_2", "invoice.paid", 10, &object))
        .await;
    let held = second.event(&id).await.unwrap();
    assert_eq!(held.status(), WebhookEventStatus::Pending);
    assert_eq!(held.attempts, 1, "it is leased");
    clock.advance(TimeDelta::seconds(61));
    let done = second
        .await_status(&id, WebhookEventStatus::Processed)
        .await;
    assert_eq!(done.attempts, 2);
    second.stop().await;
}

/// The transaction that wrote the only subscription.
async fn last_writer(pool: &PgPool) -> String {
    let mut transaction = begin(pool, Scope::Platform).await.unwrap();
    sqlx::query_scalar("select xmin::text from webhooks.subscriptions")
        .fetch_one(&mut *transaction)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_worker_that_comes_late_does_nothing() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let organization = auth.organization();
    let hold = auth.hold_next();
    let late = Service::start(&database.options, auth.address, &clock).await;
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let body = event("evt_1", "customer.subscription.created", 10, &object);
    let id = late.stripe(&body).await.unwrap().event_id;
    until(|| async { (!auth.callers().is_empty()).then_some(()) }).await;

    // The lease ends while auth thinks; the event is done by whoever claims it then.
    clock.advance(TimeDelta::seconds(61));
    let done = late.await_status(&id, WebhookEventStatus::Processed).await;
    assert_eq!(done.attempts, 2);
    let writer = last_writer(&database.pool).await;
    clock.advance(TimeDelta::seconds(5));
    hold.notify_one();
    let reader = Service::start(&database.options, auth.address, &clock).await;
    late.stop().await; // waits for the attempt that came late
    assert_eq!(reader.event(&id).await.unwrap(), done);
    assert_eq!(last_writer(&database.pool).await, writer);
    reader.stop().await;
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_in_work() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    let organization = auth.organization();
    let hold = auth.hold_next();
    let service = Service::start(&database.options, auth.address, &clock).await;
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let body = event("evt_1", "customer.subscription.created", 10, &object);
    let id = service.stripe(&body).await.unwrap().event_id;
    until(|| async { (!auth.callers().is_empty()).then_some(()) }).await;
    let stop = tokio::spawn(service.stop());
    hold.notify_one();
    stop.await.unwrap();

    let reader = Service::start(&database.options, auth.address, &clock).await;
    let event = reader.event(&id).await.unwrap();
    assert_eq!(event.status(), WebhookEventStatus::Processed);
    assert_eq!(event.attempts, 1);
    reader.stop().await;
}
