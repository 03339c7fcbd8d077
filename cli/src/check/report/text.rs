//! A line a finding, which editors and terminals know how to open.

use std::fmt::Write;

use crate::check::examine::Located;
use crate::check::input::Name;
use crate::check::rules::Rules;
use crate::check::text::printable;

/// With what the policy makes of it, where one decides.
pub(super) fn findings(rules: &Rules, of: &Name, findings: &[Located]) -> Vec<u8> {
    let mut lines = String::new();
    for found in findings {
        let finding = &found.finding;
        let decision = if rules.by_policy {
            format!(" {}", found.decision.as_str())
        } else {
            String::new()
        };
        let line = format!(
            "{}:{}:{}: {} {}/{} ({:.2}){decision}: {}",
            of.shown,
            found.start.line,
            found.start.column,
            finding.severity.as_str(),
            finding.guard,
            finding.rule_id,
            finding.score,
            finding.preview,
        );
        // Writing to a string does not fail.
        let _ = writeln!(lines, "{}", printable(&line));
    }
    lines.into_bytes()
}
