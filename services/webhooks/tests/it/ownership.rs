//! Whose invoices and subscriptions are, whatever order the events come in.

use chrono::TimeDelta;
use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::database::{Scope, begin};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::webhooks::v1::{Invoice, ListInvoicesRequest, WebhookEventStatus};
use serde_json::json;
use sqlx::PgPool;

use crate::service::{Service, until, user};
use crate::stripe::{event, invoice, old_invoice, subscription};

async fn only_invoice(service: &Service) -> Invoice {
    let request = ListInvoicesRequest::default();
    let answer = service.invoices(&user(&["invoices:read"]), request).await;
    let [invoice] = <[Invoice; 1]>::try_from(answer.unwrap().invoices).unwrap();
    invoice
}

async fn orphans(service: &Service) -> usize {
    let request = ListInvoicesRequest {
        orphaned: true,
        ..ListInvoicesRequest::default()
    };
    let answer = service.invoices(&user(&["invoices:read"]), request).await;
    answer.unwrap().invoices.len()
}

/// Whom the only invoice belongs to.
async fn owner(service: &Service) -> Option<OrganizationId> {
    let owner = only_invoice(service).await.organization_id;
    owner.map(|id| id.parse().unwrap())
}

#[tokio::test]
async fn an_orphan_is_kept_and_linked_when_its_subscription_appears() {
    let (service, auth, _database) = Service::alone().await;
    let organization = auth.organization();
    for shape in [
        invoice("in_1", "paid", "cus_1", Some("sub_1")),
        old_invoice("in_1", "paid", "cus_1", "sub_1"),
    ] {
        let id = format!("evt_{}", shape["parent"].is_null());
        service
            .project(&event(&id, "invoice.paid", 10, &shape))
            .await;
        let orphan = only_invoice(&service).await;
        assert_eq!(
            (orphan.organization_id, orphan.subscription_id),
            (None, None)
        );
        assert_eq!(orphan.stripe_subscription_id, "sub_1");
        assert_eq!((orphan.amount_due, orphan.amount_paid), (2_000, 2_000));
        assert_eq!((&*orphan.status, &*orphan.currency), ("paid", "usd"));
        assert_eq!(orphans(&service).await, 1);
    }

    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let created = event("evt_3", "customer.subscription.created", 9, &object);
    service.project(&created).await;
    let linked = only_invoice(&service).await;
    assert_eq!(owner(&service).await, Some(organization));
    assert!(linked.subscription_id.unwrap().starts_with("sub_"));
    assert_eq!(orphans(&service).await, 0);
    let called = auth.callers();
    assert_eq!(called, [Caller::Service("webhooks".to_owned())]);
    service.stop().await;
}

#[tokio::test]
async fn a_subscription_that_is_known_owns_the_invoices_that_follow() {
    let (service, auth, _database) = Service::alone().await;
    let organization = auth.organization();
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let created = event("evt_1", "customer.subscription.created", 9, &object);
    service.project(&created).await;
    let object = invoice("in_1", "open", "cus_1", Some("sub_1"));
    service
        .project(&event("evt_2", "invoice.payment_failed", 10, &object))
        .await;
    let linked = only_invoice(&service).await;
    assert_eq!(owner(&service).await, Some(organization));
    assert!(linked.subscription_id.is_some());
    assert_eq!((&*linked.status, linked.amount_paid), ("open", 0));
    service.stop().await;
}

#[tokio::test]
async fn the_invoice_names_its_organization_in_any_of_three_places() {
    for place in 0..3 {
        let (service, auth, _database) = Service::alone().await;
        let organization = auth.organization();
        let metadata = json!({"organization_id": organization.to_string()});
        let mut object = invoice("in_1", "paid", "cus_1", Some("sub_1"));
        match place {
            0 => object["metadata"] = metadata,
            1 => object["parent"]["subscription_details"]["metadata"] = metadata,
            _ => object["subscription_details"] = json!({"metadata": metadata}),
        }
        service
            .project(&event("evt_1", "invoice.paid", 10, &object))
            .await;
        let owner = owner(&service).await;
        assert_eq!(owner, Some(organization), "place {place}");
        // Its subscription is still unknown.
        assert_eq!(orphans(&service).await, 1);
        service.stop().await;
    }
}

#[tokio::test]
async fn an_organization_that_auth_does_not_know_counts_for_nothing() {
    let (service, auth, _database) = Service::alone().await;
    for (id, text) in [
        ("evt_1", OrganizationId::generate().to_string()),
        ("evt_2", "acme".to_owned()),
    ] {
        let mut object = invoice("in_1", "paid", "cus_1", None);
        object["metadata"] = json!({"organization_id": text});
        service
            .project(&event(id, "invoice.paid", 10, &object))
            .await;
        assert_eq!(owner(&service).await, None, "{text}");
    }
    assert_eq!(auth.callers().len(), 1, "what is no id is not asked for");
    service.stop().await;
}

