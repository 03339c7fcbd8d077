//! `guardmesh.guards.v1.CustomGuardsService`

use std::time::Duration;

use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::json_struct;
use guardmesh_chassis::page::Page;
use guardmesh_proto::guardmesh::guards::v1::custom_guards_service_server::CustomGuardsService;
use guardmesh_proto::guardmesh::guards::v1::{
    BreakerState, CreateCustomGuardRequest, CreateCustomGuardResponse,
    CustomGuard as CustomGuardMessage, CustomGuardKind, DeleteCustomGuardRequest,
    DeleteCustomGuardResponse, GetCustomGuardRequest, GetCustomGuardResponse, GuardHealth,
    ListCustomGuardsRequest, ListCustomGuardsResponse, ListGuardHealthRequest,
    ListGuardHealthResponse, RemoteEndpoint, RemoteFailure, UpdateCustomGuardRequest,
    UpdateCustomGuardResponse,
};
use serde_json::Value;
use tonic::{Request, Response, Status, async_trait};

use super::guards::owner;
use super::render;
use crate::custom_guard::{Change, CustomGuard, CustomGuardId, Definition, Kind};
use crate::error::Error;
use crate::remote::breaker::{Health, State};
use crate::remote::{Edit, EndpointChange, Failure};

/// What a mask can name.
const CHANGEABLE: [&str; 6] = [
    "description",
    "parameters",
    "remote",
    "remote.uri",
    "remote.timeout_ms",
    "remote.authorization",
];

#[async_trait]
impl CustomGuardsService for crate::State {
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
            parameters: json_struct::object(request.parameters.unwrap_or_default()),
        };
        let endpoint = request
            .remote
            .map(|remote| endpoint(remote, &[]))
            .transpose()?;
        let guard = self
            .custom_guards
            .create(owner, definition, endpoint)
            .await?;
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
        let owner = owner(&request)?;
        let request = request.into_inner();
        let guard = request.custom_guard.unwrap_or_default();
        let id = id(&guard.id)?;
        let change = change(guard, &request.update_mask.unwrap_or_default().paths)?;
        let guard = self.custom_guards.update(owner, id, change).await?;
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

    async fn list_guard_health(
        &self,
        request: Request<ListGuardHealthRequest>,
    ) -> Result<Response<ListGuardHealthResponse>, Status> {
        let organization = owner(&request)?.organization;
        let health = self.custom_guards.health(organization).await?;
        let guards = health
            .into_iter()
            .map(|(guard, health)| render_health(guard, health));
        Ok(Response::new(ListGuardHealthResponse {
            guards: guards.collect(),
        }))
    }
}

fn id(text: &str) -> Result<CustomGuardId, Error> {
    text.parse().map_err(|_| Error::NoSuchGuard)
}

fn kind(number: i32) -> Result<Kind, Fault> {
    match CustomGuardKind::try_from(number) {
        Ok(CustomGuardKind::Regex) => Ok(Kind::Regex),
        Ok(CustomGuardKind::Keywords) => Ok(Kind::Keywords),
        Ok(CustomGuardKind::Remote) => Ok(Kind::Remote),
        Ok(CustomGuardKind::Unspecified) | Err(_) => Err(Fault::invalid(
            "kind",
            "must be CUSTOM_GUARD_KIND_REGEX, CUSTOM_GUARD_KIND_KEYWORDS or CUSTOM_GUARD_KIND_REMOTE",
        )),
    }
}

