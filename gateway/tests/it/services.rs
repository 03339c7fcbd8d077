//! The services behind the gateway: real gRPC servers behind the real access layer, whose
//! methods answer from what they are asked, so that a test chooses the outcome by its request.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::{Caller, METADATA_KEY};
use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use guardmesh_proto::guardmesh::auth::v1::api_key_service_server::ApiKeyServiceServer;
use guardmesh_proto::guardmesh::auth::v1::auth_service_server::AuthServiceServer;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_server::ClerkServiceServer;
use guardmesh_proto::guardmesh::auth::v1::key_service_server::KeyServiceServer;
use guardmesh_proto::guardmesh::auth::v1::revocation_service_server::RevocationServiceServer;
use guardmesh_proto::guardmesh::guards::v1::guards_service_server::GuardsServiceServer;
use guardmesh_proto::guardmesh::webhooks::v1::webhooks_service_server::WebhooksServiceServer;
use http::HeaderMap;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::service::{InterceptorLayer, Routes};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Status};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::auth_side::AuthSide;

/// What all services share: what they saw, and what the test lets them do.
#[derive(Clone)]
pub(crate) struct Backend {
    calls: Arc<Mutex<Vec<Call>>>,
    pub(crate) keys: Arc<Mutex<Vec<JsonWebKey>>>,
    pub(crate) auth: AuthSide,
    /// Calls that wait for the test take a permit.
    pub(crate) gate: Arc<Semaphore>,
    given_up: Arc<AtomicUsize>,
}

/// Counts the calls that end before they are answered.
pub(crate) struct Unanswered(Arc<AtomicUsize>);

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// A call as it arrived at a service and passed the access layer.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// Everything that was sent, the signed caller included.
    pub(crate) metadata: HeaderMap,
    /// Whom the access layer let in.
    pub(crate) caller: Option<Caller>,
}

/// The metadata before the access layer takes the signed caller out.
#[derive(Clone)]
struct Arrived(HeaderMap);

/// A running service.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) health: HealthReporter,
    auth: AuthSide,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Which of the contracts' packages a server serves.
#[derive(Clone, Copy)]
pub(crate) enum Package {
    Auth,
    Guards,
    Webhooks,
}

// === impl Backend ===

impl Backend {
    pub(crate) fn new(keys: Vec<JsonWebKey>) -> Self {
        Self {
            calls: Arc::default(),
            keys: Arc::new(Mutex::new(keys)),
            auth: AuthSide::new(),
            gate: Arc::new(Semaphore::new(0)),
            given_up: Arc::default(),
        }
    }

    /// How many of the calls that hang were given up.
    pub(crate) fn cancelled(&self) -> usize {
        self.given_up.load(Ordering::Acquire)
    }

    /// Held by a call that hangs.
    pub(crate) fn unanswered(&self) -> Unanswered {
        Unanswered(self.given_up.clone())
    }

    /// The calls of this method so far.
    pub(crate) fn calls(&self, method: &str) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        let of_method = calls.iter().filter(|call| call.method == method);
        of_method.cloned().collect()
    }

    /// Every call so far, of the public API.
    pub(crate) fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    /// Takes note of a call.
    pub(crate) fn record<T>(&self, method: &'static str, request: &Request<T>) {
        let arrived = request.extensions().get::<Arrived>().cloned();
        let call = Call {
            method,
            metadata: arrived.expect("the interceptor ran").0,
            caller: request.extensions().get().cloned(),
        };
        let left = request.metadata().get_bin(METADATA_KEY);
        assert!(left.is_none(), "the access layer removes the signed caller");
        self.calls.lock().unwrap().push(call);
    }

    fn routes(&self, package: Package) -> Routes {
        match package {
            Package::Auth => Routes::new(AuthServiceServer::new(self.clone()))
                .add_service(KeyServiceServer::new(self.clone()))
                .add_service(ApiKeyServiceServer::new(self.clone()))
                .add_service(ClerkServiceServer::new(self.clone()))
                .add_service(RevocationServiceServer::new(self.clone())),
            Package::Guards => Routes::new(GuardsServiceServer::new(self.clone())),
            Package::Webhooks => Routes::new(WebhooksServiceServer::new(self.clone())),
        }
    }

    /// Serves a package on `listener`, healthy from the start.
    pub(crate) async fn serve(
        &self,
        package: Package,
        listener: TcpListener,
        access: AccessLayer,
    ) -> Service {
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_service_status("", ServingStatus::Serving).await;
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = Server::builder()
            .timeout(Duration::from_mins(1))
            .layer(InterceptorLayer::new(keep_metadata))
            .layer(access)
            .add_routes(self.routes(package).add_service(health_service))
            .serve_with_incoming_shutdown(
                TcpIncoming::from(listener),
                stop.clone().cancelled_owned(),
            );
        Service {
            address,
            health,
            auth: self.auth.clone(),
            stop,
            task: tokio::spawn(async { server.await.unwrap() }),
        }
    }
}

// === impl Service ===

impl Service {
    /// Ends it; its port is closed afterwards.
    pub(crate) async fn stop(self) -> SocketAddr {
        self.stop.cancel();
        self.auth.end_streams();
        self.task.await.unwrap();
        self.address
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form of an interceptor")]
fn keep_metadata(mut request: Request<()>) -> Result<Request<()>, Status> {
    let arrived = Arrived(request.metadata().clone().into_headers());
    request.extensions_mut().insert(arrived);
    Ok(request)
}
