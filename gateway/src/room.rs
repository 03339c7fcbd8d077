//! Room for connections: how many there may be, and who leaves when there is no more.
//!
//! Without the second part, clients that say nothing would keep all others out for as long as
//! they may wait.

use std::future::{pending, ready};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The places of all connections.
pub(crate) struct Room {
    free: Arc<Semaphore>,
    /// Heard by the one that has listened longest.
    wanted: Notify,
}

// === impl Room ===

impl Room {
    pub(crate) fn new(places: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(places)),
            wanted: Notify::new(),
        }
    }

    /// A place, free again when it is dropped. When there is none, the connection that has waited
    /// longest for its client is asked to leave.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.free.clone().try_acquire_owned() {
            return Some(place);
        }
        self.wanted.notify_one();
        let place = self.free.clone().acquire_owned().await.ok();
        // Where nobody waited, somebody was served meanwhile: the question is withdrawn.
        tokio::select! {
            biased;
            () = self.wanted.notified() => {}
            () = ready(()) => {}
        }
        place
    }

    /// Returns once the place of whoever waits here is wanted for another. To be asked only while
    /// the client is waited for, not a service.
    pub(crate) async fn wanted(&self) {
        self.wanted.notified().await;
    }
}

/// Works with a client for so long, unless its place is wanted for another before.
pub(crate) async fn patiently<T>(
    room: Option<Arc<Room>>,
    patience: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let wanted = async {
        match room {
            Some(room) => room.wanted().await,
            None => pending().await,
        }
    };
    tokio::select! {
        biased;
        done = timeout(patience, work) => done.ok(),
        () = wanted => None,
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn who_waits_longest_leaves() {
        let room = Room::new(1);
        let place = room.place().await;
        let (mut first, mut second) = (pin!(room.wanted()), pin!(room.wanted()));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        let mut next = pin!(room.place());
        assert!(next.as_mut().now_or_never().is_none());
        assert!(first.as_mut().now_or_never().is_some());
        assert!(second.as_mut().now_or_never().is_none());
        drop(place);
        assert!(next.as_mut().now_or_never().is_some());
    }

    #[tokio::test]
    async fn nobody_leaves_once_there_is_room() {
        let room = Room::new(1);
        let place = room.place().await;
        let mut next = pin!(room.place());
        assert!(next.as_mut().now_or_never().is_none());
        drop(place);
        let _place = next.as_mut().now_or_never();
        assert!(room.wanted().now_or_never().is_none());
    }
}
