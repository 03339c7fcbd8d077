//! Why a request does not get past identity, and what its client is told: what to do about it,
//! and nothing that would help somebody who guesses.

use guardmesh_chassis::fault::Fault;
use thiserror::Error;
use tonic::Code;

use crate::problem::Problem;

/// Why there is no caller. The reasons within are for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("no credentials")]
    NoCredentials,
    #[error("more than one credential")]
    SeveralCredentials,
    #[error("the token does not hold: {0}")]
    InvalidToken(&'static str),
    #[error("the API key does not hold: {0}")]
    InvalidApiKey(&'static str),
    #[error("{0} was revoked")]
    Revoked(&'static str),
    /// It held when its stream was opened.
    #[error("it has expired since")]
    Expired,
    /// Whoever could judge the credential does not answer.
    #[error("the credential cannot be judged for now: {0}")]
    Unavailable(&'static str),
    #[error("revocations are not known at the moment")]
    StaleRevocations,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let invalid_token = Some("invalid_token");
        match refusal {
            // RFC 6750, section 3: no error code when there were no credentials.
            Refusal::NoCredentials => Self::unauthenticated(
                "UNAUTHENTICATED",
                "This call needs credentials: `Authorization: Bearer …` with an access token or \
                 an API key, or `X-API-Key: gmk_…`.",
                None,
            ),
            Refusal::SeveralCredentials => Self::unauthenticated(
                "SEVERAL_CREDENTIALS",
                "Send one credential: one `Authorization` header or one `X-API-Key` header.",
                Some("invalid_request"),
            ),
            Refusal::InvalidToken(_) => Self::unauthenticated(
                "INVALID_TOKEN",
                "The access token is invalid or has expired.",
                invalid_token,
            ),
            Refusal::InvalidApiKey(_) => Self::unauthenticated(
                "INVALID_API_KEY",
                "The API key is unknown, revoked or expired.",
                invalid_token,
            ),
            Refusal::Revoked(_) => Self::unauthenticated(
                "TOKEN_REVOKED",
                "This credential has been revoked. Sign in again.",
                invalid_token,
            ),
            Refusal::Expired => Self::unauthenticated(
                "CREDENTIAL_EXPIRED",
                "The credential has expired. Connect again with a fresh one.",
                invalid_token,
            ),
            Refusal::Unavailable(_) => Fault::unavailable().into(),
            Refusal::StaleRevocations => Fault::new(
                Code::Unavailable,
                "REVOCATIONS_UNKNOWN",
                "This call is refused while it cannot be known whether credentials were revoked.",
            )
            .into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn every_refusal_has_its_status() {
        for (refusal, status) in [
            (Refusal::NoCredentials, StatusCode::UNAUTHORIZED),
            (Refusal::Revoked("the session"), StatusCode::UNAUTHORIZED),
            (
                Refusal::Unavailable("auth"),
                StatusCode::SERVICE_UNAVAILABLE,
            ),
            (Refusal::StaleRevocations, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            let problem = Problem::from(refusal);
            assert_eq!(problem.status, status, "{refusal}");
            let shown = String::from_utf8(problem.render("id")).unwrap();
            // What is for the log stays there.
            assert!(
                !shown.contains("session") && !shown.contains("auth\""),
                "{shown}"
            );
        }
    }
}
