//! Organisations, as auth knows them.

use std::time::Duration;

use guardmesh_chassis::caller::CallerKeys;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::peer::{AddressError, Peer};
use guardmesh_proto::guardmesh::auth::v1::GetOrganizationRequest;
use guardmesh_proto::guardmesh::auth::v1::organization_service_client::OrganizationServiceClient;
use thiserror::Error;
use tonic::Code;

/// The name under which this service calls.
const SERVICE: &str = "webhooks";
const GET_ORGANIZATION: &str = "/guardmesh.auth.v1.OrganizationService/GetOrganization";
/// No call takes longer, connecting included.
const DEADLINE: Duration = Duration::from_secs(2);

/// Asks auth about organisations.
#[derive(Clone)]
pub(crate) struct Organizations(Peer);

/// Auth gave no answer, or none that says whether there is such an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum OrganizationError {
    /// No answer in time.
    #[error("auth did not answer in time")]
    Deadline,
    /// An answer, but not to the question.
    #[error("auth could not be asked: {0:?}")]
    Failed(Code),
}

// === impl Organizations ===

impl Organizations {
    /// Connects when it is first asked, and again whenever needed. Must be called on a runtime.
    pub(crate) fn new(address: &str, keys: CallerKeys, clock: Clock) -> Result<Self, AddressError> {
        Peer::new(address, DEADLINE, SERVICE, keys, clock).map(Self)
    }

    /// Whether there is an organisation by this id.
    pub(crate) async fn exists(&self, id: OrganizationId) -> Result<bool, OrganizationError> {
        let message = GetOrganizationRequest {
            organization_id: id.to_string(),
        };
        let request = self.0.request(message, GET_ORGANIZATION, DEADLINE);
        let mut client = OrganizationServiceClient::new(self.0.channel());
        let call = client.get_organization(request);
        let answer = tokio::time::timeout(DEADLINE, call)
            .await
            .map_err(|_| OrganizationError::Deadline)?;
        match answer {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(OrganizationError::Failed(status.code())),
        }
    }
}

impl std::fmt::Debug for Organizations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Organizations").finish_non_exhaustive()
    }
}
