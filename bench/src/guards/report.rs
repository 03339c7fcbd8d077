//! The report: medians of the rounds, as a table for people or JSON for programs.

use std::fmt::Write;

use guardmesh_chassis::clock::Clock;
use serde::Serialize;

use super::Arguments;
use super::contestant::Contestant;
use super::measure::Turn;
use super::text::KINDS;

/// Everything that a run found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// RFC 3339.
    time: String,
    /// Of this machine.
    processors: usize,
    rounds: u32,
    seconds: u32,
    /// Processors that were busy with other things, the median over all turns.
    others: f64,
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

/// One that did not take part.
#[derive(Debug, Serialize)]
struct Absent {
    name: &'static str,
    reason: String,
}

// === impl Report ===

impl Report {
    pub(super) fn new(
        arguments: &Arguments,
        contestants: Vec<Row>,
        absent: Vec<(&'static str, String)>,
    ) -> Self {
        let others = contestants.iter().flat_map(|row| row.others.clone());
        Self {
            time: Clock::system().now().to_rfc3339(),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            rounds: arguments.rounds,
            seconds: arguments.seconds,
            others: at(&sorted(others.collect()), 50),
            contestants,
            absent: absent
                .into_iter()
                .map(|(name, reason)| Absent { name, reason })
                .collect(),
        }
    }

    /// In Markdown, which people can read as it is.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "{}, {} processors, of which others used {:.2}; medians of {} rounds of {} s a text\n\n",
            self.time, self.processors, self.others, self.rounds, self.seconds,
        );
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
        for absent in &self.absent {
            let (name, reason) = (absent.name, &absent.reason);
            let _ = writeln!(text, "- {name} did not take part: {reason}");
        }
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

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The value that so many in a hundred do not exceed; nought of none.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{at, sorted};

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = sorted(vec![9.0, 1.0, 5.0, 7.0, 3.0]);
        let ends = [0, 50, 99, 100].map(|percent| at(&values, percent));
        assert!(
            ends.iter()
                .zip([1.0, 5.0, 9.0, 9.0])
                .all(|(a, b)| (a - b).abs() < f64::EPSILON)
        );
        assert!(at(&[], 50).abs() < f64::EPSILON);
    }
}
