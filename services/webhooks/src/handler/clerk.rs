//! Clerk's events. They are received and kept; none of them changes anything here yet.

use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;

use super::json::{event, seconds_since_epoch};
use super::{Envelope, EventError, Source, is_name};
use crate::signature::Verified;

/// See [`super::SOURCES`].
pub(crate) const SOURCE: Source = Source {
    name: "clerk",
    envelope,
    has_effect: |_| false,
    change: |_, _| Ok(None),
};

/// Larger numbers are milliseconds: as seconds they would lie beyond the year 5000.
const MAX_SECONDS: i64 = 100_000_000_000;

#[derive(Deserialize)]
struct Event {
    r#type: String,
    /// Seconds in the examples, milliseconds in the documentation.
    #[serde(default)]
    timestamp: Value,
}

/// The id is a header's: the body has none.
fn envelope(verified: &Verified<'_>) -> Result<Envelope, EventError> {
    let event: Event = event(verified.body())?;
    let external_id = verified.delivery_id().unwrap_or_default();
    if !is_name(external_id) || !is_name(&event.r#type) {
        return Err(EventError::NotAnEvent);
    }
    let time = event.timestamp.as_i64().and_then(|number| {
        if number < MAX_SECONDS {
            seconds_since_epoch(number)
        } else {
            DateTime::from_timestamp_millis(number)
                .filter(|time| seconds_since_epoch(time.timestamp()).is_some())
        }
    });
    Ok(Envelope {
        external_id: external_id.to_owned(),
        kind: event.r#type,
        time,
    })
}
