//! `OrganizationService`.

use std::sync::Arc;

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::{IdError, OrganizationId};
use guardmesh_proto::guardmesh::auth::v1::organization_service_server::OrganizationService;
use guardmesh_proto::guardmesh::auth::v1::{
    DeleteOrganizationRequest, DeleteOrganizationResponse, GetOrganizationRequest,
    GetOrganizationResponse, Organization,
};
use tonic::{Request, Response, Status};

use super::timestamp;
use crate::{State, deletion, organization};

/// See the contract.
pub(crate) struct Organizations(pub(crate) Arc<State>);

// === impl Organizations ===

#[tonic::async_trait]
impl OrganizationService for Organizations {
    async fn get_organization(
        &self,
        request: Request<GetOrganizationRequest>,
    ) -> Result<Response<GetOrganizationResponse>, Status> {
        let id = parse(&request.into_inner().organization_id)?;
        let organization = organization::get(&self.0, id).await?;
        Ok(Response::new(GetOrganizationResponse {
            organization: Some(Organization {
                id: organization.id.to_string(),
                name: organization.name,
                create_time: Some(timestamp(organization.created_at)),
            }),
        }))
    }
    async fn delete_organization(
        &self,
        request: Request<DeleteOrganizationRequest>,
    ) -> Result<Response<DeleteOrganizationResponse>, Status> {
        let caller = caller::user(&request)?.clone();
        let id = parse(&request.into_inner().organization_id)?;
        deletion::organization_of(&self.0, &caller, id).await?;
        Ok(Response::new(DeleteOrganizationResponse {}))
    }
}

fn parse(id: &str) -> Result<OrganizationId, Fault> {
    id.parse()
        .map_err(|error: IdError| Fault::invalid("organizationId", error.to_string()))
}
