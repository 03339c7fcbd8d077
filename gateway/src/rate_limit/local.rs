//! The buckets that this process counts by itself, in a fixed amount of memory.
//!
//! They lie in sets of eight, as lines lie in a processor's cache. A bucket has one set, chosen by
//! a hash that nobody outside can compute. Where its set is full, the bucket that would be full
//! again soonest makes room: one that is full loses nothing by it, and one that refuses goes last.
//! To have its own block forgotten, a client would need eight others in its set that are all
//! blocked for longer; not knowing the sets, it must block some for every eight places there are.
//!
//! Nothing is allocated after the start.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;

use super::bucket::{Bucket, Key, Outcome};
use super::gcra::Moment;

const WAYS: usize = 8;

/// The buckets.
pub(crate) struct LocalStore {
    sets: Box<[Mutex<Set>]>,
    hasher: RandomState,
}

#[derive(Default)]
struct Set([Option<Slot>; WAYS]);

#[derive(Clone, Copy)]
struct Slot {
    key: Key,
    /// When it is full.
    full: Moment,
}

/// The sets of some buckets, locked.
struct Locked<'a> {
    sets: SmallVec<[(usize, MutexGuard<'a, Set>); 4]>,
    /// For each bucket, which of them is its own.
    own: SmallVec<[usize; 4]>,
}

// === impl LocalStore ===

impl LocalStore {
    /// Room for at least this many buckets.
    pub(crate) fn new(entries: usize) -> Self {
        let sets = entries.div_ceil(WAYS).max(1);
        Self {
            sets: (0..sets).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Takes one from each bucket, or from none.
    pub(crate) fn take(&self, buckets: &[Bucket<'_>], now: u64) -> Outcome {
        let mut sets = self.lock(buckets);
        let outcome = sets.decide(buckets, now);
        if outcome.taken {
            sets.write(buckets, &outcome.rests, now);
        }
        outcome
    }

    /// What `take` would come to. Takes nothing.
    pub(crate) fn peek(&self, buckets: &[Bucket<'_>], now: u64) -> Outcome {
        self.lock(buckets).decide(buckets, now)
    }

    /// Takes over what was counted elsewhere: the time until each bucket is full.
    pub(crate) fn set(&self, buckets: &[Bucket<'_>], rests: &[Moment], now: u64) {
        self.lock(buckets).write(buckets, rests, now);
    }

    fn index(&self, bucket: &Bucket<'_>) -> usize {
        let hash = self.hasher.hash_one(bucket.key());
        let sets = self.sets.len() as u64;
        usize::try_from(hash % sets).unwrap_or_default()
    }

    /// In ascending order, so that two requests cannot wait for each other.
    fn lock(&self, buckets: &[Bucket<'_>]) -> Locked<'_> {
        let indices = buckets.iter().map(|bucket| self.index(bucket));
        let mut own: SmallVec<[usize; 4]> = indices.collect();
        let mut indices = own.clone();
        indices.sort_unstable();
        indices.dedup();
        let lock = |index: usize| {
            let set = self.sets[index].lock();
            (index, set.unwrap_or_else(PoisonError::into_inner))
        };
        let sets: SmallVec<_> = indices.into_iter().map(lock).collect();
        for index in &mut own {
            let place = sets.iter().position(|(locked, _)| locked == index);
            *index = place.unwrap_or_default();
        }
        Locked { sets, own }
    }
}

// === impl Locked ===

impl Locked<'_> {
    fn decide(&self, buckets: &[Bucket<'_>], now: u64) -> Outcome {
        let mut untouched = SmallVec::new();
        let mut taken = SmallVec::new();
        for (bucket, own) in buckets.iter().zip(&self.own) {
            let quota = &bucket.limit.quota;
            let full = self.sets[*own].1.full(bucket.key());
            untouched.push(quota.at(full, now).since(now));
            taken.extend(quota.take(full, now).map(|full| full.since(now)));
        }
        if taken.len() == untouched.len() {
            let (taken, rests) = (true, taken);
            Outcome { taken, rests }
        } else {
            let (taken, rests) = (false, untouched);
            Outcome { taken, rests }
        }
    }

    fn write(&mut self, buckets: &[Bucket<'_>], rests: &[Moment], now: u64) {
        let own = buckets.iter().zip(&self.own);
        for ((bucket, own), rest) in own.zip(rests) {
            self.sets[*own].1.put(bucket.key(), rest.after(now));
        }
    }
}

// === impl Set ===

impl Set {
    fn full(&self, key: Key) -> Moment {
        let mut slots = self.0.iter().flatten();
        let slot = slots.find(|slot| slot.key == key);
        slot.map(|slot| slot.full).unwrap_or_default()
    }

    /// In its own place, else in the place of what is full soonest.
    fn put(&mut self, key: Key, full: Moment) {
        let order = |slot: &Option<Slot>| match slot {
            Some(slot) if slot.key == key => (0, Moment::default()),
            None => (1, Moment::default()),
            Some(slot) => (2, slot.full),
        };
        if let Some(place) = self.0.iter_mut().min_by_key(|slot| order(slot)) {
            *place = Some(Slot { key, full });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rate_limit::bucket::Subject;
    use crate::rate_limit::gcra::Quota;
    use crate::rate_limit::limit::Limit;

    const NOW: u64 = 1_800_000_000_000_000;

    fn limit(number: u16, count: u32) -> Limit {
        let quota = Quota::new(count, Duration::from_mins(1), count).unwrap();
        Limit::new(number, number.to_string(), quota)
    }

    fn bucket(limit: &Limit, address: u32) -> Bucket<'_> {
        let subject = Subject::Ipv4(address);
        Bucket { limit, subject }
    }

    #[test]
    fn one_is_taken_from_all_or_from_none() {
        let store = LocalStore::new(1024);
        let (few, many) = (limit(0, 2), limit(1, 3));
        let both = [bucket(&few, 1), bucket(&many, 1)];
        for left in [1, 0] {
            let outcome = store.take(&both, NOW);
            assert!(outcome.taken);
            assert_eq!(few.quota.remaining(outcome.rests[0]), left);
        }
        assert!(!store.peek(&both, NOW).taken);
        assert!(store.peek(&both[1..], NOW).taken);
        for _ in 0..5 {
            let outcome = store.take(&both, NOW);
            assert!(!outcome.taken);
            assert_eq!(many.quota.remaining(outcome.rests[1]), 1);
        }
        // Others are not concerned, and time heals.
        assert!(store.take(&[bucket(&few, 2)], NOW).taken);
        assert!(store.take(&both, NOW + 30_000_000).taken);
        assert!(!store.take(&both, NOW + 30_000_000).taken);
    }

    #[test]
    fn what_was_counted_elsewhere_holds_here() {
        let store = LocalStore::new(1024);
        let limit = limit(0, 2);
        let one = [bucket(&limit, 1)];
        store.set(&one, &[limit.quota.span()], NOW);
        assert!(!store.peek(&one, NOW).taken);
        store.set(&one, &[Moment::default()], NOW);
        assert!(store.peek(&one, NOW).taken);
    }

    /// However many others come: memory is bounded, and who is blocked stays blocked.
    #[test]
    fn a_flood_of_addresses_does_not_free_a_blocked_one() {
        let store = LocalStore::new(64);
        let limit = limit(0, 10);
        let blocked: Vec<_> = (0..4).map(|address| bucket(&limit, address)).collect();
        for bucket in &blocked {
            while store.take(&[*bucket], NOW).taken {}
        }
        for address in 1000..21_000 {
            store.take(&[bucket(&limit, address)], NOW + 1);
        }
        for bucket in &blocked {
            assert!(!store.peek(&[*bucket], NOW + 2).taken);
        }
        let slots: usize = store
            .sets
            .iter()
            .map(|set| set.lock().unwrap().0.len())
            .sum();
        assert_eq!(slots, 64);
    }

    /// Requests of many threads, over buckets in every order: no deadlock, none lost.
    #[test]
    fn threads_share_it() {
        let store = LocalStore::new(64);
        let limit = limit(0, 100);
        let taken: usize = std::thread::scope(|scope| {
            let work = |reverse: bool| {
                let (store, limit) = (&store, &limit);
                scope.spawn(move || {
                    let mut buckets: Vec<_> = (0..4).map(|a| bucket(limit, a)).collect();
                    if reverse {
                        buckets.reverse();
                    }
                    (0..5000)
                        .filter(|_| store.take(&buckets, NOW).taken)
                        .count()
                })
            };
            let threads = [work(false), work(true), work(false), work(true)];
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(taken, 100);
    }
}
