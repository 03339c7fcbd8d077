//! Clerk's events. Those that say what is deleted become deletions here; all others are received and
//! kept: accounts and organisations are made when their people come, by auth.

use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;

use super::json::{Fields, event, seconds_since_epoch};
use super::{Deletion, Effect, Envelope, EventError, Source, is_name};
use crate::signature::Verified;

/// See [`super::SOURCES`].
pub(crate) const SOURCE: Source = Source {
    name: "clerk",
    envelope,
    has_effect: |kind| [USER, ORGANIZATION, MEMBERSHIP].contains(&kind),
    effect: |kind, body| Ok(deletion(kind, body)?.map(Effect::Deletion)),
};

const USER: &str = "user.deleted";
const ORGANIZATION: &str = "organization.deleted";
const MEMBERSHIP: &str = "organizationMembership.deleted";

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

fn deletion(kind: &str, body: &[u8]) -> Result<Option<Deletion>, EventError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| EventError::NotAnEvent)?;
    let data = Fields::at(&body, "data")?;
    Ok(match kind {
        USER => Some(Deletion::User(data.id("id")?)),
        ORGANIZATION => Some(Deletion::Organization(data.id("id")?)),
        // The membership as it was, with an id of its own.
        MEMBERSHIP => Some(Deletion::Membership {
            user: Fields::at(&body, "data.public_user_data")?.id("user_id")?,
            organization: Fields::at(&body, "data.organization")?.id("id")?,
        }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &str, data: &Value) -> Result<Option<Deletion>, String> {
        let body = json!({"data": data, "object": "event", "type": kind}).to_string();
        deletion(kind, body.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_deleted_is_named_by_its_id() {
        let gone = |id: &str, object: &str| json!({"deleted": true, "id": id, "object": object});
        assert_eq!(
            read(USER, &gone("user_1", "user")),
            Ok(Some(Deletion::User("user_1".to_owned())))
        );
        assert_eq!(
            read(ORGANIZATION, &gone("org_1", "organization")),
            Ok(Some(Deletion::Organization("org_1".to_owned())))
        );
        let membership = json!({
            "id": "orgmem_1", "object": "organization_membership", "role": "org:admin",
            "organization": {"id": "org_1", "name": "Acme"},
            "public_user_data": {"identifier": "ada@example.org", "user_id": "user_1"},
        });
        let ended = Deletion::Membership {
            user: "user_1".to_owned(),
            organization: "org_1".to_owned(),
        };
        assert_eq!(read(MEMBERSHIP, &membership), Ok(Some(ended)));
        assert_eq!(read("user.updated", &gone("user_1", "user")), Ok(None));
    }

    #[test]
    fn what_names_nobody_is_told_by_its_place() {
        let organization = json!({"organization": {"id": "org_1"}});
        for (kind, data, told) in [
            (USER, json!(null), "data must be an object"),
            (USER, json!({}), "data.id is missing"),
            (USER, json!({"id": ""}), "data.id must be an id"),
            (USER, json!({"id": "user 1"}), "data.id must be an id"),
            (
                ORGANIZATION,
                json!({"id": 1}),
                "data.id must be a short text",
            ),
            (
                MEMBERSHIP,
                organization,
                "data.public_user_data must be an object",
            ),
        ] {
            assert_eq!(read(kind, &data), Err(told.to_owned()), "{kind} {data}");
        }
    }
}
