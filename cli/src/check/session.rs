//! A running check: takes what came of each input, in order, writes the report and keeps count.
//!
//! Whoever ends it, the last input or a signal, ends it in the same way.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::baseline::{Baseline, Recording};
use super::examine::{Examined, Located, Outcome};
use super::input::Name;
use super::interrupt::INTERRUPTED;
use super::progress::Progress;
use super::report::Report;
use super::rules::Rules;
use super::text::printable;

/// Everything was checked, and nothing counts.
const CLEAN: u8 = 0;
/// Something was found that counts.
const FOUND: u8 = 1;
/// Something could not be checked.
const FAILED: u8 = 2;

/// What becomes of findings.
#[derive(Debug)]
pub(super) enum Purpose {
    Report,
    /// Only those that are not known are reported.
    Compare {
        baseline: Baseline,
        /// Where the paths in it begin.
        top: PathBuf,
    },
    /// They are to be known from now on.
    Record(Recording, PathBuf),
}

/// What is being checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Files that were named, each of which matters.
    Named,
    /// Folders with many files.
    Tree,
    /// Parts of files.
    Diff,
}

#[derive(Debug)]
pub(super) struct Session {
    rules: Arc<Rules>,
    report: Report,
    purpose: Purpose,
    extent: Extent,
    progress: Option<Progress>,
    counts: Counts,
    ended: bool,
}

#[derive(Debug, Default)]
struct Counts {
    files: usize,
    bytes: usize,
    binary: usize,
    too_large: usize,
    failed: usize,
    findings: usize,
    known: usize,
    /// Files with findings that were reported.
    files_with_findings: usize,
    /// Whether one of them is to stop the caller.
    stops: bool,
}

// === impl Session ===

impl Session {
    pub(super) fn new(rules: Arc<Rules>, report: Report, purpose: Purpose, extent: Extent) -> Self {
        Self {
            rules,
            report,
            purpose,
            extent,
            progress: Progress::start(extent != Extent::Named),
            counts: Counts::default(),
            ended: false,
        }
    }

