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
    /// The work on the text was cut off.
    #[error("the text could not be worked on")]
    Interrupted,
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
            Self::Corrupt(_) | Self::Interrupted | Self::Random => {
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
            (sqlx::Error::RowNotFound.into(), Code::Internal, "INTERNAL"),
        ] {
            let fault = error.fault();
            assert_eq!((fault.code(), fault.reason()), (code, reason));
            assert!(!fault.to_string().contains("row"), "{fault}");
        }
    }
}
