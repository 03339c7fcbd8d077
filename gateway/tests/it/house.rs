//! A gateway on a loopback port, with its services behind it, for one test.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::CallerKeys;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::policy::Policies;
use guardmesh_chassis::testing::http::{self, Response};
use guardmesh_gateway::config::identity::{IdentityArgs, Stale};
use guardmesh_gateway::config::tls::Tls;
use guardmesh_gateway::config::{
    CompressionArgs, CorsArgs, DocsArgs, HostArgs, Limits, RateLimitArgs, StreamLimits, Target,
    UpstreamSettings,
};
use guardmesh_gateway::{Config, serve_contracts};
use guardmesh_proto::DESCRIPTORS;
use secrecy::SecretString;
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::issuer::{self, Issuer};
use crate::services::{Backend, Package, Service};

const CALLER_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
/// Until a test gives a condition up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The gateway and what is behind it.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) backend: Backend,
    pub(crate) issuer: Issuer,
    pub(crate) auth: Option<Service>,
    pub(crate) guards: Option<Service>,
    pub(crate) webhooks: Option<Service>,
    pub(crate) clock: Clock,
    pub(crate) shutdown: CancellationToken,
    pub(crate) gateway: JoinHandle<()>,
    /// What the gateway was started with, for others like it.
    pub(crate) config: Config,
}

/// What a test wants otherwise.
pub(crate) struct Plan {
    pub(crate) limits: Limits,
    pub(crate) identity: IdentityArgs,
    pub(crate) upstream: UpstreamSettings,
    pub(crate) environment: Environment,
    pub(crate) hosts: HostArgs,
    pub(crate) cors: CorsArgs,
    pub(crate) docs: DocsArgs,
    /// Off, unless a test is about them.
    pub(crate) rate_limits: RateLimitArgs,
    /// Proxies that are believed, separated by commas.
    pub(crate) trusted_proxies: &'static str,
    pub(crate) tls: Tls,
    /// Where it serves metrics.
    pub(crate) admin_listen: Option<SocketAddr>,
    /// Where the gateway looks for a service that the test starts itself, if it does.
    pub(crate) auth: Option<SocketAddr>,
    pub(crate) guards: Option<SocketAddr>,
    /// Where it looks for several endpoints of the guards service; the test starts them itself.
    pub(crate) guards_at: Option<Target>,
    /// Contracts in place of the product's, and a further service.
    pub(crate) more: Option<(Vec<u8>, Target)>,
}

// === impl Plan ===

impl Plan {
    /// The gateway's settings.
    pub(crate) fn config(self, listen: SocketAddr, upstreams: Vec<Target>) -> Config {
        Config {
            listen,
            admin_listen: self.admin_listen,
            upstreams,
            caller_key: SecretString::from(CALLER_KEY),
            token_issuer: issuer::ISSUER.to_owned(),
            token_audience: issuer::AUDIENCE.to_owned(),
            identity: self.identity,
            trusted_proxies: self
                .trusted_proxies
                .split_terminator(',')
                .map(|network| network.parse().unwrap())
                .collect(),
            rate_limits: self.rate_limits,
            tls: self.tls,
            workers: Some(2),
            upstream: self.upstream,
            limits: self.limits,
            hosts: self.hosts,
            cors: self.cors,
            compression: CompressionArgs::default(),
            docs: self.docs,
        }
    }
}

impl Default for Plan {
    fn default() -> Self {
        let limits = Limits {
            max_body_bytes: 64 * 1024,
            head_timeout: Duration::from_secs(20),
            body_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(20),
            call_timeout: Duration::from_secs(20),
            max_connections: 1000,
            max_connections_per_client: 1000,
            drain_delay: Duration::ZERO,
            drain_timeout: Duration::from_secs(20),
            streams: StreamLimits {
                max_message_bytes: 4 * 1024 * 1024,
                // Longer than a test waits for anything: what it sees is not their doing.
                heartbeat: Duration::from_mins(2),
                idle_timeout: Duration::from_mins(2),
                max_duration: Duration::from_mins(2),
                drain: Duration::from_millis(1),
            },
        };
        // No test depends on how fast the machine is: nothing becomes stale by itself.
        let identity = IdentityArgs {
            clerk_issuers: vec![],
            clerk_authorized_parties: vec![],
            clerk_ca_file: None,
            fresh: Duration::from_secs(30),
            outage: Duration::from_mins(5),
            cache_bytes: 1024 * 1024,
            max_revocations: 1000,
            revocations_stale: Duration::from_hours(1),
            on_stale_revocations: Stale::Sensitive,
        };
        Self {
            limits,
            identity,
            upstream: UpstreamSettings::default(),
            environment: Environment::Development,
            hosts: HostArgs::default(),
            cors: CorsArgs::default(),
            docs: DocsArgs::default(),
            rate_limits: RateLimitArgs {
                rate_limits: "off".parse().unwrap(),
                ..RateLimitArgs::default()
            },
            trusted_proxies: "",
            tls: Tls::default(),
            admin_listen: None,
            auth: None,
            guards: None,
            guards_at: None,
            more: None,
        }
    }
}

// === impl House ===

impl House {
    /// Everything runs and is healthy.
    pub(crate) async fn start() -> Self {
        let house = Self::planned(Plan::default()).await;
        house.ready().await;
        house
    }

