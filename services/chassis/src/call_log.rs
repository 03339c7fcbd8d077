//! One log line a call: method, status, time taken, request id and trace id. No metadata, no bodies.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderValue, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument;

/// Metadata entry that carries the id of the HTTP request through the house.
pub const REQUEST_ID: &str = "x-request-id";

/// Metadata entry that carries the trace (W3C Trace Context).
const TRACEPARENT: &str = "traceparent";

/// Logs every call of a service.
#[derive(Clone, Copy, Debug)]
pub struct CallLogLayer;

/// See [`CallLogLayer`].
#[derive(Clone, Debug)]
pub struct CallLog<S>(S);

// === impl CallLogLayer ===

impl<S> Layer<S> for CallLogLayer {
    type Service = CallLog<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CallLog(inner)
    }
}

// === impl CallLog ===

impl<S, B> Service<Request<B>> for CallLog<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let id = request
            .headers()
            .get(REQUEST_ID)
            .and_then(|id| id.to_str().ok());
        let trace = request.headers().get(TRACEPARENT).and_then(trace_id);
        let method = request.uri().path();
        let span = tracing::info_span!("call", method, request_id = id, trace_id = trace);
        let start = Instant::now();
        let answer = self.0.call(request);
        Box::pin(
            async move {
                let answer = answer.await?;
                // Errors come as a `grpc-status` header; a body that began well ends in trailers.
                let status = answer.headers().get("grpc-status");
                let status = status
                    .and_then(|status| status.to_str().ok())
                    .unwrap_or("0");
                let micros = start.elapsed().as_micros();
                tracing::debug!(status, micros = u64::try_from(micros).unwrap_or(u64::MAX));
                Ok(answer)
            }
            .instrument(span),
        )
    }
}

/// The second part of a `traceparent`, as the gateway has checked it.
fn trace_id(parent: &HeaderValue) -> Option<&str> {
    parent.to_str().ok()?.split('-').nth(1)
}
