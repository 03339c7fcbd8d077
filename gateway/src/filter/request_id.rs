//! The request id: the client's, when it is of a form that we can log and pass on; else a new one.

use guardmesh_chassis::call_log::REQUEST_ID;
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::{self, Uuid};
use http::{HeaderMap, HeaderValue};

const MAX_LEN: usize = 128;

/// Of ids that the gateway gives.
const PREFIX: &str = "req";

/// An id made of letters, digits and `-_.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

// === impl RequestId ===

impl RequestId {
    /// As a UUID of version 7 (RFC 9562, section 5.7): the time in milliseconds, then random. It has
    /// to be unique, and may be guessed: it opens nothing, and clients may bring their own.
    pub(crate) fn generate() -> Self {
        const VERSION_AND_VARIANT: u128 = 0x7 << 76 | 0x2 << 62;
        const RANDOM: u128 = 0xfff << 64 | ((1 << 62) - 1);
        let time = Clock::system().now().timestamp_millis();
        let time = u128::try_from(time).unwrap_or_default() << 80;
        let id = Uuid::from_u128(time | VERSION_AND_VARIANT | fastrand::u128(..) & RANDOM);
        let id = HeaderValue::try_from(id::encode(PREFIX, id));
        Self(id.unwrap_or(HeaderValue::from_static("req")))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// As a header value.
    pub(crate) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// The id of a request with these headers.
pub(crate) fn given_or_new(headers: &HeaderMap) -> RequestId {
    let mut given = headers.get_all(REQUEST_ID).iter();
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    match given.next() {
        Some(id)
            if given.next().is_none()
                && (1..=MAX_LEN).contains(&id.len())
                && id.as_bytes().iter().all(allowed) =>
        {
            RequestId(id.clone())
        }
        _ => RequestId::generate(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_taken_over() {
        let id = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, value.parse().unwrap());
            given_or_new(&headers).as_str().to_owned()
        };
        assert_eq!(id("4bf92f35-77b3.a_1"), "4bf92f35-77b3.a_1");
        for bad in ["", "a b", "a\"b", "a;b", &"a".repeat(129)] {
            assert!(id(bad).starts_with("req_"), "{bad}");
        }
    }

    #[test]
    fn generated_ids_are_unique_and_of_version_7() {
        let now = || u128::try_from(Clock::system().now().timestamp_millis()).unwrap();
        let before = now();
        let mut ids = Vec::new();
        for _ in 0..10_000 {
            let id = given_or_new(&HeaderMap::new());
            let id = id::decode(PREFIX, id.as_str()).unwrap();
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.as_u128() >> 62 & 3, 2);
            assert!((before..=now()).contains(&(id.as_u128() >> 80)));
            ids.push(id);
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 10_000);
    }
}
