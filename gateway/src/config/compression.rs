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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        args: CompressionArgs,
    }

    #[test]
    fn the_defaults_are_those_of_the_flags() {
        let parsed = Command::parse_from(["gateway"]).args;
        let default = CompressionArgs::default();
        assert_eq!(parsed.compression, default.compression);
        assert_eq!(parsed.compression_min_bytes, default.compression_min_bytes);
        let off = Command::parse_from(["gateway", "--compression", "false"]);
        assert!(!off.args.compression);
    }
}
