//! One unary gRPC call over HTTP/2: the request out, the response or its status in.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use h2::RecvStream;
use http::{Response, StatusCode};
use tonic::{Code, Status};

use super::Call;
use super::connection::Connection;
use super::grpc::{self, PREFIX, broken};

const MAX_RESPONSE: usize = 16 * 1024 * 1024;

/// Makes the call. A request that provably did not leave is sent once more, on a new connection.
pub(super) async fn unary(connection: &Connection, call: Call<'_>) -> Result<Bytes, Status> {
    let request = grpc::request(
        connection.address(),
        call.path,
        call.metadata,
        Some(call.deadline),
    )?;
    let frame = grpc::frame(&call.message)?;
    let (response, mut body) = connection.begin(request).await?;
    // What does not fit the window waits in the stream; its size is bounded by ours.
    body.send_data(frame, true)
        .map_err(|error| broken(&error))?;
    receive(response.await.map_err(|error| broken(&error))?).await
}

async fn receive(response: Response<RecvStream>) -> Result<Bytes, Status> {
    let (head, mut body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(grpc::not_grpc(head.status));
    }
    // Errors without a message come as headers alone.
    let status = grpc::status(&head.headers);
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
    match trailers.as_ref().and_then(grpc::status) {
        Some(status) if status.code() != Code::Ok => Err(status),
        Some(_) => unframe(data.freeze()),
        None if status.is_some() => unframe(data.freeze()),
        None => Err(Status::internal("the response has no status")),
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
