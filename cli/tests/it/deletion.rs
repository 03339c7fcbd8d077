//! An account that is deleted, here or by Clerk, and what becomes of it in the whole house.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::testing::TestDatabase;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Client};
use crate::guardmesh::{DATABASES, Guardmesh, command, eventually};

/// The example secret of the documentation of Svix.
const CLERK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Runs of a user that guards keep.
async fn runs(database: &TestDatabase, user: UserId) -> i64 {
    let scope = Scope::Platform;
    let mut transaction = database::begin(&database.pool, scope).await.unwrap();
    sqlx::query_scalar("select count(*) from guards.runs where user_id = $1")
        .bind(user.uuid())
        .fetch_one(&mut *transaction)
        .await
        .unwrap()
}

async fn delete(client: &Client, path: &str) -> Answer {
    client.send("DELETE", path, &[], b"").await
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    value.as_str().unwrap().parse().unwrap()
}

/// A house on this database; its directory goes with what is returned.
fn house(database: &TestDatabase) -> (Guardmesh, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    let mut command = command(&["dev", "--directory", path, "--listen", "127.0.0.1:0"]);
    command.env("DATABASE_URL", database.url.expose_secret());
    command.env("CLERK_WEBHOOK_SECRETS", CLERK_SECRET);
    (Guardmesh::start(&mut command), directory)
}

/// Delivers an event as Clerk signs it.
async fn deliver(client: &Client, id: &str, event: &Value) -> Answer {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let time = time.as_secs().to_string();
    let body = event.to_string();
    let key = STANDARD.decode(&CLERK_SECRET["whsec_".len()..]).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signed = hmac::sign(&key, format!("{id}.{time}.{body}").as_bytes());
    let headers = [
        ("svix-id", id),
        ("svix-timestamp", &time),
        ("svix-signature", &format!("v1,{}", STANDARD.encode(signed))),
        ("content-type", "application/json"),
    ];
    client
        .send("POST", "/webhooks/clerk", &headers, body.as_bytes())
        .await
}

#[tokio::test]
async fn who_is_deleted_at_clerk_is_forgotten_everywhere() {
    let database = DATABASES.create(&guardmesh_auth::MIGRATOR).await;
    let (guardmesh, _directory) = house(&database);
    let anonymous = Client::anonymous(guardmesh.address);
    let ada = anonymous.registered("ada@example.org").await;
    let me = ada.get("/api/v1/auth/me").await.body;
    let user: UserId = id(&me["user"]["id"]);
    let text = json!({"content": "Write to bob@example.com."});
    ada.post("/api/v1/guards:check", &text).await;
    assert_eq!(runs(&database, user).await, 1);
    // As if she had come with a token of Clerk.
    let mut transaction = database::begin(&database.pool, Scope::Platform)
        .await
        .unwrap();
    sqlx::query(
        "insert into auth.external_identities
             (issuer, subject, user_id, organization_id, created_at)
         select 'https://clerk.example.com', 'user_ada', user_id, organization_id, created_at
         from auth.memberships where user_id = $1",
    )
    .bind(user.uuid())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();

    let event = json!({
        "data": {"deleted": true, "id": "user_ada", "object": "user"},
        "object": "event", "timestamp": 1_790_000_000_000_i64, "type": "user.deleted",
    });
    for duplicate in [false, true] {
        let answer = deliver(&anonymous, "msg_1", &event).await;
        assert_eq!(
            (answer.status, &answer.body["duplicate"]),
            (200, &json!(duplicate)),
            "{}",
            answer.body
        );
    }
    eventually("guards erase", async || {
        (runs(&database, user).await == 0).then_some(())
    })
    .await;
    eventually("the gateway refuses", async || {
        (ada.get("/api/v1/auth/me").await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_deletes_the_account_is_forgotten_everywhere() {
    let database = DATABASES.create(&guardmesh_auth::MIGRATOR).await;
    let (guardmesh, _directory) = house(&database);
    let anonymous = Client::anonymous(guardmesh.address);
    let ada = anonymous.registered("ada@example.org").await;
    let eve = anonymous.registered("eve@example.org").await;
    let mut users: Vec<UserId> = Vec::new();
    for person in [&ada, &eve] {
        let text = json!({"content": "Write to bob@example.com."});
        let checked = person.post("/api/v1/guards:check", &text).await;
        assert_eq!(checked.status, 200, "{}", checked.body);
        let me = person.get("/api/v1/auth/me").await;
        users.push(id(&me.body["user"]["id"]));
        assert_eq!(runs(&database, *users.last().unwrap()).await, 1);
    }

    let deleted = delete(&ada, "/api/v1/auth/me").await;
    assert_eq!((deleted.status, deleted.body), (200, json!({})));
    eventually("guards erase", async || {
        (runs(&database, users[0]).await == 0).then_some(())
    })
    .await;
    eventually("the gateway refuses", async || {
        (ada.get("/api/v1/auth/me").await.status == 401).then_some(())
    })
    .await;
    assert_eq!(runs(&database, users[1]).await, 1);
    assert_eq!(eve.get("/api/v1/auth/me").await.status, 200);

    // The address is free; an organisation goes in the same way, and its owner signs in again.
    let ada = anonymous.registered("ada@example.org").await;
    let me = ada.get("/api/v1/auth/me").await.body;
    let organization: OrganizationId = id(&me["organizationId"]);
    let text = json!({"content": "harmless"});
    ada.post("/api/v1/guards:check", &text).await;
    let foreign = eve.get("/api/v1/auth/me").await.body;
    let foreign = foreign["organizationId"].as_str().unwrap();
    let refused = delete(&ada, &format!("/api/v1/organizations/{foreign}")).await;
    assert_eq!(
        (refused.status, &refused.body["reason"]),
        (404, &json!("ORGANIZATION_NOT_FOUND"))
    );
    let deleted = delete(&ada, &format!("/api/v1/organizations/{organization}")).await;
    assert_eq!((deleted.status, deleted.body), (200, json!({})));
    let user: UserId = id(&me["user"]["id"]);
    eventually("guards erase", async || {
        (runs(&database, user).await == 0).then_some(())
    })
    .await;
    let ada = anonymous
        .signed_in("ada@example.org", "correct horse")
        .await;
    let after = ada.get("/api/v1/auth/me").await.body;
    assert_eq!(after["user"], me["user"]);
    assert_ne!(after["organizationId"], me["organizationId"]);
}
