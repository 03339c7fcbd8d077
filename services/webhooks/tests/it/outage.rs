//! A database that is gone: nothing is acknowledged, and everything heals by itself.

use guardmesh_proto::guardmesh::webhooks::v1::WebhookEventStatus;
use tonic::Code;

use crate::auth::Auth;
use crate::proxy::Proxy;
use crate::service::{Service, clock, database, reason, until};
use crate::stripe::{event, invoice};

#[tokio::test]
async fn without_a_database_nothing_is_acknowledged() {
    let (database, clock) = (database().await, clock());
    let auth = Auth::start(&clock).await;
    // An address of its own, so that nobody else takes the port meanwhile.
    let network = Proxy::open("127.0.0.3:0".parse().unwrap(), &database.options).await;
    let address = network.address;
    let through = database.options.clone();
    let through = through.host(&address.ip().to_string()).port(address.port());
    let service = Service::start(&through, auth.address, &clock).await;
    let body = |number| {
        let object = invoice(&format!("in_{number}"), "paid", "cus_1", None);
        event(&format!("evt_{number}"), "invoice.paid", 10, &object)
    };
    service.project(&body(1)).await;

    drop(network);
    let refused = reason(&service.stripe(&body(2)).await.unwrap_err());
    assert_eq!(refused, (Code::Unavailable, "UNAVAILABLE".to_owned()));
    let stored: i64 = sqlx::query_scalar("select count(*) from webhooks.events")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(stored, 1);

    let _network = Proxy::open(address, &database.options).await;
    let receipt = until(|| async { service.stripe(&body(2)).await.ok() }).await;
    let event = service
        .await_status(&receipt.event_id, WebhookEventStatus::Processed)
        .await;
    assert_eq!(event.attempts, 1);
    service.stop().await;
}
