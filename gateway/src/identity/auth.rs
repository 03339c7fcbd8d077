//! Calls that the gateway makes to auth for itself, as the service `gateway`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY};
use guardmesh_chassis::clock::Clock;
use http::{HeaderMap, HeaderValue};
use prost::Message;
use tokio::time::Instant;
use tonic::Status;

use crate::upstream::{Call, ResponseStream, StreamingCall, Upstream};

/// The name the gateway calls under.
const SERVICE: &str = "gateway";

/// Auth, as the gateway calls it.
#[derive(Clone)]
pub(crate) struct Auth {
    upstream: Arc<Upstream>,
    keys: CallerKeys,
    clock: Clock,
}

// === impl Auth ===

impl Auth {
    pub(crate) fn new(upstream: Arc<Upstream>, keys: CallerKeys, clock: Clock) -> Self {
        Self {
            upstream,
            keys,
            clock,
        }
    }

    /// Calls the method at `path`, and gives up after `timeout`.
    pub(crate) async fn call<T: Message + Default>(
        &self,
        path: &str,
        request: &impl Message,
        timeout: Duration,
    ) -> Result<T, Status> {
        let call = Call {
            path,
            metadata: self.metadata(path),
            message: Bytes::from(request.encode_to_vec()),
            deadline: Instant::now() + timeout,
            // These are questions: none of them changes what a second one finds.
            idempotent: true,
        };
        let answer = self.upstream.call(call).await?;
        T::decode(answer).map_err(|error| Status::internal(error.to_string()))
    }

    /// Opens the server stream at `path`, for as long as it lasts. It does not wait for an answer.
    pub(crate) async fn open(
        &self,
        path: &str,
        request: &impl Message,
        max_message: usize,
    ) -> Result<ResponseStream, Status> {
        let call = StreamingCall {
            path,
            metadata: self.metadata(path),
            deadline: None,
            max_message,
        };
        let (mut requests, responses) = self.upstream.open(call).await?;
        let closed = |_| Status::unavailable("");
        requests
            .send(&request.encode_to_vec())
            .await
            .map_err(closed)?;
        requests.finish().map_err(closed)?;
        Ok(responses)
    }

    fn metadata(&self, path: &str) -> HeaderMap {
        let caller = Caller::Service(SERVICE.to_owned());
        let signed = self.keys.sign(&caller, path, &self.clock);
        let mut metadata = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(signed.as_encoded_bytes()) {
            metadata.insert(METADATA_KEY, value);
        }
        metadata
    }
}
