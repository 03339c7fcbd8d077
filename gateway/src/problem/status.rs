//! The same errors as gRPC clients see them: `grpc-status`, `grpc-message` and the details of
//! `google.rpc`. A client learns as much as over HTTP, and no more.

use std::collections::HashMap;
use std::time::Duration;

use guardmesh_chassis::fault::DOMAIN;
use http::{HeaderMap, header};
use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt};

use super::Problem;

// === impl Problem ===

impl Problem {
    /// What ends a gRPC call that failed, in trailers or, where nothing was sent before, in the
    /// headers.
    pub(crate) fn trailers(&self, request_id: &str) -> HeaderMap {
        let mut trailers = HeaderMap::new();
        // Fails for bytes that base64 and percent encoding do not produce.
        let _ = self.status(request_id).add_header(&mut trailers);
        trailers
    }

    fn status(&self, request_id: &str) -> Status {
        let mut details = ErrorDetails::new();
        details
            .set_error_info(&self.reason, DOMAIN, HashMap::new())
            .set_request_info(request_id, "");
        for violation in &self.violations {
            details.add_bad_request_violation(&violation.field, &violation.description);
        }
        let delay = self
            .headers
            .iter()
            .find(|(name, _)| *name == header::RETRY_AFTER);
        let seconds = delay.and_then(|(_, value)| value.to_str().ok()?.parse().ok());
        if let Some(seconds) = seconds {
            details.set_retry_info(Some(Duration::from_secs(seconds)));
        }
        Status::with_error_details(self.code, &self.detail, details)
    }
}

/// What ends a gRPC call that went well.
pub(crate) fn ok() -> HeaderMap {
    let mut trailers = HeaderMap::new();
    let _ = Status::ok("").add_header(&mut trailers);
    trailers
}
