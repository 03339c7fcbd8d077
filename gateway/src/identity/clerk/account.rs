//! The accounts behind verified Clerk session tokens. Auth says which they are, and makes one for
//! whom it sees for the first time; what it said is remembered for a while.

use std::sync::Arc;
use std::time::Duration;

use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::{IdError, OrganizationId, UserId};
use guardmesh_proto::guardmesh::auth::v1::{
    ResolveClerkIdentityRequest, ResolveClerkIdentityResponse,
};
use prost_types::Timestamp;
use tonic::Status;

use super::SessionToken;
use crate::identity::answers::{Answers, Bounds, NoAnswer, Said, weight};
use crate::identity::auth::Auth;
use crate::identity::refusal::Refusal;
use crate::identity::revocation::Revocations;

const RESOLVE_PATH: &str = "/guardmesh.auth.v1.ClerkService/ResolveClerkIdentity";
/// What a request waits for auth at most.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Accounts of people who sign in with Clerk.
pub(crate) struct Accounts {
    auth: Auth,
    answers: Answers<Account>,
    revocations: Arc<Revocations>,
}

#[derive(Clone)]
struct Account {
    caller: Arc<Caller>,
    user: UserId,
}

// === impl Accounts ===

impl Accounts {
    pub(crate) fn new(
        auth: Auth,
        bounds: Bounds,
        revocations: Arc<Revocations>,
        clock: Clock,
    ) -> Self {
        Self {
            auth,
            answers: Answers::new(bounds, clock),
            revocations,
        }
    }

    /// The caller that a verified token stands for.
    pub(crate) async fn of(&self, token: &SessionToken) -> Result<Arc<Caller>, Refusal> {
        let answer = self.answers.get(
            token.identity,
            || self.revocations.epoch(),
            |answer| !self.revocations.user_since(answer.says.user, answer.epoch),
            || self.ask(token),
        );
        let answer = answer.await.map_err(|error| match error {
            NoAnswer::Refused => Refusal::InvalidToken("auth takes it for nobody"),
            NoAnswer::Unavailable => Refusal::Unavailable("auth does not resolve identities"),
        })?;
        if self.revocations.user(answer.says.user, token.issued_at) {
            return Err(Refusal::Revoked("the user"));
        }
        Ok(answer.says.caller.clone())
    }

    async fn ask(&self, token: &SessionToken) -> Result<Said<Account>, Status> {
        let request = ResolveClerkIdentityRequest {
            issuer: token.issuer.clone(),
            subject: token.subject.clone(),
            session: token.session.clone(),
            organization: token.organization.clone(),
            organization_role: token.role.clone(),
            organization_slug: token.slug.clone(),
            issue_time: Some(Timestamp {
                seconds: token.issued_at,
                nanos: 0,
            }),
        };
        let response = self.auth.call(RESOLVE_PATH, &request, TIMEOUT).await?;
        read(response).map_err(|error| Status::internal(error.to_string()))
    }
}

fn read(response: ResolveClerkIdentityResponse) -> Result<Said<Account>, IdError> {
    let user = response.user_id.parse()?;
    let organization = Some(response.organization_id).filter(|id| !id.is_empty());
    let organization = organization.map(|id| id.parse::<OrganizationId>());
    let bytes = weight(&response.permissions);
    let caller = UserCaller {
        user,
        organization: organization.transpose()?,
        session: None,
        api_key: None,
        permissions: response.permissions,
    };
    Ok(Said {
        says: Account {
            caller: Arc::new(Caller::User(caller)),
            user,
        },
        expires_at: None,
        bytes,
    })
}
