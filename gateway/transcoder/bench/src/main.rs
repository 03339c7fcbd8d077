//! Time per message, JSON to the wire and back: this crate, prost-reflect's `DynamicMessage`, and
//! the code that prost and pbjson generate, in interleaved rounds of one run.
//!
//! `cargo run --release` prints nanoseconds (medians of the rounds) and ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

use guardmesh_transcoder::{Options, Transcoder};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

mod catalogue {
    include!(concat!(env!("OUT_DIR"), "/catalogue.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/catalogue.v1.serde.rs"));
}

use catalogue::Items;

const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
const MESSAGE: &str = "catalogue.v1.Items";
const ROUNDS: usize = 31;
const ROUND_TIME: Duration = Duration::from_millis(30);

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
    let items = items.join(",");
    format!(r#"{{"items":[{items}],"nextPageToken":"abc","total":"10"}}"#)
}

fn main() {
    let pool = DescriptorPool::decode(DESCRIPTORS).expect("descriptors");
    let descriptor = pool.get_message_by_name(MESSAGE).expect("the message");
    // pbjson leaves defaults out, so that the other two must as well.
    let options = Options {
        always_print_primitive_fields: false,
        ..Options::default()
    };
    let transcoder = Transcoder::from_pool(&pool, options).expect("a contract");
    println!(
        "{:<20}{:>8}{:>14}{:>8}{:>8}{:>8}",
        "ns a message", "here", "prost-reflect", "ratio", "pbjson", "ratio"
    );
    for (name, json) in [("small", SMALL.to_owned()), ("2 KB", large())] {
        let wire = encode(&transcoder, &json);
        assert_eq!(dynamic_wire(&descriptor, &json).len(), wire.len());
        assert_eq!(generated_wire(&json).len(), wire.len());
        let value =
            |text: &[u8]| -> serde_json::Value { serde_json::from_slice(text).expect("JSON") };
        assert_eq!(
            value(&decode(&transcoder, &wire)),
            value(&dynamic_json(&descriptor, &wire))
        );
        // pbjson writes times with another offset, so its text is compared by what it means.
        let generated = String::from_utf8(generated_json(&wire)).expect("text");
        assert_eq!(encode(&transcoder, &generated), wire);
        report(
            &format!("{name} JSON to wire"),
            [
                &|| drop(black_box(encode(&transcoder, black_box(&json)))),
                &|| drop(black_box(dynamic_wire(&descriptor, black_box(&json)))),
                &|| drop(black_box(generated_wire(black_box(&json)))),
            ],
        );
        report(
            &format!("{name} wire to JSON"),
            [
                &|| drop(black_box(decode(&transcoder, black_box(&wire)))),
                &|| drop(black_box(dynamic_json(&descriptor, black_box(&wire)))),
                &|| drop(black_box(generated_json(black_box(&wire)))),
            ],
        );
        println!(
            "  ({} bytes of JSON, {} on the wire)",
            json.len(),
            wire.len()
        );
    }
}

fn encode(transcoder: &Transcoder, json: &str) -> Vec<u8> {
    let wire = transcoder.json_to_wire(MESSAGE, json.as_bytes());
    wire.expect("a type").expect("a request").into()
}

fn decode(transcoder: &Transcoder, wire: &[u8]) -> Vec<u8> {
    let json = transcoder.wire_to_json(MESSAGE, wire);
    json.expect("a type").expect("an answer").into()
}

fn dynamic_wire(descriptor: &MessageDescriptor, json: &str) -> Vec<u8> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(descriptor.clone(), &mut deserializer);
    message.expect("a message").encode_to_vec()
}

fn dynamic_json(descriptor: &MessageDescriptor, wire: &[u8]) -> Vec<u8> {
    let message = DynamicMessage::decode(descriptor.clone(), wire).expect("a message");
    serde_json::to_vec(&message).expect("a JSON form")
}

fn generated_wire(json: &str) -> Vec<u8> {
    let message: Items = serde_json::from_str(json).expect("a message");
    message.encode_to_vec()
}

fn generated_json(wire: &[u8]) -> Vec<u8> {
    let message = Items::decode(wire).expect("a message");
    serde_json::to_vec(&message).expect("a JSON form")
}

/// Times all in turn and prints the medians; a ratio is how much longer the other takes.
fn report(name: &str, tasks: [&dyn Fn(); 3]) {
    let rounds: Vec<[f64; 3]> = (0..ROUNDS).map(|_| tasks.map(round)).collect();
    let [here, dynamic, generated] =
        [0, 1, 2].map(|task| median(rounds.iter().map(|round| round[task]).collect()));
    println!(
        "{name:<20}{here:>8.0}{dynamic:>14.0}{:>8.2}{generated:>8.0}{:>8.2}",
        dynamic / here,
        generated / here
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
