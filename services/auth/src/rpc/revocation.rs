//! `RevocationService`.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject as SubjectMessage;
use guardmesh_proto::guardmesh::auth::v1::revocation_service_server::RevocationService;
use guardmesh_proto::guardmesh::auth::v1::{
    Revocation as RevocationMessage, WatchRevocationsRequest, WatchRevocationsResponse,
};
use tonic::{Request, Response, Status};

use super::timestamp;
use crate::State;
use crate::revocation::feed::Update;
use crate::revocation::{Revocation, Subject};

/// See the contract.
pub(crate) struct Revocations(pub(crate) Arc<State>);

// === impl Revocations ===

#[tonic::async_trait]
impl RevocationService for Revocations {
    type WatchRevocationsStream = BoxStream<'static, Result<WatchRevocationsResponse, Status>>;

    async fn watch_revocations(
        &self,
        _: Request<WatchRevocationsRequest>,
    ) -> Result<Response<Self::WatchRevocationsStream>, Status> {
        let watcher = self.0.revocations.watch(self.0.clock.now())?;
        let updates = stream::try_unfold(watcher, async |mut watcher| {
            let update = watcher.next().await?;
            Ok(Some((render(update), watcher)))
        });
        Ok(Response::new(updates.boxed()))
    }
}

fn render(update: Update) -> WatchRevocationsResponse {
    WatchRevocationsResponse {
        revocations: update.revocations.into_iter().map(render_one).collect(),
        snapshot_complete: update.snapshot_complete,
    }
}

fn render_one(revocation: Revocation) -> RevocationMessage {
    RevocationMessage {
        subject: Some(match revocation.subject {
            Subject::Session(id) => SubjectMessage::SessionId(id.to_string()),
            Subject::ApiKey(id) => SubjectMessage::ApiKeyId(id.to_string()),
            Subject::User(id) => SubjectMessage::UserId(id.to_string()),
        }),
        revoke_time: Some(timestamp(revocation.revoked_at)),
        expire_time: Some(timestamp(revocation.expires_at)),
    }
}
