//! From serving to gone, in two steps: first clients are sent elsewhere while everything is still
//! answered, then nothing new is taken.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How far the end has come.
#[derive(Debug, Clone)]
pub(crate) struct Lifecycle {
    draining: CancellationToken,
    stopping: CancellationToken,
}

// === impl Lifecycle ===

impl Lifecycle {
    /// Drains once `shutdown` is cancelled.
    pub(crate) fn new(shutdown: CancellationToken) -> Self {
        Self {
            draining: shutdown,
            stopping: CancellationToken::new(),
        }
    }

    /// Readiness is off, and clients are asked to leave: `Connection: close`, GOAWAY.
    pub(crate) async fn draining(&self) {
        self.draining.cancelled().await;
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// No request is begun any more.
    pub(crate) async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Waits for the shutdown, and for as long as load balancers need to notice it.
    pub(crate) async fn until_stop(&self, delay: Duration) {
        self.draining().await;
        tokio::time::sleep(delay).await;
        self.stopping.cancel();
    }
}
