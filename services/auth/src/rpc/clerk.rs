//! `ClerkService`.

use std::sync::Arc;

use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::auth::v1::apply_clerk_deletion_request::Deleted;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_server::ClerkService;
use guardmesh_proto::guardmesh::auth::v1::{
    ApplyClerkDeletionRequest, ApplyClerkDeletionResponse, ResolveClerkIdentityRequest,
    ResolveClerkIdentityResponse,
};
use tonic::{Request, Response, Status};

use super::parse_time;
use crate::State;
use crate::external_deletion::{self, Deletion, Gone};
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
        let issued_at = request.issue_time.map(|time| parse_time("issueTime", time));
        let claims = Claims::parse(
            request.issuer,
            request.subject,
            request.organization,
            &request.organization_role,
            &request.organization_slug,
            issued_at.transpose()?,
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

    async fn apply_clerk_deletion(
        &self,
        request: Request<ApplyClerkDeletionRequest>,
    ) -> Result<Response<ApplyClerkDeletionResponse>, Status> {
        let deletion = deletion(request.into_inner())?;
        external_deletion::apply(&self.0, &deletion).await?;
        Ok(Response::new(ApplyClerkDeletionResponse {}))
    }
}

fn deletion(request: ApplyClerkDeletionRequest) -> Result<Deletion, Fault> {
    let gone = match request.deleted {
        Some(Deleted::User(user)) => Gone::User(user),
        Some(Deleted::Organization(organization)) => Gone::Organization(organization),
        Some(Deleted::Membership(membership)) => Gone::Membership {
            user: membership.user,
            organization: membership.organization,
        },
        None => return Err(Fault::invalid("deleted", "must say what is no more")),
    };
    let deleted_at = parse_time("deleteTime", request.delete_time.unwrap_or_default())?;
    Ok(Deletion {
        gone: gone.checked()?,
        deleted_at,
    })
}
