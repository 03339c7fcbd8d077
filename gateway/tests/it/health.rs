//! The gateway's own health, and what it says of each service.

use guardmesh_chassis::testing::http::Response;
use serde_json::{Value, json};
use tonic_health::ServingStatus;

use crate::house::{House, Plan, closed_port, until};
use crate::services::Package;

const SERVING: &str = "SERVING_STATUS_SERVING";
const NOT_SERVING: &str = "SERVING_STATUS_NOT_SERVING";

fn state(answer: &Response) -> (u16, Value) {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    (answer.status, answer.text().parse().unwrap())
}

/// The state of each service as `/health` tells it.
fn services(body: &Value) -> Vec<(&str, &str)> {
    let services = body["services"].as_array().unwrap();
    services
        .iter()
        .map(|service| {
            let text = |name: &str| service[name].as_str().unwrap();
            (text("name"), text("status"))
        })
        .collect()
}

#[tokio::test]
async fn all_serve() {
    let house = House::start().await;
    let (status, body) = state(&house.get("/health", &[]).await);
    assert_eq!((status, &body["status"]), (200, &json!(SERVING)));
    assert!(!body["version"].as_str().unwrap().is_empty());
    let all = [
        ("auth", SERVING),
        ("guards", SERVING),
        ("webhooks", SERVING),
    ];
    assert_eq!(services(&body), all);
    let (status, body) = state(&house.get("/health/ready", &[]).await);
    assert_eq!((status, &body["status"]), (200, &json!(SERVING)));
    let (status, body) = state(&house.get("/health/live", &[]).await);
    assert_eq!((status, body), (200, json!({"status": SERVING})));
}

/// `/health` tells of it; the gateway itself stays ready, since the others can be used.
#[tokio::test]
async fn one_service_does_not_serve() {
    let house = House::start().await;
    let health = house.guards.as_ref().unwrap().health.clone();
    for serving in [ServingStatus::NotServing, ServingStatus::Serving] {
        health.set_service_status("", serving).await;
        let up = serving == ServingStatus::Serving;
        until("the change", async || {
            house.get("/health", &[]).await.status == if up { 200 } else { 503 }
        })
        .await;
        let (_, body) = state(&house.get("/health", &[]).await);
        let expected = if up { SERVING } else { NOT_SERVING };
        assert_eq!(body["status"], expected);
        let all = [
            ("auth", SERVING),
            ("guards", expected),
            ("webhooks", SERVING),
        ];
        assert_eq!(services(&body), all);
        assert_eq!(house.get("/health/ready", &[]).await.status, 200);
        assert_eq!(house.get("/health/live", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn a_service_that_is_gone_does_not_serve() {
    let mut house = House::start().await;
    let address = house.webhooks.take().unwrap().stop().await;
    until("the change", async || {
        house.get("/health", &[]).await.status == 503
    })
    .await;
    let (_, body) = state(&house.get("/health", &[]).await);
    assert_eq!(services(&body)[2], ("webhooks", NOT_SERVING));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let _webhooks = house.serve(Package::Webhooks, listener).await;
    house.ready().await;
}

#[tokio::test]
async fn without_any_service_the_gateway_is_not_ready() {
    let ((_auth, auth), (_guards, guards)) = (closed_port(), closed_port());
    let plan = Plan {
        auth: Some(auth),
        guards: Some(guards),
        ..Plan::default()
    };
    let mut house = House::planned(plan).await;
    house.webhooks.take().unwrap().stop().await;
    until("the change", async || {
        house.get("/health/ready", &[]).await.status == 503
    })
    .await;
    let (_, body) = state(&house.get("/health/ready", &[]).await);
    assert_eq!(body["status"], NOT_SERVING);
    assert_eq!(house.get("/health/live", &[]).await.status, 200);
}
