//! The call: what of the request reaches a service, and for how long we wait.

use std::time::Duration;

use bytes::Bytes;
use guardmesh_chassis::call_log::REQUEST_ID;
use guardmesh_chassis::caller::METADATA_KEY;
use guardmesh_chassis::policy::Policy;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use tokio::time::Instant;
use tonic::metadata::BinaryMetadataValue;

use crate::filter::idempotency_key;
use crate::filter::request_id::RequestId;
use crate::filter::trace_context::TraceContext;
use crate::problem::Problem;
use crate::upstream::{Call, Upstream};

/// Most bytes of headers that a method asks for. HTTP/2 servers bound the headers they take, and
/// some end the whole connection over more, with the calls of others on it.
const MAX_FORWARDED: usize = 8 * 1024;

/// The metadata of a call: the request id, its trace, the signed caller, the idempotency key, and
/// the headers that the method asks for. Nothing else of the request passes.
pub(crate) fn metadata(
    headers: &HeaderMap,
    policy: &Policy,
    id: &RequestId,
    trace: &TraceContext,
    caller: Option<&BinaryMetadataValue>,
) -> Result<HeaderMap, Problem> {
    // With room for what gRPC itself needs.
    let mut metadata = HeaderMap::with_capacity(12);
    let mut forwarded = 0;
    for name in &policy.forward_headers {
        let Ok(key) = HeaderName::try_from(name) else {
            continue;
        };
        for value in headers.get_all(name) {
            forwarded += name.len() + value.len();
            if forwarded > MAX_FORWARDED {
                return Err(Problem::headers_too_large());
            }
            metadata.append(key.clone(), value.clone());
        }
    }
    if let Some(key) = idempotency_key::given(headers)? {
        metadata.insert(idempotency_key::IDEMPOTENCY_KEY, key.clone());
    }
    // After the forwarded ones, so that no contract can let a client write these.
    // Both are of this call alone: HTTP/2 must not remember them for others (RFC 7541, section
    // 7.1.3), nor push out what comes again.
    let mut id = id.to_header();
    id.set_sensitive(true);
    metadata.insert(REQUEST_ID, id);
    trace.pass_on(&mut metadata);
    metadata.remove(METADATA_KEY);
    let caller = caller.and_then(|value| HeaderValue::from_bytes(value.as_encoded_bytes()).ok());
    if let Some(mut caller) = caller {
        caller.set_sensitive(true);
        metadata.insert(METADATA_KEY, caller);
    }
    Ok(metadata)
}

/// Calls the service, and turns its error into a problem.
pub(crate) async fn upstream(
    upstream: &Upstream,
    path: &str,
    metadata: HeaderMap,
    message: Bytes,
    idempotent: bool,
    timeout: Duration,
) -> Result<Bytes, Problem> {
    let deadline = Instant::now() + timeout;
    let answer = upstream
        .call(Call {
            path,
            metadata,
            message,
            deadline,
            idempotent,
        })
        .await;
    answer.map_err(|status| {
        // A service that noticed the deadline first cancels; to the client that is the same.
        if status.code() == tonic::Code::Cancelled && Instant::now() + CANCEL_MARGIN >= deadline {
            return tonic::Status::deadline_exceeded("").into();
        }
        status.into()
    })
}

/// Timers of two processes do not fire at the same instant.
const CANCEL_MARGIN: Duration = Duration::from_millis(100);
