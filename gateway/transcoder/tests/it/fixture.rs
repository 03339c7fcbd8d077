//! The kitchen-sink contract, compiled once, and prost-reflect's view of it.

use std::sync::LazyLock;

use guardmesh_transcoder::{Options, Transcoder};
use proptest::test_runner::Config as ProptestConfig;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::Value;

pub(crate) static SET: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut compiler = protox::Compiler::new([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proto")])
        .expect("an include path");
    compiler
        .include_imports(true)
        .open_file("kitchen/v1/service.proto")
        .expect("the contract");
    compiler.encode_file_descriptor_set()
});

pub(crate) static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(SET.as_slice()).expect("a descriptor set"));

pub(crate) static TRANSCODER: LazyLock<Transcoder> = LazyLock::new(|| with(Options::default()));

pub(crate) fn with(options: Options) -> Transcoder {
    Transcoder::from_descriptor_set(&SET, options).expect("the contract builds")
}

/// So many cases, unless `PROPTEST_CASES` asks for a deeper search.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let deep = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { deep.cases } else { cases },
        failure_persistence: None,
        ..deep
    }
}

pub(crate) fn descriptor(name: &str) -> MessageDescriptor {
    POOL.get_message_by_name(name)
        .unwrap_or_else(|| panic!("no message {name}"))
}

/// prost-reflect: JSON to a message.
pub(crate) fn parse(descriptor: MessageDescriptor, json: &Value) -> DynamicMessage {
    DynamicMessage::deserialize(descriptor, json).unwrap_or_else(|e| panic!("{e} in {json}"))
}

/// prost-reflect: the wire to canonical JSON.
pub(crate) fn canonical(descriptor: MessageDescriptor, wire: &[u8]) -> Value {
    let message = DynamicMessage::decode(descriptor, wire).expect("a message on the wire");
    let text = serde_json::to_vec(&message).expect("a JSON form");
    serde_json::from_slice(&text).expect("JSON")
}

/// As JSON text and back: a `Json` made directly would widen floats.
pub(crate) fn to_json(message: &DynamicMessage, options: &SerializeOptions) -> Value {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    message
        .serialize_with_options(&mut serializer, options)
        .expect("a JSON form");
    serde_json::from_slice(&text).expect("JSON")
}
