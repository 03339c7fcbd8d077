//! Auth: which organisations there are, and what it is to delete.

use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::caller::CallerKeys;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::peer::{AddressError, Peer};
use guardmesh_proto::guardmesh::auth::v1::apply_clerk_deletion_request::Deleted;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_client::ClerkServiceClient;
use guardmesh_proto::guardmesh::auth::v1::organization_service_client::OrganizationServiceClient;
use guardmesh_proto::guardmesh::auth::v1::{
    ApplyClerkDeletionRequest, ClerkMembership, GetOrganizationRequest,
};
use prost_types::Timestamp;
use thiserror::Error;
use tonic::{Code, Response, Status};

use crate::handler::Deletion;

/// The name under which this service calls.
const SERVICE: &str = "webhooks";
const GET_ORGANIZATION: &str = "/guardmesh.auth.v1.OrganizationService/GetOrganization";
const APPLY_CLERK_DELETION: &str = "/guardmesh.auth.v1.ClerkService/ApplyClerkDeletion";
/// No question takes longer, connecting included.
const DEADLINE: Duration = Duration::from_secs(2);
/// Nor does a deletion: an organisation may have thousands of sessions and keys.
const DELETION_DEADLINE: Duration = Duration::from_secs(20);

/// Asks auth, and tells it what Clerk deleted.
#[derive(Clone)]
pub(crate) struct Auth(Peer);

/// Auth gave no answer, or none to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum AuthError {
    /// No answer in time.
    #[error("auth did not answer in time")]
    Deadline,
    /// An answer, but not to the question.
    #[error("auth could not be asked: {0:?}")]
    Failed(Code),
    /// It will not do what the event wants, however often it is told.
    #[error("auth refuses: {0:?}")]
    Refused(Code),
}

// === impl Auth ===

impl Auth {
    /// Connects when it is first asked, and again whenever needed. Must be called on a runtime.
    pub(crate) fn new(address: &str, keys: CallerKeys, clock: Clock) -> Result<Self, AddressError> {
        Peer::new(address, DEADLINE, SERVICE, keys, clock).map(Self)
    }

    /// Whether there is an organisation by this id.
    pub(crate) async fn has(&self, id: OrganizationId) -> Result<bool, AuthError> {
        let message = GetOrganizationRequest {
            organization_id: id.to_string(),
        };
        let request = self.0.request(message, GET_ORGANIZATION, DEADLINE);
        let mut client = OrganizationServiceClient::new(self.0.channel());
        match within(DEADLINE, client.get_organization(request)).await? {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(AuthError::Failed(status.code())),
        }
    }

    /// Has it delete what Clerk deleted at this time, by Clerk's clock. To do it twice is to do it
    /// once.
    pub(crate) async fn delete(
        &self,
        deletion: &Deletion,
        deleted_at: DateTime<Utc>,
    ) -> Result<(), AuthError> {
        let message = ApplyClerkDeletionRequest {
            deleted: Some(deleted(deletion)),
            delete_time: Some(Timestamp {
                seconds: deleted_at.timestamp(),
                nanos: i32::try_from(deleted_at.timestamp_subsec_nanos()).unwrap_or_default(),
            }),
        };
        let deadline = DELETION_DEADLINE;
        let request = self.0.request(message, APPLY_CLERK_DELETION, deadline);
        let mut client = ClerkServiceClient::new(self.0.channel());
        match within(deadline, client.apply_clerk_deletion(request)).await? {
            Ok(_) => Ok(()),
            Err(status) => Err(match status.code() {
                code @ (Code::InvalidArgument | Code::FailedPrecondition) => {
                    AuthError::Refused(code)
                }
                code => AuthError::Failed(code),
            }),
        }
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").finish_non_exhaustive()
    }
}

type Answer<T> = Result<Response<T>, Status>;

async fn within<T>(
    deadline: Duration,
    call: impl Future<Output = Answer<T>>,
) -> Result<Answer<T>, AuthError> {
    let answer = tokio::time::timeout(deadline, call).await;
    answer.map_err(|_| AuthError::Deadline)
}

fn deleted(deletion: &Deletion) -> Deleted {
    match deletion.clone() {
        Deletion::User(id) => Deleted::User(id),
        Deletion::Organization(id) => Deleted::Organization(id),
        Deletion::Membership { user, organization } => {
            Deleted::Membership(ClerkMembership { user, organization })
        }
    }
}
