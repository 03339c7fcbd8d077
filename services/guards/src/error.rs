//! What can go wrong in a call, and what the caller is told.

use std::time::Duration;

use guardmesh_chassis::database;
use guardmesh_chassis::fault::Fault;
use thiserror::Error;
use tonic::{Code, Status};

/// Why a call fails.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The request breaks a rule, or its caller does.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The caller has no run by that id. Whether somebody else has is not told.
    #[error("there is no such run")]
    NoSuchRun,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A row holds what no row of ours can.
    #[error("a row of {0} has an unknown value")]
    Corrupt(&'static str),
    /// More texts are under check than can be finished in time.
    #[error("too many checks at a time")]
    Busy,
    /// The organisation has no custom guard by that id.
    #[error("there is no such custom guard")]
    NoSuchGuard,
    /// Another custom guard of the organisation has the name.
    #[error("the name of a custom guard is taken")]
    NameTaken,
    /// The organisation has as many custom guards as it can have.
    #[error("too many custom guards")]
    TooManyGuards,
    /// No key for the vault is set.
    #[error("the vault is switched off")]
    VaultOff,
    /// A text has more values or tokens than are worked on at a time.
    #[error("too many values in one text")]
    TooManyValues,
    /// A text would become longer than an answer may be.
    #[error("the result is too long")]
    TooLong,
    /// A stream sends nothing, or goes on for too long.
    #[error("a stream took too long")]
    StreamTime,
    /// A piece of a stream took the guards too long.
    #[error("the guards took too long over a piece of a text")]
    OutOfTime,
    /// A stream has no place where it could be cut.
    #[error("a stream could not be decided")]
    Undecided,
    /// Something could not be sealed or named; no input leads here.
    #[error("a cryptographic operation failed")]
    Cryptography,
    /// The work on the text was cut off.
    #[error("the text could not be worked on")]
    Interrupted,
}

// === impl Error ===

impl Error {
    fn fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::NoSuchRun => Fault::new(
                Code::NotFound,
                "GUARD_RUN_NOT_FOUND",
                "You have no run by that id.",
            ),
            Self::Database(error) => database::fault(&error),
            Self::Busy => {
                tracing::warn!("a check was refused: too many at a time");
                Fault::new(
                    Code::Unavailable,
                    "OVERLOADED",
                    "Too many texts are being checked. Try again in a moment.",
                )
                .retry_after(Duration::from_secs(1))
            }
            Self::NoSuchGuard => Fault::new(
                Code::NotFound,
                "CUSTOM_GUARD_NOT_FOUND",
                "Your organisation has no guard by that id.",
            ),
            Self::NameTaken => Fault::new(
                Code::AlreadyExists,
                "CUSTOM_GUARD_NAME_TAKEN",
                "Your organisation has a guard by that name.",
            ),
            Self::TooManyGuards => Fault::new(
                Code::FailedPrecondition,
                "TOO_MANY_CUSTOM_GUARDS",
                "Your organisation has 100 guards already. Delete one first.",
            ),
            Self::VaultOff => Fault::new(
                Code::FailedPrecondition,
                "VAULT_OFF",
                "This installation keeps no values: it has no key for them (GUARDS_VAULT_KEYS).",
            ),
            Self::TooManyValues => Fault::new(
                Code::InvalidArgument,
                "TOO_MANY_VALUES",
                "The text has more than 2000 different values or tokens. Send it in parts.",
            ),
            Self::TooLong => Fault::new(
                Code::InvalidArgument,
                "RESULT_TOO_LONG",
                "The text would become longer than 2 MiB. Send it in parts.",
            ),
            Self::StreamTime => Fault::new(
                Code::DeadlineExceeded,
                "STREAM_TIME",
                "The stream paused for over a minute, or went on for over ten.",
            ),
            Self::OutOfTime => {
                tracing::warn!("the guards did not finish a piece of a stream in time");
                Fault::new(
                    Code::DeadlineExceeded,
                    "GUARD_TIMEOUT",
                    "The guards took too long over this part of the text.",
                )
            }
            Self::Undecided => Fault::new(
                Code::FailedPrecondition,
                "STREAM_UNDECIDED",
                "The text has 256 KiB without a place to cut it. Send it with bufferAll.",
            ),
            Self::Corrupt(_) | Self::Cryptography | Self::Interrupted => {
                tracing::error!(error = %self, "a call failed");
                Fault::internal()
            }
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        error.fault()
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        error.fault().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_learns_what_to_do_and_nothing_of_the_inside() {
        for (error, code, reason) in [
            (Error::NoSuchRun, Code::NotFound, "GUARD_RUN_NOT_FOUND"),
            (Error::Busy, Code::Unavailable, "OVERLOADED"),
            (
                sqlx::Error::PoolTimedOut.into(),
                Code::Unavailable,
                "UNAVAILABLE",
            ),
            (Error::Corrupt("runs"), Code::Internal, "INTERNAL"),
            (Error::Interrupted, Code::Internal, "INTERNAL"),
            (Error::Cryptography, Code::Internal, "INTERNAL"),
            (Error::VaultOff, Code::FailedPrecondition, "VAULT_OFF"),
            (
                Error::TooManyValues,
                Code::InvalidArgument,
                "TOO_MANY_VALUES",
            ),
            (Error::TooLong, Code::InvalidArgument, "RESULT_TOO_LONG"),
            (sqlx::Error::RowNotFound.into(), Code::Internal, "INTERNAL"),
        ] {
            let fault = error.fault();
            assert_eq!((fault.code(), fault.reason()), (code, reason));
            assert!(!fault.to_string().contains("row"), "{fault}");
        }
    }
}
