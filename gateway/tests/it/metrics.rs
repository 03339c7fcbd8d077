//! What the gateway tells of itself on its admin port.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use guardmesh_chassis::testing::http;
use guardmesh_gateway::config::RateLimitArgs;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;

use crate::body_stream::BodyStream;
use crate::chat::Chat;
use crate::faulty::{Fate, Faulty};
use crate::house::{House, Plan, listen, until};
use crate::issuer;
use crate::wire::Wire;

/// All samples, by name and labels. A family has its help and its type, and every sample its family.
async fn metrics(address: SocketAddr) -> BTreeMap<String, u64> {
    let answer = http::request(address, "GET", "/metrics", &[], b"");
    let answer = answer.await.unwrap();
    assert_eq!(answer.status, 200);
    let content_type = answer.header("content-type").unwrap();
    assert!(content_type.starts_with("text/plain; version=0.0.4"));
    let mut samples = BTreeMap::new();
    let mut family = String::new();
    for line in answer.text().lines() {
        if let Some(line) = line.strip_prefix("# ") {
            let mut words = line.split(' ');
            let what = words.next().unwrap();
            let name = words.next().unwrap().to_owned();
            match what {
                "HELP" => family = name,
                "TYPE" => {
                    assert_eq!(name, family);
                    let counter = words.next() == Some("counter");
                    assert_eq!(counter, name.ends_with("_total"), "{name}");
                }
                other => panic!("{other}"),
            }
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert_eq!(name.split('{').next(), Some(&*family));
        let name = name.strip_prefix("guardmesh_gateway_").unwrap();
        let before = samples.insert(name.to_owned(), value.parse().unwrap());
        assert_eq!(before, None, "{name}");
    }
    samples
}

async fn port() -> Option<SocketAddr> {
    Some(listen().await.local_addr().unwrap())
}

#[tokio::test]
async fn requests_limits_and_evictions_are_counted() {
    let mut plan = Plan {
        admin_listen: port().await,
        rate_limits: RateLimitArgs {
            rate_limits: "auth.ip=1/hour".parse().unwrap(),
            ..RateLimitArgs::default()
        },
        ..Plan::default()
    };
    plan.limits.max_connections = 1;
    let admin = plan.admin_listen.unwrap();
    let house = House::planned(plan).await;
    house.ready().await;
    let before = metrics(admin).await;
    assert_eq!(before["rate_limited_total"], 0);
    for status in [200, 429, 429] {
        let answer = house
            .post("/api/v1/auth/login", &serde_json::json!({}))
            .await;
        assert_eq!(answer.status, status);
    }
    let silent = Wire::open(house.address).await;
    assert_eq!(house.get("/nothing", &[]).await.status, 404);
    silent.rest().await;
    let after = metrics(admin).await;
    let more = |name: &str| after[name] - before[name];
    assert_eq!(after["rate_limited_total"], 2);
    assert_eq!(more("requests_total{status=\"4xx\"}"), 3);
    assert!(more("requests_total{status=\"2xx\"}") >= 1);
    assert_eq!(more("evictions_total"), 1);
    assert_eq!(after["revocations_stale"], 0);
    until("quiet", async || metrics(admin).await["connections"] == 0).await;
    // Not on the public port.
    assert_eq!(house.get("/metrics", &[]).await.status, 404);
}

#[tokio::test]
async fn retries_ejections_and_the_breaker_are_counted() {
    let (first, second) = (Faulty::start().await, Faulty::start().await);
    let target = format!("guards={}|{}", first.address, second.address);
    let plan = Plan {
        admin_listen: port().await,
        guards_at: Some(target.parse().unwrap()),
        ..Plan::default()
    };
    let admin = plan.admin_listen.unwrap();
    let house = House::planned(plan).await;
    until("the keys", async || house.bearer_is_accepted().await).await;
    let of = |name: &str| format!("{name}{{upstream=\"guards\"}}");
    let endpoints =
        |state: &str| format!("upstream_endpoints{{upstream=\"guards\",state=\"{state}\"}}");
    until("both endpoints", async || {
        metrics(admin).await[&endpoints("usable")] == 2
    })
    .await;
    let before = metrics(admin).await;
    for name in ["retries", "ejections", "breaker_openings", "paused", "shed"] {
        assert_eq!(before[&of(&format!("upstream_{name}_total"))], 0, "{name}");
    }
    first.usually(Fate::Error("14"));
    second.usually(Fate::Error("14"));
    for _ in 0..30 {
        assert_eq!(house.list().await.status, 503);
    }
    let after = metrics(admin).await;
    for name in ["retries", "ejections", "breaker_openings", "paused"] {
        assert!(after[&of(&format!("upstream_{name}_total"))] > 0, "{name}");
    }
    assert_eq!(after[&of("upstream_breaker_open")], 1);
    assert_eq!(
        after[&of("upstream_breaker_open").replace("guards", "auth")],
        0
    );
    assert!(after[&of("upstream_call_limit")] > 0);
}

#[tokio::test]
async fn calls_and_streams_are_counted() {
    let admin = port().await;
    let (house, _chat) = Chat::house(|plan| {
        plan.admin_listen = admin;
        plan.upstream.max_streams = 1;
        plan.limits.body_timeout = Duration::from_hours(1);
    })
    .await;
    let admin = admin.unwrap();
    let claims = issuer::claims(house.clock.now(), &[]);
    let bearer = format!("Bearer {}", house.issuer.token(&claims));
    let path = "/api/v1/notes:watch?text=then%20silence&count=1";
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: {bearer}\r\n\r\n");
    let stream = BodyStream::open(house.address, &request).await;
    let of = |name: &str| format!("{name}{{upstream=\"chat\"}}");
    let told = metrics(admin).await;
    assert_eq!(told[&of("upstream_streams")], 1);
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(house.get(path, &headers).await.status, 503);
    assert_eq!(metrics(admin).await[&of("upstream_shed_total")], 1);
    let session = claims["sid"].as_str().unwrap().to_owned();
    let subject = Subject::SessionId(session);
    house.backend.auth.revoke(subject, house.clock.now());
    assert!(stream.rest().await.unwrap().contains("TOKEN_REVOKED"));
    until("the end", async || {
        let told = metrics(admin).await;
        told["streams_lapsed_total"] == 1 && told[&of("upstream_streams")] == 0
    })
    .await;
}
