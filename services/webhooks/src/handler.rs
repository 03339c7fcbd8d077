//! The sources of events. A source is one file here and one line in [`SOURCES`]: how its events
//! are read, and what effect each type of them has.
//!
//! Pure functions over bytes whose signature matched; no SQL, no calls.

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use thiserror::Error;

use crate::invoice;
use crate::signature::Verified;
use crate::subscription;

pub(crate) mod clerk;
mod json;
pub(crate) mod stripe;

/// All sources there are.
const SOURCES: [&Source; 2] = [&stripe::SOURCE, &clerk::SOURCE];
/// No honest id or type is longer.
const MAX_NAME: usize = 255;

/// Who sends events, and what they mean.
#[derive(Debug)]
pub(crate) struct Source {
    /// As stored and logged.
    pub(crate) name: &'static str,
    /// Reads what every event of the source has.
    pub(crate) envelope: fn(&Verified<'_>) -> Result<Envelope, EventError>,
    /// Whether events of this type change anything here.
    pub(crate) has_effect: fn(&str) -> bool,
    /// The effect of an event of this type and with this body, if any.
    pub(crate) effect: fn(&str, &[u8]) -> Result<Option<Effect>, EventError>,
}

/// What every event has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The sender's id, the same in all deliveries of the event.
    pub(crate) external_id: String,
    /// The sender's type, such as `invoice.paid`.
    pub(crate) kind: String,
    /// When the sender created it; `None` where it does not say so in a form that we know.
    pub(crate) time: Option<DateTime<Utc>>,
}

/// What an event brings about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Something kept here changes.
    Change(Change),
    /// Something kept by auth goes.
    Deletion(Deletion),
}

/// What Clerk has deleted, by its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// A user.
    User(String),
    /// An organisation.
    Organization(String),
    /// Who is in an organisation no more.
    Membership {
        /// The user.
        user: String,
        /// The organisation.
        organization: String,
    },
}

/// What an event means for the state that is kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The organisation that the object names as its own, not yet known to exist.
    pub(crate) organization: Option<OrganizationId>,
    /// The object.
    pub(crate) object: Object,
}

/// An object of a sender, as of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    /// An invoice of Stripe.
    Invoice(invoice::Snapshot),
    /// A subscription of Stripe.
    Subscription(subscription::Snapshot),
}

/// An event that cannot be understood. Says where, never what was there: bodies are not logged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum EventError {
    /// Not JSON, or without what every event has.
    #[error("the body is not a JSON object with the id and type of an event")]
    NotAnEvent,
    /// A field that breaks a rule.
    #[error("{path} {rule}")]
    Field {
        /// Where, such as `data.object.amount_due`.
        path: String,
        /// What it should be.
        rule: &'static str,
    },
}

/// The source of this name.
pub(crate) fn source(name: &str) -> Option<&'static Source> {
    SOURCES.into_iter().find(|source| source.name == name)
}

/// A text that can be an id or a type: short, visible ASCII.
fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use guardmesh_chassis::config::Environment;
    use proptest::prelude::*;

    use super::*;
    use crate::signature::standard::{Headers, Secrets};

    /// Reads the envelope of `body`, signed by a secret of the test.
    fn envelope(source: &Source, id: &str, body: &[u8]) -> Result<Envelope, EventError> {
        let key = [7; 24];
        let secret = format!("whsec_{}", STANDARD.encode(key));
        let signed = [format!("{id}.0.").as_bytes(), body].concat();
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed);
        let signature = format!("v1,{}", STANDARD.encode(mac));
        let headers = Headers {
            id,
            timestamp: "0",
            signature: &signature,
        };
        let secrets = Secrets::new(&[secret.as_str().into()], Environment::Production).unwrap();
        let verified = secrets.verify(headers, body, DateTime::UNIX_EPOCH).unwrap();
        (source.envelope)(&verified)
    }

    #[test]
    fn a_creation_time_is_read_in_every_form_and_else_left_out() {
        let second = DateTime::from_timestamp(1_790_000_000, 0);
        for (source, time, expected) in [
            (&stripe::SOURCE, "1790000000", second),
            (&stripe::SOURCE, r#""2026-09-21T14:13:20Z""#, second),
            (&stripe::SOURCE, r#""2026-09-21T16:13:20+02:00""#, second),
            (&stripe::SOURCE, r#""yesterday""#, None),
            (&stripe::SOURCE, "-1", None),
            (&stripe::SOURCE, "1e300", None),
            (&stripe::SOURCE, "9223372036854775807", None),
            (&stripe::SOURCE, "null", None),
            (&clerk::SOURCE, "1790000000", second),
            (&clerk::SOURCE, "1790000000000", second),
            (&clerk::SOURCE, "9223372036854775807", None),
            (&clerk::SOURCE, r#""1790000000""#, None),
        ] {
            let body = format!(r#"{{"id":"a_1","type":"b","created":{time},"timestamp":{time}}}"#);
            let envelope = envelope(source, "a_1", body.as_bytes()).unwrap();
            assert_eq!(envelope.time, expected, "{} {time}", source.name);
            assert_eq!(envelope.external_id, "a_1");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_signed_bodies_are_no_events(body: Vec<u8>, text in "[{}\\[\\]\",:a-z0-9]*") {
            for source in SOURCES {
                prop_assert!(envelope(source, "a_1", &body).is_err());
                prop_assert!(envelope(source, "a_1", text.as_bytes()).is_err());
            }
        }
    }
}
