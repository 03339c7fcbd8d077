//! `guardmesh openapi`: the document without a server.

use std::process::Command;

use serde_json::Value;

#[test]
fn the_document_is_printed_as_json() {
    let output = Command::new(env!("CARGO_BIN_EXE_guardmesh"))
        .arg("openapi")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/guards:check"]["post"].is_object());
}
