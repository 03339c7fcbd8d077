//! `guardmesh.guards.v1.DataService`

use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::guards::v1::data_service_server::DataService;
use guardmesh_proto::guardmesh::guards::v1::{
    DeleteOrganizationDataRequest, DeleteOrganizationDataResponse, DeleteUserDataRequest,
    DeleteUserDataResponse,
};
use tonic::{Request, Response, Status, async_trait};

use crate::State;
use crate::erasure;

#[async_trait]
impl DataService for State {
    async fn delete_organization_data(
        &self,
        request: Request<DeleteOrganizationDataRequest>,
    ) -> Result<Response<DeleteOrganizationDataResponse>, Status> {
        let id = request.into_inner().organization_id.parse();
        let id = id.map_err(|_| Fault::invalid("organizationId", "is no id"))?;
        let deleted = erasure::organization(&self.database, id).await?;
        Ok(Response::new(DeleteOrganizationDataResponse {
            deleted_count: i64::try_from(deleted).unwrap_or(i64::MAX),
        }))
    }

    async fn delete_user_data(
        &self,
        request: Request<DeleteUserDataRequest>,
    ) -> Result<Response<DeleteUserDataResponse>, Status> {
        let id = request.into_inner().user_id.parse();
        let id = id.map_err(|_| Fault::invalid("userId", "is no id"))?;
        let deleted = erasure::user(&self.database, id).await?;
        Ok(Response::new(DeleteUserDataResponse {
            deleted_count: i64::try_from(deleted).unwrap_or(i64::MAX),
        }))
    }
}
