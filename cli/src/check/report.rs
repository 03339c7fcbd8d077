//! The report of a check: a line a finding, for people or as JSON. Never a value, only its mask.

use std::io::{self, Write};
use std::path::Path;

use guardmesh_guard_engine::Finding;
use serde::Serialize;

use super::Format;

/// A finding as one JSON line. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    byte_start: usize,
    byte_end: usize,
    guard: &'a str,
    rule_id: &'a str,
    category: &'a str,
    severity: &'a str,
    score: f32,
    preview: &'a str,
}

/// Writes the findings of one file, which are sorted by position.
pub(super) fn write(
    out: &mut impl Write,
    format: Format,
    path: &Path,
    text: &str,
    findings: &[Finding],
) -> io::Result<()> {
    let path = path.to_string_lossy();
    let (mut line, mut line_start, mut counted) = (1, 0, 0);
    for finding in findings {
        // Counts on from the finding before: the text is read once.
        for (offset, _) in text[counted..finding.span.start].match_indices('\n') {
            line += 1;
            line_start = counted + offset + 1;
        }
        counted = finding.span.start;
        let column = text[line_start..counted].chars().count() + 1;
        match format {
            Format::Text => writeln!(
                out,
                "{path}:{line}:{column}: {} {}/{} ({:.2}): {}",
                finding.severity.as_str(),
                finding.guard,
                finding.rule_id,
                finding.score,
                finding.preview,
            )?,
            Format::Json => {
                let record = Record {
                    path: &path,
                    line,
                    column,
                    byte_start: finding.span.start,
                    byte_end: finding.span.end,
                    guard: &finding.guard,
                    rule_id: &finding.rule_id,
                    category: &finding.category,
                    severity: finding.severity.as_str(),
                    score: finding.score,
                    preview: &finding.preview,
                };
                serde_json::to_writer(&mut *out, &record)?;
                out.write_all(b"\n")?;
            }
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let text = "eins\nzw\u{f6}lf: ada@example.org\n\nbob@example.org\n";
        let engine = Engine::standard().unwrap();
        let findings = engine.guard("pii").unwrap().scan(text);
        let mut out = Vec::new();
        write(&mut out, Format::Text, Path::new("a.txt"), text, &findings).unwrap();
        let out = String::from_utf8(out).unwrap();
        let places: Vec<&str> = out.lines().map(|l| l.split(": ").next().unwrap()).collect();
        assert_eq!(places, ["a.txt:2:8", "a.txt:4:1"]);
        assert!(!out.contains("ada@example.org"), "{out}");

        let mut out = Vec::new();
        write(&mut out, Format::Json, Path::new("a.txt"), text, &findings).unwrap();
        let first = out.split(|byte| *byte == b'\n').next().unwrap();
        let record: serde_json::Value = serde_json::from_slice(first).unwrap();
        assert_eq!(record["line"], 2);
        assert_eq!(record["ruleId"], "email");
    }
}
