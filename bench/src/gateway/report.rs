//! The report: medians of the rounds, as a table for people or JSON for programs.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Arguments;
use super::call::Call;
use super::contestant::Contestant;
use super::measure::{Measurement, Turn};
use crate::comparison::{Absent, Circumstances, median, sorted};

/// Everything that a run found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    #[serde(flatten)]
    circumstances: Circumstances,
    connections: u32,
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
    pub(super) fn new(arguments: &Arguments, contestants: Vec<Row>, absent: Vec<Absent>) -> Self {
        let cells = contestants.iter().flat_map(|row| [&row.small, &row.large]);
        let others: Vec<f64> = cells.map(|cell| cell.others).collect();
        Self {
            circumstances: Circumstances::new(&arguments.options, arguments.seconds, others),
            connections: arguments.connections,
            contestants,
            absent,
        }
    }

    /// In Markdown, which people can read as it is.
    pub(super) fn table(&self) -> String {
        let of = format!("for a message, {} connections", self.connections);
        let mut text = self.circumstances.line(&of);
        self.message(&mut text, "small message", |row| &row.small);
        self.message(&mut text, "message of about 2 KB", |row| &row.large);
        text.push('\n');
        for row in &self.contestants {
            let _ = writeln!(text, "- {}: {}", row.name, row.description);
        }
        Absent::list(&self.absent, &mut text);
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
            sorted(rounds.iter().map(|round| value(round)).collect())
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
