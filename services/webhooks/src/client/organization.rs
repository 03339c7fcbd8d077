//! Organisations, as auth knows them.

use std::time::Duration;

use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::auth::v1::GetOrganizationRequest;
use guardmesh_proto::guardmesh::auth::v1::organization_service_client::OrganizationServiceClient;
use thiserror::Error;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};

/// The name under which this service calls.
const SERVICE: &str = "webhooks";
const GET_ORGANIZATION: &str = "/guardmesh.auth.v1.OrganizationService/GetOrganization";
/// No call takes longer, connecting included.
const DEADLINE: Duration = Duration::from_secs(2);

/// Asks auth about organisations.
#[derive(Clone)]
pub(crate) struct Organizations {
    client: OrganizationServiceClient<Channel>,
    keys: CallerKeys,
    clock: Clock,
}

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

/// An address at which no service can be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("AUTH_ADDRESS must be `http://host:port`; the mesh encrypts")]
pub struct AddressError;

// === impl Organizations ===

impl Organizations {
    /// Connects when it is first asked, and again whenever needed. Must be called on a runtime.
    pub(crate) fn new(address: &str, keys: CallerKeys, clock: Clock) -> Result<Self, AddressError> {
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|_| AddressError)?;
        let uri = endpoint.uri();
        if uri.scheme_str() != Some("http") || uri.path() != "/" || uri.query().is_some() {
            return Err(AddressError);
        }
        let channel = endpoint
            .connect_timeout(DEADLINE)
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(DEADLINE)
            .connect_lazy();
        Ok(Self {
            client: OrganizationServiceClient::new(channel),
            keys,
            clock,
        })
    }

    /// Whether there is an organisation by this id.
    pub(crate) async fn exists(&self, id: OrganizationId) -> Result<bool, OrganizationError> {
        let mut request = Request::new(GetOrganizationRequest {
            organization_id: id.to_string(),
        });
        let caller = Caller::Service(SERVICE.to_owned());
        let signed = self.keys.sign(&caller, GET_ORGANIZATION, &self.clock);
        request.metadata_mut().insert_bin(METADATA_KEY, signed);
        request.set_timeout(DEADLINE);

        let mut client = self.client.clone();
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

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[tokio::test]
    async fn only_addresses_of_services_are_taken() {
        let key = "a1".to_owned() + &"00".repeat(31);
        let keys = CallerKeys::parse(&SecretString::from(key)).unwrap();
        for (address, accepted) in [
            ("http://127.0.0.1:50051", true),
            ("http://auth.guardmesh.svc:50051/", true),
            ("https://auth:50051", false),
            ("auth:50051", false),
            ("http://auth:50051/path", false),
            ("http://", false),
            ("", false),
        ] {
            let result = Organizations::new(address, keys.clone(), Clock::system());
            assert_eq!(result.is_ok(), accepted, "{address}");
        }
    }
}
