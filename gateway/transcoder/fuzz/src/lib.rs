//! What must hold for any bytes at all, as plain functions that panic when it does not. Each is a
//! target of `cargo fuzz` and is run by `tests/bounded.rs` on a bounded number of inputs.
//!
//! ```text
//! FUZZ_SECONDS=300 .ci/fuzz json_to_wire    # from seeds that it writes into corpus/json_to_wire first
//! ```
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a finding is a panic"
)]

mod codec;
mod contract;
mod framing;
mod routing;
pub mod seed;

pub use codec::{json_to_wire, wire_to_json};
pub use framing::frames;
pub use routing::request;
