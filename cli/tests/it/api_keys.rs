//! API keys over the public API.

use serde_json::json;

use crate::client::Client;
use crate::guardmesh::Guardmesh;

#[tokio::test]
async fn a_key_is_created_listed_and_revoked() {
    let guardmesh = Guardmesh::ephemeral();
    let ada = Client::anonymous(guardmesh.address)
        .registered("ada@example.org")
        .await;
    let wish = json!({"name": "Deploys", "permissions": ["api_keys:read"]});
    let created = ada.post("/api/v1/api-keys", &wish).await;
    assert_eq!(created.status, 200, "{}", created.body);
    let (key, secret) = (&created.body["apiKey"], &created.body["secret"]);
    assert!(
        secret
            .as_str()
            .unwrap()
            .starts_with(key["prefix"].as_str().unwrap())
    );

    let listed = ada.get("/api/v1/api-keys").await;
    assert_eq!(listed.body["apiKeys"], json!([key]));
    let path = format!("/api/v1/api-keys/{}", key["id"].as_str().unwrap());
    let revoked = ada.send("DELETE", &path, &[], b"").await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    assert!(revoked.body["apiKey"]["revokeTime"].is_string());

    let more = json!({"name": "More", "permissions": ["webhooks:read"]});
    let refused = ada.post("/api/v1/api-keys", &more).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(refused.body["violations"][0]["field"], "permissions[0]");
}
