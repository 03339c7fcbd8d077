//! `guardmesh.guards.v1.PoliciesService`

use guardmesh_chassis::caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::json_struct;
use guardmesh_chassis::page::Page;
use guardmesh_proto::guardmesh::guards::v1 as wire;
use guardmesh_proto::guardmesh::guards::v1::policies_service_server::PoliciesService;
use tonic::{Request, Response, Status, async_trait};

use super::{render, stored_samples, subject};
use crate::State;
use crate::error::Error;
use crate::policy::{self, Candidate, Draft, PolicyId, schema, standard};
use crate::run::Owner;

/// Texts of a dry run.
const MAX_SAMPLES: usize = 20;
/// Versions of a page.
const DEFAULT_VERSIONS: i64 = 20;
const MAX_VERSIONS: i64 = 100;

#[async_trait]
impl PoliciesService for State {
    async fn get_policy_schema(
        &self,
        _request: Request<wire::GetPolicySchemaRequest>,
    ) -> Result<Response<wire::GetPolicySchemaResponse>, Status> {
        let schema = Some(json_struct::message(schema::of(&self.engine)));
        Ok(Response::new(wire::GetPolicySchemaResponse { schema }))
    }

    async fn get_default_policy(
        &self,
        _request: Request<wire::GetDefaultPolicyRequest>,
    ) -> Result<Response<wire::GetDefaultPolicyResponse>, Status> {
        let document = standard::document(&self.engine);
        Ok(Response::new(wire::GetDefaultPolicyResponse { document }))
    }

    async fn create_policy(
        &self,
        request: Request<wire::CreatePolicyRequest>,
    ) -> Result<Response<wire::CreatePolicyResponse>, Status> {
        let (owner, request) = parts(request)?;
        let draft = Draft {
            document: request.document,
            comment: request.comment,
        };
        let policy = policy::create(self, owner, &request.name, draft).await?;
        let policy = Some(render::policy(policy));
        Ok(Response::new(wire::CreatePolicyResponse { policy }))
    }

    async fn get_policy(
        &self,
        request: Request<wire::GetPolicyRequest>,
    ) -> Result<Response<wire::GetPolicyResponse>, Status> {
        let (owner, request) = parts(request)?;
        let policy = policy::get(&self.database, owner, id(&request.policy_id)?).await?;
        let policy = Some(render::policy(policy));
        Ok(Response::new(wire::GetPolicyResponse { policy }))
    }

    async fn list_policies(
        &self,
        request: Request<wire::ListPoliciesRequest>,
    ) -> Result<Response<wire::ListPoliciesResponse>, Status> {
        let (owner, request) = parts(request)?;
        let page = Page::parse(request.page_size, &request.page_token)?;
        let (policies, next_page_token) = policy::list(&self.database, owner, page).await?;
        let policies = policies.into_iter().map(render::policy).collect();
        Ok(Response::new(wire::ListPoliciesResponse {
            policies,
            next_page_token,
        }))
    }

    async fn update_policy(
        &self,
        request: Request<wire::UpdatePolicyRequest>,
    ) -> Result<Response<wire::UpdatePolicyResponse>, Status> {
        let (owner, request) = parts(request)?;
        let expected = version("expectedVersion", request.expected_version)?;
        let draft = Draft {
            document: request.document,
            comment: request.comment,
        };
        let id = id(&request.policy_id)?;
        let policy = policy::update(self, owner, id, draft, expected).await?;
        let policy = Some(render::policy(policy));
        Ok(Response::new(wire::UpdatePolicyResponse { policy }))
    }

    async fn delete_policy(
        &self,
        request: Request<wire::DeletePolicyRequest>,
    ) -> Result<Response<wire::DeletePolicyResponse>, Status> {
        let (owner, request) = parts(request)?;
        policy::delete(self, owner, id(&request.policy_id)?).await?;
        Ok(Response::new(wire::DeletePolicyResponse {}))
    }

    async fn list_policy_versions(
        &self,
        request: Request<wire::ListPolicyVersionsRequest>,
    ) -> Result<Response<wire::ListPolicyVersionsResponse>, Status> {
        let (owner, request) = parts(request)?;
        let before = version("beforeVersion", request.before_version)?;
        let limit = match i64::from(request.page_size) {
            0 => DEFAULT_VERSIONS,
            size @ 1.. => size.min(MAX_VERSIONS),
            _ => return Err(Fault::invalid("pageSize", "must not be negative").into()),
        };
        let id = id(&request.policy_id)?;
        let versions = policy::list_versions(&self.database, owner, id, before, limit).await?;
        let versions = versions.into_iter().map(render::policy_version).collect();
        Ok(Response::new(wire::ListPolicyVersionsResponse { versions }))
    }

    async fn get_policy_version(
        &self,
        request: Request<wire::GetPolicyVersionRequest>,
    ) -> Result<Response<wire::GetPolicyVersionResponse>, Status> {
        let (owner, request) = parts(request)?;
        let id = id(&request.policy_id)?;
        let version = policy::get_version(&self.database, owner, id, request.version).await?;
        let version = Some(render::policy_version(version));
        Ok(Response::new(wire::GetPolicyVersionResponse { version }))
    }

