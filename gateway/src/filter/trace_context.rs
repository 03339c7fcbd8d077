//! Trace context (W3C): the trace that a request belongs to, the client's or a new one. It goes on
//! to the services, and both logs name it.

use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// `00-` trace id `-` parent id `-` flags, of version 00 (section 3.2).
const LENGTH: usize = 55;
/// What others must pass on at least (section 3.3.1.5).
const MAX_STATE: usize = 512;

/// Where in which trace a request stands.
#[derive(Debug, Clone)]
pub(crate) struct TraceContext {
    parent: HeaderValue,
    state: Option<HeaderValue>,
}

// === impl TraceContext ===

impl TraceContext {
    /// A trace that begins here; whether it is recorded is for others to say.
    pub(crate) fn begin() -> Self {
        let mut parent = *b"00-00000000000000000000000000000000-0000000000000000-00";
        put_hex(&mut parent[3..35], fastrand::u128(1..));
        put_hex(&mut parent[36..52], fastrand::u64(1..).into());
        Self {
            parent: HeaderValue::from_bytes(&parent).unwrap_or(HeaderValue::from_static("")),
            state: None,
        }
    }

    /// 32 hexadecimal digits.
    pub(crate) fn trace_id(&self) -> &str {
        let parent = self.parent.to_str().unwrap_or_default();
        parent.get(3..35).unwrap_or_default()
    }

    /// Writes it to the metadata of a call.
    pub(crate) fn pass_on(&self, metadata: &mut HeaderMap) {
        let mut parent = self.parent.clone();
        parent.set_sensitive(true);
        metadata.insert(TRACEPARENT, parent);
        if let Some(state) = &self.state {
            metadata.insert(TRACESTATE, state.clone());
        }
    }
}

/// The trace of a request with these headers. What is not valid begins a new one (section 4.2).
pub(crate) fn given_or_new(headers: &HeaderMap) -> TraceContext {
    let mut given = headers.get_all(TRACEPARENT).iter();
    match (given.next(), given.next()) {
        (Some(parent), None) if is_valid(parent.as_bytes()) => TraceContext {
            parent: parent.clone(),
            state: state(headers),
        },
        _ => TraceContext::begin(),
    }
}

/// Writes the last digits of a number, as many as there is room for.
fn put_hex(room: &mut [u8], mut number: u128) {
    for place in room.iter_mut().rev() {
        *place = b"0123456789abcdef"[usize::try_from(number & 15).unwrap_or_default()];
        number >>= 4;
    }
}

fn is_valid(parent: &[u8]) -> bool {
    let hex = |part: &[u8]| part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let known = |part: &[u8]| hex(part) && part.iter().any(|b| *b != b'0');
    parent.len() == LENGTH
        && parent.starts_with(b"00-")
        && known(&parent[3..35])
        && parent[35] == b'-'
        && known(&parent[36..52])
        && parent[52] == b'-'
        && hex(&parent[53..])
}

/// One header of printable characters; to drop the state is always allowed.
fn state(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut given = headers.get_all(TRACESTATE).iter();
    let state = given.next()?;
    let fits = state.len() <= MAX_STATE && state.to_str().is_ok();
    (fits && given.next().is_none()).then(|| state.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn passed_on(headers: &[(&'static str, &str)]) -> HeaderMap {
        let mut given = HeaderMap::new();
        for (name, value) in headers {
            given.append(*name, value.parse().unwrap());
        }
        let mut metadata = HeaderMap::new();
        given_or_new(&given).pass_on(&mut metadata);
        metadata
    }

    #[test]
    fn a_valid_context_goes_on_as_it_is() {
        let metadata = passed_on(&[("traceparent", PARENT), ("tracestate", "a=1,b=2")]);
        assert_eq!(metadata[TRACEPARENT], PARENT);
        assert_eq!(metadata[TRACESTATE], "a=1,b=2");
    }

    #[test]
    fn what_is_not_valid_begins_a_trace() {
        let upper = PARENT.to_uppercase();
        for bad in [
            "",
            "00",
            &PARENT[..54],
            &format!("{PARENT}-x"),
            &upper,
            &PARENT.replace("00-4b", "ff-4b"),
            &PARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &PARENT.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &PARENT.replace("-01", "_01"),
        ] {
            let metadata = passed_on(&[("traceparent", bad), ("tracestate", "a=1")]);
            let begun = metadata[TRACEPARENT].as_bytes();
            assert!(is_valid(begun), "{begun:?}");
            assert_ne!(begun, bad.as_bytes());
            assert!(!metadata.contains_key(TRACESTATE), "{bad}");
        }
        let twice = passed_on(&[("traceparent", PARENT), ("traceparent", PARENT)]);
        assert_ne!(twice[TRACEPARENT], PARENT);
    }

    #[test]
    fn numbers_are_written_whole() {
        let mut room = [b'-'; 32];
        put_hex(&mut room, 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210);
        assert_eq!(&room, b"0123456789abcdeffedcba9876543210");
        assert_ne!(
            TraceContext::begin().trace_id(),
            TraceContext::begin().trace_id()
        );
    }

    #[test]
    fn a_state_that_does_not_fit_is_dropped() {
        let long = "a".repeat(MAX_STATE + 1);
        let metadata = passed_on(&[("traceparent", PARENT), ("tracestate", &long)]);
        assert_eq!(metadata[TRACEPARENT], PARENT);
        assert!(!metadata.contains_key(TRACESTATE));
    }
}
