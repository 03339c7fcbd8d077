//! What two documents say differently, value by value: comments and order of keys do not matter.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document;
use crate::error::Error;

/// Changes that are told of.
const MAX_CHANGES: usize = 1000;

/// One value that differs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Such as `routes[0].guards[1].action`.
    pub(crate) path: String,
    /// As JSON; none where there is no such value.
    pub(crate) before: Option<String>,
    /// As JSON; none where there is no such value.
    pub(crate) after: Option<String>,
}

/// What `second` says differently from `first`, by place.
pub(super) fn between(first: &str, second: &str) -> Result<Vec<Change>, Error> {
    let read = |text| document::values(text).map_err(|_| Error::Corrupt("policy_versions"));
    let mut changes = Vec::new();
    collect("", Some(&read(first)?), Some(&read(second)?), &mut changes);
    changes.truncate(MAX_CHANGES);
    Ok(changes)
}

fn collect(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{name}");
                collect(&path, before.get(name), after.get(name), changes);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                let path = format!("{path}[{index}]");
                collect(&path, before.get(index), after.get(index), changes);
            }
        }
        (before, after) => changes.push(Change {
            path: path.to_owned(),
            before: before.map(Value::to_string),
            after: after.map(Value::to_string),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_its_place() {
        let first = "# one\nroutes:\n- guards:\n  - {guard: pii, action: redact}\n";
        let second = r#"{"routes": [{"guards": [{"action": "block", "guard": "pii"},
            {"guard": "urls"}]}], "on_outage": "drop"}"#;
        let told: Vec<_> = between(first, second)
            .unwrap()
            .into_iter()
            .map(|change| (change.path, change.before, change.after))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("on_outage".to_owned(), None, text("\"drop\"")),
                (
                    "routes[0].guards[0].action".to_owned(),
                    text("\"redact\""),
                    text("\"block\"")
                ),
                (
                    "routes[0].guards[1]".to_owned(),
                    None,
                    text("{\"guard\":\"urls\"}")
                ),
            ]
        );
        assert_eq!(between(second, second).unwrap(), []);
    }
}
