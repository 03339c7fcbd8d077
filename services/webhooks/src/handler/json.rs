//! Reading of foreign JSON: fields that may be absent, null, or of another kind than documented.
//!
//! Errors name the place, never the content.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{EventError, is_name};

/// Longer texts are no ids, states or currencies.
const MAX_TEXT: usize = 255;
/// The last second of the year 9999: what both PostgreSQL and a Protobuf timestamp can hold.
const MAX_SECONDS: i64 = 253_402_300_799;

/// A JSON object, and where in the body it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: &'static str,
}

// === impl Fields ===

impl<'a> Fields<'a> {
    /// The object at a `path` of names separated by dots.
    pub(super) fn at(body: &'a Value, path: &'static str) -> Result<Self, EventError> {
        let mut value = Some(body);
        for name in path.split('.') {
            value = value.and_then(|value| value.get(name));
        }
        let map = value.and_then(Value::as_object);
        let map = map.ok_or_else(|| EventError::Field {
            path: path.to_owned(),
            rule: "must be an object",
        })?;
        Ok(Self { map, path })
    }

    /// An object within this one; `None` for anything else.
    pub(super) fn object(&self, name: &str) -> Option<Fields<'a>> {
        let map = self.map.get(name)?.as_object()?;
        Some(Fields {
            map,
            path: self.path,
        })
    }

    /// The objects of an array within this one.
    pub(super) fn objects(&self, name: &str) -> impl Iterator<Item = Fields<'a>> + use<'a> {
        let items = self.map.get(name).and_then(Value::as_array);
        let path = self.path;
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(move |map| Fields { map, path })
    }

    /// A short text without control characters.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, EventError> {
        let Some(value) = self.present(name) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .filter(|text| text.len() <= MAX_TEXT && !text.chars().any(char::is_control));
        text.map(Some)
            .ok_or_else(|| self.broken(name, "must be a short text"))
    }

    /// The id of another object, which stands there by itself or with the object around it.
    pub(super) fn reference(&self, name: &str) -> Result<Option<&'a str>, EventError> {
        match self.object(name) {
            Some(expanded) => expanded.text("id"),
            None => self.text(name),
        }
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, EventError> {
        let Some(value) = self.present(name) else {
            return Ok(None);
        };
        value
            .as_i64()
            .map(Some)
            .ok_or_else(|| self.broken(name, "must be a whole number"))
    }

    /// A time in seconds since the Unix epoch.
    pub(super) fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, EventError> {
        let Some(seconds) = self.integer(name)? else {
            return Ok(None);
        };
        seconds_since_epoch(seconds)
            .map(Some)
            .ok_or_else(|| self.broken(name, "must be a time in seconds"))
    }

    /// A yes or no; no when absent.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.map.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// An id, which must be there.
    pub(super) fn id(&self, name: &str) -> Result<String, EventError> {
        let id = self.required(name, self.text(name)?)?;
        if is_name(id) {
            Ok(id.to_owned())
        } else {
            Err(self.broken(name, "must be an id"))
        }
    }

    /// What must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, EventError> {
        value.ok_or_else(|| self.broken(name, "is missing"))
    }

    /// A field of this object that breaks `rule`.
    pub(super) fn broken(&self, name: &str, rule: &'static str) -> EventError {
        EventError::Field {
            path: format!("{}.{name}", self.path),
            rule,
        }
    }

    fn present(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }
}

/// The fields of an event that `T` names. An array is refused, which would pass for its fields in
/// order.
pub(super) fn event<T: DeserializeOwned>(body: &[u8]) -> Result<T, EventError> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(EventError::NotAnEvent);
    }
    serde_json::from_slice(body).map_err(|_| EventError::NotAnEvent)
}

/// A time in the years 1970 to 9999.
pub(super) fn seconds_since_epoch(seconds: i64) -> Option<DateTime<Utc>> {
    (0..=MAX_SECONDS)
        .contains(&seconds)
        .then(|| DateTime::from_timestamp(seconds, 0))
        .flatten()
}
