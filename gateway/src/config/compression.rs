//! Which answers are compressed.

use clap::Args;
use clap::builder::RangedU64ValueParser;

/// Compression of answers.
#[derive(Debug, Clone, Args)]
pub struct CompressionArgs {
    /// Compresses answers, as far as their clients accept it
    #[arg(long, env = "GATEWAY_COMPRESSION", default_value_t = true,
          action = clap::ArgAction::Set)]
    pub compression: bool,

    /// Least bytes of an answer that is compressed
    #[arg(long, env = "GATEWAY_COMPRESSION_MIN_BYTES", default_value = "1024",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=64 * 1024 * 1024))]
    pub compression_min_bytes: usize,
}

// === impl CompressionArgs ===

impl Default for CompressionArgs {
    fn default() -> Self {
        Self {
            compression: true,
            compression_min_bytes: 1024,
        }
    }
}
