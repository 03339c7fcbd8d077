//! A member who may change policies, and what they do with them. No test enters here.

use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_proto::guardmesh::guards::v1 as wire;
use guardmesh_proto::guardmesh::guards::v1::policies_service_client::PoliciesServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{CheckRequest, CheckResponse, Policy};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use crate::app::App;

/// Calls as one user of one organisation.
pub(crate) struct Editor<'a> {
    pub(crate) app: &'a App,
    pub(crate) caller: Caller,
}

/// Declares a method for each RPC: its name, its path, its request and its response.
macro_rules! calls {
    ($($call:ident $method:literal $request:ident $response:ident;)+) => {$(
        pub(crate) async fn $call(
            &self,
            request: wire::$request,
        ) -> Result<wire::$response, Status> {
            let request = self.signed(request, $method);
            self.client().$call(request).await.map(Response::into_inner)
        }
    )+};
}

impl<'a> Editor<'a> {
    /// In a new organisation.
    pub(crate) fn new(app: &'a App) -> Self {
        Self::of(app, OrganizationId::generate())
    }

    pub(crate) fn of(app: &'a App, organization: OrganizationId) -> Self {
        let permissions = ["guard_policies:read", "guard_policies:write"];
        let caller = Caller::User(UserCaller {
            user: UserId::generate(),
            organization: Some(organization),
            session: None,
            api_key: None,
            permissions: permissions.map(str::to_owned).to_vec(),
        });
        Self { app, caller }
    }

    pub(crate) fn organization(&self) -> OrganizationId {
        let organization = match &self.caller {
            Caller::User(user) => user.organization,
            Caller::Service(_) => None,
        };
        organization.unwrap()
    }

    pub(crate) fn signed<T>(&self, message: T, method: &str) -> Request<T> {
        let path = format!("/guardmesh.guards.v1.PoliciesService/{method}");
        self.app.signed(message, &path, &self.caller)
    }

    pub(crate) fn client(&self) -> PoliciesServiceClient<Channel> {
        PoliciesServiceClient::new(self.app.channel())
    }

    calls! {
        get_policy_schema "GetPolicySchema" GetPolicySchemaRequest GetPolicySchemaResponse;
        get_default_policy "GetDefaultPolicy" GetDefaultPolicyRequest GetDefaultPolicyResponse;
        create_policy "CreatePolicy" CreatePolicyRequest CreatePolicyResponse;
        get_policy "GetPolicy" GetPolicyRequest GetPolicyResponse;
        list_policies "ListPolicies" ListPoliciesRequest ListPoliciesResponse;
        update_policy "UpdatePolicy" UpdatePolicyRequest UpdatePolicyResponse;
        delete_policy "DeletePolicy" DeletePolicyRequest DeletePolicyResponse;
        list_policy_versions "ListPolicyVersions"
            ListPolicyVersionsRequest ListPolicyVersionsResponse;
        get_policy_version "GetPolicyVersion" GetPolicyVersionRequest GetPolicyVersionResponse;
        diff_policy_versions "DiffPolicyVersions"
            DiffPolicyVersionsRequest DiffPolicyVersionsResponse;
        rollback_policy "RollbackPolicy" RollbackPolicyRequest RollbackPolicyResponse;
        activate_policy "ActivatePolicy" ActivatePolicyRequest ActivatePolicyResponse;
        deactivate_policy "DeactivatePolicy" DeactivatePolicyRequest DeactivatePolicyResponse;
        dry_run_policy "DryRunPolicy" DryRunPolicyRequest DryRunPolicyResponse;
    }

    /// Creates a policy.
    pub(crate) async fn create(&self, name: &str, document: &str) -> Result<Policy, Status> {
        let request = wire::CreatePolicyRequest {
            name: name.to_owned(),
            document: document.to_owned(),
            comment: "the first".to_owned(),
        };
        Ok(self.create_policy(request).await?.policy.unwrap())
    }

    /// Makes a new version.
    pub(crate) async fn update(&self, id: &str, document: &str) -> Result<Policy, Status> {
        let request = wire::UpdatePolicyRequest {
            policy_id: id.to_owned(),
            document: document.to_owned(),
            comment: "another".to_owned(),
            expected_version: 0,
        };
        Ok(self.update_policy(request).await?.policy.unwrap())
    }

    pub(crate) async fn activate(&self, id: &str) -> Result<Policy, Status> {
        let policy_id = id.to_owned();
        let request = wire::ActivatePolicyRequest { policy_id };
        Ok(self.activate_policy(request).await?.policy.unwrap())
    }

    /// Creates a policy and makes it the active one.
    pub(crate) async fn follow(&self, document: &str) -> Policy {
        let policy = self.create("The one", document).await.unwrap();
        self.activate(&policy.id).await.unwrap()
    }

    pub(crate) async fn check(&self, request: CheckRequest) -> CheckResponse {
        self.app.check(&self.caller, request).await.unwrap()
    }
}
