//! The connections to an endpoint, some for each thread that calls it.
//!
//! A call and its connection stay on one thread, so that no thread wakes another for an answer.
//! A thread is known by its runtime: each has one of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use tokio::runtime::{Handle, Id};

use super::connection::{Connection, Windows};

/// The connections of one kind.
pub(super) struct Pool {
    address: SocketAddr,
    windows: Windows,
    /// For each runtime.
    size: usize,
    shares: ArcSwap<Vec<Arc<Share>>>,
}

/// The connections of one runtime.
struct Share {
    runtime: Id,
    connections: Box<[Arc<Connection>]>,
    turn: AtomicUsize,
}

// === impl Pool ===

impl Pool {
    /// Nothing is connected until the first call.
    pub(super) fn new(address: SocketAddr, windows: Windows, size: usize) -> Self {
        Self {
            address,
            windows,
            size,
            shares: ArcSwap::default(),
        }
    }

    /// The connection of this thread whose turn it is.
    pub(super) fn next(&self) -> Arc<Connection> {
        let runtime = Handle::current().id();
        if let Some(share) = find(&self.shares.load(), runtime) {
            return share.next();
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
        find(&self.shares.load(), runtime).unwrap_or(&share).next()
    }

    fn share(&self, runtime: Id) -> Share {
        let all = 0..self.size;
        let connections = all.map(|_| Arc::new(Connection::new(self.address, self.windows)));
        Share {
            runtime,
            connections: connections.collect(),
            turn: AtomicUsize::new(0),
        }
    }
}

// === impl Share ===

impl Share {
    fn next(&self) -> Arc<Connection> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.connections[turn % self.connections.len()].clone()
    }
}

fn find(shares: &[Arc<Share>], runtime: Id) -> Option<&Arc<Share>> {
    shares.iter().find(|share| share.runtime == runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The addresses of the connections that a runtime of its own gets.
    fn on_its_own_runtime(pool: &Pool) -> Vec<*const Connection> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let calls = async { (0..4).map(|_| Arc::as_ptr(&pool.next())).collect() };
        runtime.block_on(calls)
    }

    #[test]
    fn a_thread_has_connections_of_its_own_and_takes_them_in_turn() {
        let pool = Pool::new(([127, 0, 0, 1], 1).into(), Windows::UNARY, 2);
        let first = on_its_own_runtime(&pool);
        let second = on_its_own_runtime(&pool);
        for calls in [&first, &second] {
            assert_ne!(calls[0], calls[1]);
            assert_eq!(calls[..2], calls[2..]);
        }
        assert!(first.iter().all(|one| !second.contains(one)));
    }
}
