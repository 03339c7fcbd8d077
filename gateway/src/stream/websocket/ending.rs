//! How a conversation over WebSocket ends, and what the client is told of it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

use super::{Receiver, Sender};
use crate::downstream::Broken;
use crate::edge::Exchange;
use crate::problem::Problem;
use crate::stream::format;

/// How long the client may take to close as well.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a conversation is over.
pub(super) enum Ending {
    /// The call went well.
    Done,
    /// The call failed.
    Failed(Problem),
    /// The gateway ends.
    Shutdown,
    /// What the client sent is not of the protocol.
    Refused(CloseCode, &'static str),
    /// The client closed.
    Closed,
    /// The connection broke.
    Gone,
}

// === impl Ending ===

impl Ending {
    pub(super) fn of(problem: Problem) -> Self {
        if problem.reason() == "SHUTTING_DOWN" {
            return Self::Shutdown;
        }
        Self::Failed(problem)
    }

    pub(super) fn binary() -> Self {
        Self::Refused(CloseCode::Unsupported, "BINARY_MESSAGE")
    }

    /// The client cannot be read from any more.
    pub(super) fn broken(error: &Error) -> Self {
        match error {
            Error::Capacity(_) => Self::Refused(CloseCode::Size, "MESSAGE_TOO_LARGE"),
            Error::Utf8(_) => Self::Refused(CloseCode::Invalid, "INVALID_UTF8"),
            Error::Protocol(_) => Self::Refused(CloseCode::Protocol, "INVALID_FRAMES"),
            _ => Self::Gone,
        }
    }

    /// What the log says of it.
    pub(super) fn failure(&self) -> Option<&'static str> {
        match self {
            Self::Done => None,
            Self::Failed(problem) => Some(problem.code()),
            Self::Shutdown => Some("UNAVAILABLE"),
            Self::Refused(..) => Some("INVALID_ARGUMENT"),
            Self::Closed | Self::Gone => Some("CANCELLED"),
        }
    }

    /// Tells the client, and waits a moment for it to close as well.
    pub(super) async fn say(
        self,
        sender: &mut Sender,
        receiver: &mut Receiver,
        exchange: &Exchange,
    ) -> Result<(), Broken> {
        let (code, reason) = match self {
            Self::Done => (CloseCode::Normal, String::new()),
            Self::Shutdown => (CloseCode::Away, "SHUTTING_DOWN".to_owned()),
            Self::Refused(code, reason) => (code, reason.to_owned()),
            Self::Failed(problem) => {
                let error = format::error_object(&problem.render(exchange.id.as_str()));
                let error = String::from_utf8(error).unwrap_or_default();
                let sent = sender.send(Message::text(error)).await;
                sent.map_err(|_| Broken::Gone)?;
                (problem.close_code().into(), bounded(problem.reason()))
            }
            // It is answered while we read on.
            Self::Closed => {
                let _ = timeout(FAREWELL, drain(receiver)).await;
                return Ok(());
            }
            Self::Gone => return Err(Broken::Gone),
        };
        let reason = reason.into();
        let close = Message::Close(Some(CloseFrame { code, reason }));
        sender.send(close).await.map_err(|_| Broken::Gone)?;
        let _ = timeout(FAREWELL, drain(receiver)).await;
        Ok(())
    }
}

/// What comes until the connection ends is of no interest.
async fn drain(receiver: &mut Receiver) {
    while let Some(Ok(_)) = receiver.next().await {}
}

/// A reason that fits a close frame (RFC 6455, section 5.5): reasons are ASCII.
fn bounded(reason: &str) -> String {
    reason.chars().filter(char::is_ascii).take(123).collect()
}
