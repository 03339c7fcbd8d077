//! The Protobuf contracts of Guardmesh and the code generated from them.
//!
//! The `.proto` files beside this crate are the only description of the API. No hand-written
//! logic enters here: services, gateway and clients interpret what is declared.

/// Every contract as an encoded `google.protobuf.FileDescriptorSet`: with comments, and with the
/// options that generated code drops (`google.api.http`, `guardmesh.common.v1.policy`).
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

pub use contracts::{google, guardmesh};

#[expect(
    missing_docs,
    clippy::pedantic,
    reason = "generated code; its documentation is the comments of the contracts"
)]
mod contracts {
    include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
}
