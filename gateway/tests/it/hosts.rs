//! Which hosts the gateway answers for, over HTTP/1.1 and HTTP/2.

use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_gateway::config::{CorsArgs, HostArgs};
use http::{Request, Version};
use tokio_util::sync::CancellationToken;

use crate::house::{House, Plan, listen};
use crate::http2::Peer;
use crate::problem::problem;

fn hosts(patterns: &[&str]) -> HostArgs {
    let hosts = patterns.iter().map(|text| text.parse().unwrap()).collect();
    HostArgs { hosts }
}

/// The test's own client calls the gateway by its address.
async fn house(patterns: &[&str]) -> House {
    let house = House::planned(Plan {
        hosts: hosts(&[patterns, &["127.0.0.1"]].concat()),
        ..Plan::default()
    })
    .await;
    house.ready().await;
    house
}

#[tokio::test]
async fn only_our_hosts_are_served() {
    let house = house(&["api.example.com", "*.ngrok.io", "::1"]).await;
    for (host, status) in [
        ("api.example.com", 200),
        ("API.EXAMPLE.COM.:8443", 200),
        ("a.ngrok.io", 200),
        ("b.a.Ngrok.io:80", 200),
        ("[0:0::1]:9000", 200),
        ("127.0.0.1", 200),
        ("ngrok.io", 421),
        ("evilngrok.io", 421),
        ("a.ngrok.io.evil.com", 421),
        ("example.com", 421),
        ("localhost", 421),
        ("10.1.2.3", 421),
        ("[::2]", 421),
        ("a..ngrok.io", 400),
        ("a.ngrok.io:x", 400),
        ("a%2engrok.io", 400),
        ("[::1", 400),
    ] {
        let request = format!("GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = house.raw(request.as_bytes()).await;
        match status {
            200 => assert_eq!(answer.status, 200, "{host}: {}", answer.text()),
            421 => drop(problem(&answer, 421, "INVALID_ARGUMENT", "UNKNOWN_HOST")),
            _ => drop(problem(&answer, 400, "INVALID_ARGUMENT", "INVALID_HOST")),
        }
    }
    // Before anything else is told: not even whether there is such a path.
    for request in [
        "GET /nothing HTTP/1.1\r\nhost: other\r\n\r\n",
        "OPTIONS /api/v1/auth/login HTTP/1.1\r\nhost: other\r\n\r\n",
        "TRACE / HTTP/1.1\r\nhost: other\r\n\r\n",
        "GET /api/v1/auth/me HTTP/1.0\r\n\r\n",
    ] {
        let answer = house.raw(request.as_bytes()).await;
        problem(&answer, 421, "INVALID_ARGUMENT", "UNKNOWN_HOST");
    }
    assert_eq!(house.backend.count(), 0);
}

#[tokio::test]
async fn probes_come_by_address() {
    let house = house(&["api.example.com"]).await;
    for (path, status) in [
        ("/health/live", 200),
        ("/health/ready", 200),
        ("/health", 421),
        ("/openapi.json", 421),
    ] {
        for head in ["HTTP/1.1\r\nhost: 10.244.0.7:8080\r\n", "HTTP/1.0\r\n"] {
            let request = format!("GET {path} {head}connection: close\r\n\r\n");
            let answer = house.raw(request.as_bytes()).await;
            assert_eq!(answer.status, status, "{path} {head}");
        }
    }
}

#[tokio::test]
async fn over_http2_authority_and_host_are_the_same() {
    let house = house(&["api.example.com"]).await;
    let peer = Peer::open(house.address).await;
    for (authority, host, status) in [
        ("api.example.com", None, 200),
        ("API.example.com.:443", None, 200),
        ("api.example.com", Some("Api.Example.com"), 200),
        ("api.example.com:443", Some("api.example.com"), 200),
        ("api.example.com", Some("other.example.com"), 400),
        ("other.example.com", Some("api.example.com"), 400),
        ("api.example.com:1", Some("api.example.com:2"), 400),
        ("user@api.example.com", None, 400),
        ("other.example.com", None, 421),
    ] {
        let mut request = Request::builder()
            .version(Version::HTTP_2)
            .uri(format!("http://{authority}/health"));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let answer = peer.ask(request.body("").unwrap()).await;
        assert_eq!(answer.status, status, "{authority} {host:?}");
    }
}

#[tokio::test]
async fn production_insists_on_names() {
    let cors = |origin: &str, cors_credentials| CorsArgs {
        cors_origins: vec![origin.parse().unwrap()],
        cors_credentials,
        ..CorsArgs::default()
    };
    let production = Environment::Production;
    for (environment, patterns, cors, expected) in [
        (production, &[][..], CorsArgs::default(), "GATEWAY_HOSTS"),
        (production, &["*"], cors("*", false), "GATEWAY_CORS_ORIGINS"),
        (
            Environment::Development,
            &[],
            cors("*", true),
            "GATEWAY_CORS_CREDENTIALS",
        ),
    ] {
        let plan = Plan {
            environment,
            hosts: hosts(patterns),
            cors,
            ..Plan::default()
        };
        let listener = listen().await;
        let config = plan.config(listener.local_addr().unwrap(), Vec::new());
        let (clock, shutdown) = (Clock::system(), CancellationToken::new());
        let serve = guardmesh_gateway::serve(&config, environment, listener, clock, shutdown);
        let error = serve.await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
