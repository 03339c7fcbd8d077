//! One unary gRPC call over HTTP/2: the request out, the response or its status in.

use std::future::ready;

use bytes::{Buf, Bytes};
use guardmesh_transcoder::frame::PREFIX;
use http::StatusCode;
use tonic::{Code, Status};

use super::Call;
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::grpc;
use crate::http2::{self, Answer, Request};

/// Makes one attempt at the call.
pub(super) async fn unary(endpoint: &Endpoint, call: &Call<'_>) -> Result<Bytes, Failure> {
    // Counts as under way on its connection until the answer is there.
    let connection = endpoint.unary();
    let begun = connection.begin(|session| {
        let request = Request {
            authority: endpoint.place.authority.as_str(),
            path: call.path,
            timeout_millis: grpc::millis_left(call.deadline),
            metadata: &call.metadata,
        };
        ready(session.call(&request, &call.message))
    });
    receive(begun.await?).await
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
