//! One unary gRPC call over HTTP/2: the request out, the response or its status in.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use guardmesh_transcoder::frame::PREFIX;
use h2::RecvStream;
use http::{Response, StatusCode};
use tonic::{Code, Status};

use super::Call;
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::grpc;

const MAX_RESPONSE: usize = 16 * 1024 * 1024;

/// Makes one attempt at the call.
pub(super) async fn unary(endpoint: &Endpoint, call: &Call<'_>) -> Result<Bytes, Failure> {
    let authority = &endpoint.place.authority;
    let metadata = call.metadata.clone();
    let request = grpc::request(authority, call.path, metadata, Some(call.deadline))?;
    let frame = grpc::frame(&call.message)?;
    let connection = endpoint.unary();
    let (response, mut body) = connection.begin(request).await?;
    // What does not fit the window waits in the stream; its size is bounded by ours.
    body.send_data(frame, true)
        .map_err(|error| Failure::broken(&error))?;
    let response = response.await.map_err(|error| Failure::broken(&error))?;
    receive(response).await
}

async fn receive(response: Response<RecvStream>) -> Result<Bytes, Failure> {
    let (head, mut body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(grpc::not_grpc(head.status).into());
    }
    // Errors without a message come as headers alone.
    let status = grpc::status(&head.headers);
    if let Some(status) = status.as_ref().filter(|status| status.code() != Code::Ok) {
        return Err(status.clone().into());
    }
    let (mut first, mut data) = (Bytes::new(), BytesMut::new());
    while let Some(chunk) = body.data().await {
        let chunk = chunk.map_err(|error| Failure::broken(&error))?;
        if first.len() + data.len() + chunk.len() > MAX_RESPONSE {
            return Err(Status::internal("the response is too large").into());
        }
        let _ = body.flow_control().release_capacity(chunk.len());
        // Most answers are one chunk, which need not be copied.
        if first.is_empty() && data.is_empty() {
            first = chunk;
            continue;
        }
        data.put(std::mem::take(&mut first));
        data.put(chunk);
    }
    let data = if data.is_empty() {
        first
    } else {
        data.freeze()
    };
    let trailers = body
        .trailers()
        .await
        .map_err(|error| Failure::broken(&error))?;
    match trailers.as_ref().and_then(grpc::status).or(status) {
        Some(status) if status.code() != Code::Ok => Err(status.into()),
        Some(_) => Ok(unframe(data)?),
        None => Err(Status::internal("the response has no status").into()),
    }
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
