//! Who is told of a revocation as it is learnt: open streams, by what identifies their callers.
//!
//! A revocation wakes the streams it is about and no others, however many are open, and nobody
//! asks again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::Subject;

/// All who listen.
#[derive(Clone, Default)]
pub(crate) struct Listeners(Arc<Mutex<HashMap<Subject, Arc<Notify>>>>);

/// One who listens for one subject, until it is dropped.
pub(crate) struct Listener {
    all: Listeners,
    subject: Subject,
    news: Arc<Notify>,
}

// === impl Listeners ===

impl Listeners {
    pub(super) fn listen(&self, subject: Subject) -> Listener {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Listener {
            all: self.clone(),
            subject,
            news: all.entry(subject).or_default().clone(),
        }
    }

    /// Wakes all who listen for this subject.
    pub(super) fn tell(&self, subject: Subject) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(news) = all.get(&subject) {
            news.notify_waiters();
        }
    }
}

// === impl Listener ===

impl Listener {
    /// Ready once there is news that came after this was called, whether it is polled by then or
    /// not.
    pub(crate) fn news(&self) -> Notified<'_> {
        self.news.notified()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The entry's and ours: no other listener is left, and none can come while we hold the lock.
        if Arc::strong_count(&self.news) == 2 {
            all.remove(&self.subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use guardmesh_chassis::id::{SessionId, UserId};

    use super::*;

    #[test]
    fn news_wakes_those_it_is_about() {
        let listeners = Listeners::default();
        let subject = Subject::User(UserId::generate());
        let many: Vec<_> = (0..1000).map(|_| listeners.listen(subject)).collect();
        let other = listeners.listen(Subject::Session(SessionId::generate()));
        let waiting: Vec<_> = many.iter().map(Listener::news).collect();
        let other = other.news();
        listeners.tell(subject);
        assert!(
            waiting
                .into_iter()
                .all(|news| news.now_or_never().is_some())
        );
        assert!(other.now_or_never().is_none());
        assert!(many[0].news().now_or_never().is_none(), "old news");
    }

    #[test]
    fn who_is_gone_leaves_nothing_behind() {
        let listeners = Listeners::default();
        let subject = Subject::User(UserId::generate());
        let (first, second) = (listeners.listen(subject), listeners.listen(subject));
        drop(first);
        let news = second.news();
        listeners.tell(subject);
        assert!(news.now_or_never().is_some());
        drop(second);
        assert!(listeners.0.lock().unwrap().is_empty());
    }
}