    /// As planned; what the plan names is not waited for.
    pub(crate) async fn planned(mut plan: Plan) -> Self {
        let issuer = Issuer::new("first");
        let backend = Backend::new(vec![issuer.public()]);
        let clock = Clock::manual(now());
        let (auth, auth_address) = place(&backend, Package::Auth, plan.auth, &clock).await;
        let (guards, guards_at) = if let Some(target) = plan.guards_at.clone() {
            (None, target)
        } else {
            let (guards, address) = place(&backend, Package::Guards, plan.guards, &clock).await;
            (guards, Target::at("guards", address))
        };
        let (webhooks, webhooks_address) = place(&backend, Package::Webhooks, None, &clock).await;
        let listener = listen().await;
        let address = listener.local_addr().unwrap();
        let mut upstreams = vec![
            Target::at("auth", auth_address),
            guards_at,
            Target::at("webhooks", webhooks_address),
        ];
        let mut contracts = DESCRIPTORS.to_vec();
        if let Some((descriptors, target)) = plan.more.take() {
            contracts = descriptors;
            upstreams.push(target);
        }
        let environment = plan.environment;
        let config = plan.config(address, upstreams);
        let shutdown = CancellationToken::new();
        let gateway = gateway(
            contracts,
            config.clone(),
            environment,
            listener,
            clock.clone(),
            shutdown.clone(),
        );
        Self {
            address,
            backend,
            issuer,
            auth,
            guards,
            webhooks,
            clock,
            shutdown,
            gateway,
            config,
        }
    }

    /// Waits until the gateway sees every service serve.
    pub(crate) async fn ready(&self) {
        until("readiness", async || {
            self.get("/health", &[]).await.status == 200
        })
        .await;
    }

    /// The guards service is whatever listens at this address; everything else is in place.
    pub(crate) async fn with_guards_at(address: SocketAddr, call_timeout: Duration) -> Self {
        let mut plan = Plan::default();
        plan.limits.call_timeout = call_timeout;
        plan.guards = Some(address);
        let house = Self::planned(plan).await;
        until("the keys", async || house.bearer_is_accepted().await).await;
        house
    }

    /// One call of the guards service.
    pub(crate) async fn check(&self) -> Response {
        let bearer = self.bearer(&[]);
        let headers = [("authorization", bearer.as_str())];
        let body = br#"{"content": "text"}"#;
        self.request("POST", "/api/v1/guards:check", &headers, body)
            .await
    }

    /// A house whose guards service has these endpoints; all of them are healthy.
    pub(crate) async fn with_endpoints(
        endpoints: &[SocketAddr],
        upstream: UpstreamSettings,
    ) -> Self {
        let places: Vec<_> = endpoints.iter().map(SocketAddr::to_string).collect();
        let target = format!("guards={}", places.join("|"));
        let house = Self::planned(Plan {
            upstream,
            guards_at: Some(target.parse().unwrap()),
            ..Plan::default()
        })
        .await;
        until("the keys", async || house.bearer_is_accepted().await).await;
        house.ready().await;
        house
    }

    /// One idempotent call of the guards service.
    pub(crate) async fn list(&self) -> Response {
        let bearer = self.bearer(&[]);
        let headers = [("authorization", bearer.as_str())];
        self.get("/api/v1/guards", &headers).await
    }

    /// Whether the gateway has the keys of auth.
    pub(crate) async fn bearer_is_accepted(&self) -> bool {
        let bearer = self.bearer(&[]);
        let headers = [("authorization", bearer.as_str())];
        self.get("/api/v1/auth/me", &headers).await.status == 200
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.request("GET", path, headers, b"").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.request("POST", path, &[], body.to_string().as_bytes())
            .await
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let answer = http::request(self.address, method, path, headers, body).await;
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// These very bytes; the connection must end after the answer.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Response {
        let shown = String::from_utf8_lossy(bytes);
        let answer = http::raw(self.address, bytes).await;
        answer.unwrap_or_else(|error| panic!("{shown:.200}: {error}"))
    }

    /// The value of an `Authorization` header: a member with these permissions.
    pub(crate) fn bearer(&self, permissions: &[&str]) -> String {
        let claims = issuer::claims(self.clock.now(), permissions);
        format!("Bearer {}", self.issuer.token(&claims))
    }

    /// Starts a service on a port of the test's own.
    pub(crate) async fn serve(&self, package: Package, listener: TcpListener) -> Service {
        serve(&self.backend, package, listener, &self.clock).await
    }
}

/// Starts a gateway; it ends after the shutdown.
pub(crate) fn gateway(
    contracts: Vec<u8>,
    config: Config,
    environment: Environment,
    listener: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let served =
            serve_contracts(&contracts, &config, environment, listener, clock, shutdown).await;
        served.unwrap();
    })
}

async fn place(
    backend: &Backend,
    package: Package,
    planned: Option<SocketAddr>,
    clock: &Clock,
) -> (Option<Service>, SocketAddr) {
    if let Some(address) = planned {
        return (None, address);
    }
    let service = serve(backend, package, listen().await, clock).await;
    let address = service.address;
    (Some(service), address)
}

async fn serve(
    backend: &Backend,
    package: Package,
    listener: TcpListener,
    clock: &Clock,
) -> Service {
    let policies = Policies::from_descriptors(DESCRIPTORS).unwrap();
    let access = AccessLayer::new(caller_keys(), policies, clock.clone());
    backend.serve(package, listener, access).await
}

/// When every test begins.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// The keys that gateway and services share.
pub(crate) fn caller_keys() -> CallerKeys {
    CallerKeys::parse(&SecretString::from(CALLER_KEY)).unwrap()
}

/// A free port, open.
pub(crate) async fn listen() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
}

/// A port that is ours and refuses connections until `listen` is called.
pub(crate) fn closed_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// Asks again and again until the condition holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let asking = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let held = tokio::time::timeout(PATIENCE, asking).await;
    assert!(held.is_ok(), "{what} did not come");
}

/// A part of a test that must end.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, work).await;
    done.unwrap_or_else(|_| panic!("{what} did not end"))
}
