//! The kitchen-sink contract of the crate's tests, and prost-reflect's view of it.

use std::sync::LazyLock;

use guardmesh_transcoder::{Options, Transcoder};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use serde_json::Value;

pub(crate) const SINK: &str = "kitchen.v1.Sink";

pub(crate) static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let protos = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/proto");
    let mut compiler = protox::Compiler::new([protos]).expect("an include path");
    compiler
        .include_imports(true)
        .open_file("kitchen/v1/service.proto")
        .expect("the contract");
    DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice()).expect("descriptors")
});

pub(crate) static TRANSCODER: LazyLock<Transcoder> = LazyLock::new(|| {
    let options = Options {
        always_print_primitive_fields: false,
        ..Options::default()
    };
    Transcoder::from_pool(&POOL, options).expect("the contract builds")
});

pub(crate) fn sink() -> MessageDescriptor {
    POOL.get_message_by_name(SINK).expect("the message")
}

/// prost-reflect: the wire to a message.
pub(crate) fn decode(descriptor: MessageDescriptor, wire: &[u8]) -> Option<DynamicMessage> {
    DynamicMessage::decode(descriptor, wire).ok()
}

/// prost-reflect: a message to JSON; some have none.
pub(crate) fn print(message: &DynamicMessage) -> Option<Value> {
    let text = serde_json::to_vec(message).ok()?;
    serde_json::from_slice(&text).ok()
}
