//! gRPC over HTTP/2 as its protocol document has it: the request's head, the length-prefixed
//! frame, and the status that headers, trailers and broken streams stand for.
//!
//! No connection and no waiting: only the words of the protocol.

use bytes::Bytes;
use guardmesh_transcoder::frame;
use h2::Reason;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, TE};
use http::uri::{self, Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Method, Request, Uri, Version};
use tokio::time::Instant;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The head of a call. The deadline travels as `grpc-timeout`.
pub(super) fn request(
    authority: &Authority,
    path: &str,
    metadata: HeaderMap,
    deadline: Option<Instant>,
) -> Result<Request<()>, Status> {
    let path = PathAndQuery::try_from(path).map_err(|error| Status::internal(error.to_string()))?;
    let mut parts = uri::Parts::default();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority.clone());
    parts.path_and_query = Some(path);
    let uri = Uri::from_parts(parts).map_err(|error| Status::internal(error.to_string()))?;
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    *headers = metadata;
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/grpc+proto"),
    );
    headers.insert(TE, HeaderValue::from_static("trailers"));
    if let Some(deadline) = deadline {
        let mut value = millis_left(deadline).to_string();
        value.push('m');
        headers.extend(HeaderValue::try_from(value).map(|value| (GRPC_TIMEOUT, value)));
    }
    Ok(request)
}

/// What is left until a deadline, in at most eight digits (gRPC over HTTP/2, "Timeout"): a little
/// more than a day.
pub(super) fn millis_left(deadline: Instant) -> u32 {
    const MOST: u32 = 99_999_999;
    let left = deadline.saturating_duration_since(Instant::now());
    u32::try_from(left.as_millis())
        .unwrap_or(MOST)
        .clamp(1, MOST)
}

/// A message behind its length prefix.
pub(super) fn frame(message: &[u8]) -> Result<Bytes, Status> {
    frame::encode(message).map_err(|_| Status::resource_exhausted("the message is too large"))
}

/// The status that headers or trailers state. tonic panics over details that are not base64, so
/// it does not get to see those.
pub(crate) fn status(headers: &HeaderMap) -> Option<Status> {
    const DETAILS: &str = "grpc-status-details-bin";
    // Nearly every answer; nothing of its headers is wanted.
    if headers.get("grpc-status")?.as_bytes() == b"0" {
        return Some(well());
    }
    let metadata = MetadataMap::from_headers(headers.clone());
    let details = metadata.get_bin(DETAILS);
    if details.is_none_or(|details| details.to_bytes().is_ok()) {
        return Status::from_header_map(headers);
    }
    let mut headers = metadata.into_headers();
    headers.remove(DETAILS);
    Status::from_header_map(&headers)
}

/// Nothing failed.
pub(crate) fn well() -> Status {
    Status::new(Code::Ok, "")
}

/// The codes that gRPC assigns to answers that are not gRPC (`http-grpc-status-mapping`).
pub(super) fn not_grpc(status: u16) -> Status {
    match status {
        429 | 502 | 503 | 504 => Status::unavailable(""),
        404 => Status::unimplemented(""),
        _ => Status::unknown(""),
    }
}

/// The deadline passed.
pub(super) fn late() -> Status {
    Status::new(Code::DeadlineExceeded, "")
}

/// What a broken stream, or connection, stands for.
pub(super) fn broken(error: &h2::Error) -> Status {
    tracing::debug!(%error, "a call broke off");
    match error.reason() {
        Some(reason) if error.is_reset() => reset(reason),
        _ => Status::unavailable(""),
    }
}

/// What a stream that was reset stands for (gRPC over HTTP/2, "Errors").
pub(super) fn reset(reason: Reason) -> Status {
    match reason {
        Reason::CANCEL => Status::cancelled(""),
        Reason::INTERNAL_ERROR | Reason::PROTOCOL_ERROR => Status::internal(""),
        _ => Status::unavailable(""),
    }
}
