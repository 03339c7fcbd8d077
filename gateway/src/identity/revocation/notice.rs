//! A revocation as auth states it, read strictly: one that cannot be read cannot be honoured.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::{ApiKeyId, IdError, SessionId, UserId};
use guardmesh_proto::guardmesh::auth::v1::Revocation;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject as SubjectMessage;
use prost_types::Timestamp;
use thiserror::Error;

/// What was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    Session(SessionId),
    ApiKey(ApiKeyId),
    User(UserId),
}

/// That something was revoked. Times are milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) subject: Subject,
    pub(crate) since: i64,
    /// Nothing it covers is valid any more then.
    pub(crate) until: i64,
}

/// Why a revocation cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum NoticeError {
    #[error("it names nothing that can be revoked")]
    Subject,
    #[error(transparent)]
    Id(#[from] IdError),
    #[error("it does not say since when, or not properly")]
    Time,
}

// === impl Subject ===

impl Subject {
    /// A random byte of its id.
    pub(super) fn last_byte(self) -> u8 {
        let uuid = match self {
            Self::Session(id) => id.uuid(),
            Self::ApiKey(id) => id.uuid(),
            Self::User(id) => id.uuid(),
        };
        uuid.as_bytes()[15]
    }
}

// === impl Notice ===

impl TryFrom<Revocation> for Notice {
    type Error = NoticeError;

    fn try_from(message: Revocation) -> Result<Self, NoticeError> {
        let subject = match message.subject.ok_or(NoticeError::Subject)? {
            SubjectMessage::SessionId(id) => Subject::Session(id.parse()?),
            SubjectMessage::ApiKeyId(id) => Subject::ApiKey(id.parse()?),
            SubjectMessage::UserId(id) => Subject::User(id.parse()?),
        };
        let since = message.revoke_time.ok_or(NoticeError::Time)?;
        let until = message.expire_time.map(millis).transpose()?;
        Ok(Self {
            subject,
            since: millis(since)?,
            until: until.unwrap_or(i64::MAX),
        })
    }
}

fn millis(time: Timestamp) -> Result<i64, NoticeError> {
    let nanos = u32::try_from(time.nanos).map_err(|_| NoticeError::Time)?;
    let time = DateTime::<Utc>::from_timestamp(time.seconds, nanos).ok_or(NoticeError::Time)?;
    Ok(time.timestamp_millis())
}
