//! Time per message against prost-reflect's `DynamicMessage`, in interleaved rounds of one run.
//!
//! `cargo bench -p guardmesh-transcoder` prints nanoseconds (medians of the rounds) and ratios.
#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::expect_used, reason = "there is nobody to recover for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use guardmesh_transcoder::{Options, Transcoder};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

const ROUNDS: usize = 21;
const ROUND_TIME: Duration = Duration::from_millis(40);
const MESSAGE: &str = "kitchen.v1.SearchItemsResponse";

const SMALL: &str = r#"{"items":[{"id":"itm_01","displayName":"A thing","size":{"width":3,"height":4}}],"total":"1"}"#;

/// About 2 KB, of ten items with nested messages, lists, maps and times.
fn large() -> String {
    let items: Vec<String> = (0..10)
        .map(|n| {
            format!(
                r#"{{"id":"itm_{n:08}","name":"shelves/{n}/items/{n}","displayName":"Item number {n} \"quoted\"","size":{{"width":1{n},"height":200}},"tags":["red","green"],"labels":{{"env":"prod"}},"created":"2026-11-21T08:05:{n:02}.123Z"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"items":[{}],"nextPageToken":"abc","total":"10"}}"#,
        items.join(",")
    )
}

fn main() {
    let mut compiler = protox::Compiler::new([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proto")])
        .expect("an include path");
    compiler
        .include_imports(true)
        .open_file("kitchen/v1/service.proto")
        .expect("the contract");
    let set = compiler.encode_file_descriptor_set();
    let pool = DescriptorPool::decode(set.as_slice()).expect("a descriptor set");
    let descriptor = pool.get_message_by_name(MESSAGE).expect("the message");
    let transcoder = Transcoder::from_descriptor_set(&set, Options::default()).expect("a contract");

    println!(
        "{:<24}{:>10}{:>10}{:>8}",
        "nanoseconds a message", "direct", "dynamic", "ratio"
    );
    for (name, json) in [("small", SMALL.to_owned()), ("2 KB", large())] {
        let wire = request(&transcoder, &json);
        assert_eq!(wire_of(&descriptor, &json).len(), wire.len(), "both agree");
        report(
            &format!("{name} JSON to wire"),
            &|| drop(black_box(request(&transcoder, black_box(&json)))),
            &|| drop(black_box(wire_of(&descriptor, black_box(&json)))),
        );
        report(
            &format!("{name} wire to JSON"),
            &|| drop(black_box(answer(&transcoder, black_box(&wire)))),
            &|| drop(black_box(json_of(&descriptor, black_box(&wire)))),
        );
        println!(
            "  ({} bytes of JSON, {} on the wire)",
            json.len(),
            wire.len()
        );
    }
}

fn request(transcoder: &Transcoder, json: &str) -> Vec<u8> {
    let wire = transcoder.json_to_wire(MESSAGE, json.as_bytes());
    wire.expect("a type").expect("a request").into()
}

fn answer(transcoder: &Transcoder, wire: &[u8]) -> Vec<u8> {
    transcoder
        .wire_to_json(MESSAGE, wire)
        .expect("a type")
        .expect("an answer")
        .into()
}

fn wire_of(descriptor: &MessageDescriptor, json: &str) -> Vec<u8> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(descriptor.clone(), &mut deserializer);
    message.expect("a message").encode_to_vec()
}

fn json_of(descriptor: &MessageDescriptor, wire: &[u8]) -> Vec<u8> {
    let message = DynamicMessage::decode(descriptor.clone(), wire).expect("a message");
    serde_json::to_vec(&message).expect("a JSON form")
}

/// Times both in turn and prints the medians.
fn report(name: &str, direct: &dyn Fn(), dynamic: &dyn Fn()) {
    let rounds = (0..ROUNDS).map(|_| (round(direct), round(dynamic)));
    let (direct, dynamic): (Vec<f64>, Vec<f64>) = rounds.unzip();
    let (direct, dynamic) = (median(direct), median(dynamic));
    println!(
        "{name:<24}{direct:>10.0}{dynamic:>10.0}{:>8.1}",
        dynamic / direct
    );
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Nanoseconds a call.
fn round(task: &dyn Fn()) -> f64 {
    let start = Instant::now();
    let mut calls = 0.0;
    while start.elapsed() < ROUND_TIME {
        for _ in 0..50 {
            task();
        }
        calls += 50.0;
    }
    start.elapsed().as_secs_f64() * 1e9 / calls
}
