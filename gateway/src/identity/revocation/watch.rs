//! Follows the revocations of auth: a snapshot, then each as it happens, and a heartbeat. A
//! stream that ends, or falls silent, is opened anew, and its snapshot takes the place of what
//! was known, all at once.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_chassis::clock::Clock;
use guardmesh_proto::guardmesh::auth::v1::{WatchRevocationsRequest, WatchRevocationsResponse};
use prost::Message;
use thiserror::Error;
use tokio::time::{sleep, timeout};
use tonic::Status;

use super::{Full, Notice, Revocations};
use crate::identity::auth::Auth;
use crate::upstream::ResponseStream;

const WATCH_PATH: &str = "/guardmesh.auth.v1.RevocationService/WatchRevocations";
/// Auth sends something every second; with this much silence the stream is broken.
const SILENCE: Duration = Duration::from_secs(4);
/// Most bytes of one message.
const MAX_MESSAGE: usize = 4 * 1024 * 1024;
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MOST: Duration = Duration::from_secs(2);
const FORGET_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Follows the revocations of auth.
pub(crate) struct Watch {
    auth: Auth,
    revocations: Arc<Revocations>,
    clock: Clock,
}

/// Why a stream ended.
#[derive(Debug, Error)]
enum Ended {
    #[error("auth ended it: {:?}", .0.code())]
    Status(Status),
    #[error("auth ended it")]
    Quietly,
    #[error("silence")]
    Silence,
    #[error("a message cannot be read: {0}")]
    Malformed(String),
    #[error("there are more revocations than this gateway keeps: raise MAX_REVOCATIONS")]
    Full,
}

// === impl Watch ===

impl Watch {
    pub(crate) fn new(auth: Auth, revocations: Arc<Revocations>, clock: Clock) -> Self {
        Self {
            auth,
            revocations,
            clock,
        }
    }

    /// Follows for ever.
    pub(crate) async fn follow(&self) {
        let mut wait = RETRY_FIRST;
        loop {
            let mut heard = false;
            let Err(ended) = self.listen(&mut heard).await;
            if heard {
                wait = RETRY_FIRST;
            }
            // An outage is one line, and not a line for each attempt.
            if heard || matches!(ended, Ended::Full | Ended::Malformed(_)) {
                tracing::warn!(reason = %ended, "the stream of revocations ended");
            } else {
                tracing::debug!(reason = %ended, "no stream of revocations");
            }
            sleep(wait).await;
            wait = (wait * 2).min(RETRY_MOST);
        }
    }

    /// Follows one stream to its end; `heard` says whether its snapshot came.
    async fn listen(&self, heard: &mut bool) -> Result<std::convert::Infallible, Ended> {
        let open = self
            .auth
            .open(WATCH_PATH, &WatchRevocationsRequest {}, MAX_MESSAGE);
        let mut stream = timeout(SILENCE, open)
            .await
            .map_err(|_| Ended::Silence)?
            .map_err(Ended::Status)?;
        self.take_snapshot(&mut stream).await?;
        if !*heard {
            *heard = true;
            tracing::info!("revocations are followed");
        }
        let mut forgotten = self.clock.now();
        loop {
            let (notices, _) = next(&mut stream).await?;
            let now = self.clock.now();
            self.revocations.add(&notices, now)?;
            self.revocations.hear();
            if now - forgotten > FORGET_EVERY {
                self.revocations.forget_expired(now);
                forgotten = now;
            }
        }
    }

    /// Reads the snapshot to its end and puts it in the place of what was known.
    async fn take_snapshot(&self, stream: &mut ResponseStream) -> Result<(), Ended> {
        let mut snapshot = Vec::new();
        loop {
            let (notices, complete) = next(stream).await?;
            snapshot.extend(notices);
            if snapshot.len() > self.revocations.rules.most {
                return Err(Ended::Full);
            }
            if complete {
                break;
            }
        }
        self.revocations.replace(&snapshot, self.clock.now())?;
        self.revocations.hear();
        Ok(())
    }
}

impl From<Full> for Ended {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

/// The next message: its revocations, and whether the snapshot is complete.
async fn next(stream: &mut ResponseStream) -> Result<(Vec<Notice>, bool), Ended> {
    let message = timeout(SILENCE, stream.message()).await;
    let message = message.map_err(|_| Ended::Silence)?;
    let message = message.map_err(Ended::Status)?.ok_or(Ended::Quietly)?;
    let malformed = |error: &dyn std::error::Error| Ended::Malformed(error.to_string());
    let message = WatchRevocationsResponse::decode(message).map_err(|error| malformed(&error))?;
    let notices = message.revocations.into_iter().map(Notice::try_from);
    let notices = notices
        .collect::<Result<_, _>>()
        .map_err(|error| malformed(&error))?;
    Ok((notices, message.snapshot_complete))
}
