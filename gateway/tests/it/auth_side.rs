//! Auth as identity needs it: API keys, revocations and accounts of Clerk, as the test sets them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use guardmesh_chassis::api_key::ApiKeySecret;
use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::{ApiKeyId, OrganizationId, UserId};
use guardmesh_proto::guardmesh::auth::v1::api_key_service_server::ApiKeyService;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_server::ClerkService;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use guardmesh_proto::guardmesh::auth::v1::revocation_service_server::RevocationService;
use guardmesh_proto::guardmesh::auth::v1::*;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Response, Status};

use crate::services::Backend;

type Answer<T> = Result<Response<T>, Status>;

/// Often enough for tests with a short bound of staleness.
const HEARTBEAT: Duration = Duration::from_millis(20);

/// What auth knows, and how it behaves.
#[derive(Clone)]
pub(crate) struct AuthSide {
    keys: Arc<Mutex<HashMap<Vec<u8>, VerifyApiKeyResponse>>>,
    accounts: Arc<Mutex<HashMap<String, ResolveClerkIdentityResponse>>>,
    /// Identities asked for and keys verified so far.
    pub(crate) resolved: Arc<Mutex<Vec<ResolveClerkIdentityRequest>>>,
    pub(crate) verified: Arc<Mutex<Vec<Vec<u8>>>>,
    /// How the questions of identity end, if otherwise than by what is known.
    pub(crate) failing: Arc<Mutex<Option<Code>>>,
    stream: watch::Sender<Stream>,
}

/// The stream of revocations.
#[derive(Clone, Default)]
struct Stream {
    revocations: Vec<Revocation>,
    /// Every stream ends, and none begins.
    cut: bool,
    /// Streams begin and stay, and say nothing.
    silent: bool,
    /// Streams begun under another number end.
    generation: u32,
}

// === impl AuthSide ===

impl AuthSide {
    pub(crate) fn new() -> Self {
        Self {
            keys: Arc::default(),
            accounts: Arc::default(),
            resolved: Arc::default(),
            verified: Arc::default(),
            failing: Arc::default(),
            stream: watch::Sender::default(),
        }
    }

    /// Makes an API key; gives its secret and what auth answers for it.
    pub(crate) fn add_key(&self, permissions: &[&str]) -> (String, VerifyApiKeyResponse) {
        let id = ApiKeyId::generate();
        let secret = new_secret();
        let response = VerifyApiKeyResponse {
            api_key_id: id.to_string(),
            user_id: UserId::generate().to_string(),
            organization_id: OrganizationId::generate().to_string(),
            permissions: permissions.iter().map(ToString::to_string).collect(),
            expire_time: None,
        };
        self.set_key(&secret, response.clone());
        (secret, response)
    }

    pub(crate) fn set_key(&self, secret: &str, response: VerifyApiKeyResponse) {
        let hash = digest(&SHA256, secret.as_bytes()).as_ref().to_vec();
        self.keys.lock().unwrap().insert(hash, response);
    }

    pub(crate) fn remove_key(&self, secret: &str) {
        let hash = digest(&SHA256, secret.as_bytes());
        self.keys.lock().unwrap().remove(hash.as_ref());
    }

    /// Says whom a person at Clerk stands for.
    pub(crate) fn add_account(&self, subject: &str, permissions: &[&str]) -> UserId {
        let user = UserId::generate();
        let response = ResolveClerkIdentityResponse {
            user_id: user.to_string(),
            organization_id: OrganizationId::generate().to_string(),
            permissions: permissions.iter().map(ToString::to_string).collect(),
        };
        let mut accounts = self.accounts.lock().unwrap();
        accounts.insert(subject.to_owned(), response);
        user
    }

    /// Revokes something, for good.
    pub(crate) fn revoke(&self, subject: Subject, since: DateTime<Utc>) {
        let revocation = Revocation {
            subject: Some(subject),
            revoke_time: Some(prost_types::Timestamp {
                seconds: since.timestamp(),
                nanos: i32::try_from(since.timestamp_subsec_nanos()).unwrap(),
            }),
            expire_time: None,
        };
        self.stream
            .send_modify(|stream| stream.revocations.push(revocation));
    }

    /// Takes back what was revoked: the next snapshot is without it.
    pub(crate) fn forget_revocations(&self) {
        self.stream.send_modify(|stream| stream.revocations.clear());
    }

    pub(crate) fn cut(&self, cut: bool) {
        self.stream.send_modify(|stream| stream.cut = cut);
    }

    pub(crate) fn silence(&self, silent: bool) {
        self.stream.send_modify(|stream| stream.silent = silent);
    }

