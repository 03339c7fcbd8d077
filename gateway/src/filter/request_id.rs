//! The request id: the client's, when it is of a form that we can log and pass on; else a new one.

use guardmesh_chassis::call_log::REQUEST_ID;
use http::{HeaderMap, HeaderValue};

const MAX_LEN: usize = 128;

guardmesh_chassis::define_id! {
    /// An id that the gateway gives.
    GeneratedId = "req";
}

/// An id made of letters, digits and `-_.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

// === impl RequestId ===

impl RequestId {
    pub(crate) fn generate() -> Self {
        let id = HeaderValue::try_from(GeneratedId::generate().to_string());
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
        assert_ne!(
            given_or_new(&HeaderMap::new()),
            given_or_new(&HeaderMap::new())
        );
    }
}
