//! `guardmesh check`: exit codes and output that a hook can rely on.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::tree::{Tree, check, command};

#[test]
fn exit_codes_tell_clean_findings_and_errors_apart() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let clean = file("clean.txt", b"nothing to see\n");
    let found = file("found.txt", b"x\nwrite to ada@example.org\n");
    let binary = file("binary", &[0xff, 0xfe, 0, 1]);
    let folder = directory.path().to_str().unwrap();

    for (arguments, code) in [
        (vec![&*clean], 0),
        (vec![&*found], 1),
        (vec![&*clean, &found], 1),
        (vec![&*binary, &clean], 0),
        (vec!["/nonexistent/file"], 2),
        (vec![folder], 1),
        (vec![&*found, "/nonexistent/file"], 2),
        (vec!["--guards", "secrets", &found], 0),
        (vec!["--guards", "nothing", &clean], 2),
        (vec!["--format", "xml", &clean], 2),
    ] {
        let output = check(&arguments, "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {output:?}");
    }
    let text = String::from_utf8(check(&[&found], "").stdout).unwrap();
    assert!(text.starts_with(&format!("{found}:2:10: ")), "{text}");
}

#[test]
fn standard_input_is_read_and_json_names_the_place_without_the_value() {
    let output = check(&["--format", "json"], "mail ada@example.org now");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let finding: Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(finding["path"], "-");
    assert_eq!(
        (&finding["byteStart"], &finding["byteEnd"]),
        (&5.into(), &20.into())
    );
    assert!(!text.contains("ada@example.org"));
    assert_eq!(check(&["-"], "clean").status.code(), Some(0));
}

#[test]
fn a_transformer_that_is_not_asked_is_spoken_of() {
    let tree = Tree::new(&[("a.txt", "harmless")]);
    for (guards, told) in [("prompt_injection", true), ("secrets", false)] {
        let mut checking = command(&tree.path("."), &["--guards", guards, "."]);
        checking.env("GUARDS_INJECTION_MODEL_DIR", "/models");
        let said = checking.output().unwrap();
        assert_eq!(said.status.code(), Some(0));
        let stderr = String::from_utf8(said.stderr).unwrap();
        assert_eq!(stderr.contains("no transformer is asked"), told, "{stderr}");
    }
}

#[test]
fn other_encodings_are_read_and_a_closed_pipe_hides_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let text = "write to ada@example.org";
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = file("utf16.txt", &[&[0xff, 0xfe][..], &units].concat());
    let latin1 = file("latin1.txt", &[b"caf\xe9 ", text.as_bytes()].concat());
    for path in [utf16, latin1] {
        assert_eq!(check(&[&path], "").status.code(), Some(1), "{path}");
    }

    let many = file("many.txt", format!("{text}\n").repeat(20_000).as_bytes());
    let mut child = Command::new(env!("CARGO_BIN_EXE_guardmesh"))
        .args(["check", &many])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
