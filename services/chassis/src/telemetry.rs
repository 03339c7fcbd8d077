//! Logs: readable in development, JSON in production, to standard error, written in batches.
//!
//! Secrets, tokens, bodies and e-mail addresses are never logged; spans carry `request_id`.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use json::{JsonFields, JsonLine};
use sink::Sink;

mod json;
mod sink;

/// What a log line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors: one JSON object a line.
    Json,
}

/// The log of this process. What waits to be written is written when this is dropped, so it lives
/// as long as `main`.
#[must_use = "lines that wait to be written are written when it is dropped"]
#[derive(Debug)]
pub struct Log(Sink);

/// Starts logging for this process. `filter` is in `EnvFilter`'s syntax, such as
/// `info,guardmesh=debug`.
pub fn start(format: LogFormat, filter: &str) -> Result<Log, TelemetryError> {
    let filter = EnvFilter::try_new(filter).map_err(|error| TelemetryError(error.to_string()))?;
    let sink = Sink::start(std::io::stderr(), log_loss);
    let sink = sink.map_err(|error| TelemetryError(error.to_string()))?;
    let lines = sink.clone();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || lines.clone());
    match format {
        LogFormat::Text => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
        LogFormat::Json => builder
            .fmt_fields(JsonFields)
            .event_format(JsonLine)
            .try_init(),
    }
    .map_err(|error| TelemetryError(error.to_string()))?;
    let lines = sink.clone();
    std::panic::set_hook(Box::new(move |panic| {
        log_panic(panic);
        // It may be the end of the process.
        lines.flush();
    }));
    Ok(Log(sink))
}

// === impl Log ===

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush();
    }
}

fn log_loss(lines: u64) {
    tracing::warn!(lines, "log lines were lost: they were not read fast enough");
}

/// Where it happened, and not what was said: that may quote a text or a secret.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::error!(place, "a panic: this is a defect, please report it");
}

/// Logging could not be started.
#[derive(Debug, thiserror::Error)]
#[error("logging could not be started: {0}")]
pub struct TelemetryError(String);
