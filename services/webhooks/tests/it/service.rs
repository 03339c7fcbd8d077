//! The service under test: the real one, on loopback ports, and a client that signs as the
//! gateway does.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::{Environment, ServiceArgs};
use guardmesh_chassis::id::UserId;
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::testing::{TestDatabase, TestDatabases};
use guardmesh_proto::google::api::HttpBody;
use guardmesh_proto::guardmesh::webhooks::v1::webhooks_service_client::WebhooksServiceClient;
use guardmesh_proto::guardmesh::webhooks::v1::{
    GetWebhookEventRequest, ListInvoicesRequest, ListInvoicesResponse, ListWebhookEventsRequest,
    ListWebhookEventsResponse, ReceiveClerkEventRequest, ReceiveClerkEventResponse,
    ReceiveStripeEventRequest, ReceiveStripeEventResponse, WebhookEvent, WebhookEventStatus,
};
use guardmesh_webhooks::{Config, MIGRATOR, StartError, Webhooks};
use secrecy::SecretString;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;

use crate::auth::Auth;
use crate::stripe;

const CALLER_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// The example secret of the documentation of Svix.
pub(crate) const CLERK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

static DATABASES: TestDatabases = TestDatabases::new();

/// A running service. A test ends it, or its runtime does.
pub(crate) struct Service {
    pub(crate) clock: Clock,
    client: WebhooksServiceClient<Channel>,
    shutdown: CancellationToken,
    task: JoinHandle<Result<(), StartError>>,
}

pub(crate) async fn database() -> TestDatabase {
    DATABASES.create(&MIGRATOR).await
}

/// A clock that stands still.
pub(crate) fn clock() -> Clock {
    Clock::manual(DateTime::<Utc>::from_timestamp(1_790_000_000, 0).unwrap())
}

pub(crate) fn caller_keys() -> CallerKeys {
    CallerKeys::parse(&SecretString::from(CALLER_KEY)).unwrap()
}

/// Waits until `condition` gives something.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(mut condition: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < deadline, "it did not come about in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The stable reason of an error.
pub(crate) fn reason(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info();
    (
        status.code(),
        info.map(|info| info.reason).unwrap_or_default(),
    )
}

/// A user with these permissions.
pub(crate) fn user(permissions: &[&str]) -> Caller {
    Caller::User(UserCaller {
        user: UserId::generate(),
        organization: None,
        session: None,
        api_key: None,
        permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
    })
}

// === impl Service ===

impl Service {
    /// A service with a database and an auth of its own.
    pub(crate) async fn alone() -> (Self, Auth, TestDatabase) {
        let (database, clock) = (database().await, clock());
        let auth = Auth::start(&clock).await;
        let service = Self::start(&database.options, auth.address, &clock).await;
        (service, auth, database)
    }

    pub(crate) async fn start(
        database: &PgConnectOptions,
        auth: SocketAddr,
        clock: &Clock,
    ) -> Self {
        let secrets = format!("{},{}", stripe::SECRET, stripe::NEXT_SECRET);
        Self::start_with(database, auth, clock, Some(&secrets)).await
    }

