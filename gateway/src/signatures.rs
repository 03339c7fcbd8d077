//! The signed caller contexts of calls. A caller that was signed a moment ago for the same method
//! gets the same again: making one anew costs more than transcoding the call.
//!
//! Whether the caller may still call is decided before, for each request; nothing here says so.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::caller::{Caller, CallerKeys};
use guardmesh_chassis::clock::Clock;
use http::HeaderValue;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// A signed context is given again for so long: a quarter of what services grant it.
const KEPT: TimeDelta = TimeDelta::seconds(15);
/// Bytes of all that are kept.
const CAPACITY: u64 = 4 * 1024 * 1024;
/// What one takes besides its text.
const OVERHEAD: usize = 256;
/// A usual one; the cache sizes its shards by this.
const USUAL: usize = 1024;

/// Signs callers.
pub(crate) struct Signatures {
    keys: CallerKeys,
    clock: Clock,
    recent: Cache<Key, Arc<Signed>, ByBytes>,
}

/// The address of a caller, which is its own as long as the entry holds it, and a method.
type Key = (usize, usize);

struct Signed {
    caller: Arc<Caller>,
    value: HeaderValue,
    at: DateTime<Utc>,
}

#[derive(Clone)]
struct ByBytes;

// === impl Signatures ===

impl Signatures {
    pub(crate) fn new(keys: CallerKeys, clock: Clock) -> Self {
        let usual = usize::try_from(CAPACITY).unwrap_or(usize::MAX) / USUAL;
        Self {
            keys,
            clock,
            recent: Cache::with_weighter(usual, CAPACITY, ByBytes),
        }
    }

    /// The value of `x-guardmesh-caller-bin` that states `caller` for a call of the method at
    /// `path`, whose number is `method`. Services take it for 45 seconds at least.
    pub(crate) fn of(&self, caller: &Arc<Caller>, method: usize, path: &str) -> HeaderValue {
        let key = (Arc::as_ptr(caller).addr(), method);
        let now = self.clock.now();
        if let Some(signed) = self.recent.get(&key)
            && Arc::ptr_eq(&signed.caller, caller)
            && (TimeDelta::zero()..KEPT).contains(&(now - signed.at))
        {
            return signed.value.clone();
        }
        let value = self.sign(caller, path);
        let signed = Signed {
            caller: caller.clone(),
            value: value.clone(),
            at: now,
        };
        self.recent.insert(key, Arc::new(signed));
        value
    }

    fn sign(&self, caller: &Caller, path: &str) -> HeaderValue {
        let signed = self.keys.sign(caller, path, &self.clock);
        // Base64 always is a header's value.
        let mut value = HeaderValue::from_bytes(signed.as_encoded_bytes())
            .unwrap_or(HeaderValue::from_static(""));
        // HTTP/2 must not remember it for others (RFC 7541, section 7.1.3), nor push out what comes
        // again.
        value.set_sensitive(true);
        value
    }
}

impl Weighter<Key, Arc<Signed>> for ByBytes {
    fn weight(&self, _: &Key, signed: &Arc<Signed>) -> u64 {
        // The caller decoded is no longer than its text in base64.
        u64::try_from(OVERHEAD + 2 * signed.value.len()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use guardmesh_chassis::caller::{METADATA_KEY, UserCaller};
    use guardmesh_chassis::id::UserId;
    use http::{HeaderMap, HeaderName};
    use secrecy::SecretString;
    use tonic::metadata::MetadataMap;

    use super::*;

    const PATH: &str = "/guardmesh.auth.v1.AuthService/GetMe";
    const OTHER: &str = "/guardmesh.auth.v1.AuthService/Logout";

    fn keys() -> CallerKeys {
        let key = "0123456789abcdef".repeat(4);
        CallerKeys::parse(&SecretString::from(key)).unwrap()
    }

    fn signatures() -> (Signatures, Clock) {
        let clock = Clock::manual(Utc::now());
        (Signatures::new(keys(), clock.clone()), clock)
    }

    fn caller() -> Arc<Caller> {
        Arc::new(Caller::User(UserCaller {
            user: UserId::generate(),
            organization: None,
            session: None,
            api_key: None,
            permissions: Vec::new(),
        }))
    }

    /// Whom a service takes the value for.
    fn verified(value: &HeaderValue, path: &str, clock: &Clock) -> Option<Caller> {
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(METADATA_KEY), value.clone())]);
        let metadata = MetadataMap::from_headers(headers);
        let value = metadata.get_bin(METADATA_KEY).unwrap();
        keys().verify(value, path, clock).ok()
    }

    #[test]
    fn each_caller_and_method_has_its_own() {
        let (signatures, clock) = signatures();
        let (one, two) = (caller(), caller());
        for _ in 0..2 {
            for (caller, method, path) in [(&one, 0, PATH), (&one, 1, OTHER), (&two, 0, PATH)] {
                let value = signatures.of(caller, method, path);
                assert!(value.is_sensitive());
                assert_eq!(verified(&value, path, &clock).as_ref(), Some(&**caller));
            }
        }
    }

    #[test]
    fn it_is_given_again_while_it_holds_for_long_and_made_anew_then() {
        let (signatures, clock) = signatures();
        let caller = caller();
        let first = signatures.of(&caller, 0, PATH);
        clock.advance(KEPT - TimeDelta::seconds(1));
        assert_eq!(signatures.of(&caller, 0, PATH), first);
        for _ in 0..10 {
            clock.advance(TimeDelta::seconds(7));
            let value = signatures.of(&caller, 0, PATH);
            clock.advance(TimeDelta::seconds(44));
            assert_eq!(verified(&value, PATH, &clock).as_ref(), Some(&*caller));
            clock.advance(TimeDelta::seconds(-44));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_makes_it_anew() {
        let (signatures, clock) = signatures();
        let caller = caller();
        let first = signatures.of(&caller, 0, PATH);
        clock.advance(TimeDelta::hours(-1));
        assert_ne!(signatures.of(&caller, 0, PATH), first);
    }

    #[test]
    fn a_caller_that_is_gone_gives_its_address_to_no_other() {
        let (signatures, clock) = signatures();
        for _ in 0..1000 {
            let caller = caller();
            let value = signatures.of(&caller, 0, PATH);
            assert_eq!(verified(&value, PATH, &clock).as_ref(), Some(&*caller));
        }
    }

    #[test]
    fn it_holds_no_more_than_its_bytes() {
        let (signatures, _) = signatures();
        for _ in 0..20_000 {
            signatures.of(&caller(), 0, PATH);
        }
        assert!(signatures.recent.weight() <= CAPACITY);
        assert!(signatures.recent.len() > 1000);
    }
}
