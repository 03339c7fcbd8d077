//! The check of one input: it is read within bounds, looked at, and every finding gets its place.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use anyhow::{Context, anyhow};
use guardmesh_guard_engine::{Decision, Finding, Span};

use super::diff::Changed;
use super::fingerprint::Fingerprints;
use super::input::{Input, Name, Source};
use super::place::{self, Place};
use super::rules::Rules;
use super::text;

/// Findings of a file that are kept: one with more is data, and memory is bounded.
const MAX_FINDINGS: usize = 10_000;

/// A finding with all that a report says of it.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) finding: Finding,
    pub(super) decision: Decision,
    pub(super) start: Place,
    pub(super) end: Place,
    /// In the file, where all of that was read.
    pub(super) bytes: Option<Span>,
    pub(super) fingerprint: String,
}

/// What came of one input.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) name: Name,
    pub(super) outcome: Outcome,
}

/// How its check ended.
#[derive(Debug)]
pub(super) enum Outcome {
    Checked {
        bytes: usize,
        /// By place, the first [`MAX_FINDINGS`].
        findings: Vec<Located>,
        left_out: usize,
    },
    /// Not text.
    Binary {
        named: bool,
    },
    /// More than is read, in a folder or a diff; whoever names such a file is told of a failure.
    TooLarge,
    Failed(anyhow::Error),
}

/// Checks one input, of at most `max_bytes`.
pub(super) fn examine(rules: &Rules, max_bytes: usize, input: Input) -> Examined {
    let Input { name, source } = input;
    let id = &name.identity;
    let examined = match source {
        Source::Failed(error) => Err(error),
        Source::Stdin => read(io::stdin().lock(), max_bytes).and_then(|bytes| match bytes {
            Some(bytes) => Ok(whole(rules, id, bytes, true)),
            None => Err(too_large(max_bytes)),
        }),
        Source::File { path, named } => open(&path, max_bytes).and_then(|bytes| match bytes {
            Some(bytes) => Ok(whole(rules, id, bytes, named)),
            None if named => Err(too_large(max_bytes)),
            None => Ok(Outcome::TooLarge),
        }),
        Source::Changed(changed) => Ok(changed_lines(rules, id, changed)),
    };
    Examined {
        outcome: examined.unwrap_or_else(Outcome::Failed),
        name,
    }
}

/// The findings in all of a file.
fn whole(rules: &Rules, identity: &Path, bytes: Vec<u8>, named: bool) -> Outcome {
    let size = bytes.len();
    let Some(text) = text::decode(bytes) else {
        return Outcome::Binary { named };
    };
    let located = locate(rules, &mut Fingerprints::of(identity), &text);
    located.map_or_else(Outcome::Failed, |findings| checked(size, findings))
}

/// The findings that touch lines which a diff adds. The lines around them are read as well: what is
/// found depends on them.
fn changed_lines(rules: &Rules, identity: &Path, changed: Changed) -> Outcome {
    let hunks = match changed {
        Changed::Text(hunks) => hunks,
        Changed::Binary => return Outcome::Binary { named: false },
        Changed::TooLarge => return Outcome::TooLarge,
        Changed::Unmerged => {
            return Outcome::Failed(anyhow!("has a conflict, which is to be resolved first"));
        }
    };
    let mut fingerprints = Fingerprints::of(identity);
    let mut size = 0;
    let mut all = Vec::new();
    for hunk in hunks {
        size += hunk.text.len();
        let text = text::lossy(hunk.text);
        let findings = match locate(rules, &mut fingerprints, &text) {
            Ok(findings) => findings,
            Err(error) => return Outcome::Failed(error),
        };
        let lines_before = hunk.first_line.saturating_sub(1);
        all.extend(findings.into_iter().filter_map(|mut found| {
            found.start.line += lines_before;
            found.end.line += lines_before;
            found.bytes = None;
            touches(&hunk.added, found.start.line..=last_line(&found)).then_some(found)
        }));
    }
    checked(size, all)
}

/// The last line that holds something of it: one that ends with a line break has none of the next.
fn last_line(found: &Located) -> usize {
    match found.end {
        Place {
            line, column: 1, ..
        } => (line - 1).max(found.start.line),
        Place { line, .. } => line,
    }
}

/// Whether one of `added`, which are sorted, lies within `lines`.
fn touches(added: &[usize], lines: RangeInclusive<usize>) -> bool {
    let first = added.partition_point(|line| line < lines.start());
    added.get(first).is_some_and(|line| lines.contains(line))
}

fn checked(bytes: usize, mut findings: Vec<Located>) -> Outcome {
    let left_out = findings.len().saturating_sub(MAX_FINDINGS);
    findings.truncate(MAX_FINDINGS);
    Outcome::Checked {
        bytes,
        findings,
        left_out,
    }
}

fn locate(
    rules: &Rules,
    fingerprints: &mut Fingerprints<'_>,
    text: &str,
) -> anyhow::Result<Vec<Located>> {
    // One text that a guard cannot bear does not end the check of all others.
    let judged = catch_unwind(AssertUnwindSafe(|| rules.plan.check(text)))
        .map_err(|_| anyhow!("a guard failed on this text: this is a defect of guardmesh"))?;
    let ends = |span: Span| [span.start, span.end];
    let offsets: Vec<usize> = judged.iter().flat_map(|j| ends(j.finding.span)).collect();
    let places = place::of(text, &offsets);
    let located = judged.into_iter().zip(places.chunks_exact(2));
    Ok(located
        .map(|(judged, places)| {
            let value = &text[judged.finding.span.start..judged.finding.span.end];
            let value = rules
                .is_about_value(&judged.finding, value)
                .then_some(value);
            Located {
                fingerprint: fingerprints.next(&judged.finding, value),
                start: places[0],
                end: places[1],
                bytes: Some(judged.finding.span),
                decision: judged.decision,
                finding: judged.finding,
            }
        })
        .collect())
}

/// What is in a file; nothing if that is too much.
fn open(path: &Path, max_bytes: usize) -> anyhow::Result<Option<Vec<u8>>> {
    let file = File::open(path).context("cannot be opened")?;
    // What says how large it is need not be read to know; it may grow all the same.
    let known = file.metadata().ok().filter(Metadata::is_file);
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    if known.is_some_and(|known| known.len() > limit) {
        return Ok(None);
    }
    read(file, max_bytes)
}

fn read(from: impl Read, max_bytes: usize) -> anyhow::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    from.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .context("cannot be read")?;
    Ok((bytes.len() <= max_bytes).then_some(bytes))
}

fn too_large(max_bytes: usize) -> anyhow::Error {
    anyhow!("has more than {} MiB (--max-size)", max_bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_touch_where_one_of_them_was_added() {
        for (lines, wanted) in [(1..=2, false), (2..=3, true), (4..=6, false), (4..=7, true)] {
            assert_eq!(touches(&[3, 7], lines.clone()), wanted, "{lines:?}");
        }
        assert!(!touches(&[], 1..=9));
    }
}
