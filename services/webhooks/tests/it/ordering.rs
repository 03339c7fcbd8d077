//! Events in every order of arrival leave the same state behind.

use guardmesh_chassis::database::{self, Scope};
use guardmesh_proto::guardmesh::webhooks::v1::ListInvoicesRequest;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::service::{Service, user};
use crate::stripe::{event, invoice, subscription};

/// A subscription as it is kept: status, period end, deleted.
async fn state(pool: &PgPool, id: &str) -> (String, Option<i64>, bool) {
    let mut transaction = database::begin(pool, Scope::Platform).await.unwrap();
    sqlx::query_as(
        "select status, extract(epoch from current_period_end)::bigint, deleted_at is not null
         from webhooks.subscriptions where stripe_subscription_id = $1",
    )
    .bind(id)
    .fetch_one(&mut *transaction)
    .await
    .unwrap()
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let shorter = permutations(count - 1);
    let mut all = Vec::new();
    for order in shorter {
        for place in 0..=order.len() {
            let mut longer = order.clone();
            longer.insert(place, count - 1);
            all.push(longer);
        }
    }
    all
}

#[tokio::test]
async fn subscriptions_end_up_as_their_newest_event_says() {
    let (service, _auth, database) = Service::alone().await;
    // (what is told, events as (type, second, status), what remains)
    let cases = [
        (
            "time decides",
            vec![
                ("created", 10, "incomplete"),
                ("updated", 12, "past_due"),
                ("updated", 13, "active"),
            ],
            ("active", false),
        ),
        (
            "within a second, creation comes first",
            vec![("created", 10, "trialing"), ("updated", 10, "incomplete")],
            ("incomplete", false),
        ),
        (
            "within a second, life goes on",
            vec![
                ("created", 10, "incomplete"),
                ("updated", 10, "active"),
                ("updated", 10, "incomplete"),
            ],
            ("active", false),
        ),
        (
            "a deletion is final, even where it claims to be older",
            vec![
                ("created", 10, "active"),
                ("deleted", 12, "canceled"),
                ("updated", 13, "active"),
            ],
            ("canceled", true),
        ),
        (
            "a deletion within the same second",
            vec![
                ("updated", 12, "active"),
                ("deleted", 12, "canceled"),
                ("updated", 12, "unpaid"),
            ],
            ("canceled", true),
        ),
    ];
    for (case, (name, events, (status, deleted))) in cases.into_iter().enumerate() {
        for (number, order) in permutations(events.len()).into_iter().enumerate() {
            let id = format!("sub_{case}_{number}");
            for index in &order {
                let (kind, second, status) = events[*index];
                let object = subscription(&id, status, &format!("cus_{id}"), None);
                let kind = format!("customer.subscription.{kind}");
                let event_id = format!("evt_{id}_{index}");
                service
                    .project(&event(&event_id, &kind, second, &object))
                    .await;
            }
            let kept = state(&database.pool, &id).await;
            let expected = (status.to_owned(), Some(1_792_592_000), deleted);
            assert_eq!(kept, expected, "{name}: {order:?}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn a_period_end_in_its_old_place_is_read_as_well() {
    let (service, _auth, database) = Service::alone().await;
    let mut object = subscription("sub_1", "active", "cus_1", None);
    object["items"] = Value::Null;
    object["current_period_end"] = json!(1_795_270_400);
    let updated = event("evt_1", "customer.subscription.updated", 10, &object);
    service.project(&updated).await;
    let kept = state(&database.pool, "sub_1").await;
    assert_eq!(kept, ("active".to_owned(), Some(1_795_270_400), false));
    service.stop().await;
}

#[tokio::test]
async fn invoices_end_up_as_their_newest_event_says() {
    let (service, _auth, _database) = Service::alone().await;
    // (what is told, events as (type, second, status, attempts), status and attempts that remain)
    let cases = [
        (
            "paid after a failure",
            vec![("payment_failed", 10, "open", 1), ("paid", 20, "paid", 2)],
            ("paid", 2),
        ),
        (
            "all in one second",
            vec![
                ("created", 10, "draft", 0),
                ("finalized", 10, "open", 0),
                ("payment_failed", 10, "open", 1),
                ("paid", 10, "paid", 1),
            ],
            ("paid", 1),
        ),
        (
            "the later failure of one second",
            vec![
                ("payment_failed", 10, "open", 1),
                ("payment_failed", 10, "open", 2),
            ],
            ("open", 2),
        ),
        (
            "a deleted draft",
            vec![
                ("created", 10, "draft", 0),
                ("deleted", 11, "draft", 0),
                ("updated", 12, "draft", 0),
            ],
            ("deleted", 0),
        ),
    ];
    for (case, (name, events, (status, attempts))) in cases.into_iter().enumerate() {
        for (number, order) in permutations(events.len()).into_iter().enumerate() {
            let id = format!("in_{case}_{number}");
            for index in &order {
                let (kind, second, status, attempts) = events[*index];
                let mut object = invoice(&id, status, &format!("cus_{id}"), None);
                object["attempt_count"] = json!(attempts);
                let kind = format!("invoice.{kind}");
                let event_id = format!("evt_{id}_{index}");
                service
                    .project(&event(&event_id, &kind, second, &object))
                    .await;
            }
            let newest = ListInvoicesRequest {
                page_size: 1,
                ..ListInvoicesRequest::default()
            };
            let newest = service.invoices(&user(&["invoices:read"]), newest).await;
            let newest = newest.unwrap().invoices.remove(0);
            assert_eq!(newest.stripe_invoice_id, id);
            let kept = (&*newest.status, newest.attempt_count);
            assert_eq!(kept, (status, attempts), "{name}: {order:?}");
        }
    }
    service.stop().await;
}
