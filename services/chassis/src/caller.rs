//! The caller context: on whose behalf a gRPC call is made, authenticated by an HMAC that
//! gateway and services share.
//!
//! It travels as `x-guardmesh-caller-bin`. The MAC covers the gRPC path as well, so a context
//! seen on one call cannot be moved to another method; it expires within a minute. This wall
//! stands even with no mesh around the services.

use std::str::FromStr;

use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_proto::guardmesh::common::v1::{Caller as CallerMessage, SignedCaller};
use prost::Message;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tonic::metadata::{BinaryMetadataValue, MetadataValue};
use tonic::{Code, Request};

use crate::clock::Clock;
use crate::fault::Fault;
use crate::id::{ApiKeyId, IdError, OrganizationId, SessionId, UserId};

/// Name of the metadata entry (and HTTP/2 header).
pub const METADATA_KEY: &str = "x-guardmesh-caller-bin";

/// How long a signed context is valid: the clock skew and transit time that we tolerate.
const LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// Separates this use of the key from any other.
const MAC_CONTEXT: &[u8] = b"guardmesh caller v1\0";
/// More than any legitimate context needs.
const MAX_ENCODED: usize = 16 * 1024;

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A user, signed in at the edge.
    User(UserCaller),
    /// A service that calls for itself, such as `webhooks`.
    Service(String),
}

/// A user, with what the edge established about the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCaller {
    /// Who.
    pub user: UserId,
    /// Within which organisation.
    pub organization: Option<OrganizationId>,
    /// By which session.
    pub session: Option<SessionId>,
    /// By which API key.
    pub api_key: Option<ApiKeyId>,
    /// Permissions held, each `resource:action`.
    pub permissions: Vec<String>,
}

/// The shared keys: the first one signs, any of them verifies, so that they can be rotated.
#[derive(Clone)]
pub struct CallerKeys(Vec<hmac::Key>);

/// Why keys cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "the caller key must be 64 hexadecimal digits (32 random bytes, as `openssl rand -hex 32` \
     prints), or several of them separated by commas"
)]
pub struct CallerKeyError;

/// Why a context is refused. The reason is for the log; the peer is told only that it failed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CallerError {
    /// Not a signed context at all.
    #[error("malformed")]
    Malformed,
    /// No key of ours made this MAC for this method.
    #[error("forged")]
    Forged,
    /// It was valid once.
    #[error("expired")]
    Expired,
    /// It contains an id that is none.
    #[error("invalid id")]
    InvalidId(#[from] IdError),
}

/// The authenticated caller of a request, as the access layer left it.
pub fn of<T>(request: &Request<T>) -> Option<&Caller> {
    request.extensions().get()
}

/// The user that makes this request. Methods with `ACCESS_USER` or stricter always have one.
pub fn user<T>(request: &Request<T>) -> Result<&UserCaller, Fault> {
    match of(request) {
        Some(Caller::User(user)) => Ok(user),
        _ => Err(unauthenticated()),
    }
}

/// The user that makes this request, and the organisation it acts within. Methods with
/// `ACCESS_MEMBER` always have both.
pub fn member<T>(request: &Request<T>) -> Result<(UserId, OrganizationId), Fault> {
    let caller = user(request)?;
    let organization = caller.organization.ok_or_else(no_organization)?;
    Ok((caller.user, organization))
}

/// The call has no valid caller.
pub fn unauthenticated() -> Fault {
    Fault::new(
        Code::Unauthenticated,
        "UNAUTHENTICATED",
        "This call needs authentication.",
    )
}

/// The caller acts within no organisation.
pub fn no_organization() -> Fault {
    Fault::new(
        Code::PermissionDenied,
        "NO_ORGANIZATION",
        "This call needs a member of an organisation.",
    )
}

// === impl Caller ===

impl Caller {
    fn encode(&self, expires: DateTime<Utc>) -> Vec<u8> {
        let mut message = match self {
            Self::Service(name) => CallerMessage {
                service: name.clone(),
                ..CallerMessage::default()
            },
            Self::User(user) => CallerMessage {
                user_id: user.user.to_string(),
                organization_id: user
                    .organization
                    .map(|id| id.to_string())
                    .unwrap_or_default(),
                session_id: user.session.map(|id| id.to_string()).unwrap_or_default(),
                api_key_id: user.api_key.map(|id| id.to_string()).unwrap_or_default(),
                permissions: user.permissions.clone(),
                ..CallerMessage::default()
            },
        };
        message.expire_time = Some(prost_types::Timestamp {
            seconds: expires.timestamp(),
            nanos: 0,
        });
        message.encode_to_vec()
    }

    fn decode(bytes: &[u8], now: DateTime<Utc>) -> Result<Self, CallerError> {
        let message = CallerMessage::decode(bytes).map_err(|_| CallerError::Malformed)?;
        let expires = message.expire_time.ok_or(CallerError::Malformed)?.seconds;
        if expires <= now.timestamp() {
            return Err(CallerError::Expired);
        }
        if !message.service.is_empty() {
            return Ok(Self::Service(message.service));
        }
        Ok(Self::User(UserCaller {
            user: message.user_id.parse()?,
            organization: optional(&message.organization_id)?,
            session: optional(&message.session_id)?,
            api_key: optional(&message.api_key_id)?,
            permissions: message.permissions,
        }))
    }
}

fn optional<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    if text.is_empty() {
        Ok(None)
    } else {
        text.parse().map(Some)
    }
}

