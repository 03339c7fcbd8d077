//! The connections to an endpoint, some for each thread that calls it.
//!
//! A call and its connection stay on one thread, so that no thread wakes another for an answer.
//! A thread is known by its runtime: each has one of its own.
//!
//! Calls go to the first connection that has room, not to all in turn: those that are under way
//! together on one connection share its reads and writes, and each of these is a system call.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use tokio::runtime::{Handle, Id};

use super::connection::Connection;
use super::session::Session;

/// Calls under way on a connection before the next one gets any: enough to share its writes, and
/// no more than may hang on one that went dead.
const FULL: usize = 16;

/// The connections of one kind.
pub(super) struct Pool<S> {
    address: SocketAddr,
    /// For each runtime.
    size: usize,
    shares: ArcSwap<Vec<Arc<Share<S>>>>,
}

/// The connections of one runtime.
struct Share<S> {
    runtime: Id,
    connections: Box<[Arc<Counted<S>>]>,
}

/// A connection, and the calls under way on it.
struct Counted<S> {
    connection: Connection<S>,
    calls: AtomicUsize,
}

/// A connection that was taken for a call; the call is under way on it until this is dropped.
pub(super) struct Taken<S>(Arc<Counted<S>>);

// === impl Pool ===

impl<S: Session> Pool<S> {
    /// Nothing is connected until the first call.
    pub(super) fn new(address: SocketAddr, size: usize) -> Self {
        Self {
            address,
            size,
            shares: ArcSwap::from_pointee(Vec::new()),
        }
    }

    /// A connection of this thread.
    pub(super) fn take(&self) -> Taken<S> {
        let runtime = Handle::current().id();
        if let Some(share) = find(&self.shares.load(), runtime) {
            return share.take();
        }
        let share = Arc::new(self.share(runtime));
        self.shares.rcu(|shares| {
            let mut shares = Vec::clone(shares);
            if find(&shares, runtime).is_none() {
                shares.push(share.clone());
            }
            shares
        });
        // Another task of this runtime may have been quicker.
        find(&self.shares.load(), runtime).unwrap_or(&share).take()
    }

    fn share(&self, runtime: Id) -> Share<S> {
        let connection = || Counted {
            connection: Connection::new(self.address),
            calls: AtomicUsize::new(0),
        };
        let all = 0..self.size;
        Share {
            runtime,
            connections: all.map(|_| Arc::new(connection())).collect(),
        }
    }
}

// === impl Share ===

impl<S: Session> Share<S> {
    /// The first with room, else the one with the fewest calls.
    fn take(&self) -> Taken<S> {
        let all = &self.connections;
        let free = all.iter().find(|one| one.has_room());
        let free = free.or_else(|| all.iter().min_by_key(|one| one.calls()));
        Taken::new(free.unwrap_or(&all[0]))
    }
}

// === impl Counted ===

impl<S: Session> Counted<S> {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn has_room(&self) -> bool {
        self.calls() < FULL.min(self.connection.most_calls())
    }
}

// === impl Taken ===

impl<S> Taken<S> {
    fn new(connection: &Arc<Counted<S>>) -> Self {
        connection.calls.fetch_add(1, Ordering::Relaxed);
        Self(connection.clone())
    }
}

impl<S> Deref for Taken<S> {
    type Target = Connection<S>;

    fn deref(&self) -> &Connection<S> {
        &self.0.connection
    }
}

impl<S> Drop for Taken<S> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

fn find<S>(shares: &[Arc<Share<S>>], runtime: Id) -> Option<&Arc<Share<S>>> {
    shares.iter().find(|share| share.runtime == runtime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::session::Unary;

    fn pool(size: usize) -> Pool<Unary> {
        Pool::new(([127, 0, 0, 1], 1).into(), size)
    }

    /// What a runtime of its own takes for so many calls at the same time.
    fn on_its_own_runtime(pool: &Pool<Unary>, calls: usize) -> Vec<Taken<Unary>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async { (0..calls).map(|_| pool.take()).collect() })
    }

    fn count(taken: &[Taken<Unary>], connection: &Taken<Unary>) -> usize {
        let same = |one: &&Taken<Unary>| Arc::ptr_eq(&one.0, &connection.0);
        taken.iter().filter(same).count()
    }

    #[test]
    fn a_thread_has_connections_of_its_own() {
        let pool = pool(2);
        let first = on_its_own_runtime(&pool, 2 * FULL);
        let second = on_its_own_runtime(&pool, 2 * FULL);
        assert!(first.iter().all(|one| count(&second, one) == 0));
    }

    #[test]
    fn a_connection_is_filled_before_the_next_and_all_evenly_after_that() {
        let pool = pool(2);
        let mut taken = on_its_own_runtime(&pool, FULL);
        assert_eq!(count(&taken, &taken[0]), FULL);

        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            taken = (0..=FULL).map(|_| pool.take()).collect();
            assert_eq!(count(&taken, &taken[0]), FULL);
            // Room that was given back is used first.
            taken.remove(0);
            taken.push(pool.take());
            assert_eq!(count(&taken, &taken[0]), FULL);
            taken.extend((1..3 * FULL).map(|_| pool.take()));
            assert_eq!(count(&taken, &taken[0]), 2 * FULL);
            assert_eq!(taken.len(), 4 * FULL);
        });
    }
}