/// What a mask names; what is stated, if it names nothing.
fn change(guard: CustomGuardMessage, mask: &[String]) -> Result<Change, Fault> {
    if let Some(other) = mask.iter().find(|path| !CHANGEABLE.contains(&&***path)) {
        let rule = "can not be changed; description, parameters and remote can";
        return Err(Fault::invalid(in_json(other), rule));
    }
    let names = |path: &str, stated: bool| match mask {
        [] => stated,
        named => named.iter().any(|named| named == path),
    };
    let inside: Vec<&str> = mask
        .iter()
        .filter_map(|path| path.strip_prefix("remote."))
        .collect();
    let remote = match guard.remote {
        Some(remote) if names("remote", true) => Some(endpoint(remote, &[])?),
        remote if !inside.is_empty() => Some(endpoint(remote.unwrap_or_default(), &inside)?),
        _ => None,
    };
    let (description, parameters) = (guard.description, guard.parameters);
    let stated = (!description.is_empty(), parameters.is_some());
    let parameters = json_struct::object(parameters.unwrap_or_default());
    Ok(Change {
        description: names("description", stated.0).then_some(description),
        parameters: names("parameters", stated.1).then_some(parameters),
        endpoint: remote,
    })
}

/// The path of a mask in the spelling of JSON.
fn in_json(path: &str) -> String {
    let mut parts = path.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |json, part| {
        let (head, rest) = part.split_at_checked(1).unwrap_or((part, ""));
        json + &head.to_ascii_uppercase() + rest
    })
}

/// What the named fields of an endpoint say; all, if none is named, but no empty authorization, since
/// whoever sends back what they were given does not have it.
fn endpoint(message: RemoteEndpoint, named: &[&str]) -> Result<EndpointChange, Fault> {
    let names = |field: &str| named.is_empty() || named.contains(&field);
    let timeout = match message.timeout_ms {
        _ if !names("timeout_ms") => Edit::Keep,
        0 => Edit::Remove,
        millis @ 1..=60_000 => Edit::Set(Duration::from_millis(millis.unsigned_abs().into())),
        _ => return Err(Fault::invalid("remote.timeoutMs", "must be 1 to 60000")),
    };
    let authorization = match message.authorization {
        _ if !names("authorization") => Edit::Keep,
        none if none.is_empty() && named.is_empty() => Edit::Keep,
        none if none.is_empty() => Edit::Remove,
        secret => Edit::Set(secret.into()),
    };
    Ok(EndpointChange {
        uri: names("uri").then_some(message.uri),
        timeout,
        authorization,
    })
}

fn render_health(guard: String, health: Health) -> GuardHealth {
    let state = match health.state {
        State::Closed => BreakerState::Closed,
        State::Open => BreakerState::Open,
        State::HalfOpen => BreakerState::HalfOpen,
    };
    let failure = health.last_failure.map(|(failure, _)| match failure {
        Failure::NotAllowed => RemoteFailure::NotAllowed,
        Failure::Unreachable => RemoteFailure::Unreachable,
        Failure::Tls => RemoteFailure::Tls,
        Failure::Timeout => RemoteFailure::Timeout,
        Failure::Unauthorized => RemoteFailure::Unauthorized,
        Failure::Refused => RemoteFailure::Refused,
        Failure::Error => RemoteFailure::Error,
        Failure::InvalidAnswer(_) => RemoteFailure::InvalidAnswer,
        Failure::AuthorizationLost => RemoteFailure::AuthorizationLost,
        // Calls that were not made.
        Failure::Open | Failure::Busy => RemoteFailure::Unspecified,
    });
    GuardHealth {
        guard,
        state: state.into(),
        consecutive_failures: i32::try_from(health.failures).unwrap_or(i32::MAX),
        last_failure: failure.unwrap_or_default().into(),
        last_failure_time: health.last_failure.map(|(_, at)| render::timestamp(at)),
        last_answer_time: health.last_answer.map(render::timestamp),
    }
}

fn millis(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
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
        Kind::Remote => CustomGuardKind::Remote,
    };
    CustomGuardMessage {
        id: guard.id.to_string(),
        name,
        description,
        kind: kind.into(),
        parameters: Some(json_struct::message(Value::Object(parameters))),
        create_time: Some(render::timestamp(guard.created_at)),
        update_time: Some(render::timestamp(guard.updated_at)),
        remote: guard.endpoint.map(|endpoint| RemoteEndpoint {
            uri: endpoint.destination.to_string(),
            timeout_ms: endpoint.timeout.map_or(0, millis),
            authorization: String::new(),
            has_authorization: endpoint.authorization.is_some(),
        }),
    }
}
