//! Access tokens: JWTs in the profile of RFC 9068, signed with ES256, that anybody can verify
//! with the published keys and nobody needs to ask us about.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header};
use secrecy::SecretString;
use serde::Serialize;
use uuid::Uuid;

use crate::session::Session;
use crate::signing_key::SigningKey;

/// How long a token is valid. The end of its session reaches those who verify it alone by the
/// stream of revocations.
pub(crate) const LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// RFC 9068 §2.1.
const TYPE: &str = "at+jwt";
/// RFC 9068 asks for the OAuth client; our own front end is the only one.
const CLIENT: &str = "guardmesh";

/// Makes access tokens for one issuer and audience.
#[derive(Debug)]
pub(crate) struct AccessTokens {
    issuer: String,
    audience: String,
}

/// RFC 9068 §2.2; `sid` as OIDC has it, `org` and `permissions` are ours.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    sid: String,
    org: String,
    permissions: &'a [&'a str],
    client_id: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

// === impl AccessTokens ===

impl AccessTokens {
    pub(crate) fn new(issuer: String, audience: String) -> Self {
        Self { issuer, audience }
    }

    /// A token for a session, with the permissions that its user has now.
    pub(crate) fn issue(
        &self,
        key: &SigningKey,
        session: &Session,
        permissions: &[&str],
        now: DateTime<Utc>,
    ) -> Result<SecretString, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid().to_owned());
        let claims = Claims {
            iss: &self.issuer,
            aud: &self.audience,
            sub: session.user_id.to_string(),
            sid: session.id.to_string(),
            org: session.organization_id.to_string(),
            permissions,
            client_id: CLIENT,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
            jti: Uuid::now_v7().to_string(),
        };
        let token = jsonwebtoken::encode(&header, &claims, key.encoding_key())?;
        Ok(token.into())
    }
}