    pub(crate) async fn start_with(
        database: &PgConnectOptions,
        auth: SocketAddr,
        clock: &Clock,
        stripe_secrets: Option<&str>,
    ) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config {
            service: ServiceArgs {
                database_url: database.to_url_lossy().to_string().into(),
                database_connections: 4,
                listen: any_port,
                admin_listen: any_port,
                caller_key: CALLER_KEY.into(),
            },
            stripe_webhook_secrets: stripe_secrets.map(SecretString::from),
            clerk_webhook_secrets: Some(CLERK_SECRET.into()),
            auth_address: format!("http://{auth}"),
        };
        let listeners = Listeners::bind(any_port, any_port).await.unwrap();
        let address = listeners.grpc.local_addr().unwrap();
        let poll = Duration::from_millis(20);
        let environment = Environment::Development;
        let webhooks = Webhooks::new(&config, environment, clock.clone(), poll).unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(webhooks.serve(listeners, shutdown.clone()));
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        Self {
            clock: clock.clone(),
            client: WebhooksServiceClient::new(endpoint.connect_lazy()),
            shutdown,
            task,
        }
    }

    /// Stops it in order.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Ends it where it stands.
    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    /// Sends a well-signed event of Stripe.
    pub(crate) async fn stripe(&self, body: &str) -> Result<ReceiveStripeEventResponse, Status> {
        let header = stripe::sign(stripe::SECRET, self.clock.now(), body.as_bytes());
        self.stripe_with(&[&header], body.as_bytes()).await
    }

    /// Sends bytes with these `Stripe-Signature` headers.
    pub(crate) async fn stripe_with(
        &self,
        headers: &[&str],
        body: &[u8],
    ) -> Result<ReceiveStripeEventResponse, Status> {
        let mut request = Request::new(ReceiveStripeEventRequest {
            payload: payload(body),
        });
        for header in headers {
            let metadata = request.metadata_mut();
            metadata.append("stripe-signature", header.parse().unwrap());
        }
        let answer = self.client.clone().receive_stripe_event(request).await;
        answer.map(Response::into_inner)
    }

    /// Sends bytes with these headers to the endpoint of Clerk.
    pub(crate) async fn clerk_with(
        &self,
        headers: &[(&'static str, &str)],
        body: &[u8],
    ) -> Result<ReceiveClerkEventResponse, Status> {
        let mut request = Request::new(ReceiveClerkEventRequest {
            payload: payload(body),
        });
        for (name, value) in headers {
            request.metadata_mut().append(*name, value.parse().unwrap());
        }
        let answer = self.client.clone().receive_clerk_event(request).await;
        answer.map(Response::into_inner)
    }

    /// Sends a well-signed event of Stripe and waits until it has its effect.
    pub(crate) async fn project(&self, body: &str) -> WebhookEvent {
        let id = self.stripe(body).await.unwrap().event_id;
        self.await_status(&id, WebhookEventStatus::Processed).await
    }

    pub(crate) async fn await_status(
        &self,
        event_id: &str,
        status: WebhookEventStatus,
    ) -> WebhookEvent {
        until(|| async {
            let event = self.event(event_id).await.unwrap();
            (event.status() == status).then_some(event)
        })
        .await
    }

    pub(crate) async fn event(&self, event_id: &str) -> Result<WebhookEvent, Status> {
        let message = GetWebhookEventRequest {
            event_id: event_id.to_owned(),
        };
        let request = self.signed(&user(&["webhooks:read"]), "GetWebhookEvent", message);
        let answer = self.client.clone().get_webhook_event(request).await?;
        Ok(answer.into_inner().webhook_event.unwrap())
    }

    pub(crate) async fn events(
        &self,
        caller: &Caller,
        message: ListWebhookEventsRequest,
    ) -> Result<ListWebhookEventsResponse, Status> {
        let request = self.signed(caller, "ListWebhookEvents", message);
        let answer = self.client.clone().list_webhook_events(request).await;
        answer.map(Response::into_inner)
    }

    pub(crate) async fn invoices(
        &self,
        caller: &Caller,
        message: ListInvoicesRequest,
    ) -> Result<ListInvoicesResponse, Status> {
        let request = self.signed(caller, "ListInvoices", message);
        let answer = self.client.clone().list_invoices(request).await;
        answer.map(Response::into_inner)
    }

    fn signed<T>(&self, caller: &Caller, method: &str, message: T) -> Request<T> {
        let path = format!("/guardmesh.webhooks.v1.WebhooksService/{method}");
        let signed = caller_keys().sign(caller, &path, &self.clock);
        let mut request = Request::new(message);
        request.metadata_mut().insert_bin(METADATA_KEY, signed);
        request
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the message wants it")]
fn payload(body: &[u8]) -> Option<HttpBody> {
    Some(HttpBody {
        content_type: "application/json".to_owned(),
        data: body.to_vec(),
        extensions: Vec::new(),
    })
}
