//! What can go wrong in this service, and what of it a caller is told.

use std::borrow::Cow;
use std::time::Duration;

use aws_lc_rs::error::Unspecified;
use guardmesh_chassis::database;
use guardmesh_chassis::fault::Fault;
use thiserror::Error;
use tokio::task::JoinError;
use tonic::{Code, Status};

/// When a full queue of password hashes is worth another try.
const BUSY_RETRY: Duration = Duration::from_secs(1);

/// A failed operation. The text of those that a caller can do something about is for the caller.
#[derive(Debug, Error)]
pub enum Error {
    /// Fields of the request break rules.
    #[error("The request has invalid fields.{}", list(.0))]
    Invalid(Vec<Violation>),
    /// There is an account with this e-mail address.
    #[error("There is an account with this e-mail address already.")]
    EmailTaken,
    /// No account, or another password: nobody learns which.
    #[error("The e-mail address or the password is wrong.")]
    InvalidCredentials,
    /// Unknown, expired or malformed.
    #[error("The refresh token is not valid: sign in again.")]
    InvalidRefreshToken,
    /// A token that was exchanged before: a copy of it may be in wrong hands.
    #[error("The refresh token was used before; its session has been ended: sign in again.")]
    RefreshTokenReused,
    /// Logged out, ended by us, or expired.
    #[error("The session has ended: sign in again.")]
    SessionEnded,
    /// The call was made with an API key, or by who signed in elsewhere.
    #[error("This call needs a session of its own: sign in with e-mail address and password.")]
    NoSession,
    /// The session was opened too long ago for what cannot be undone.
    #[error("You signed in too long ago for this: sign in again, then repeat it at once.")]
    ReauthenticationRequired,
    /// Nobody would own what others are in.
    #[error(
        "You alone own an organisation that has other members: delete it first, or let somebody \
         else own it."
    )]
    LastOwner,
    /// The caller was an owner when they were let in.
    #[error("You do not own the organisation any more.")]
    NotAnOwner,
    /// No organisation has this id.
    #[error("There is no such organisation.")]
    OrganizationNotFound,
    /// Unknown, revoked, expired, or of who is no member any more: nobody learns which.
    #[error("The API key is not valid.")]
    InvalidApiKey,
    /// The organisation has no such key.
    #[error("There is no such API key.")]
    ApiKeyNotFound,
    /// The organisation has all the keys that it may have.
    #[error("The organisation has 100 API keys that work: revoke one that is not needed.")]
    TooManyApiKeys,
    /// The caller was a member when they were let in.
    #[error("You are not a member of the organisation any more.")]
    NotAMember,
    /// The issuer has deleted whom its token names, the organisation or the membership.
    #[error("Whom the token names was deleted.")]
    DeletedElsewhere,
    /// No account has this address or id.
    #[error("There is no such account.")]
    UserNotFound,
    /// The database cannot be followed, or the service stops.
    #[error("Revocations cannot be known for a moment: watch again.")]
    RevocationsUnknown,
    /// Updates wait for a watcher that does not take them.
    #[error("Revocations were not taken in time: watch again.")]
    WatcherTooSlow,
    /// Nobody has that many gateways.
    #[error("Too many watch revocations already.")]
    TooManyWatchers,
    /// Too many passwords wait to be hashed.
    #[error("Too many sign-ins at once: try again in a moment.")]
    Busy,
    /// The database refused or did not answer.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The thread that hashed a password died.
    #[error("password hashing: {0}")]
    Hashing(#[source] JoinError),
    /// A password hash could not be made or read.
    #[error("a password hash could not be made or read")]
    PasswordHash,
    /// Something could not be sealed, or a key not be made.
    #[error("cryptography failed")]
    Cryptography(#[from] Unspecified),
    /// An access token could not be signed.
    #[error("signing an access token: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// A field, in its JSON spelling, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field.
    pub field: Cow<'static, str>,
    /// The rule, as the rest of a sentence that begins with the field.
    pub rule: &'static str,
}

// === impl Violation ===

impl Violation {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, rule: &'static str) -> Self {
        Self {
            field: field.into(),
            rule,
        }
    }
}

// === impl Error ===

impl Error {
    /// The gRPC code and the stable reason that a caller is told; none for what is not theirs.
    fn code(&self) -> Option<(Code, &'static str)> {
        Some(match self {
            Self::Invalid(_) => (Code::InvalidArgument, "INVALID_FIELD"),
            Self::EmailTaken => (Code::AlreadyExists, "EMAIL_TAKEN"),
            Self::InvalidCredentials => (Code::Unauthenticated, "INVALID_CREDENTIALS"),
            Self::InvalidRefreshToken => (Code::Unauthenticated, "INVALID_REFRESH_TOKEN"),
            Self::RefreshTokenReused => (Code::Unauthenticated, "REFRESH_TOKEN_REUSED"),
            Self::SessionEnded => (Code::Unauthenticated, "SESSION_ENDED"),
            Self::NoSession => (Code::FailedPrecondition, "NO_SESSION"),
            Self::ReauthenticationRequired => (Code::PermissionDenied, "REAUTHENTICATION_REQUIRED"),
            Self::LastOwner => (Code::FailedPrecondition, "LAST_OWNER"),
            Self::NotAnOwner => (Code::PermissionDenied, "NOT_AN_OWNER"),
            Self::OrganizationNotFound => (Code::NotFound, "ORGANIZATION_NOT_FOUND"),
            Self::InvalidApiKey => (Code::Unauthenticated, "INVALID_API_KEY"),
            Self::ApiKeyNotFound => (Code::NotFound, "API_KEY_NOT_FOUND"),
            Self::TooManyApiKeys => (Code::ResourceExhausted, "TOO_MANY_API_KEYS"),
            Self::NotAMember => (Code::PermissionDenied, "NOT_A_MEMBER"),
            Self::DeletedElsewhere => (Code::Unauthenticated, "DELETED_ELSEWHERE"),
            Self::UserNotFound => (Code::NotFound, "USER_NOT_FOUND"),
            Self::RevocationsUnknown => (Code::Unavailable, "REVOCATIONS_UNKNOWN"),
            Self::WatcherTooSlow => (Code::ResourceExhausted, "WATCHER_TOO_SLOW"),
            Self::TooManyWatchers => (Code::ResourceExhausted, "TOO_MANY_WATCHERS"),
            Self::Busy => (Code::Unavailable, "BUSY"),
            Self::Database(_)
            | Self::Hashing(_)
            | Self::PasswordHash
            | Self::Cryptography(_)
            | Self::Signing(_) => return None,
        })
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let Some((code, reason)) = error.code() else {
            if let Error::Database(error) = &error {
                return database::fault(error);
            }
            tracing::error!(%error, "an operation failed");
            return Self::internal();
        };
        let fault = Self::new(code, reason, error.to_string());
        match error {
            Error::Invalid(violations) => violations
                .into_iter()
                .fold(fault, |fault, Violation { field, rule }| {
                    fault.and_invalid(field, rule)
                }),
            Error::Busy => fault.retry_after(BUSY_RETRY),
            _ => fault,
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        Fault::from(error).into()
    }
}

fn list(violations: &[Violation]) -> String {
    let told = violations
        .iter()
        .map(|Violation { field, rule }| format!(" {field} {rule}."));
    told.collect()
}
