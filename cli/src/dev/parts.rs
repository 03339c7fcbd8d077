//! The parts of the system as tasks of one process: three services and the gateway.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, anyhow};
use chrono::TimeDelta;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::{Environment, ServiceArgs};
use guardmesh_chassis::server::Listeners;
use guardmesh_gateway::config::identity::IdentityArgs;
use guardmesh_gateway::config::tls::Tls;
use guardmesh_gateway::config::{
    CompressionArgs, CorsArgs, DocsArgs, HostArgs, Limits, RateLimitArgs, Target, UpstreamSettings,
};
use guardmesh_guards::config::{RemoteArgs, TransformerArgs};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::database::Urls;
use super::secrets::Secrets;

const ENVIRONMENT: Environment = Environment::Development;
const ISSUER: &str = "https://guardmesh.localhost";
const AUDIENCE: &str = "guardmesh";
/// A free port of loopback.
const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What people may set of the parts.
#[derive(clap::Args)]
pub(super) struct Settings {
    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    identity: IdentityArgs,

    #[command(flatten)]
    rate_limits: RateLimitArgs,

    #[command(flatten)]
    remotes: RemoteArgs,

    #[command(flatten)]
    transformer: TransformerArgs,
}

/// The running parts.
pub(super) struct Parts {
    gateway: JoinSet<anyhow::Result<()>>,
    services: JoinSet<anyhow::Result<()>>,
    stop_gateway: CancellationToken,
    stop_services: CancellationToken,
}

// === impl Parts ===

impl Parts {
    /// Starts all parts; the gateway serves on `listener`.
    pub(super) async fn start(
        listener: TcpListener,
        settings: Settings,
        secrets: &Secrets,
        urls: &Urls,
    ) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let mut services = JoinSet::new();

        // First, as auth is told where guards will be.
        let (auth_listeners, auth_address) = listen().await?;
        let (guards_listeners, guards_address) = listen().await?;
        let auth = guardmesh_auth::Config {
            service: service(&urls.auth, secrets),
            sealing_key: secrets.sealing_key.clone(),
            token_issuer: ISSUER.to_owned(),
            token_audience: AUDIENCE.to_owned(),
            guards_address: Some(format!("http://{guards_address}")),
        };
        let token = stop.clone();
        services.spawn(async move {
            guardmesh_auth::serve(auth, ENVIRONMENT, auth_listeners, token)
                .await
                .context("auth")
        });

        let guards = guardmesh_guards::Config {
            service: service(&urls.guards, secrets),
            guard_timeout: Duration::from_secs(2),
            run_retention: TimeDelta::days(90),
            text_retention: TimeDelta::days(7),
            vault_keys: secrets.vault_keys.clone(),
            remotes: with_this_machine(settings.remotes),
            transformer: settings.transformer,
        };
        let token = stop.clone();
        services.spawn(async move {
            guardmesh_guards::serve(&guards, ENVIRONMENT, guards_listeners, token)
                .await
                .context("guards")
        });

        let (listeners, webhooks_address) = listen().await?;
        let webhooks = guardmesh_webhooks::Config {
            service: service(&urls.webhooks, secrets),
            stripe_webhook_secrets: Some(secrets.stripe.clone()),
            clerk_webhook_secrets: Some(secrets.clerk.clone()),
            auth_address: format!("http://{auth_address}"),
        };
        let token = stop.clone();
        services.spawn(async move {
            guardmesh_webhooks::serve(&webhooks, ENVIRONMENT, listeners, token)
                .await
                .context("webhooks")
        });

        let config = guardmesh_gateway::Config {
            listen: listener.local_addr()?,
            admin_listen: None,
            upstreams: vec![
                Target::at("auth", auth_address),
                Target::at("guards", guards_address),
                Target::at("webhooks", webhooks_address),
            ],
            caller_key: secrets.caller_key.clone(),
            token_issuer: ISSUER.to_owned(),
            token_audience: AUDIENCE.to_owned(),
            upstream: UpstreamSettings::default(),
            trusted_proxies: Vec::new(),
            rate_limits: settings.rate_limits,
            tls: Tls::default(),
            identity: settings.identity,
            workers: None,
            limits: settings.limits,
            hosts: HostArgs::default(),
            cors: CorsArgs::default(),
            compression: CompressionArgs::default(),
            docs: DocsArgs::default(),
        };
        let stop_gateway = CancellationToken::new();
        let token = stop_gateway.clone();
        let mut gateway = JoinSet::new();
        gateway.spawn(async move {
            let clock = Clock::system();
            guardmesh_gateway::serve(&config, ENVIRONMENT, listener, clock, token)
                .await
                .context("gateway")
        });
        Ok(Self {
            gateway,
            services,
            stop_gateway,
            stop_services: stop,
        })
    }

    /// Waits for a part to end before it was asked to.
    pub(super) async fn failure(&mut self) -> anyhow::Error {
        let ended = tokio::select! {
            Some(ended) = self.gateway.join_next() => ended,
            Some(ended) = self.services.join_next() => ended,
            else => return anyhow!("no part is running"),
        };
        match ended {
            Ok(Ok(())) => anyhow!("a part ended early"),
            Ok(Err(error)) => error,
            Err(panic) => anyhow!(panic).context("a part crashed"),
        }
    }

    /// Stops the gateway, then what it needs.
    pub(super) async fn stop(mut self) {
        self.stop_gateway.cancel();
        while self.gateway.join_next().await.is_some() {}
        self.stop_services.cancel();
        while self.services.join_next().await.is_some() {}
    }
}

async fn listen() -> anyhow::Result<(Listeners, SocketAddr)> {
    let listeners = Listeners::bind(ANY, ANY).await?;
    let address = listeners.grpc.local_addr()?;
    Ok((listeners, address))
}

/// A guard may be on the developer's own machine as well.
fn with_this_machine(listed: RemoteArgs) -> RemoteArgs {
    RemoteArgs {
        hosts: format!("127.0.0.1,::1,localhost,{}", listed.hosts),
        networks: format!("127.0.0.0/8,::1/128,{}", listed.networks),
        ..listed
    }
}

fn service(url: &SecretString, secrets: &Secrets) -> ServiceArgs {
    ServiceArgs {
        database_url: url.clone(),
        database_connections: 8,
        listen: ANY,
        admin_listen: ANY,
        caller_key: secrets.caller_key.clone(),
    }
}
