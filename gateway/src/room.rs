//! Room for connections: how many there may be, and who leaves when there is no more.
//!
//! Without the second part, clients that say nothing, or take nothing of their answers, would keep
//! all others out for as long as they may wait. A connection may be asked to leave while all that
//! is under way on it waits for its client: for a head, for a body, or for room to send. A stream
//! whose client takes what comes is a service under way, however little comes: it is bounded by
//! the bounds of streams, and by the connections one client may have.

use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::poll;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::metrics::Counter;

/// The places of all connections.
pub(crate) struct Room {
    places: usize,
    free: Arc<Semaphore>,
    /// Heard by the one that has listened longest.
    wanted: Notify,
    /// Who left to make room.
    pub(crate) evictions: Counter,
}

/// What is under way on a connection that has many requests at the same time.
pub(crate) struct Company {
    room: Arc<Room>,
    /// Requests that do not wait for the client.
    busy: AtomicUsize,
    changed: Notify,
}

/// One of those requests; busy unless it says otherwise, until it is dropped.
pub(crate) struct Busy(Arc<Company>);

/// Who gives way when a request waits for its client and its place is wanted.
#[derive(Clone)]
pub(crate) enum Place {
    /// The request, which has the connection for itself.
    Alone(Arc<Room>),
    /// The connection, once all of its requests wait.
    Shared(Arc<Company>),
}

// === impl Room ===

impl Room {
    pub(crate) fn new(places: usize) -> Self {
        Self {
            places,
            free: Arc::new(Semaphore::new(places)),
            wanted: Notify::new(),
            evictions: Counter::default(),
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
        self.evictions.count();
    }

    /// Places that are taken.
    pub(crate) fn taken(&self) -> usize {
        self.places - self.free.available_permits()
    }
}

// === impl Company ===

impl Company {
    pub(crate) fn new(room: Arc<Room>) -> Arc<Self> {
        Arc::new(Self {
            room,
            busy: AtomicUsize::new(0),
            changed: Notify::new(),
        })
    }

    /// A request begins.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.enter();
        Busy(self.clone())
    }

    /// Returns once the place of the connection is wanted for another, and nothing on it but its
    /// client is waited for.
    pub(crate) async fn wanted(&self) {
        loop {
            let changed = self.changed.notified();
            if self.busy.load(Ordering::Acquire) > 0 {
                changed.await;
                continue;
            }
            tokio::select! {
                () = self.room.wanted() => return,
                () = changed => {}
            }
        }
    }

    fn enter(&self) {
        if self.busy.fetch_add(1, Ordering::AcqRel) == 0 {
            self.changed.notify_one();
        }
    }

    fn leave(&self) {
        if self.busy.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.changed.notify_one();
        }
    }
}

// === impl Busy ===

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Works with a client for so long, unless its place is wanted for another before.
pub(crate) async fn patiently<T>(
    place: Place,
    patience: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    // Most clients have sent, or take, what is wanted: nothing is to be waited for.
    if let Poll::Ready(done) = poll!(work.as_mut()) {
        return Some(done);
    }
    match place {
        Place::Alone(room) => tokio::select! {
            biased;
            done = timeout(patience, work) => done.ok(),
            () = room.wanted() => None,
        },
        Place::Shared(company) => {
            company.leave();
            let _busy_again = Return(&company);
            timeout(patience, work).await.ok()
        }
    }
}

/// Ends a wait for the client, however it ends.
struct Return<'a>(&'a Company);

impl Drop for Return<'_> {
    fn drop(&mut self) {
        self.0.enter();
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
    async fn a_connection_leaves_once_all_its_requests_wait() {
        let room = Arc::new(Room::new(1));
        let company = Company::new(room.clone());
        let (first, second) = (company.begin(), company.begin());
        let _place = room.place().await;
        let mut next = pin!(room.place());
        let mut wanted = pin!(company.wanted());
        assert!(wanted.as_mut().now_or_never().is_none());
        assert!(next.as_mut().now_or_never().is_none());
        drop(first);
        assert!(wanted.as_mut().now_or_never().is_none());
        let hour = Duration::from_hours(1);
        let place = Place::Shared(company.clone());
        let mut waits = Box::pin(patiently(place, hour, std::future::pending::<()>()));
        assert!(waits.as_mut().now_or_never().is_none());
        assert!(wanted.as_mut().now_or_never().is_some());

        // It serves again.
        drop(waits);
        let mut wanted = pin!(company.wanted());
        let mut another = pin!(room.place());
        assert!(another.as_mut().now_or_never().is_none());
        assert!(wanted.as_mut().now_or_never().is_none());
        drop(second);
        assert!(wanted.as_mut().now_or_never().is_some());
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
