//! Computation that takes too long for a thread that serves calls: compiling patterns, judging
//! findings. What waits for a slot of its organisation is in `check`.

use tokio::task::spawn_blocking;

use crate::error::Error;

/// Does `work` on a thread that serves no calls; fails if it panics or the service ends.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.map_err(|_| Error::Interrupted)
}
