//! The gRPC services: proto to domain and back. Parse, call, render; no SQL, no rule.

use chrono::{DateTime, Utc};
use prost_types::Timestamp;
use tonic::metadata::MetadataMap;

use crate::signature::SignatureError;

pub(crate) mod webhooks;

/// The header that a request must have exactly once.
fn only<'a>(metadata: &'a MetadataMap, name: &'static str) -> Result<&'a str, SignatureError> {
    let mut values = metadata.get_all(name).iter();
    let value = values.next().ok_or(SignatureError::Missing)?;
    if values.next().is_some() {
        return Err(SignatureError::Repeated);
    }
    value.to_str().map_err(|_| SignatureError::Malformed)
}

fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}