    /// Ends every stream, as a service does that is to stop.
    pub(crate) fn end_streams(&self) {
        self.stream.send_modify(|stream| stream.generation += 1);
    }

    fn fail(&self) -> Result<(), Status> {
        let failing = *self.failing.lock().unwrap();
        failing.map_or(Ok(()), |code| Err(Status::new(code, "")))
    }
}

/// The secret of a key that nobody has.
pub(crate) fn new_secret() -> String {
    ApiKeySecret::generate().unwrap().expose().to_owned()
}

/// Only the gateway asks these questions, and it says so.
fn of_the_gateway<T>(request: &Request<T>) {
    let gateway = caller::Caller::Service("gateway".to_owned());
    assert_eq!(caller::of(request), Some(&gateway));
}

#[tonic::async_trait]
impl ApiKeyService for Backend {
    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Answer<CreateApiKeyResponse> {
        self.record("CreateApiKey", &request);
        Ok(Response::new(CreateApiKeyResponse::default()))
    }

    async fn list_api_keys(
        &self,
        request: Request<ListApiKeysRequest>,
    ) -> Answer<ListApiKeysResponse> {
        self.record("ListApiKeys", &request);
        Ok(Response::new(ListApiKeysResponse::default()))
    }

    async fn revoke_api_key(
        &self,
        request: Request<RevokeApiKeyRequest>,
    ) -> Answer<RevokeApiKeyResponse> {
        self.record("RevokeApiKey", &request);
        Ok(Response::new(RevokeApiKeyResponse::default()))
    }

    async fn verify_api_key(
        &self,
        request: Request<VerifyApiKeyRequest>,
    ) -> Answer<VerifyApiKeyResponse> {
        of_the_gateway(&request);
        let hash = request.into_inner().secret_sha256;
        self.auth.verified.lock().unwrap().push(hash.clone());
        self.auth.fail()?;
        let known = self.auth.keys.lock().unwrap().get(&hash).cloned();
        let unknown = || Fault::new(Code::Unauthenticated, "INVALID_API_KEY", "No such key.");
        Ok(Response::new(known.ok_or_else(unknown)?))
    }
}

#[tonic::async_trait]
impl ClerkService for Backend {
    async fn resolve_clerk_identity(
        &self,
        request: Request<ResolveClerkIdentityRequest>,
    ) -> Answer<ResolveClerkIdentityResponse> {
        of_the_gateway(&request);
        let request = request.into_inner();
        self.auth.resolved.lock().unwrap().push(request.clone());
        self.auth.fail()?;
        let accounts = self.auth.accounts.lock().unwrap();
        let known = accounts.get(&request.subject).cloned();
        let unknown = || Fault::new(Code::PermissionDenied, "NO_ACCOUNT", "Nobody of ours.");
        Ok(Response::new(known.ok_or_else(unknown)?))
    }

    async fn apply_clerk_deletion(
        &self,
        _: Request<ApplyClerkDeletionRequest>,
    ) -> Answer<ApplyClerkDeletionResponse> {
        Err(Status::unimplemented("the gateway deletes nothing"))
    }
}

#[tonic::async_trait]
impl RevocationService for Backend {
    type WatchRevocationsStream = ReceiverStream<Result<WatchRevocationsResponse, Status>>;

    async fn watch_revocations(
        &self,
        request: Request<WatchRevocationsRequest>,
    ) -> Answer<Self::WatchRevocationsStream> {
        of_the_gateway(&request);
        let mut stream = self.auth.stream.subscribe();
        let begun = stream.borrow().generation;
        if stream.borrow().cut {
            return Err(Status::unavailable("cut"));
        }
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            let mut sent = 0;
            let mut complete = false;
            loop {
                let Stream {
                    revocations,
                    cut,
                    silent,
                    generation,
                } = stream.borrow_and_update().clone();
                if cut || generation != begun {
                    break;
                }
                // The snapshot comes in parts, with its end in a message of its own.
                let part = revocations.get(sent..).unwrap_or_default();
                let response = WatchRevocationsResponse {
                    revocations: part.iter().take(2).cloned().collect(),
                    snapshot_complete: complete || part.is_empty(),
                };
                if !silent {
                    complete |= part.is_empty();
                    sent += response.revocations.len();
                    if sender.send(Ok(response)).await.is_err() {
                        break;
                    }
                    if !part.is_empty() {
                        continue;
                    }
                }
                tokio::select! {
                    _ = stream.changed() => {}
                    () = tokio::time::sleep(HEARTBEAT) => {}
                    () = sender.closed() => break,
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
