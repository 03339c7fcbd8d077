//! Identity: who calls, by the access token of the request.
//!
//! Public methods do not look: a client that sends an expired token along with its login is not
//! turned away.

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::policy::Access;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::problem::Problem;
use crate::token::{AccessTokens, TokenError};

/// The caller, where the method wants to know.
pub(crate) async fn identify(
    headers: &HeaderMap,
    access: &Access,
    tokens: &AccessTokens,
) -> Result<Option<Caller>, Problem> {
    if *access == Access::Public {
        return Ok(None);
    }
    let token = bearer(headers)?;
    match tokens.verify(token).await {
        Ok(user) => Ok(Some(Caller::User(user))),
        Err(TokenError::Invalid(reason)) => {
            tracing::debug!(reason, "an access token was refused");
            Err(Problem::invalid_token())
        }
        Err(TokenError::NoKeys) => Err(Fault::unavailable().into()),
    }
}

/// The one bearer token (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or_else(Problem::no_credentials)?;
    if values.next().is_some() {
        return Err(Problem::invalid_token());
    }
    let value = value.to_str().map_err(|_| Problem::invalid_token())?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Problem::no_credentials()),
    }
}
