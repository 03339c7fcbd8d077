//! The bounds of streams: calls whose messages go one by one.

use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::millis;

/// What is bounded of a stream.
#[derive(Debug, Clone, Args)]
pub struct StreamLimits {
    /// Most bytes of one message that a service sends in a stream. Those of clients have the bound
    /// of request bodies
    #[arg(long = "stream-max-message-bytes", env = "GATEWAY_STREAM_MAX_MESSAGE_BYTES",
          default_value = "4194304",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=64 * 1024 * 1024))]
    pub max_message_bytes: usize,

    /// Milliseconds of silence after which an event stream gets a comment, and a WebSocket a ping
    #[arg(long = "stream-heartbeat-ms", env = "GATEWAY_STREAM_HEARTBEAT_MS",
          default_value = "15000", value_parser = millis)]
    pub heartbeat: Duration,

    /// Most milliseconds in which no message comes or goes on a stream
    #[arg(id = "stream_idle_timeout", long = "stream-idle-timeout-ms", env = "GATEWAY_STREAM_IDLE_TIMEOUT_MS",
          default_value = "300000", value_parser = millis)]
    pub idle_timeout: Duration,

    /// Most milliseconds that a stream may take in all
    #[arg(long = "stream-max-duration-ms", env = "GATEWAY_STREAM_MAX_DURATION_MS",
          default_value = "3600000", value_parser = millis)]
    pub max_duration: Duration,

    /// Milliseconds that streams may go on once the port is closed in a shutdown; then each is
    /// ended so that its client can tell. Should be shorter than the time to drain
    #[arg(long = "stream-drain-ms", env = "GATEWAY_STREAM_DRAIN_MS",
          default_value = "10000", value_parser = millis)]
    pub drain: Duration,
}
