//! Questions under way: whoever asks what is being asked already waits for that answer. When the
//! one who asks gives up, the next one of those who wait asks. Bounded: past the bound nobody
//! begins a question.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::digest::Digest;

/// Questions under way by what they ask.
pub(crate) struct Flights<T> {
    under_way: Mutex<HashMap<Digest, Arc<OnceCell<T>>>>,
    most: usize,
}

/// A part in a question; the last to leave it takes it off the list.
struct Seat<'a, T> {
    flights: &'a Flights<T>,
    question: Digest,
    cell: Arc<OnceCell<T>>,
}

// === impl Flights ===

impl<T: Clone> Flights<T> {
    /// Lets up to `most` questions be under way.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            under_way: Mutex::default(),
            most,
        }
    }

    /// The answer to `question`, by `ask` if nobody asks it yet; `None` when too much is asked.
    pub(crate) async fn join(&self, question: Digest, ask: impl Future<Output = T>) -> Option<T> {
        let seat = self.seat(question)?;
        Some(seat.cell.get_or_init(|| ask).await.clone())
    }

    fn seat(&self, question: Digest) -> Option<Seat<'_, T>> {
        let mut under_way = self.lock();
        let known = under_way.get(&question).cloned();
        if known.is_none() && under_way.len() >= self.most {
            return None;
        }
        let cell = known.unwrap_or_default();
        under_way.insert(question, cell.clone());
        Some(Seat {
            flights: self,
            question,
            cell,
        })
    }
}

impl<T> Flights<T> {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, Arc<OnceCell<T>>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Seat ===

impl<T> Drop for Seat<'_, T> {
    fn drop(&mut self) {
        let mut under_way = self.flights.lock();
        let ours = under_way
            .get(&self.question)
            .is_some_and(|cell| Arc::ptr_eq(cell, &self.cell));
        // The list and this seat.
        let last = Arc::strong_count(&self.cell) == 2;
        if ours && (self.cell.initialized() || last) {
            under_way.remove(&self.question);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{join_all, poll_immediate};

    use super::*;

    fn question(number: u8) -> Digest {
        Digest::of(&[number])
    }

    #[tokio::test]
    async fn one_asks_for_all() {
        let flights = Flights::new(10);
        let asked = AtomicUsize::new(0);
        let ask = async || {
            tokio::task::yield_now().await;
            asked.fetch_add(1, Ordering::Relaxed) + 1
        };
        let answers = join_all((0..50).map(|_| flights.join(question(1), ask()))).await;
        assert_eq!(answers, [Some(1); 50]);
        // What is over is not remembered.
        assert!(flights.lock().is_empty());
        assert_eq!(flights.join(question(1), ask()).await, Some(2));
    }

    #[tokio::test]
    async fn when_the_one_who_asks_gives_up_another_asks() {
        let flights = Flights::new(10);
        let mut first = Box::pin(flights.join(question(1), pending()));
        assert_eq!(poll_immediate(&mut first).await, None);
        let mut second = Box::pin(flights.join(question(1), async { 2 }));
        assert_eq!(poll_immediate(&mut second).await, None);
        drop(first);
        assert_eq!(second.await, Some(2));
        assert!(flights.lock().is_empty());
    }

    #[tokio::test]
    async fn there_is_a_bound() {
        let flights = Flights::new(1);
        let mut first = Box::pin(flights.join(question(1), pending::<u8>()));
        assert_eq!(poll_immediate(&mut first).await, None);
        assert_eq!(flights.join(question(2), async { 2 }).await, None);
        drop(first);
        assert_eq!(flights.join(question(2), async { 2 }).await, Some(2));
    }
}
