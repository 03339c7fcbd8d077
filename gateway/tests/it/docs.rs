//! The page of the API, and where there is none.

use guardmesh_chassis::config::Environment;
use guardmesh_gateway::config::{Docs, DocsArgs, HostArgs};

use crate::house::{House, Plan};
use crate::problem::problem;

#[tokio::test]
async fn the_page_brings_all_it_needs_and_lets_nothing_else_in() {
    let house = House::start().await;
    let answer = house.get("/docs", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    for name in [
        "permissions-policy",
        "x-frame-options",
        "x-content-type-options",
    ] {
        assert!(answer.header(name).is_some(), "{name}");
    }
    assert!(answer.text().contains("fetch(\"openapi.json\")"));
    let other = house.get("/health", &[]).await;
    let policy = other.header("content-security-policy");
    assert_eq!(policy, Some("default-src 'none'; frame-ancestors 'none'"));
    // The connection is not encrypted.
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[tokio::test]
async fn documentation_is_for_development_unless_it_is_switched() {
    let (development, production) = (Environment::Development, Environment::Production);
    for (environment, docs, served) in [
        (development, Docs::Auto, true),
        (production, Docs::Auto, false),
        (production, Docs::On, true),
        (development, Docs::Off, false),
    ] {
        let house = House::planned(Plan {
            environment,
            hosts: HostArgs {
                hosts: vec!["*".parse().unwrap()],
            },
            docs: DocsArgs { docs },
            ..Plan::default()
        })
        .await;
        house.ready().await;
        for path in ["/docs", "/openapi.json"] {
            let answer = house.get(path, &[]).await;
            if served {
                assert_eq!(answer.status, 200, "{environment:?} {docs:?} {path}");
            } else {
                problem(&answer, 404, "NOT_FOUND", "NO_ROUTE");
            }
        }
    }
}
