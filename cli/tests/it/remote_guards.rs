//! Where remote guards may be in `guardmesh dev`.

use serde_json::json;

use crate::client::Client;
use crate::guardmesh::{Guardmesh, command};

#[tokio::test]
async fn a_developer_lists_hosts_besides_this_machine() {
    let guardmesh = Guardmesh::start(
        command(&["dev", "--ephemeral", "--listen", "127.0.0.1:0"])
            .env("GUARDS_REMOTE_HOSTS", "guards.example.org"),
    );
    let client = Client::anonymous(guardmesh.address);
    let ada = client.registered("ada@example.org").await;
    for (name, uri, status) in [
        ("listed", "https://guards.example.org", 200),
        ("here", "http://localhost:50061", 200),
        ("stray", "https://guards.example.com", 400),
    ] {
        let guard = json!({
            "name": name, "kind": "CUSTOM_GUARD_KIND_REMOTE", "remote": {"uri": uri},
        });
        let made = ada.post("/api/v1/guard-custom-guards", &guard).await;
        assert_eq!(made.status, status, "{}", made.body);
    }
}
