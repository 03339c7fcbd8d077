//! One unary gRPC call over HTTP/2: the request out, the response or its status in.

use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use h2::RecvStream;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, TE};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use tokio::time::Instant;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use super::Call;
use super::connection::Connection;

/// gRPC's length prefix: a compression flag and four bytes of length.
const PREFIX: usize = 5;
const MAX_RESPONSE: usize = 16 * 1024 * 1024;
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// Makes the call. A request that provably did not leave is sent once more, on a new connection.
pub(super) async fn unary(connection: &Connection, call: Call<'_>) -> Result<Bytes, Status> {
    let request = request(
        connection.address(),
        call.path,
        call.metadata,
        call.deadline,
    )?;
    let frame = frame(&call.message)?;
    let mut lost = 0;
    for _ in 0..2 {
        let mut ready = connection
            .ready(lost)
            .await
            .map_err(|error| unreachable(&error))?;
        match ready.sender.send_request(request.clone(), false) {
            Ok((response, mut body)) => {
                // What does not fit the window waits in the stream; its size is bounded by ours.
                body.send_data(frame, true)
                    .map_err(|error| broken(&error))?;
                return receive(response.await.map_err(|error| broken(&error))?).await;
            }
            Err(_) => lost = ready.generation,
        }
    }
    Err(Status::unavailable(""))
}

fn request(
    authority: &str,
    path: &str,
    metadata: HeaderMap,
    deadline: Instant,
) -> Result<Request<()>, Status> {
    let left = deadline.saturating_duration_since(Instant::now());
    let mut request = Request::builder()
        .method(Method::POST)
        .version(Version::HTTP_2)
        .uri(format!("http://{authority}{path}"))
        .body(())
        .map_err(|error| Status::internal(error.to_string()))?;
    let headers = request.headers_mut();
    *headers = metadata;
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/grpc+proto"),
    );
    headers.insert(TE, HeaderValue::from_static("trailers"));
    // At most eight digits (gRPC over HTTP/2, "Timeout"); our deadlines are below an hour.
    let millis = left.as_millis().clamp(1, 99_999_999);
    if let Ok(value) = HeaderValue::from_str(&format!("{millis}m")) {
        headers.insert(GRPC_TIMEOUT, value);
    }
    Ok(request)
}

fn frame(message: &[u8]) -> Result<Bytes, Status> {
    let length = u32::try_from(message.len())
        .map_err(|_| Status::resource_exhausted("the message is too large"))?;
    let mut frame = BytesMut::with_capacity(PREFIX + message.len());
    frame.put_u8(0);
    frame.put_u32(length);
    frame.put_slice(message);
    Ok(frame.freeze())
}

async fn receive(response: Response<RecvStream>) -> Result<Bytes, Status> {
    let (head, mut body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(not_grpc(head.status));
    }
    // Errors without a message come as headers alone.
    let status = status(&head.headers);
    if let Some(status) = status.as_ref().filter(|status| status.code() != Code::Ok) {
        return Err(status.clone());
    }
    let mut data = BytesMut::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if data.len() + chunk.len() > MAX_RESPONSE {
            return Err(Status::internal("the response is too large"));
        }
        let _ = body.flow_control().release_capacity(chunk.len());
        data.put(chunk);
    }
    let trailers = body.trailers().await.map_err(|error| broken(&error))?;
    match trailers.as_ref().and_then(self::status) {
        Some(status) if status.code() != Code::Ok => Err(status),
        Some(_) => unframe(data.freeze()),
        None if status.is_some() => unframe(data.freeze()),
        None => Err(Status::internal("the response has no status")),
    }
}

/// The status that headers or trailers state. tonic panics over details that are not base64, so
/// it does not get to see those.
fn status(headers: &HeaderMap) -> Option<Status> {
    const DETAILS: &str = "grpc-status-details-bin";
    let metadata = MetadataMap::from_headers(headers.clone());
    let details = metadata.get_bin(DETAILS);
    if details.is_none_or(|details| details.to_bytes().is_ok()) {
        return Status::from_header_map(headers);
    }
    let mut headers = metadata.into_headers();
    headers.remove(DETAILS);
    Status::from_header_map(&headers)
}

/// Exactly one uncompressed message: we announce no compression.
fn unframe(mut data: Bytes) -> Result<Bytes, Status> {
    let malformed = || Status::internal("the response is not one message");
    if data.len() < PREFIX || data.get_u8() != 0 {
        return Err(malformed());
    }
    let length = data.get_u32();
    if usize::try_from(length) == Ok(data.len()) {
        Ok(data)
    } else {
        Err(malformed())
    }
}

/// The codes that gRPC assigns to answers that are not gRPC (`http-grpc-status-mapping`).
fn not_grpc(status: StatusCode) -> Status {
    match status.as_u16() {
        429 | 502 | 503 | 504 => Status::unavailable(""),
        404 => Status::unimplemented(""),
        _ => Status::unknown(""),
    }
}

fn unreachable(error: &io::Error) -> Status {
    tracing::debug!(%error, "a service cannot be reached");
    Status::unavailable("")
}

fn broken(error: &h2::Error) -> Status {
    tracing::debug!(%error, "a call broke off");
    match error.reason() {
        Some(h2::Reason::CANCEL) if error.is_reset() => Status::cancelled(""),
        Some(h2::Reason::INTERNAL_ERROR | h2::Reason::PROTOCOL_ERROR) if error.is_reset() => {
            Status::internal("")
        }
        _ => Status::unavailable(""),
    }
}
