//! Logs: readable in development, JSON in production, to standard error.
//!
//! Secrets, tokens, bodies and e-mail addresses are never logged; spans carry `request_id`.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// What a log line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors: one JSON object a line.
    Json,
}

/// Starts logging for this process. `filter` is in `EnvFilter`'s syntax, such as
/// `info,guardmesh=debug`.
pub fn start(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(filter).map_err(|error| TelemetryError(error.to_string()))?;
    std::panic::set_hook(Box::new(log_panic));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    }
    .map_err(|error| TelemetryError(error.to_string()))
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
