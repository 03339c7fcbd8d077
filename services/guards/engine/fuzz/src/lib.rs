//! What must hold for any bytes at all, as plain functions that panic when it does not. Each is a
//! target of `cargo fuzz` and is run by `tests/bounded.rs` on a bounded number of inputs.
//!
//! ```text
//! FUZZ_SECONDS=300 .ci/fuzz stream    # from seeds that it writes into corpus/stream first
//! ```
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a finding is a panic"
)]

mod engine;
mod scanning;
pub mod seed;
mod sight;
mod streaming;

// The test tables of the crate, which say what comes close to findings.
#[path = "../../tests/it/secrets/formats.rs"]
mod formats;
#[path = "../../tests/it/secrets/named.rs"]
mod named;
#[path = "../../tests/it/pieces.rs"]
mod pieces;
#[path = "../../tests/it/tokens.rs"]
mod tokens;

pub use scanning::{guards, parameters};
pub use sight::reading;
pub use streaming::stream;
