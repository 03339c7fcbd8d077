//! A JSON object a finding and line, for programs.

use serde::Serialize;

use crate::check::examine::Located;
use crate::check::input::Name;

/// A finding. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    /// Not known of a file of which a diff shows a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_end: Option<usize>,
    guard: &'a str,
    rule_id: &'a str,
    category: &'a str,
    severity: &'a str,
    score: f32,
    preview: &'a str,
    decision: &'a str,
    fingerprint: &'a str,
}

pub(super) fn findings(of: &Name, findings: &[Located]) -> serde_json::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for found in findings {
        let finding = &found.finding;
        let record = Record {
            path: &of.shown,
            line: found.start.line,
            column: found.start.column,
            byte_start: found.bytes.map(|span| span.start),
            byte_end: found.bytes.map(|span| span.end),
            guard: &finding.guard,
            rule_id: &finding.rule_id,
            category: &finding.category,
            severity: finding.severity.as_str(),
            score: finding.score,
            preview: &finding.preview,
            decision: found.decision.as_str(),
            fingerprint: &found.fingerprint,
        };
        serde_json::to_writer(&mut lines, &record)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
