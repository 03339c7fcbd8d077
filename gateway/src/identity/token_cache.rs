//! Tokens that were verified, by their hash, so that a signature is verified once and not for
//! each request. Bounded in bytes; an entry ends with its token, and with the keys it was
//! verified by.
//!
//! The cache is sharded and its hits take a read lock of one shard and no allocation. Only
//! tokens whose signature held get in, so that nobody can push the good ones out by guessing.

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::digest::Digest;

/// What an entry takes besides what its token says.
const OVERHEAD: usize = 512;
/// A usual entry; the cache sizes its shards by this.
const USUAL: usize = 2 * 1024;

/// Verified tokens and what they say.
pub(crate) struct TokenCache<T>(Cache<Digest, Entry<T>, ByBytes>);

#[derive(Clone)]
struct Entry<T> {
    says: T,
    /// Seconds since the epoch.
    expires_at: i64,
    /// The fingerprint of the keys it was verified by.
    keys: Digest,
    bytes: usize,
}

#[derive(Clone)]
struct ByBytes;

// === impl TokenCache ===

impl<T: Clone> TokenCache<T> {
    /// Holds up to `capacity` bytes.
    pub(crate) fn new(capacity: usize) -> Self {
        Self(Cache::with_weighter(
            capacity / USUAL,
            u64::try_from(capacity).unwrap_or(u64::MAX),
            ByBytes,
        ))
    }

    /// What the token says, if it has not expired and was verified by the keys that count now,
    /// of which `keys` gives the fingerprint.
    pub(crate) fn get(
        &self,
        token: &Digest,
        keys: impl FnOnce(&T) -> Option<Digest>,
        now: i64,
    ) -> Option<T> {
        let entry = self.0.get(token)?;
        let good = now < entry.expires_at && Some(entry.keys) == keys(&entry.says);
        good.then_some(entry.says)
    }

    /// Keeps what a verified token of `length` bytes says.
    pub(crate) fn insert(
        &self,
        token: Digest,
        keys: Digest,
        expires_at: i64,
        length: usize,
        says: T,
    ) {
        let entry = Entry {
            says,
            expires_at,
            keys,
            // Decoded, lists of short texts take more room than in the token.
            bytes: OVERHEAD + 3 * length,
        };
        self.0.insert(token, entry);
    }
}

impl<T> Weighter<Digest, Entry<T>> for ByBytes {
    fn weight(&self, _: &Digest, entry: &Entry<T>) -> u64 {
        u64::try_from(entry.bytes).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: usize) -> Digest {
        Digest::of(&number.to_be_bytes())
    }

    #[test]
    fn an_entry_ends_with_its_token_and_with_its_keys() {
        let cache = TokenCache::new(1024 * 1024);
        let (token, keys) = (digest(1), digest(2));
        cache.insert(token, keys, 100, 500, "says");
        assert_eq!(cache.get(&token, |_| Some(keys), 99), Some("says"));
        assert_eq!(cache.get(&token, |_| Some(keys), 100), None);
        assert_eq!(cache.get(&token, |_| Some(digest(3)), 99), None);
        assert_eq!(cache.get(&token, |_| None, 99), None);
        assert_eq!(cache.get(&digest(4), |_| Some(keys), 99), None);
    }

    #[test]
    fn it_holds_no_more_than_its_bytes() {
        let capacity = 1024 * 1024;
        let cache = TokenCache::new(capacity);
        let keys = digest(0);
        for number in 0..100_000 {
            cache.insert(digest(number), keys, 100, 1000, ());
        }
        assert!(cache.0.weight() <= u64::try_from(capacity).unwrap());
        // And not next to nothing, either.
        assert!(cache.0.len() > capacity / (OVERHEAD + 3000) / 2);
    }
}
