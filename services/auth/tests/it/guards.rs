//! Guards, as far as this service knows it: the real contract behind the real access layer. What
//! it is asked to erase is written down. No test enters here.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use guardmesh_chassis::access::AccessLayer;
use guardmesh_chassis::caller::{self, Caller, CallerKeys};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::policy::Policies;
use guardmesh_proto::DESCRIPTORS;
use guardmesh_proto::guardmesh::guards::v1::data_service_server::{DataService, DataServiceServer};
use guardmesh_proto::guardmesh::guards::v1::{
    DeleteOrganizationDataRequest, DeleteOrganizationDataResponse, DeleteUserDataRequest,
    DeleteUserDataResponse,
};
use secrecy::SecretString;
use tokio::net::TcpSocket;
use tokio::sync::{Notify, mpsc};
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::app::CALLER_KEY;

/// An address at which nothing listens yet, and nobody else can.
pub(crate) struct Place {
    socket: TcpSocket,
    pub(crate) address: SocketAddr,
}

/// A running guards service. It ends when this is dropped.
pub(crate) struct Guards {
    pub(crate) address: SocketAddr,
    state: Arc<Known>,
    /// Ids of those whose data was erased, in order, as soon as it was.
    erased: mpsc::UnboundedReceiver<String>,
    _task: AbortOnDropHandle<()>,
}

struct Known {
    erased: mpsc::UnboundedSender<String>,
    /// Ids whose data cannot be erased.
    refused: Mutex<HashSet<String>>,
    /// Holds the next answer back: told when it has come to this, and until it is notified.
    hold: Mutex<Option<(Arc<Notify>, Arc<Notify>)>>,
}

// === impl Place ===

impl Place {
    pub(crate) fn reserve() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        let address = socket.local_addr().unwrap();
        Self { socket, address }
    }

    /// Serves here from now on.
    pub(crate) fn open(self, clock: &Clock) -> Guards {
        let listener = self.socket.listen(64).unwrap();
        let policies = Policies::from_descriptors(DESCRIPTORS).unwrap();
        let keys = CallerKeys::parse(&SecretString::from(CALLER_KEY)).unwrap();
        let (sender, erased) = mpsc::unbounded_channel();
        let state = Arc::new(Known {
            erased: sender,
            refused: Mutex::default(),
            hold: Mutex::default(),
        });
        let serve = Server::builder()
            .layer(AccessLayer::new(keys, policies, clock.clone()))
            .add_service(DataServiceServer::from_arc(state.clone()))
            .serve_with_incoming(TcpIncoming::from(listener));
        Guards {
            address: self.address,
            state,
            erased,
            _task: AbortOnDropHandle::new(tokio::spawn(async { serve.await.unwrap() })),
        }
    }
}

// === impl Guards ===

impl Guards {
    pub(crate) fn start(clock: &Clock) -> Self {
        Place::reserve().open(clock)
    }

    /// Whose data was erased since the last time, sorted.
    pub(crate) fn erased(&mut self) -> Vec<String> {
        let mut ids: Vec<_> = std::iter::from_fn(|| self.erased.try_recv().ok()).collect();
        ids.sort();
        ids
    }

    /// Waits until the data of the next one was erased.
    pub(crate) async fn next_erased(&mut self) -> String {
        let next = tokio::time::timeout(crate::watch::LONG, self.erased.recv());
        next.await.unwrap().unwrap()
    }

    /// Cannot erase the data of this one from now on, or can again.
    pub(crate) fn refuse(&self, id: &str, refuse: bool) {
        let mut refused = self.state.refused.lock().unwrap();
        if refuse {
            refused.insert(id.to_owned());
        } else {
            refused.remove(id);
        }
    }

    /// Erases for the next call, but holds its answer back: the first handle tells when, the
    /// second one lets the answer go.
    pub(crate) fn hold_next(&self) -> (Arc<Notify>, Arc<Notify>) {
        let hold = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        *self.state.hold.lock().unwrap() = Some(hold.clone());
        hold
    }
}

// === impl Known ===

impl Known {
    async fn erase<T>(&self, caller: Option<Caller>, id: String, answer: T) -> Answer<T> {
        assert_eq!(caller, Some(Caller::Service("auth".to_owned())));
        if self.refused.lock().unwrap().contains(&id) {
            return Err(Status::unavailable("not now"));
        }
        self.erased.send(id).unwrap();
        let hold = self.hold.lock().unwrap().take();
        if let Some((reached, release)) = hold {
            reached.notify_one();
            release.notified().await;
        }
        Ok(Response::new(answer))
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DataService for Known {
    async fn delete_organization_data(
        &self,
        request: Request<DeleteOrganizationDataRequest>,
    ) -> Answer<DeleteOrganizationDataResponse> {
        let caller = caller::of(&request).cloned();
        let id = request.into_inner().organization_id;
        let answer = DeleteOrganizationDataResponse::default();
        self.erase(caller, id, answer).await
    }

    async fn delete_user_data(
        &self,
        request: Request<DeleteUserDataRequest>,
    ) -> Answer<DeleteUserDataResponse> {
        let caller = caller::of(&request).cloned();
        let id = request.into_inner().user_id;
        self.erase(caller, id, DeleteUserDataResponse::default())
            .await
    }
}
