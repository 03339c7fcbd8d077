//! `ClerkService`.

use std::sync::Arc;

use guardmesh_proto::guardmesh::auth::v1::clerk_service_server::ClerkService;
use guardmesh_proto::guardmesh::auth::v1::{
    ResolveClerkIdentityRequest, ResolveClerkIdentityResponse,
};
use tonic::{Request, Response, Status};

use crate::State;
use crate::external_identity::{self, Claims};

/// See the contract.
pub(crate) struct Clerk(pub(crate) Arc<State>);

// === impl Clerk ===

#[tonic::async_trait]
impl ClerkService for Clerk {
    async fn resolve_clerk_identity(
        &self,
        request: Request<ResolveClerkIdentityRequest>,
    ) -> Result<Response<ResolveClerkIdentityResponse>, Status> {
        let request = request.into_inner();
        let claims = Claims::parse(
            request.issuer,
            request.subject,
            request.organization,
            &request.organization_role,
            &request.organization_slug,
        )?;
        let resolved = external_identity::resolve(&self.0, claims).await?;
        Ok(Response::new(ResolveClerkIdentityResponse {
            user_id: resolved.user.to_string(),
            organization_id: resolved.organization.to_string(),
            permissions: resolved
                .permissions
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }))
    }
}
