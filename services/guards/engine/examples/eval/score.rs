//! What a guard finds, held against what was planted.
//!
//! A value is found if findings of its guard that score at least one half cover all of it: then
//! redaction leaves nothing of it. A text that is judged as a whole is found if one touches it. A finding that touches no planted value is a false one.

use std::collections::BTreeMap;
use std::fmt::Write;

use guardmesh_guard_engine::{Finding, Guard, LOW_SCORE};

use crate::document::{Document, Planted};

/// One guard's counts.
pub(crate) struct Score {
    guard: String,
    documents: usize,
    /// Found and planted, by kind.
    kinds: BTreeMap<&'static str, (usize, usize)>,
    /// Findings that hit something planted, and those that did not.
    right: usize,
    wrong: usize,
    misses: Vec<String>,
}

// === impl Score ===

impl Score {
    /// Runs the guard over the documents.
    pub(crate) fn of(guard: &Guard, documents: &[Document]) -> Self {
        let mut score = Self {
            guard: guard.id().to_owned(),
            documents: documents.len(),
            kinds: BTreeMap::new(),
            right: 0,
            wrong: 0,
            misses: Vec::new(),
        };
        for document in documents {
            let mut findings = guard.scan(&document.text);
            findings.retain(|finding| finding.score >= LOW_SCORE);
            score.add(document, &findings);
        }
        score
    }

    fn add(&mut self, document: &Document, findings: &[Finding]) {
        for planted in &document.planted {
            let (found, all) = self.kinds.entry(planted.kind).or_default();
            *all += 1;
            let touched = findings.iter().any(|finding| touches(finding, planted));
            if covers(findings, planted) || planted.judged && touched {
                *found += 1;
            } else {
                let value = &document.text[planted.place.clone()];
                let miss = format!("missed {}: {value:?} in {:?}", planted.kind, document.text);
                self.misses.push(miss);
            }
        }
        for finding in findings {
            if document
                .planted
                .iter()
                .any(|planted| touches(finding, planted))
            {
                self.right += 1;
            } else {
                self.wrong += 1;
                let value = &document.text[finding.span.start..finding.span.end];
                let miss = format!(
                    "wrong {}: {value:?} in {:?}",
                    finding.rule_id, document.text
                );
                self.misses.push(miss);
            }
        }
    }

    fn totals(&self) -> (usize, usize) {
        self.kinds
            .values()
            .fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1))
    }

    /// Prints what went wrong, each once.
    pub(crate) fn print_misses(&self) {
        for miss in &self.misses {
            println!("{} {miss}", self.guard);
        }
    }
}

fn touches(finding: &Finding, planted: &Planted) -> bool {
    finding.span.start < planted.place.end && planted.place.start < finding.span.end
}

/// Whether findings together cover the place.
fn covers(findings: &[Finding], planted: &Planted) -> bool {
    let mut from = planted.place.start;
    for finding in findings {
        if finding.span.start <= from {
            from = from.max(finding.span.end);
        }
    }
    from >= planted.place.end
}

/// The figures as tables in Markdown.
pub(crate) fn report(scores: &[Score], date: &str) -> String {
    let mut text = format!(
        "Measured on {date}.\n\n| guard | documents | planted | precision | recall | F1 |\n\
         |---|---:|---:|---:|---:|---:|\n"
    );
    for score in scores {
        let (found, planted) = score.totals();
        let recall = share(found, planted);
        let precision = share(score.right, score.right + score.wrong);
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        let _ = writeln!(
            text,
            "| {} | {} | {planted} | {precision:.3} | {recall:.3} | {f1:.3} |",
            score.guard, score.documents
        );
    }
    text.push_str("\nKinds of which something is missed; of all others everything is found:\n");
    text.push_str("\n| guard | kind | found | planted |\n|---|---|---:|---:|\n");
    for score in scores {
        let missed = |(_, (found, planted)): &(_, &(usize, usize))| found < planted;
        for (kind, (found, planted)) in score.kinds.iter().filter(missed) {
            let _ = writeln!(text, "| {} | {kind} | {found} | {planted} |", score.guard);
        }
    }
    text
}

/// What is taken for something else, as a table: what it is, how much of it is taken for that, what
/// else, and how often.
pub(crate) fn confusion(title: &str, pairs: &[(&str, String)]) -> String {
    let mut rows: BTreeMap<&str, (usize, usize, BTreeMap<&str, usize>)> = BTreeMap::new();
    for (is, taken_for) in pairs {
        let row = rows.entry(is).or_default();
        row.1 += 1;
        if is == taken_for {
            row.0 += 1;
        } else {
            *row.2.entry(taken_for).or_default() += 1;
        }
    }
    let (right, all) = rows
        .values()
        .fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let mut text = format!("\n{title}: {right} of {all} named rightly.\n");
    if right < all {
        text.push_str("\n| is | rightly | taken for |\n|---|---:|---|\n");
    }
    for (is, (right, all, others)) in rows.iter().filter(|(_, row)| row.0 < row.1) {
        let others: Vec<String> = (others.iter())
            .map(|(other, count)| format!("{other} {count}"))
            .collect();
        let _ = writeln!(text, "| {is} | {right} of {all} | {} |", others.join(", "));
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