#[tokio::test]
async fn a_known_customer_owns_what_names_nobody() {
    let (service, auth, _database) = Service::alone().await;
    let organization = auth.organization();
    // Before and after the customer is known; another customer's stays without an owner.
    let before = invoice("in_before", "paid", "cus_1", None);
    service
        .project(&event("evt_1", "invoice.paid", 10, &before))
        .await;
    let foreign = invoice("in_foreign", "paid", "cus_2", None);
    service
        .project(&event("evt_2", "invoice.paid", 10, &foreign))
        .await;
    assert_eq!(orphans(&service).await, 2);
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let created = event("evt_3", "customer.subscription.created", 10, &object);
    service.project(&created).await;
    let after = invoice("in_after", "paid", "cus_1", None);
    service
        .project(&event("evt_4", "invoice.paid", 10, &after))
        .await;

    let request = ListInvoicesRequest {
        organization_id: organization.to_string(),
        ..ListInvoicesRequest::default()
    };
    let owned = service.invoices(&user(&["invoices:read"]), request).await;
    let owned = owned.unwrap().invoices;
    let owned: Vec<&str> = owned.iter().map(|i| &*i.stripe_invoice_id).collect();
    assert_eq!(owned, ["in_after", "in_before"]);
    assert_eq!(orphans(&service).await, 1);
    service.stop().await;
}

/// One customer pays for two organisations: what is known from the customer gives way to what
/// the subscription says.
#[tokio::test]
async fn the_subscription_knows_better_than_the_customer() {
    let (service, auth, _database) = Service::alone().await;
    let (first, second) = (auth.organization(), auth.organization());
    let object = subscription("sub_1", "active", "cus_1", Some(first));
    let created = event("evt_1", "customer.subscription.created", 10, &object);
    service.project(&created).await;
    let object = invoice("in_1", "paid", "cus_1", Some("sub_2"));
    service
        .project(&event("evt_2", "invoice.paid", 11, &object))
        .await;
    assert_eq!(owner(&service).await, Some(first));

    // The subscription appears without a name: by its customer, nothing changes.
    let object = subscription("sub_2", "active", "cus_1", None);
    let created = event("evt_3", "customer.subscription.created", 11, &object);
    service.project(&created).await;
    let invoice = only_invoice(&service).await;
    assert_eq!(owner(&service).await, Some(first));
    assert!(invoice.subscription_id.is_some());

    let object = subscription("sub_2", "active", "cus_1", Some(second));
    let updated = event("evt_4", "customer.subscription.updated", 12, &object);
    service.project(&updated).await;
    assert_eq!(owner(&service).await, Some(second));
    service.stop().await;
}

/// An invoice and its subscription, processed at the same time, do not see each other's rows. The
/// test stops the invoice's transaction at its last statement, so that it is sure to be the same
/// time.
#[tokio::test]
async fn an_invoice_and_its_subscription_at_the_same_time_are_linked() {
    let (service, auth, database) = Service::alone().await;
    let organization = auth.organization();
    let object = subscription("sub_0", "active", "cus_1", Some(organization));
    let created = event("evt_0", "customer.subscription.created", 9, &object);
    service.project(&created).await;
    // Another invoice of the customer without an owner: the last statement will want it.
    let mut obstacle = begin(&database.pool, Scope::Platform).await.unwrap();
    sqlx::query(
        "insert into webhooks.invoices (id, stripe_invoice_id, stripe_customer_id, status,
             currency, amount_due, amount_paid, attempt_count, event_time, event_rank, event_id,
             created_at)
         values ($1, 'in_0', 'cus_1', 'open', 'usd', 1, 0, 0, now(), 0, 'evt_x', now())",
    )
    .bind(OrganizationId::generate().uuid())
    .execute(&mut *obstacle)
    .await
    .unwrap();
    obstacle.commit().await.unwrap();
    let mut obstacle = begin(&database.pool, Scope::Platform).await.unwrap();
    sqlx::query("select from webhooks.invoices where stripe_invoice_id = 'in_0' for update")
        .execute(&mut *obstacle)
        .await
        .unwrap();

    let object = invoice("in_1", "paid", "cus_1", Some("sub_1"));
    let paid = event("evt_1", "invoice.paid", 10, &object);
    let paid = service.stripe(&paid).await.unwrap().event_id;
    waiting(&database.pool, 1).await;
    let object = subscription("sub_1", "active", "cus_1", Some(organization));
    let created = event("evt_2", "customer.subscription.created", 10, &object);
    let created = service.stripe(&created).await.unwrap().event_id;
    waiting(&database.pool, 2).await;
    obstacle.rollback().await.unwrap();

    for id in [paid, created] {
        until(|| async {
            // A machine so busy that a lock was waited for in vain tries again.
            service.clock.advance(TimeDelta::seconds(1));
            let event = service.event(&id).await.unwrap();
            (event.status() == WebhookEventStatus::Processed).then_some(())
        })
        .await;
    }
    assert_eq!(orphans(&service).await, 0);
    service.stop().await;
}

/// Waits until this many sessions of the database wait for locks.
async fn waiting(pool: &PgPool, sessions: i64) {
    until(|| async {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        (waiting >= sessions).then_some(())
    })
    .await;
}
