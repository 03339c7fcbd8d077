//! Inputs to begin with, from the crate's tables of cases.

use std::path::Path;

use guardmesh_transcoder::frame;
use serde_json::Value;

use crate::contract::{SINK, TRANSCODER};

/// The names of the targets.
pub const TARGETS: [&str; 4] = ["json_to_wire", "wire_to_json", "request", "frames"];

/// Inputs for a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let requests = requests();
    let bodies = requests.iter().filter(|(line, _)| line == "POST /v1/sinks");
    let bodies = bodies.map(|(_, body)| body.clone());
    let wires = bodies.clone().filter_map(|body| {
        let wire = TRANSCODER.json_to_wire(SINK, &body)?;
        Some(wire.ok()?.to_vec())
    });
    match target {
        "json_to_wire" => bodies.collect(),
        "wire_to_json" => wires.collect(),
        "frames" => wires
            .filter_map(|wire| Some([&[7], &*frame::encode(&wire).ok()?].concat()))
            .collect(),
        _ => requests
            .into_iter()
            .map(|(line, body)| [line.as_bytes(), b"\n", &body].concat())
            .collect(),
    }
}

/// Request lines and bodies.
fn requests() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    let mut requests = Vec::new();
    for file in std::fs::read_dir(folder).expect("the cases") {
        let text = std::fs::read(file.expect("a file").path()).expect("a file of cases");
        let cases: Vec<Value> = serde_json::from_slice(&text).expect("a list of cases");
        for case in cases {
            let Some(line) = case["request"].as_str() else {
                continue;
            };
            let body = match &case["body"] {
                Value::Null => Vec::new(),
                Value::String(text) => text.clone().into_bytes(),
                json => json.to_string().into_bytes(),
            };
            requests.push((line.to_owned(), body));
        }
    }
    requests
}
