//! `KeyService`.

use std::sync::Arc;

use guardmesh_proto::guardmesh::auth::v1::key_service_server::KeyService;
use guardmesh_proto::guardmesh::auth::v1::{
    GetJsonWebKeySetRequest, GetJsonWebKeySetResponse, JsonWebKey,
};
use tonic::{Request, Response, Status};

use crate::{State, signing_key};

/// See the contract.
pub(crate) struct Keys(pub(crate) Arc<State>);

// === impl Keys ===

#[tonic::async_trait]
impl KeyService for Keys {
    async fn get_json_web_key_set(
        &self,
        _: Request<GetJsonWebKeySetRequest>,
    ) -> Result<Response<GetJsonWebKeySetResponse>, Status> {
        let keys = signing_key::published(&self.0).await?;
        let keys = keys.into_iter().map(render).collect();
        Ok(Response::new(GetJsonWebKeySetResponse { keys }))
    }
}

fn render(key: signing_key::JsonWebKey) -> JsonWebKey {
    JsonWebKey {
        kty: key.kty,
        r#use: key.usage,
        alg: key.alg,
        kid: key.kid,
        crv: key.crv,
        x: key.x,
        y: key.y,
    }
}
