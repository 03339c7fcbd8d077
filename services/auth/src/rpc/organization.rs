//! `OrganizationService`.

use std::sync::Arc;

use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::{IdError, OrganizationId};
use guardmesh_proto::guardmesh::auth::v1::organization_service_server::OrganizationService;
use guardmesh_proto::guardmesh::auth::v1::{
    GetOrganizationRequest, GetOrganizationResponse, Organization,
};
use tonic::{Request, Response, Status};

use super::timestamp;
use crate::{State, organization};

/// See the contract.
pub(crate) struct Organizations(pub(crate) Arc<State>);

// === impl Organizations ===

#[tonic::async_trait]
impl OrganizationService for Organizations {
    async fn get_organization(
        &self,
        request: Request<GetOrganizationRequest>,
    ) -> Result<Response<GetOrganizationResponse>, Status> {
        let id: OrganizationId = request
            .into_inner()
            .organization_id
            .parse()
            .map_err(|error: IdError| Fault::invalid("organizationId", error.to_string()))?;
        let organization = organization::get(&self.0, id).await?;
        Ok(Response::new(GetOrganizationResponse {
            organization: Some(Organization {
                id: organization.id.to_string(),
                name: organization.name,
                create_time: Some(timestamp(organization.created_at)),
            }),
        }))
    }
}
