//! Auth, as far as this service knows it: the real contract behind the real access layer, over
//! organisations that a test names. What it is to delete is written down.

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::{self, Caller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::policy::Policies;
use guardmesh_proto::DESCRIPTORS;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_server::{
    ClerkService, ClerkServiceServer,
};
use guardmesh_proto::guardmesh::auth::v1::organization_service_server::{
    OrganizationService, OrganizationServiceServer,
};
use guardmesh_proto::guardmesh::auth::v1::{
    ApplyClerkDeletionRequest, ApplyClerkDeletionResponse, DeleteOrganizationRequest,
    DeleteOrganizationResponse, GetOrganizationRequest, GetOrganizationResponse, Organization,
    ResolveClerkIdentityRequest, ResolveClerkIdentityResponse,
};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

use crate::service::caller_keys;

/// A running auth service. It ends when this is dropped.
pub(crate) struct Auth {
    pub(crate) address: SocketAddr,
    state: Arc<Known>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Known {
    organizations: Mutex<HashSet<String>>,
    /// Who called, in order.
    callers: Mutex<Vec<Caller>>,
    /// Holds the answer to the next call back until it is notified.
    hold: Mutex<Option<Arc<Notify>>>,
    /// What it was told to delete, in order.
    deletions: Mutex<Vec<ApplyClerkDeletionRequest>>,
    /// How it refuses the next of those, in order.
    refusals: Mutex<VecDeque<Status>>,
}

// === impl Auth ===

impl Auth {
    pub(crate) async fn start(clock: &Clock) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), clock).await
    }

    pub(crate) async fn start_at(address: SocketAddr, clock: &Clock) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let policies = Policies::from_descriptors(DESCRIPTORS).unwrap();
        let state = Arc::new(Known::default());
        let serve = Server::builder()
            .layer(AccessLayer::new(caller_keys(), policies, clock.clone()))
            .add_service(OrganizationServiceServer::from_arc(state.clone()))
            .add_service(ClerkServiceServer::from_arc(state.clone()))
            .serve_with_incoming(TcpIncoming::from(listener));
        Self {
            address,
            state,
            _task: AbortOnDropHandle::new(tokio::spawn(async { serve.await.unwrap() })),
        }
    }

    /// A new organisation.
    pub(crate) fn organization(&self) -> OrganizationId {
        let id = OrganizationId::generate();
        self.know(id);
        id
    }

    pub(crate) fn know(&self, id: OrganizationId) {
        let mut organizations = self.state.organizations.lock().unwrap();
        organizations.insert(id.to_string());
    }

    /// Who called so far.
    pub(crate) fn callers(&self) -> Vec<Caller> {
        self.state.callers.lock().unwrap().clone()
    }

    /// What it was told to delete so far.
    pub(crate) fn deletions(&self) -> Vec<ApplyClerkDeletionRequest> {
        self.state.deletions.lock().unwrap().clone()
    }

    /// Refuses the next deletions with these codes, one after the other.
    pub(crate) fn refuse(&self, codes: &[Code]) {
        let refusals = codes.iter().map(|code| Status::new(*code, "not this one"));
        self.state.refusals.lock().unwrap().extend(refusals);
    }

    /// Holds the answer to the next call back until the returned handle is notified.
    pub(crate) fn hold_next(&self) -> Arc<Notify> {
        let hold = Arc::new(Notify::new());
        *self.state.hold.lock().unwrap() = Some(hold.clone());
        hold
    }
}

// === impl Known ===

impl Known {
    async fn note(&self, caller: Option<&Caller>) {
        self.callers.lock().unwrap().push(caller.cloned().unwrap());
        let hold = self.hold.lock().unwrap().take();
        if let Some(hold) = hold {
            hold.notified().await;
        }
    }
}

#[tonic::async_trait]
impl ClerkService for Known {
    async fn apply_clerk_deletion(
        &self,
        request: Request<ApplyClerkDeletionRequest>,
    ) -> Result<Response<ApplyClerkDeletionResponse>, Status> {
        self.note(caller::of(&request)).await;
        self.deletions.lock().unwrap().push(request.into_inner());
        match self.refusals.lock().unwrap().pop_front() {
            Some(refusal) => Err(refusal),
            None => Ok(Response::new(ApplyClerkDeletionResponse {})),
        }
    }

    async fn resolve_clerk_identity(
        &self,
        _: Request<ResolveClerkIdentityRequest>,
    ) -> Result<Response<ResolveClerkIdentityResponse>, Status> {
        Err(Status::unimplemented("webhooks resolves none"))
    }
}

#[tonic::async_trait]
impl OrganizationService for Known {
    async fn get_organization(
        &self,
        request: Request<GetOrganizationRequest>,
    ) -> Result<Response<GetOrganizationResponse>, Status> {
        self.note(caller::of(&request)).await;
        let id = request.into_inner().organization_id;
        if !self.organizations.lock().unwrap().contains(&id) {
            return Err(Status::not_found("no such organisation"));
        }
        Ok(Response::new(GetOrganizationResponse {
            organization: Some(Organization {
                id,
                name: "Example".to_owned(),
                create_time: None,
            }),
        }))
    }

    async fn delete_organization(
        &self,
        _: Request<DeleteOrganizationRequest>,
    ) -> Result<Response<DeleteOrganizationResponse>, Status> {
        Err(Status::unimplemented("webhooks deletes none"))
    }
}
