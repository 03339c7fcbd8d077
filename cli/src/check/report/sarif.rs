//! SARIF 2.1.0 (OASIS, errata 01), with what code hosts ask for beyond it: help and a
//! `security-severity` for each rule, fingerprints that stay when lines move.
//!
//! Results are written as they come, so that their number does not matter; the rules that they
//! refer to, and what could not be checked, follow at the end.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use guardmesh_guard_engine::{Decision, Finding, Severity};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};

use crate::check::examine::Located;
use crate::check::input::Name;
use crate::check::rules::Rules;

/// Notifications that are kept.
const MAX_NOTES: usize = 1000;
/// What relative addresses are relative to; code hosts know it as the top of the repository.
const ROOT: &str = "%SRCROOT%";
/// The name of our fingerprints; to be raised with their scheme.
const FINGERPRINT: &str = "guardmeshFingerprint/v1";

/// All but the unreserved characters of RFC 3986, and what separates the parts of a path.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// What was written refers to it.
#[derive(Debug, Default)]
pub(in crate::check) struct Sarif {
    rules: Vec<Value>,
    /// Where each rule stands, by its id.
    indices: HashMap<String, usize>,
    results: usize,
    notes: Vec<Value>,
}

/// The document up to the first result.
pub(super) fn head() -> Vec<u8> {
    let head = concat!(
        r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","#,
        r#""runs":[{"columnKind":"utf16CodeUnits","results":["#,
    );
    head.as_bytes().to_vec()
}

// === impl Sarif ===

impl Sarif {
    pub(super) fn findings(
        &mut self,
        rules: &Rules,
        of: &Name,
        findings: &[Located],
    ) -> serde_json::Result<Vec<u8>> {
        let mut json = Vec::new();
        for found in findings {
            json.extend_from_slice(if self.results == 0 { b"\n" } else { b",\n" });
            self.results += 1;
            let result = self.result(rules, of, found);
            serde_json::to_writer(&mut json, &result)?;
        }
        Ok(json)
    }

    fn result(&mut self, rules: &Rules, of: &Name, found: &Located) -> Value {
        let Finding {
            severity,
            score,
            preview,
            ..
        } = &found.finding;
        let (id, index) = self.rule(rules, &found.finding);
        let (start, end) = (found.start, found.end);
        json!({
            "ruleId": id,
            "ruleIndex": index,
            "level": level(rules.by_policy.then_some(found.decision), *severity),
            "message": {"text": format!("{}: {preview}", description(rules, &found.finding))},
            "locations": [{"physicalLocation": {
                "artifactLocation": artifact(&of.identity),
                "region": {
                    "startLine": start.line, "startColumn": start.utf16_column,
                    "endLine": end.line, "endColumn": end.utf16_column,
                },
            }}],
            "partialFingerprints": {FINGERPRINT: found.fingerprint},
            "rank": (f64::from(*score) * 100.0).round(),
            "properties": {"decision": found.decision.as_str()},
        })
    }

    /// The id of a rule and where it stands; listed when it is first met.
    fn rule(&mut self, rules: &Rules, finding: &Finding) -> (String, usize) {
        let id = format!("{}/{}", finding.guard, finding.rule_id);
        if let Some(index) = self.indices.get(&id) {
            return (id, *index);
        }
        let index = self.rules.len();
        let description = description(rules, finding);
        let source = rules.source(finding);
        let about = source.map_or("", |(guard, _)| guard.description());
        let severity = source.map_or(finding.severity, |(_, rule)| rule.severity);
        let help = format!(
            "{description}. Found by the guard {}, which looks for this: {about} A finding that is \
            known and accepted can be kept in a baseline (guardmesh check --baseline).",
            finding.guard
        );
        self.rules.push(json!({
            "id": id,
            "shortDescription": {"text": description},
            "fullDescription": {"text": format!("{description}. {about}")},
            "help": {"text": help, "markdown": help},
            "defaultConfiguration": {"level": level(None, severity)},
            "properties": {
                "tags": ["security", finding.category],
                "security-severity": security_severity(severity),
            },
        }));
        self.indices.insert(id.clone(), index);
        (id, index)
    }

    pub(super) fn note(&mut self, of: &Name, what: &str, failed: bool) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(json!({
                "level": if failed { "error" } else { "note" },
                "message": {"text": what},
                "locations": [{"physicalLocation": {"artifactLocation": artifact(&of.identity)}}],
            }));
        }
    }

    /// The document from the last result on.
    pub(super) fn tail(&self, exit_code: i32, complete: bool) -> serde_json::Result<Vec<u8>> {
        let driver = json!({
            "name": "guardmesh",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": self.rules,
        });
        let invocation = json!({
            "executionSuccessful": complete,
            "exitCode": exit_code,
            "toolExecutionNotifications": self.notes,
        });
        let mut json = b"],\n\"tool\":{\"driver\":".to_vec();
        serde_json::to_writer(&mut json, &driver)?;
        json.extend_from_slice(b"},\n\"invocations\":[");
        serde_json::to_writer(&mut json, &invocation)?;
        json.extend_from_slice(b"]}]}\n");
        Ok(json)
    }
}

fn description(rules: &Rules, finding: &Finding) -> String {
    match rules.source(finding) {
        Some((_, rule)) => rule.description.to_owned(),
        None => finding.rule_id.to_string(),
    }
}

/// By the decision of a policy, where there is one; otherwise by the harm.
fn level(decision: Option<Decision>, severity: Severity) -> &'static str {
    match (decision, severity) {
        (Some(Decision::Block), _) | (None, Severity::Critical | Severity::High) => "error",
        (Some(Decision::Review | Decision::Redact), _) | (None, Severity::Medium) => "warning",
        (Some(Decision::Flag | Decision::Allow), _) | (None, Severity::Low) => "note",
    }
}

/// On the scale of CVSS, as code hosts read it: over 9 is critical, from 7 high, from 4 medium.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "2.0",
        Severity::Medium => "5.5",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}

/// A file as a URI reference (RFC 3986).
fn artifact(identity: &Path) -> Value {
    let uri = percent_encode(identity.as_os_str().as_bytes(), &ESCAPED).to_string();
    if identity.is_absolute() {
        json!({"uri": format!("file://{uri}")})
    } else {
        json!({"uri": uri, "uriBaseId": ROOT})
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn paths_become_references() {
        let relative = artifact(Path::new("a b/\u{e4}:%.rs"));
        assert_eq!(
            relative,
            json!({"uri": "a%20b/%C3%A4%3A%25.rs", "uriBaseId": ROOT})
        );
        let absolute = artifact(Path::new("/etc/x"));
        assert_eq!(absolute, json!({"uri": "file:///etc/x"}));
        let no_text = artifact(Path::new(OsStr::from_bytes(b"caf\xe9")));
        assert_eq!(no_text, json!({"uri": "caf%E9", "uriBaseId": ROOT}));
    }

    #[test]
    fn a_policy_decides_on_the_level() {
        use Decision::{Allow, Block, Flag, Redact, Review};
        for (decision, severity, wanted) in [
            (None, Severity::Critical, "error"),
            (None, Severity::Medium, "warning"),
            (None, Severity::Low, "note"),
            (Some(Block), Severity::Low, "error"),
            (Some(Review), Severity::Critical, "warning"),
            (Some(Redact), Severity::Critical, "warning"),
            (Some(Flag), Severity::Critical, "note"),
            (Some(Allow), Severity::Critical, "note"),
        ] {
            assert_eq!(
                level(decision, severity),
                wanted,
                "{decision:?} {severity:?}"
            );
        }
    }
}
