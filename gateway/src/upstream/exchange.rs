//! One unary gRPC call over HTTP/2: the request out, the response or its status in.

use std::io;

use bytes::{Buf, Bytes};
use guardmesh_transcoder::frame::PREFIX;
use http::StatusCode;
use tonic::{Code, Status};

use super::Call;
use super::connection::ATTEMPTS;
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::grpc;
use crate::http2::{self, Answer, Request};

/// Makes one attempt at the call.
pub(super) async fn unary(endpoint: &Endpoint, call: &Call<'_>) -> Result<Bytes, Failure> {
    // Counts as under way on its connection until the answer is there.
    let connection = endpoint.unary();
    let mut lost = 0;
    for _ in 0..ATTEMPTS {
        let open = connection.open(lost).await;
        let (session, generation) = open.map_err(|error| Failure::unreachable(&error))?;
        let request = Request {
            authority: endpoint.place.authority.as_str(),
            path: call.path,
            timeout_millis: grpc::millis_left(call.deadline),
            metadata: &call.metadata,
        };
        // None if it was closed since it was used last; the next turn makes another.
        if let Some(begun) = session.call(&request, &call.message) {
            return receive(begun).await;
        }
        lost = generation;
    }
    let closed = io::ErrorKind::ConnectionAborted.into();
    Err(Failure::unreachable(&closed))
}

async fn receive(call: http2::Call) -> Result<Bytes, Failure> {
    let Answer { http, status, body } = call.await.map_err(Failure::unanswered)?;
    if http != StatusCode::OK.as_u16() {
        return Err(grpc::not_grpc(http).into());
    }
    match status {
        Some(status) if status.code() == Code::Ok => Ok(unframe(body)?),
        Some(status) => Err(status.into()),
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
