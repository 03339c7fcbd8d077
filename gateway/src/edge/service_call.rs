//! The call itself: of a service, or of the gateway's own methods.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use tokio::time::Instant;

use super::{Admitted, Edge, Exchange};
use crate::api::Backend;
use crate::downstream::Downstream;
use crate::filter::call;
use crate::local::LocalAnswer;
use crate::problem::Problem;
use crate::stream;
use crate::upstream::{RequestStream, ResponseStream, StreamingCall};

// === impl Edge ===

impl Edge {
    /// One message for one message.
    pub(super) async fn call<'a>(
        &'a self,
        downstream: &mut Downstream,
        call: &Admitted<'_>,
        message: Bytes,
        timeout: Duration,
        exchange: &Exchange,
    ) -> Result<LocalAnswer<'a>, Problem> {
        let path = call.target.method.grpc_path();
        let Backend::Upstream(upstream) = call.target.backend else {
            return self.local.answer(path).ok_or_else(Problem::internal);
        };
        let metadata = self.metadata(call, &downstream.head().headers, exchange)?;
        let idempotent = call.target.policy.idempotent;
        let answer = call::upstream(upstream, path, metadata, message, idempotent, timeout);
        let answer = pin!(answer);
        tokio::select! {
            answer = answer => Ok(LocalAnswer::Message(StatusCode::OK, answer?)),
            // Nobody waits for the answer: the call is given up, too.
            () = downstream.gone() => Err(Problem::client_gone()),
        }
    }

    /// Begins a call whose messages go one by one.
    pub(super) async fn open(
        &self,
        call: &Admitted<'_>,
        metadata: http::HeaderMap,
        timeout: Duration,
    ) -> Result<(RequestStream, ResponseStream), Problem> {
        let Backend::Upstream(upstream) = call.target.backend else {
            return Err(Problem::internal());
        };
        let streaming = StreamingCall {
            path: call.target.method.grpc_path(),
            metadata,
            deadline: Some(Instant::now() + timeout),
            max_message: self.limits.streams.max_message_bytes,
        };
        stream::open(upstream, streaming, self.limits.call_timeout).await
    }
}
