//! Starting, stopping, being killed, and starting again with the data still there.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;
use serde_json::json;

use crate::client::Client;
use crate::guardmesh::{Guardmesh, eventually};

/// A directory that PostgreSQL's user can enter.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    directory
}

fn postmaster_pid(directory: &Path) -> PathBuf {
    let home = std::fs::read_dir(directory).unwrap().find_map(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_str()
            .unwrap()
            .starts_with("postgres-")
            .then(|| entry.unwrap().path())
    });
    home.unwrap().join("data/postmaster.pid")
}

#[tokio::test]
async fn data_outlives_every_orderly_stop() {
    let directory = directory();
    let guardmesh = Guardmesh::in_directory(directory.path());
    Client::anonymous(guardmesh.address)
        .registered("ada@example.org")
        .await;
    let pid_file = postmaster_pid(directory.path());
    assert!(pid_file.exists());
    assert!(guardmesh.end(Signal::SIGTERM).success());
    assert!(!pid_file.exists(), "PostgreSQL still runs after SIGTERM");

    let guardmesh = Guardmesh::in_directory(directory.path());
    let client = Client::anonymous(guardmesh.address);
    client.signed_in("ada@example.org", "correct horse").await;
    assert!(guardmesh.end(Signal::SIGINT).success());
    assert!(!pid_file.exists(), "PostgreSQL still runs after SIGINT");
}

#[tokio::test]
async fn a_kill_leaves_nothing_in_the_way() {
    let directory = directory();
    let guardmesh = Guardmesh::in_directory(directory.path());
    let client = Client::anonymous(guardmesh.address);
    let ada = client.registered("ada@example.org").await;
    let check = json!({"content": "mail bob@example.com"});
    let run = ada.post("/api/v1/guards:check", &check).await.body["runId"].take();
    guardmesh.end(Signal::SIGKILL);

    let guardmesh = Guardmesh::in_directory(directory.path());
    let client = Client::anonymous(guardmesh.address);
    let ada = client.signed_in("ada@example.org", "correct horse").await;
    let kept = ada
        .get(&format!("/api/v1/guard-runs/{}", run.as_str().unwrap()))
        .await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    guardmesh.end(Signal::SIGKILL);

    // The system ends PostgreSQL as well.
    let pid_file = postmaster_pid(directory.path());
    eventually("PostgreSQL gone", async || {
        (!pid_file.exists()).then_some(())
    })
    .await;
}
