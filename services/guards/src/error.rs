//! What can go wrong in a call, and what the caller is told.

use std::time::Duration;

use guardmesh_chassis::database;
use guardmesh_chassis::fault::Fault;
use thiserror::Error;
use tonic::{Code, Status};

use crate::policy::VersionId;

/// Why a call fails.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The request breaks a rule, or its caller does.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The caller has no run by that id. Whether somebody else has is not told.
    #[error("there is no such run")]
    NoSuchRun,
    /// No text of the run is there for the caller's organisation.
    #[error("there is no text of the run")]
    NoText,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A row holds what no row of ours can.
    #[error("a row of {0} has an unknown value")]
    Corrupt(&'static str),
    /// More texts are under check than can be finished in time.
    #[error("too many checks at a time")]
    Busy,
    /// The database did not answer in time, or is known not to.
    #[error("the database does not answer")]
    Unreachable,
    /// The caller's organisation has no policy, or no version of it, by that id.
    #[error("there is no such policy")]
    NoSuchPolicy,
    /// Another policy of the organisation has that name.
    #[error("the name of the policy is taken")]
    PolicyNameTaken,
    /// The organisation has as many policies as it may.
    #[error("there are too many policies")]
    TooManyPolicies,
    /// The policy is the active one.
    #[error("the policy is active")]
    PolicyActive,
    /// The policy has another version than the caller believes.
    #[error("the policy has changed")]
    PolicyChanged,
    /// A version that was valid once does not compile.
    #[error("version {} of {} does not compile any more", .0.version, .0.policy)]
    BrokenPolicy(VersionId),
    /// The system gives no random numbers.
    #[error("there are no random numbers")]
    Random,
    /// The organisation has no custom guard by that id.
    #[error("there is no such custom guard")]
    NoSuchGuard,
    /// Another custom guard of the organisation has the name.
    #[error("the name of a custom guard is taken")]
    NameTaken,
    /// The present version of a policy names the custom guard.
    #[error("a policy names the custom guard")]
    GuardInUse,
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
    /// The model that guards in doubt ask did not work.
    #[cfg_attr(
        not(any(test, feature = "transformer")),
        expect(dead_code, reason = "there is no such model then")
    )]
    #[error("the model that was asked failed: {0}")]
    Model(String),
}

// === impl Error ===

impl Error {
    /// Whether the database is what is missing, so that trying again later may help.
    pub(crate) fn is_unavailable(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Database(error) => database::is_unavailable(error),
            _ => false,
        }
    }

    fn fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::NoSuchRun => Fault::new(
                Code::NotFound,
                "GUARD_RUN_NOT_FOUND",
                "You have no run by that id.",
            ),
            Self::NoText => Fault::new(
                Code::NotFound,
                "GUARD_RUN_TEXT_NOT_FOUND",
                "No text was kept of such a run, or not until now.",
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
            Self::Unreachable => Fault::unavailable(),
            Self::NoSuchPolicy
            | Self::PolicyNameTaken
            | Self::TooManyPolicies
            | Self::PolicyActive
            | Self::PolicyChanged => self.policy_fault(),
            Self::BrokenPolicy(_) => {
                tracing::error!(error = %self, "a check was refused");
                Fault::new(
                    Code::FailedPrecondition,
                    "POLICY_BROKEN",
                    "The policy does not fit this version of the service: update it.",
                )
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
            Self::GuardInUse => Fault::new(
                Code::FailedPrecondition,
                "CUSTOM_GUARD_IN_USE",
                "A policy names the guard: take it out of all of them first.",
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
            Self::Corrupt(_)
            | Self::Cryptography
            | Self::Interrupted
            | Self::Model(_)
            | Self::Random => {
                tracing::error!(error = %self, "a call failed");
                Fault::internal()
            }
        }
    }
}

impl Error {
    fn policy_fault(&self) -> Fault {
        let (code, reason, message) = match self {
            Self::PolicyNameTaken => (
                Code::AlreadyExists,
                "POLICY_NAME_TAKEN",
                "Another policy has that name.",
            ),
            Self::TooManyPolicies => (
                Code::ResourceExhausted,
                "TOO_MANY_POLICIES",
                "An organisation has at most 100 policies.",
            ),
            Self::PolicyActive => (
                Code::FailedPrecondition,
                "POLICY_ACTIVE",
                "The policy is active: activate another one first, or none.",
            ),
            Self::PolicyChanged => (
                Code::Aborted,
                "POLICY_CHANGED",
                "The policy has another version by now: read it again.",
            ),
            _ => (
                Code::NotFound,
                "POLICY_NOT_FOUND",
                "Your organisation has no such policy, or no such version of it.",
            ),
        };
        Fault::new(code, reason, message)
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
            (Error::NoSuchPolicy, Code::NotFound, "POLICY_NOT_FOUND"),
            (Error::PolicyChanged, Code::Aborted, "POLICY_CHANGED"),
            (Error::Unreachable, Code::Unavailable, "UNAVAILABLE"),
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
