//! What can go wrong in a call, and what a caller is told of it.

use guardmesh_chassis::database;
use guardmesh_chassis::fault::Fault;
use thiserror::Error;
use tonic::{Code, Status};

use crate::handler::EventError;
use crate::signature::SignatureError;

/// Why a call failed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// No secret is configured for this source.
    #[error("no secret is configured for {0}")]
    NotConfigured(&'static str),
    /// More than an event can be.
    #[error("a body of {0} bytes is too large")]
    BodyTooLarge(usize),
    /// The signature does not show that the event comes from its source.
    #[error("signature of {source_name}: {error}")]
    InvalidSignature {
        /// Of which source.
        source_name: &'static str,
        /// What is wrong with it.
        error: SignatureError,
    },
    /// Signed, but no event.
    #[error(transparent)]
    InvalidEvent(#[from] EventError),
    /// There is no event by that id.
    #[error("no such event")]
    NoSuchEvent,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            // A refusal, not an outage: trying again is of no use until someone configures it.
            // Senders keep trying for days, so nothing is lost meanwhile.
            Error::NotConfigured(source) => Self::new(
                Code::FailedPrecondition,
                "SOURCE_NOT_CONFIGURED",
                format!("No signing secret is configured for events of {source}."),
            ),
            Error::BodyTooLarge(_) => Self::new(
                Code::ResourceExhausted,
                "BODY_TOO_LARGE",
                "The body is too large for an event.",
            ),
            Error::InvalidSignature { source_name, error } => {
                // For who wonders why a sender is refused.
                tracing::info!(source = source_name, %error, "a signature was refused");
                Self::new(
                    Code::InvalidArgument,
                    "INVALID_SIGNATURE",
                    "The signature is missing or does not match.",
                )
            }
            Error::InvalidEvent(error) => {
                Self::new(Code::InvalidArgument, "INVALID_EVENT", format!("{error}."))
            }
            Error::NoSuchEvent => {
                Self::new(Code::NotFound, "EVENT_NOT_FOUND", "There is no such event.")
            }
            Error::Database(error) => database::fault(&error),
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        Fault::from(error).into()
    }
}
