//! Calls that failed: how they look to the client, whether the service may have seen them, and
//! what they say of the endpoint.

use std::io;
use std::time::Duration;

use h2::Reason;
use tonic::{Code, Status};

use super::grpc;
use crate::http2::Broken;

/// A deadline that passes earlier says nothing of the endpoint: who gives a call a millisecond
/// must not be able to have endpoints ejected.
const PATIENCE: Duration = Duration::from_secs(1);

/// A call, or one attempt at it, that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: Status,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The service provably did nothing: no connection, or `REFUSED_STREAM`
    /// (RFC 9113, section 8.7).
    Unsent,
    /// The same, and nothing is wrong: the connection was being closed (`GOAWAY`, section 6.8).
    Returned,
    /// The service may have acted, and did not tell.
    Broken,
    /// The service answered.
    Answered,
}

/// What an outcome says of who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It works.
    Good,
    /// It does not.
    Bad,
    /// Nothing.
    None,
}

// === impl Failure ===

impl Failure {
    /// No connection could be had.
    pub(super) fn unreachable(error: &io::Error) -> Self {
        tracing::debug!(%error, "a service cannot be reached");
        Self {
            status: Status::unavailable(""),
            fate: Fate::Unsent,
        }
    }

    /// No connection took the request.
    pub(super) fn not_taken(error: &h2::Error) -> Self {
        tracing::debug!(%error, "a connection takes no more calls");
        Self {
            status: Status::unavailable(""),
            fate: Fate::Returned,
        }
    }

    /// The stream, or its connection, broke. h2 reports a remote `GOAWAY` on exactly the streams
    /// above its last stream id.
    pub(super) fn broken(error: &h2::Error) -> Self {
        let fate = if error.is_go_away() && error.is_remote() {
            Fate::Returned
        } else if error.is_reset()
            && error.is_remote()
            && error.reason() == Some(Reason::REFUSED_STREAM)
        {
            Fate::Unsent
        } else {
            Fate::Broken
        };
        Self {
            status: grpc::broken(error),
            fate,
        }
    }

    /// A unary call ended without an answer.
    pub(super) fn unanswered(broken: Broken) -> Self {
        tracing::debug!(?broken, "a call broke off");
        let (status, fate) = match broken {
            Broken::Returned => (Status::unavailable(""), Fate::Returned),
            Broken::Reset(Reason::REFUSED_STREAM) => (Status::unavailable(""), Fate::Unsent),
            Broken::Reset(reason) => (grpc::reset(reason), Fate::Broken),
            Broken::Malformed => (Status::internal(""), Fate::Broken),
            Broken::TooLarge => (
                Status::internal("the response is too large"),
                Fate::Answered,
            ),
            Broken::Lost => (Status::unavailable(""), Fate::Broken),
        };
        Self { status, fate }
    }

    /// The deadline passed.
    pub(super) fn late() -> Self {
        Self {
            status: grpc::late(),
            fate: Fate::Broken,
        }
    }

    /// Whether to call again can do no harm. An `UNAVAILABLE` with details is the service's own
    /// word on when to come back, and is passed on.
    pub(super) fn may_repeat(&self, idempotent: bool) -> bool {
        self.is_free() || (idempotent && self.is_bare_unavailable())
    }

    /// Whether a repetition asks no more of services than the call itself did.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.fate, Fate::Unsent | Fate::Returned)
    }

    fn verdict(&self, waited: Duration) -> Verdict {
        let too_late = self.status.code() == Code::DeadlineExceeded;
        match self.fate {
            Fate::Unsent => Verdict::Bad,
            Fate::Returned => Verdict::None,
            _ if self.is_bare_unavailable() || (too_late && waited >= PATIENCE) => Verdict::Bad,
            Fate::Answered if !too_late => Verdict::Good,
            Fate::Answered | Fate::Broken => Verdict::None,
        }
    }

    fn is_bare_unavailable(&self) -> bool {
        self.status.code() == Code::Unavailable && self.status.details().is_empty()
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self {
            status,
            fate: Fate::Answered,
        }
    }
}

/// What an outcome, `waited` for so long, says of who was asked. An error is an answer as well;
/// only one that says nothing but that it cannot be had speaks against the service.
pub(super) fn verdict(outcome: Result<(), &Failure>, waited: Duration) -> Verdict {
    outcome.map_or_else(|failure| failure.verdict(waited), |()| Verdict::Good)
}

#[cfg(test)]
mod tests {
    use tonic_types::{ErrorDetails, StatusExt};

    use super::*;

    const SOON: Duration = Duration::from_millis(1);

    #[test]
    fn only_what_did_not_arrive_or_may_arrive_twice_is_repeated() {
        let down: Failure = Status::unavailable("").into();
        assert!(down.may_repeat(true) && !down.may_repeat(false));
        let unsent = Failure::unreachable(&io::ErrorKind::ConnectionRefused.into());
        assert!(unsent.may_repeat(false) && unsent.is_free());
        let mut details = ErrorDetails::new();
        details.set_retry_info(Some(PATIENCE));
        let come_back = Status::with_error_details(Code::Unavailable, "", details);
        for status in [come_back, Status::internal(""), Status::not_found("")] {
            assert!(!Failure::from(status).may_repeat(true));
        }
        assert!(!Failure::late().may_repeat(true));
    }

    #[test]
    fn an_error_is_an_answer_and_a_short_deadline_says_nothing() {
        let answer = Failure::from(Status::not_found(""));
        let down = Failure::from(Status::unavailable(""));
        let late = Failure::late();
        assert_eq!(verdict(Ok(()), SOON), Verdict::Good);
        assert_eq!(verdict(Err(&answer), PATIENCE), Verdict::Good);
        assert_eq!(verdict(Err(&down), SOON), Verdict::Bad);
        assert_eq!(verdict(Err(&late), SOON), Verdict::None);
        assert_eq!(verdict(Err(&late), PATIENCE), Verdict::Bad);
    }
}