// === impl CallerKeys ===

impl CallerKeys {
    /// Reads one or more keys, each 64 hexadecimal digits, separated by commas.
    pub fn parse(text: &SecretString) -> Result<Self, CallerKeyError> {
        let keys: Vec<hmac::Key> = text
            .expose_secret()
            .split(',')
            .map(|key| {
                let bytes = hex::decode(key.trim()).map_err(|_| CallerKeyError)?;
                // Thirty-two times the same byte is a placeholder, not a key.
                let weak = bytes.len() != 32 || bytes.iter().all(|byte| *byte == bytes[0]);
                if weak { Err(CallerKeyError) } else { Ok(bytes) }
            })
            .map(|bytes| Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes?)))
            .collect::<Result<_, CallerKeyError>>()?;
        Ok(Self(keys))
    }

    /// The metadata value that states `caller` for one call of the method at `path`
    /// (`/package.Service/Method`).
    pub fn sign(&self, caller: &Caller, path: &str, clock: &Clock) -> BinaryMetadataValue {
        let caller = caller.encode(clock.now() + LIFETIME);
        // `parse` gives at least one key.
        let mac = self
            .0
            .first()
            .map(|key| hmac::sign(key, &mac_input(path, &caller)));
        let mac = mac.map(|mac| mac.as_ref().to_vec()).unwrap_or_default();
        MetadataValue::from_bytes(&SignedCaller { caller, mac }.encode_to_vec())
    }

    /// The caller that `value` states for a call of the method at `path`.
    pub fn verify(
        &self,
        value: &BinaryMetadataValue,
        path: &str,
        clock: &Clock,
    ) -> Result<Caller, CallerError> {
        let bytes = value.to_bytes().map_err(|_| CallerError::Malformed)?;
        if bytes.len() > MAX_ENCODED {
            return Err(CallerError::Malformed);
        }
        let signed = SignedCaller::decode(bytes).map_err(|_| CallerError::Malformed)?;
        let input = mac_input(path, &signed.caller);
        if !self
            .0
            .iter()
            .any(|key| hmac::verify(key, &input, &signed.mac).is_ok())
        {
            return Err(CallerError::Forged);
        }
        Caller::decode(&signed.caller, clock.now())
    }
}

/// The path is prefixed by its length: no two (path, caller) pairs give the same input.
fn mac_input(path: &str, caller: &[u8]) -> Vec<u8> {
    let length = u64::try_from(path.len()).unwrap_or(u64::MAX);
    [MAC_CONTEXT, &length.to_be_bytes(), path.as_bytes(), caller].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/guardmesh.auth.v1.AuthService/GetMe";

    fn keys(text: &str) -> CallerKeys {
        CallerKeys::parse(&SecretString::from(text)).unwrap()
    }

    fn key(seed: u8) -> String {
        hex::encode(
            [0_u8; 32]
                .map(|_| seed)
                .iter()
                .zip(0_u8..)
                .map(|(a, b)| a ^ b)
                .collect::<Vec<_>>(),
        )
    }

    fn caller() -> Caller {
        Caller::User(UserCaller {
            user: UserId::generate(),
            organization: Some(OrganizationId::generate()),
            session: None,
            api_key: None,
            permissions: vec!["webhooks:read".to_owned()],
        })
    }

    #[test]
    fn what_is_signed_verifies_until_it_expires() {
        let (keys, clock, caller) = (keys(&key(1)), Clock::manual(Utc::now()), caller());
        let value = keys.sign(&caller, PATH, &clock);
        assert_eq!(keys.verify(&value, PATH, &clock), Ok(caller));
        clock.advance(TimeDelta::seconds(61));
        assert_eq!(keys.verify(&value, PATH, &clock), Err(CallerError::Expired));
    }

    #[test]
    fn another_method_or_key_or_a_changed_byte_is_forged() {
        let (keys, clock) = (keys(&key(1)), Clock::manual(Utc::now()));
        let value = keys.sign(&caller(), PATH, &clock);
        let forged = Err(CallerError::Forged);
        assert_eq!(
            keys.verify(&value, "/guardmesh.auth.v1.AuthService/Logout", &clock),
            forged
        );
        assert_eq!(self::keys(&key(2)).verify(&value, PATH, &clock), forged);

        let bytes = value.to_bytes().unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[index] ^= 1;
            let changed = MetadataValue::from_bytes(&changed);
            assert!(keys.verify(&changed, PATH, &clock).is_err(), "byte {index}");
        }
        assert!(
            keys.verify(&MetadataValue::from_bytes(b""), PATH, &clock)
                .is_err()
        );
    }

    #[test]
    fn keys_rotate() {
        let clock = Clock::system();
        let old = keys(&key(1)).sign(&Caller::Service("webhooks".to_owned()), PATH, &clock);
        let both = keys(&format!("{}, {}", key(2), key(1)));
        assert_eq!(
            both.verify(&old, PATH, &clock),
            Ok(Caller::Service("webhooks".to_owned()))
        );
        assert!(keys(&key(2)).verify(&old, PATH, &clock).is_err());
    }

    #[test]
    fn weak_keys_are_refused() {
        let short = key(1)[..62].to_owned();
        for text in [
            "",
            "secret",
            &"00".repeat(32),
            &short,
            &format!("{},", key(1)),
        ] {
            assert!(
                CallerKeys::parse(&SecretString::from(text)).is_err(),
                "{text}"
            );
        }
    }
}
