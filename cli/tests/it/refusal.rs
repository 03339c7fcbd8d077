//! What cannot work is refused with one clear sentence and an exit code that is not 0.

use std::net::TcpListener;
use std::process::Command;

use crate::guardmesh::{Guardmesh, command};

/// Runs to the end; gives the error sentence.
fn refusal(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{errors}");
    let sentences: Vec<&str> = errors
        .lines()
        .filter(|line| line.starts_with("guardmesh: "))
        .collect();
    assert_eq!(sentences.len(), 1, "{errors}");
    sentences[0].to_owned()
}

#[test]
fn a_start_that_cannot_work_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let port = refusal(&mut command(&["dev", "--ephemeral", "--listen", &taken]));
    assert!(port.contains(&taken) || port.contains("listen"), "{port}");

    let free = ["--listen", "127.0.0.1:0"];
    let ephemeral = [&["dev", "--ephemeral"][..], &free].concat();
    let binaries = refusal(command(&ephemeral).env("PG_BIN_DIR", "/nonexistent"));
    assert!(
        binaries.contains("PG_BIN_DIR") && binaries.contains("install"),
        "{binaries}"
    );

    // A file stands where the directory should be: nobody, not even root, can write there.
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("guardmesh");
    let in_file = [&["dev", "--directory", below.to_str().unwrap()][..], &free].concat();
    let directory = refusal(&mut command(&in_file));
    assert!(
        directory.contains("cannot write") && directory.contains("--directory"),
        "{directory}"
    );

    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("postgres://somebody:hunter2@{closed}/guardmesh");
    let home = tempfile::tempdir().unwrap();
    let elsewhere = [
        &["dev", "--directory", home.path().to_str().unwrap()][..],
        &free,
    ]
    .concat();
    let database = refusal(command(&elsewhere).env("DATABASE_URL", &url));
    assert!(
        database.contains("DATABASE_URL") && !database.contains("hunter2"),
        "{database}"
    );
    let weak = refusal(command(&ephemeral).env("GUARDMESH_ADMIN_PASSWORD", "admin"));
    assert!(
        weak.contains("password must have at least 8 characters"),
        "{weak}"
    );
    let both = refusal(command(&ephemeral).env("DATABASE_URL", &url));
    assert!(both.contains("unset DATABASE_URL"), "{both}");
}

#[test]
fn two_do_not_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), open).unwrap();
    let _first = Guardmesh::in_directory(directory.path());
    let path = directory.path().to_str().unwrap();
    let second = refusal(&mut command(&[
        "dev",
        "--directory",
        path,
        "--listen",
        "127.0.0.1:0",
    ]));
    assert!(second.contains("in use by another guardmesh"), "{second}");
}
