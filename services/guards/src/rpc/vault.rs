//! `guardmesh.guards.v1.VaultService`, and the part of a check that concerns the vault.

use chrono::TimeDelta;
use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_proto::guardmesh::guards::v1::vault_service_server::VaultService;
use guardmesh_proto::guardmesh::guards::v1::{
    Anonymization as AnonymizationMessage, DeanonymizeRequest, DeanonymizeResponse,
};
use tonic::{Request, Response, Status, async_trait};

use super::guards::owner;
use super::render;
use super::subject::{MAX_CONTENT, content};
use crate::State;
use crate::custom_guard::PREFIX;
use crate::vault::{Anonymization, DEFAULT_TTL, MAX_TTL, Scope};

const MIN_TTL: TimeDelta = TimeDelta::minutes(1);
/// More names than there will be guards.
const MAX_GUARDS: usize = 100;
/// Whose findings become tokens unless the caller says otherwise.
const DEFAULT_GUARD: &str = "pii";

#[async_trait]
impl VaultService for State {
    async fn deanonymize(
        &self,
        request: Request<DeanonymizeRequest>,
    ) -> Result<Response<DeanonymizeResponse>, Status> {
        let owner = owner(&request)?;
        let api_key = caller::user(&request)?.api_key;
        let request = request.into_inner();
        let scope = scope("scope", request.scope)?;
        let content = content(request.content, MAX_CONTENT)?;
        let restored = self
            .vault
            .deanonymize(owner, api_key, &scope, &content)
            .await?;
        Ok(Response::new(DeanonymizeResponse {
            content: restored.text,
            restored_count: render::count(restored.count),
            unknown_tokens: restored.unknown,
        }))
    }
}

/// How a check that asks for these guards is to anonymise, if it is. A name that cannot count is
/// refused: what its guard was to find would be redacted for good.
pub(super) fn anonymization(
    state: &State,
    message: Option<AnonymizationMessage>,
    asked: &[String],
) -> Result<Option<Anonymization>, Fault> {
    const GUARDS: &str = "anonymization.guards";
    let Some(message) = message else {
        return Ok(None);
    };
    if message.guards.len() > MAX_GUARDS {
        return Err(Fault::invalid(GUARDS, "must name at most 100 guards"));
    }
    for (at, name) in message.guards.iter().enumerate() {
        if !name.starts_with(PREFIX) {
            state.known(GUARDS, at, name)?;
        } else if !asked.is_empty() && !asked.contains(name) {
            let rule = "is a custom guard that `guards` does not name";
            return Err(Fault::invalid(format!("{GUARDS}[{at}]"), rule));
        }
    }
    let mut guards = message.guards;
    if guards.is_empty() {
        guards.push(DEFAULT_GUARD.to_owned());
    }
    Ok(Some(Anonymization {
        scope: Some(scope("anonymization.scope", message.scope)?),
        ttl: message.ttl.map_or(Ok(DEFAULT_TTL), ttl)?,
        guards: guards.into_iter().collect(),
    }))
}

fn ttl(message: prost_types::Duration) -> Result<TimeDelta, Fault> {
    let nanos = u32::try_from(message.nanos).ok();
    nanos
        .and_then(|nanos| TimeDelta::new(message.seconds, nanos))
        .filter(|ttl| (MIN_TTL..=MAX_TTL).contains(ttl))
        .ok_or_else(|| Fault::invalid("anonymization.ttl", "must be a minute to 30 days"))
}

fn scope(field: &str, text: String) -> Result<Scope, Fault> {
    let rule = "must be 1 to 128 letters, digits and -_.:";
    Scope::parse(text).ok_or_else(|| Fault::invalid(field, rule))
}