    async fn diff_policy_versions(
        &self,
        request: Request<wire::DiffPolicyVersionsRequest>,
    ) -> Result<Response<wire::DiffPolicyVersionsResponse>, Status> {
        let (owner, request) = parts(request)?;
        let id = id(&request.policy_id)?;
        let second = version("otherVersion", request.other_version)?;
        let changes = policy::compare(&self.database, owner, id, request.version, second).await?;
        let changes = changes.into_iter().map(render::policy_change).collect();
        Ok(Response::new(wire::DiffPolicyVersionsResponse { changes }))
    }

    async fn rollback_policy(
        &self,
        request: Request<wire::RollbackPolicyRequest>,
    ) -> Result<Response<wire::RollbackPolicyResponse>, Status> {
        let (owner, request) = parts(request)?;
        let (id, comment) = (id(&request.policy_id)?, request.comment);
        let policy = policy::roll_back(self, owner, id, request.version, comment).await?;
        let policy = Some(render::policy(policy));
        Ok(Response::new(wire::RollbackPolicyResponse { policy }))
    }

    async fn activate_policy(
        &self,
        request: Request<wire::ActivatePolicyRequest>,
    ) -> Result<Response<wire::ActivatePolicyResponse>, Status> {
        let (owner, request) = parts(request)?;
        let policy = policy::activate(self, owner, id(&request.policy_id)?).await?;
        let policy = Some(render::policy(policy));
        Ok(Response::new(wire::ActivatePolicyResponse { policy }))
    }

    async fn deactivate_policy(
        &self,
        request: Request<wire::DeactivatePolicyRequest>,
    ) -> Result<Response<wire::DeactivatePolicyResponse>, Status> {
        let (owner, _) = parts(request)?;
        policy::deactivate(self, owner).await?;
        Ok(Response::new(wire::DeactivatePolicyResponse {}))
    }

    async fn dry_run_policy(
        &self,
        request: Request<wire::DryRunPolicyRequest>,
    ) -> Result<Response<wire::DryRunPolicyResponse>, Status> {
        if request.get_ref().stored_samples.is_some() {
            return dry_run_on_stored(self, request).await;
        }
        let (owner, mut request) = parts(request)?;
        let samples = std::mem::take(&mut request.samples);
        if !(1..=MAX_SAMPLES).contains(&samples.len()) {
            return Err(Fault::invalid("samples", "must be 1 to 20").into());
        }
        let subject = |(at, sample)| {
            let subject = subject::of_sample(owner.organization, sample);
            subject.map_err(|fault| fault.within(&format!("samples[{at}]")))
        };
        let subjects = samples.into_iter().enumerate().map(subject);
        let subjects = subjects.collect::<Result<_, _>>()?;
        let candidate = candidate(request)?;
        let trials = policy::try_out(self, owner, candidate, subjects).await?;
        Ok(Response::new(wire::DryRunPolicyResponse {
            trials: trials.iter().map(render::policy_trial).collect(),
            stored_trials: None,
        }))
    }
}

async fn dry_run_on_stored(
    state: &State,
    request: Request<wire::DryRunPolicyRequest>,
) -> Result<Response<wire::DryRunPolicyResponse>, Status> {
    let reader = stored_samples::reader_of_texts(&request)?;
    let mut request = request.into_inner();
    if !request.samples.is_empty() {
        return Err(Fault::invalid("samples", "must not be given with storedSamples").into());
    }
    let newest = stored_samples::newest(request.stored_samples.take().unwrap_or_default())?;
    let candidate = candidate(request)?;
    let trials = policy::try_on_stored(state, reader, candidate, &newest).await?;
    Ok(Response::new(wire::DryRunPolicyResponse {
        trials: Vec::new(),
        stored_trials: Some(stored_samples::trials(&trials)),
    }))
}

/// Who asks, and what.
fn parts<T>(request: Request<T>) -> Result<(Owner, T), Fault> {
    let (user, organization) = caller::member(&request)?;
    Ok((Owner { organization, user }, request.into_inner()))
}

/// An id that is none names no policy.
fn id(text: &str) -> Result<PolicyId, Error> {
    text.parse().map_err(|_| Error::NoSuchPolicy)
}

/// A version, where one is stated.
fn version(field: &str, number: i32) -> Result<Option<i32>, Fault> {
    match number {
        0 => Ok(None),
        1.. => Ok(Some(number)),
        _ => Err(Fault::invalid(field, "must not be negative")),
    }
}

fn candidate(request: wire::DryRunPolicyRequest) -> Result<Candidate, Error> {
    let version = version("version", request.version)?;
    match (request.document, request.policy_id) {
        (document, policy) if document.is_empty() && policy.is_empty() => {
            let rule = "must be given, or a policyId in its place";
            Err(Fault::invalid("document", rule).into())
        }
        (document, policy) if policy.is_empty() && version.is_none() => {
            Ok(Candidate::Draft(document))
        }
        (document, policy) if document.is_empty() => Ok(Candidate::Stored(id(&policy)?, version)),
        _ => {
            let rule = "must be alone, without policyId and version";
            Err(Fault::invalid("document", rule).into())
        }
    }
}
