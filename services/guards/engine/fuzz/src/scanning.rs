//! Every guard over any text, by any channel, with any parameters.

use guardmesh_guard_engine::{Channel, Finding, Guard, decide, redact};
use serde_json::Value;

use crate::engine::{ENGINE, every_guard};
use crate::pieces::OF_VALUES;

/// How every placeholder of a redaction begins.
const PLACEHOLDER: &str = "[REDACTED:";

/// A byte for the channel, and a text: what every guard finds lies soundly in it, is the same the
/// second time, and is gone once it is redacted.
pub fn guards(data: &[u8]) {
    let Some((&number, text)) = data.split_first() else {
        return;
    };
    let channel = Channel::ALL[usize::from(number) % Channel::ALL.len()];
    let text = String::from_utf8_lossy(text);
    let mut all = Vec::new();
    for guard in every_guard() {
        let guard = guard.clone().on(channel);
        let findings = guard.scan(&text);
        assert_sound(&text, &findings);
        assert_eq!(findings, guard.scan(&text), "the second time");
        all.extend(findings);
    }
    let _ = decide(&all);
    let clean = redact(&text, &all);
    all.reverse();
    assert_eq!(clean, redact(&text, &all), "in another order");
    for guard in ENGINE.guards() {
        assert_gone(guard, &text);
    }
}

/// A line of JSON, which says which guard and with what parameters, and a text: an error, or a
/// guard whose findings lie soundly in the text.
pub fn parameters(data: &[u8]) {
    let line_end = data.iter().position(|byte| *byte == b'\n');
    let (line, text) = data.split_at(line_end.unwrap_or(data.len()));
    let Ok(Value::Object(asked)) = serde_json::from_slice(line) else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    for (id, parameters) in &asked {
        let (Some(guard), Some(parameters)) = (ENGINE.guard(id), parameters.as_object()) else {
            continue;
        };
        if let Ok(guard) = guard.with_parameters(parameters) {
            assert_sound(&text, &guard.scan(&text));
        }
    }
}

fn assert_sound(text: &str, findings: &[Finding]) {
    assert!(findings.is_sorted_by_key(|finding| finding.span.start));
    let (mut counted, mut units) = (0, 0);
    for finding in findings {
        let value = text.get(finding.span.start..finding.span.end);
        let value = value.expect("character boundaries");
        assert!(!value.is_empty(), "{finding:?}");
        assert!((0.0..=1.0).contains(&finding.score), "{finding:?}");
        assert!(finding.preview.chars().count() <= 64, "{finding:?}");
        units += text[counted..finding.span.start].encode_utf16().count();
        counted = finding.span.start;
        assert_eq!(finding.utf16.start, units);
        assert_eq!(finding.utf16.end, units + value.encode_utf16().count());
    }
}

/// What was redacted is not found again: no value with a placeholder in it, and nothing within one.
fn assert_gone(guard: &Guard, text: &str) {
    let clean = redact(text, &guard.scan(text));
    let placeholders = placeholders(&clean);
    for finding in guard.scan(&clean) {
        let whole = !OF_VALUES.contains(&guard.id());
        let covered = placeholders.iter().any(|(start, end)| {
            let (from, to) = (finding.span.start, finding.span.end);
            if whole {
                *start <= from && to <= *end
            } else {
                from < *end && *start < to
            }
        });
        assert!(!covered, "{finding:?} in {clean:?}");
    }
}

/// Where redaction left its placeholders. What is open or holds anything but a rule id is not one.
fn placeholders(text: &str) -> Vec<(usize, usize)> {
    let id = |b: char| b.is_ascii_lowercase() || b.is_ascii_digit() || b == '_';
    text.match_indices(PLACEHOLDER)
        .filter_map(|(at, open)| {
            let inner = &text[at + open.len()..];
            let length = inner.find(']')?;
            let ours = inner[..length].chars().all(id);
            ours.then_some((at, at + open.len() + length + 1))
        })
        .collect()
}
