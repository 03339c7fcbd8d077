//! The report: medians of the rounds, as a table for people or JSON for programs.

use std::fmt::Write;

use serde::Serialize;

use super::Arguments;
use super::contestant::Contestant;
use super::measure::Turn;
use super::text::KINDS;
use crate::comparison::{Absent, Circumstances, at, sorted};

/// Everything that a run found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    #[serde(flatten)]
    circumstances: Circumstances,
    contestants: Vec<Row>,
    absent: Vec<Absent>,
}

/// One contestant: medians of the rounds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    name: &'static str,
    description: String,
    /// Planted values of its claim that it does not find.
    missed: Vec<&'static str>,
    texts: Vec<Cell>,
    /// Of all checks of 1 KB in all rounds.
    p50_micros: f64,
    p99_micros: f64,
    checks: usize,
    #[serde(skip)]
    others: Vec<f64>,
}

/// One kind of text.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cell {
    text: &'static str,
    /// Megabytes (10^6) a second of processor time.
    megabytes_per_second: f64,
    /// The least and the most of the rounds.
    range: (f64, f64),
    /// Findings in one text.
    findings: u64,
}

// === impl Report ===

impl Report {
    pub(super) fn new(arguments: &Arguments, contestants: Vec<Row>, absent: Vec<Absent>) -> Self {
        let others = contestants
            .iter()
            .flat_map(|row| row.others.clone())
            .collect();
        Self {
            circumstances: Circumstances::new(&arguments.options, arguments.seconds, others),
            contestants,
            absent,
        }
    }

    /// In Markdown, which people can read as it is.
    pub(super) fn table(&self) -> String {
        let mut text = self.circumstances.line("a text");
        text.push('\n');
        let _ = write!(text, "| MB/s of one core (least – most) |");
        for (name, _) in KINDS {
            let _ = write!(text, " {name} |");
        }
        let _ = writeln!(text, " 1 KB p50 µs | p99 µs |");
        let _ = writeln!(text, "|---|{}", "---:|".repeat(KINDS.len() + 2));
        for row in &self.contestants {
            let _ = write!(text, "| {} |", row.name);
            for Cell {
                megabytes_per_second,
                range: (least, most),
                ..
            } in &row.texts
            {
                let digits = usize::from(*most < 10.0) + usize::from(*most < 1.0);
                let _ = write!(
                    text,
                    " {megabytes_per_second:.digits$} ({least:.digits$} – {most:.digits$}) |"
                );
            }
            let _ = writeln!(text, " {:.0} | {:.0} |", row.p50_micros, row.p99_micros);
        }
        text.push('\n');
        for row in &self.contestants {
            let _ = write!(text, "- {}: {}; findings", row.name, row.description);
            for cell in &row.texts {
                let _ = write!(text, " {} {},", cell.text, cell.findings);
            }
            let _ = write!(text, " {} checks of 1 KB", row.checks);
            if !row.missed.is_empty() {
                let _ = write!(text, "; does not find: {}", row.missed.join(", "));
            }
            text.push('\n');
        }
        Absent::list(&self.absent, &mut text);
        text
    }
}

// === impl Row ===

impl Row {
    pub(super) fn new(contestant: &Contestant, turns: &[Turn]) -> Self {
        let texts = KINDS.iter().enumerate().map(|(place, (name, _))| {
            let speeds = sorted(turns.iter().map(|turn| turn.speeds[place]).collect());
            Cell {
                text: name,
                megabytes_per_second: at(&speeds, 50),
                range: (at(&speeds, 0), at(&speeds, 100)),
                findings: turns.last().map_or(0, |turn| turn.findings[place]),
            }
        });
        let micros = sorted(turns.iter().flat_map(|turn| turn.micros.clone()).collect());
        Self {
            name: contestant.name,
            description: contestant.description.clone(),
            missed: contestant.missed.clone(),
            texts: texts.collect(),
            p50_micros: at(&micros, 50),
            p99_micros: at(&micros, 99),
            checks: micros.len(),
            others: turns.iter().map(|turn| turn.others).collect(),
        }
    }
}
