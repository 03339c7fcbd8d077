//! What guards keeps of users and organisations, to be erased.

use std::time::Duration;

use guardmesh_chassis::caller::CallerKeys;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::peer::{AddressError, Peer};
use guardmesh_proto::guardmesh::guards::v1::data_service_client::DataServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    DeleteOrganizationDataRequest, DeleteUserDataRequest,
};
use thiserror::Error;
use tonic::Code;

use crate::erasure::Subject;

/// The name under which this service calls.
const SERVICE: &str = "auth";
const DELETE_ORGANIZATION_DATA: &str = "/guardmesh.guards.v1.DataService/DeleteOrganizationData";
const DELETE_USER_DATA: &str = "/guardmesh.guards.v1.DataService/DeleteUserData";
/// What connecting takes at most.
const CONNECT: Duration = Duration::from_secs(2);
/// No call takes longer, connecting included. What is cut off goes on when it is asked again.
const DEADLINE: Duration = Duration::from_secs(50);

/// Asks guards to erase.
pub(crate) struct Guards(Peer);

/// Guards did not say that it erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("guards did not erase: {0:?}")]
pub(crate) struct GuardsError(Code);

// === impl Guards ===

impl Guards {
    /// Connects when it is first asked, and again whenever needed. Must be called on a runtime.
    pub(crate) fn new(address: &str, keys: CallerKeys, clock: Clock) -> Result<Self, AddressError> {
        Peer::new(address, CONNECT, SERVICE, keys, clock).map(Self)
    }

    /// Erases all that guards keeps of `subject`.
    pub(crate) async fn erase(&self, subject: Subject) -> Result<(), GuardsError> {
        let erased = tokio::time::timeout(DEADLINE, async {
            let mut client = DataServiceClient::new(self.0.channel());
            match subject {
                Subject::User(id) => {
                    let user_id = id.to_string();
                    let message = DeleteUserDataRequest { user_id };
                    let request = self.0.request(message, DELETE_USER_DATA, DEADLINE);
                    client.delete_user_data(request).await.map(drop)
                }
                Subject::Organization(id) => {
                    let organization_id = id.to_string();
                    let message = DeleteOrganizationDataRequest { organization_id };
                    let request = self.0.request(message, DELETE_ORGANIZATION_DATA, DEADLINE);
                    client.delete_organization_data(request).await.map(drop)
                }
            }
        });
        match erased.await {
            Ok(answer) => answer.map_err(|status| GuardsError(status.code())),
            Err(_) => Err(GuardsError(Code::DeadlineExceeded)),
        }
    }
}
