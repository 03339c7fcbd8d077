//! The report: medians of the rounds, as a table for people or JSON for programs.

use std::fmt::Write;

use anyhow::{Context, Result};
use guardmesh_chassis::clock::Clock;
use serde::Serialize;

use super::Arguments;
use super::call::Call;
use super::contestant::Contestant;
use super::measure::{Measurement, Turn};

/// Everything that a run found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// RFC 3339.
    time: String,
    /// Of this machine.
    processors: usize,
    connections: u32,
    rounds: u32,
    seconds: u32,
    /// Processors that were busy with other things, on average over all turns.
    others: f64,
    contestants: Vec<Row>,
    absent: Vec<Absent>,
}

/// One contestant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    name: &'static str,
    description: String,
    small: Cell,
    large: Cell,
}

/// One that did not take part.
#[derive(Debug, Serialize)]
struct Absent {
    name: &'static str,
    reason: String,
}

/// One contestant with one message: medians of the rounds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cell {
    /// Bytes of JSON, out and back.
    request_bytes: usize,
    response_bytes: usize,
    /// Processor milliseconds per 1,000 requests.
    cpu_millis: f64,
    /// The least and the most of the rounds.
    cpu_range: (f64, f64),
    requests_per_second: f64,
    p50_micros: f64,
    p99_micros: f64,
    others: f64,
}

// === impl Report ===

impl Report {
    pub(super) fn new(
        arguments: &Arguments,
        contestants: Vec<Row>,
        absent: Vec<(&'static str, String)>,
    ) -> Self {
        let cells = contestants.iter().flat_map(|row| [&row.small, &row.large]);
        let others: Vec<f64> = cells.map(|cell| cell.others).collect();
        Self {
            time: Clock::system().now().to_rfc3339(),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            connections: arguments.connections,
            rounds: arguments.rounds,
            seconds: arguments.seconds,
            others: median(others),
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
            "{}, {} processors, of which others used {:.2}; {} connections, medians of {} rounds of {} s\n",
            self.time, self.processors, self.others, self.connections, self.rounds, self.seconds,
        );
        self.message(&mut text, "small message", |row| &row.small);
        self.message(&mut text, "message of about 2 KB", |row| &row.large);
        text.push('\n');
        for row in &self.contestants {
            let _ = writeln!(text, "- {}: {}", row.name, row.description);
        }
        for absent in &self.absent {
            let _ = writeln!(
                text,
                "- {} did not take part: {}",
                absent.name, absent.reason
            );
        }
        text
    }

    fn message(&self, text: &mut String, title: &str, cell: impl Fn(&Row) -> &Cell) {
        let _ = writeln!(
            text,
            "\n| {title:<21} | CPU ms / 1,000 | least – most  | × {:<9} | per s  | p50 µs | p99 µs | bytes in → out |",
            self.contestants.first().map_or("", |row| row.name),
        );
        let _ = writeln!(text, "|{}", "---|".repeat(8));
        let base = self.contestants.first().map(|row| cell(row).cpu_millis);
        for row in &self.contestants {
            let cell = cell(row);
            let (least, most) = cell.cpu_range;
            let _ = writeln!(
                text,
                "| {:<21} | {:>14.1} | {least:>5.1} – {most:>5.1} | {:>11.2} | {:>6.0} | {:>6.0} | {:>6.0} | {:>6} → {:<5} |",
                row.name,
                cell.cpu_millis,
                cell.cpu_millis / base.unwrap_or(1.0),
                cell.requests_per_second,
                cell.p50_micros,
                cell.p99_micros,
                cell.request_bytes,
                cell.response_bytes,
            );
        }
    }
}

// === impl Row ===

impl Row {
    pub(super) fn new(contestant: &Contestant, turns: &[Turn]) -> Result<Self> {
        let of = |cell: fn(&Turn) -> &Measurement| turns.iter().map(cell).collect::<Vec<_>>();
        Ok(Self {
            name: contestant.name,
            description: contestant.description.clone(),
            small: Cell::new(&contestant.calls.small, &of(|turn| &turn.small))?,
            large: Cell::new(&contestant.calls.large, &of(|turn| &turn.large))?,
        })
    }
}

// === impl Cell ===

impl Cell {
    fn new(call: &Call, rounds: &[&Measurement]) -> Result<Self> {
        let of = |value: fn(&Measurement) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(|round| value(round)).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let cpu = of(|round| round.cpu_millis);
        let (least, most) = cpu.first().zip(cpu.last()).context("no rounds")?;
        Ok(Self {
            request_bytes: call.sent,
            response_bytes: call.expected.to_string().len(),
            cpu_range: (*least, *most),
            cpu_millis: median(cpu),
            requests_per_second: median(of(|round| round.load.per_second)),
            p50_micros: median(of(|round| round.load.p50.as_secs_f64() * 1e6)),
            p99_micros: median(of(|round| round.load.p99.as_secs_f64() * 1e6)),
            others: median(of(|round| round.others)),
        })
    }
}

/// The value in the middle; of an even number of values the greater of the two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_a_value_that_was_measured() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0]) - 4.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).abs() < f64::EPSILON);
    }
}