    /// Writes what stands before all findings.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.write(&self.report.head())
    }

    /// Takes what came of the next input. Fails if the report cannot be written.
    pub(super) fn take(&mut self, examined: Examined) -> io::Result<()> {
        let Examined { name, outcome } = examined;
        match outcome {
            Outcome::Checked {
                bytes,
                findings,
                left_out,
            } => {
                self.counts.files += 1;
                self.counts.bytes += bytes;
                if left_out > 0 {
                    let shown = findings.len();
                    let what =
                        format!("{left_out} findings more than the first {shown} are left out");
                    self.note(&name, &what, false);
                }
                self.findings(&name, findings)?;
            }
            Outcome::Binary { named } => {
                self.counts.binary += 1;
                if named {
                    self.note(&name, "not text, skipped", false);
                }
            }
            Outcome::TooLarge => {
                self.counts.too_large += 1;
                self.note(&name, "too large, skipped (--max-size)", false);
            }
            Outcome::Failed(error) => {
                self.counts.failed += 1;
                let what = crate::sentence(&error);
                self.note(&name, &what, true);
            }
        }
        let counts = &self.counts;
        if let Some(progress) = &mut self.progress {
            progress.show(|| {
                let megabytes = counts.bytes / 1_000_000;
                format!(
                    "{} files, {megabytes} MB, {} findings",
                    counts.files, counts.findings
                )
            });
        }
        Ok(())
    }

    fn findings(&mut self, of: &Name, mut findings: Vec<Located>) -> io::Result<()> {
        match &mut self.purpose {
            Purpose::Report => {}
            Purpose::Compare { baseline, .. } => {
                let before = findings.len();
                findings.retain(|found| !baseline.knows(found));
                self.counts.known += before - findings.len();
                baseline.note(&of.identity);
            }
            Purpose::Record(recording, _) => {
                self.counts.findings += findings.len();
                self.counts.files_with_findings += usize::from(!findings.is_empty());
                for found in findings {
                    recording.add(&of.identity, &found);
                }
                return Ok(());
            }
        }
        if findings.is_empty() {
            return Ok(());
        }
        self.counts.findings += findings.len();
        self.counts.files_with_findings += 1;
        self.counts.stops |= findings.iter().any(|found| self.rules.counts(found));
        let lines = self.report.findings(&self.rules, of, &findings)?;
        self.write(&lines)
    }

    /// Ends the check when all inputs were taken; gives the exit code.
    pub(super) fn finish(&mut self) -> io::Result<u8> {
        let code = match (self.counts.failed, self.counts.stops) {
            (1.., _) => FAILED,
            (0, true) => FOUND,
            (0, false) => CLEAN,
        };
        self.ended = true;
        let tail = self.report.tail(code.into(), self.counts.failed == 0)?;
        self.write(&tail)?;
        if self.extent != Extent::Named {
            self.say(&self.counts.summary(self.extent));
        }
        Ok(match &mut self.purpose {
            Purpose::Report => code,
            Purpose::Compare { baseline, top } => {
                // A diff shows no more than a part of what is known.
                if self.extent != Extent::Diff {
                    let stale = baseline.stale(top, |name| self.rules.has(name));
                    self.tell_of_stale(stale);
                }
                code
            }
            Purpose::Record(recording, path) => {
                let path = path.clone();
                match std::mem::take(recording).write(&path) {
                    Ok(count) => {
                        let recorded = counted(count, "finding");
                        self.say(&format!("{recorded} recorded in {}", path.display()));
                        code
                    }
                    Err(error) => {
                        self.say(&crate::sentence(&error));
                        FAILED
                    }
                }
            }
        })
    }

    fn tell_of_stale(&mut self, stale: usize) {
        if stale > 0 {
            let stale = counted(stale, "finding");
            self.say(&format!(
                "no longer there: {stale} of the baseline (--write-baseline renews it)"
            ));
        }
    }

    /// Ends the check before that, on request.
    pub(super) fn interrupt(&mut self) {
        if self.ended {
            return;
        }
        let tail = self.report.tail(INTERRUPTED, false);
        // Whoever interrupts it may have closed the output as well.
        let _ = tail
            .map_err(io::Error::from)
            .and_then(|tail| self.write(&tail));
        let what = format!("interrupted; {}", self.counts.summary(self.extent));
        self.say(&what);
    }

    /// The exit code when nobody reads the report any more: such as `head`, which has seen enough.
    pub(super) fn cut_off(&self) -> u8 {
        if self.counts.stops { FOUND } else { FAILED }
    }

    /// Something that a person should know of one input.
    fn note(&mut self, of: &Name, what: &str, failed: bool) {
        self.say(&format!("{}: {what}", of.shown));
        self.report.note(of, what, failed);
    }

    /// A line on standard error.
    fn say(&mut self, what: &str) {
        if let Some(progress) = &mut self.progress {
            progress.hide();
        }
        let _ = writeln!(io::stderr(), "guardmesh: {}", printable(what));
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(progress) = self.progress.as_mut().filter(|_| !bytes.is_empty()) {
            progress.hide();
        }
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }
}

// === impl Counts ===

impl Counts {
    fn summary(&self, extent: Extent) -> String {
        let mut summary = format!(
            "{} in {}; {} checked",
            counted(self.findings, "finding"),
            counted(self.files_with_findings, "file"),
            match extent {
                Extent::Diff => counted(self.files, "changed file"),
                Extent::Named | Extent::Tree => counted(self.files, "file"),
            },
        );
        for (count, what) in [
            (self.known, "known"),
            (self.binary, "skipped as binary"),
            (self.too_large, "skipped as too large"),
            (self.failed, "not checked for an error"),
        ] {
            if count > 0 {
                // Writing to a string does not fail.
                let _ = write!(summary, ", {count} {what}");
            }
        }
        summary
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
