//! `guardmesh.guards.v1.DisclosuresService`

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::ApiKeyId;
use guardmesh_chassis::page::Page;
use guardmesh_proto::guardmesh::guards::v1::disclosures_service_server::DisclosuresService;
use guardmesh_proto::guardmesh::guards::v1::{
    Disclosure as DisclosureMessage, DisclosureKind, GetGuardRunTextRequest,
    GetGuardRunTextResponse, ListDisclosuresRequest, ListDisclosuresResponse,
};
use tonic::{Request, Response, Status, async_trait};

use super::guards::owner;
use super::render;
use crate::State;
use crate::disclosure::{self, Disclosed, Disclosure, Purpose, Reader};
use crate::error::Error;

#[async_trait]
impl DisclosuresService for State {
    async fn get_guard_run_text(
        &self,
        request: Request<GetGuardRunTextRequest>,
    ) -> Result<Response<GetGuardRunTextResponse>, Status> {
        let reader = reader(&request)?;
        let run = request.into_inner().run_id.parse();
        let run = run.map_err(|_| Error::NoText)?;
        let (kept, expires_at) = disclosure::read(self, reader, run).await?;
        Ok(Response::new(GetGuardRunTextResponse {
            content: kept.text,
            language: kept.language,
            labels: kept.labels,
            expire_time: Some(render::timestamp(expires_at)),
        }))
    }

    async fn list_disclosures(
        &self,
        request: Request<ListDisclosuresRequest>,
    ) -> Result<Response<ListDisclosuresResponse>, Status> {
        let owner = owner(&request)?;
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let (disclosures, next_page_token) = disclosure::list(self, owner, page).await?;
        Ok(Response::new(ListDisclosuresResponse {
            disclosures: disclosures.into_iter().map(message).collect(),
            next_page_token,
        }))
    }
}

/// Who asks for texts, for the record.
pub(super) fn reader<T>(request: &Request<T>) -> Result<Reader, Fault> {
    Ok(Reader {
        owner: owner(request)?,
        api_key: caller::user(request)?.api_key,
    })
}

fn message(disclosure: Disclosure) -> DisclosureMessage {
    let runs = disclosure.runs.iter();
    let message = DisclosureMessage {
        create_time: Some(render::timestamp(disclosure.created_at)),
        user_id: disclosure.user.to_string(),
        api_key_id: disclosure
            .api_key
            .as_ref()
            .map(ApiKeyId::to_string)
            .unwrap_or_default(),
        run_ids: runs.map(ToString::to_string).collect(),
        run_count: render::count(disclosure.run_count),
        ..DisclosureMessage::default()
    };
    match disclosure.what {
        Disclosed::Values {
            id,
            scope,
            restored,
            unknown,
        } => DisclosureMessage {
            id: id.to_string(),
            kind: DisclosureKind::Values.into(),
            scope,
            restored_count: render::count(restored),
            unknown_count: render::count(unknown),
            ..message
        },
        Disclosed::Texts { id, purpose } => DisclosureMessage {
            id: id.to_string(),
            kind: match purpose {
                Purpose::Read => DisclosureKind::Text.into(),
                Purpose::DryRun => DisclosureKind::DryRun.into(),
            },
            ..message
        },
    }
}
