//! `ApiKeyService`.

use std::sync::Arc;

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::{ApiKeyId, IdError};
use guardmesh_chassis::page::Page;
use guardmesh_proto::guardmesh::auth::v1::api_key_service_server::ApiKeyService;
use guardmesh_proto::guardmesh::auth::v1::{
    ApiKey, CreateApiKeyRequest, CreateApiKeyResponse, ListApiKeysRequest, ListApiKeysResponse,
    RevokeApiKeyRequest, RevokeApiKeyResponse, VerifyApiKeyRequest, VerifyApiKeyResponse,
};
use tonic::{Request, Response, Status};

use super::{parse_time, timestamp};
use crate::State;
use crate::api_key::{self, Wish};

/// See the contract.
pub(crate) struct ApiKeys(pub(crate) Arc<State>);

// === impl ApiKeys ===

#[tonic::async_trait]
impl ApiKeyService for ApiKeys {
    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        let (_, organization) = caller::member(&request)?;
        let caller = caller::user(&request)?.clone();
        let request = request.into_inner();
        let expires_at = request.expire_time;
        let expires_at = expires_at.map(|time| parse_time("expireTime", time));
        let wish = Wish {
            name: request.name,
            permissions: request.permissions,
            expires_at: expires_at.transpose()?,
        };
        let (key, secret) = api_key::create(&self.0, &caller, organization, wish).await?;
        Ok(Response::new(CreateApiKeyResponse {
            api_key: Some(render(key)),
            secret: secret.expose().to_owned(),
        }))
    }

    async fn list_api_keys(
        &self,
        request: Request<ListApiKeysRequest>,
    ) -> Result<Response<ListApiKeysResponse>, Status> {
        let (_, organization) = caller::member(&request)?;
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let (keys, next_page_token) = api_key::list(&self.0, organization, page).await?;
        Ok(Response::new(ListApiKeysResponse {
            api_keys: keys.into_iter().map(render).collect(),
            next_page_token,
        }))
    }

    async fn revoke_api_key(
        &self,
        request: Request<RevokeApiKeyRequest>,
    ) -> Result<Response<RevokeApiKeyResponse>, Status> {
        let (_, organization) = caller::member(&request)?;
        let id: ApiKeyId = request
            .into_inner()
            .api_key_id
            .parse()
            .map_err(|error: IdError| Fault::invalid("apiKeyId", error.to_string()))?;
        let key = api_key::revoke(&self.0, organization, id).await?;
        Ok(Response::new(RevokeApiKeyResponse {
            api_key: Some(render(key)),
        }))
    }

    async fn verify_api_key(
        &self,
        request: Request<VerifyApiKeyRequest>,
    ) -> Result<Response<VerifyApiKeyResponse>, Status> {
        let key = api_key::verify(&self.0, &request.into_inner().secret_sha256).await?;
        Ok(Response::new(VerifyApiKeyResponse {
            api_key_id: key.id.to_string(),
            user_id: key.user_id.to_string(),
            organization_id: key.organization_id.to_string(),
            permissions: key.permissions,
            expire_time: key.expires_at.map(timestamp),
        }))
    }
}

fn render(key: api_key::ApiKey) -> ApiKey {
    ApiKey {
        id: key.id.to_string(),
        name: key.name,
        prefix: key.prefix,
        permissions: key.permissions,
        user_id: key.user_id.to_string(),
        create_time: Some(timestamp(key.created_at)),
        expire_time: key.expires_at.map(timestamp),
        revoke_time: key.revoked_at.map(timestamp),
    }
}
