//! The values of a Kubernetes secret: what stands under `data` and `stringData` of a manifest.
//!
//! Base64 hides nothing here. Only manifests in YAML, and only near their `kind`.

use super::{allow, in_placeholder};
use crate::finding::Span;

const SCORE: f32 = 0.75;
/// How far from its kind the values of a manifest are looked for, in bytes.
const REACH: usize = 400;
/// Shortest value in bytes.
const SHORTEST: usize = 6;

/// From the first value to the last of the manifest whose kind stands at the keyword.
pub(super) fn find(text: &str, keyword: Span) -> Option<(Span, f32)> {
    let longer = text.as_bytes().get(keyword.end);
    if longer.is_some_and(u8::is_ascii_alphanumeric) || in_placeholder(text, keyword.start) {
        return None;
    }
    let from = text.floor_char_boundary(keyword.start.saturating_sub(REACH));
    let to = text.floor_char_boundary(keyword.end + REACH);
    let mut found: Option<Span> = None;
    // How far the line is indented under which values stand.
    let mut data: Option<usize> = None;
    let mut at = from;
    for line in text[from..to].split_inclusive('\n') {
        let trimmed = line.trim_start_matches(' ');
        let indent = line.len() - trimmed.len();
        match trimmed.trim_end() {
            // The manifest before, or the one after.
            "---" if at > keyword.start => break,
            "---" => found = None,
            "data:" | "stringData:" => data = Some(indent),
            _ if data.is_some_and(|under| indent <= under) => data = None,
            _ => {}
        }
        if let Some(value) = value(line).filter(|_| data.is_some_and(|under| indent > under)) {
            let start = found.map_or(at + value.start, |span| span.start);
            found = Some(Span::new(start, at + value.end));
        }
        at += line.len();
    }
    Some((found?, SCORE))
}

/// The place of the value in `  name: value`, or of a line of a block under it.
fn value(line: &str) -> Option<Span> {
    let start = line
        .find(": ")
        .map_or_else(|| line.len() - line.trim_start().len(), |at| at + 2);
    let value = line[start..].trim_matches([' ', '"', '\'', '\n', '\r']);
    let offset = start + line[start..].find(value)?;
    let fits = value.len() >= SHORTEST
        && !value.contains([' ', '[', ':'])
        && !allow::is_placeholder(value)
        && !allow::is_reference(value);
    fits.then(|| Span::new(offset, offset + value.len()))
}
