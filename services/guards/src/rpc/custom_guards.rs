//! `guardmesh.guards.v1.CustomGuardsService`

use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::page::Page;
use guardmesh_proto::guardmesh::guards::v1::custom_guards_service_server::CustomGuardsService;
use guardmesh_proto::guardmesh::guards::v1::{
    CreateCustomGuardRequest, CreateCustomGuardResponse, CustomGuard as CustomGuardMessage,
    CustomGuardKind, DeleteCustomGuardRequest, DeleteCustomGuardResponse, GetCustomGuardRequest,
    GetCustomGuardResponse, ListCustomGuardsRequest, ListCustomGuardsResponse,
    UpdateCustomGuardRequest, UpdateCustomGuardResponse,
};
use serde_json::Value;
use tonic::{Request, Response, Status, async_trait};

use super::guards::owner;
use super::{parameters, render};
use crate::State;
use crate::custom_guard::{Change, CustomGuard, CustomGuardId, Definition, Kind};
use crate::error::Error;

#[async_trait]
impl CustomGuardsService for State {
    async fn create_custom_guard(
        &self,
        request: Request<CreateCustomGuardRequest>,
    ) -> Result<Response<CreateCustomGuardResponse>, Status> {
        let owner = owner(&request)?;
        let request = request.into_inner();
        let definition = Definition {
            kind: kind(request.kind)?,
            name: request.name,
            description: request.description,
            parameters: parameters::object(request.parameters.unwrap_or_default()),
        };
        let guard = self.custom_guards.create(owner, definition).await?;
        Ok(Response::new(CreateCustomGuardResponse {
            custom_guard: Some(message(guard)),
        }))
    }

    async fn get_custom_guard(
        &self,
        request: Request<GetCustomGuardRequest>,
    ) -> Result<Response<GetCustomGuardResponse>, Status> {
        let organization = owner(&request)?.organization;
        let id = id(&request.into_inner().custom_guard_id)?;
        let guard = self.custom_guards.get(organization, id).await?;
        Ok(Response::new(GetCustomGuardResponse {
            custom_guard: Some(message(guard)),
        }))
    }

    async fn list_custom_guards(
        &self,
        request: Request<ListCustomGuardsRequest>,
    ) -> Result<Response<ListCustomGuardsResponse>, Status> {
        let organization = owner(&request)?.organization;
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let (guards, next_page_token) = self.custom_guards.list(organization, page).await?;
        Ok(Response::new(ListCustomGuardsResponse {
            custom_guards: guards.into_iter().map(message).collect(),
            next_page_token,
        }))
    }

    async fn update_custom_guard(
        &self,
        request: Request<UpdateCustomGuardRequest>,
    ) -> Result<Response<UpdateCustomGuardResponse>, Status> {
        let organization = owner(&request)?.organization;
        let request = request.into_inner();
        let guard = request.custom_guard.unwrap_or_default();
        let id = id(&guard.id)?;
        let change = change(guard, &request.update_mask.unwrap_or_default().paths)?;
        let guard = self.custom_guards.update(organization, id, change).await?;
        Ok(Response::new(UpdateCustomGuardResponse {
            custom_guard: Some(message(guard)),
        }))
    }

    async fn delete_custom_guard(
        &self,
        request: Request<DeleteCustomGuardRequest>,
    ) -> Result<Response<DeleteCustomGuardResponse>, Status> {
        let organization = owner(&request)?.organization;
        // An id that is none names nothing that would have to go.
        if let Ok(id) = id(&request.into_inner().custom_guard_id) {
            self.custom_guards.delete(organization, id).await?;
        }
        Ok(Response::new(DeleteCustomGuardResponse {}))
    }
}

fn id(text: &str) -> Result<CustomGuardId, Error> {
    text.parse().map_err(|_| Error::NoSuchGuard)
}

fn kind(number: i32) -> Result<Kind, Fault> {
    match CustomGuardKind::try_from(number) {
        Ok(CustomGuardKind::Regex) => Ok(Kind::Regex),
        Ok(CustomGuardKind::Keywords) => Ok(Kind::Keywords),
        Ok(CustomGuardKind::Unspecified) | Err(_) => Err(Fault::invalid(
            "kind",
            "must be one of those that there are",
        )),
    }
}

/// What a mask names; all that can change, if it names nothing.
fn change(guard: CustomGuardMessage, mask: &[String]) -> Result<Change, Fault> {
    if let Some(other) = mask
        .iter()
        .find(|path| !matches!(&***path, "description" | "parameters"))
    {
        let rule = "can not be changed; description and parameters can";
        return Err(Fault::invalid(other.clone(), rule));
    }
    let named = |path: &str| mask.is_empty() || mask.iter().any(|named| named == path);
    let parameters = parameters::object(guard.parameters.unwrap_or_default());
    Ok(Change {
        description: named("description").then_some(guard.description),
        parameters: named("parameters").then_some(parameters),
    })
}

fn message(guard: CustomGuard) -> CustomGuardMessage {
    let Definition {
        name,
        description,
        kind,
        parameters,
    } = guard.definition;
    let kind = match kind {
        Kind::Regex => CustomGuardKind::Regex,
        Kind::Keywords => CustomGuardKind::Keywords,
    };
    CustomGuardMessage {
        id: guard.id.to_string(),
        name,
        description,
        kind: kind.into(),
        parameters: Some(parameters::message(Value::Object(parameters))),
        create_time: Some(render::timestamp(guard.created_at)),
        update_time: Some(render::timestamp(guard.updated_at)),
    }
}
