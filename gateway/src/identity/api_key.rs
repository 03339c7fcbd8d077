//! API keys: credentials of programs. Auth knows them by the hash of their secret; what it says
//! of one is remembered for a while.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::{ApiKeyId, IdError, UserId};
use guardmesh_proto::guardmesh::auth::v1::{VerifyApiKeyRequest, VerifyApiKeyResponse};
use tonic::Status;

use super::answers::{Answers, Bounds, NoAnswer, Said, weight};
use super::auth::Auth;
use super::digest::Digest;
use super::refusal::Refusal;
use super::revocation::Revocations;

const VERIFY_PATH: &str = "/guardmesh.auth.v1.ApiKeyService/VerifyApiKey";
/// What a request waits for auth at most.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Verifies API keys.
pub(crate) struct ApiKeys {
    auth: Auth,
    answers: Answers<ApiKey>,
    revocations: Arc<Revocations>,
}

/// A key that auth vouches for.
#[derive(Clone)]
pub(crate) struct ApiKey {
    pub(crate) caller: Arc<Caller>,
    id: ApiKeyId,
    user: UserId,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

// === impl ApiKeys ===

impl ApiKeys {
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

    /// The key with this hash.
    pub(crate) async fn verify(&self, secret: Digest) -> Result<ApiKey, Refusal> {
        let answer = self.answers.get(
            secret,
            || self.revocations.epoch(),
            // Auth alone knows what a user's revocation does to their keys: ask once more.
            |answer| !self.revocations.user_since(answer.says.user, answer.epoch),
            || self.ask(secret),
        );
        let answer = answer.await.map_err(|error| match error {
            NoAnswer::Refused => Refusal::InvalidApiKey("refused by auth"),
            NoAnswer::Unavailable => Refusal::Unavailable("auth does not verify API keys"),
        })?;
        if self.revocations.api_key(answer.says.id) {
            return Err(Refusal::Revoked("the API key"));
        }
        Ok(answer.says.clone())
    }

    async fn ask(&self, secret: Digest) -> Result<Said<ApiKey>, Status> {
        let request = VerifyApiKeyRequest {
            secret_sha256: secret.as_bytes().to_vec(),
        };
        let response = self.auth.call(VERIFY_PATH, &request, TIMEOUT).await?;
        read(response).map_err(|error| Status::internal(error.to_string()))
    }
}

fn read(response: VerifyApiKeyResponse) -> Result<Said<ApiKey>, IdError> {
    let id = response.api_key_id.parse()?;
    let user = response.user_id.parse()?;
    let expires_at = response
        .expire_time
        .and_then(|time| DateTime::<Utc>::from_timestamp(time.seconds, 0));
    let bytes = weight(&response.permissions);
    let caller = UserCaller {
        user,
        organization: Some(response.organization_id.parse()?),
        session: None,
        api_key: Some(id),
        permissions: response.permissions,
    };
    Ok(Said {
        says: ApiKey {
            caller: Arc::new(Caller::User(caller)),
            id,
            user,
            expires_at,
        },
        expires_at,
        bytes,
    })
}
