//! Authorizations of remote guards outlive a rotation of the vault's key.

use std::time::Duration;

use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::testing::TestDatabase;
use guardmesh_guards::Config;
use guardmesh_proto::guardmesh::guards::v1::{GuardResult, GuardStatus};
use tokio::time::{interval, timeout};

use crate::app::{self, App, VAULT_KEY, member_of};
use crate::custom_guards::editor;
use crate::remote_side::{Manner, Peer, remote};

const NEW_KEY: &str = "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f";
const LOST_KEY: &str = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
const SECRET: &str = "Bearer 31f0-for-the-guard";
/// Far more than sealing takes.
const PATIENCE: Duration = Duration::from_secs(30);

async fn with_keys(database: &TestDatabase, keys: &str) -> App {
    let config = app::config(&database.options);
    App::start_with(Config {
        vault_keys: keys.into(),
        ..config
    })
    .await
}

/// By guard of the organisation, its version and the key that its authorization is under.
async fn keys(database: &TestDatabase) -> Vec<(String, i32, String)> {
    let mut transaction = database::begin(&database.pool, Scope::Platform)
        .await
        .unwrap();
    sqlx::query_as(
        "select name, version, authorization_key_id from guards.custom_guards
         where name not like 'lost-%'
         order by name",
    )
    .fetch_all(&mut *transaction)
    .await
    .unwrap()
}

/// Puts guards of another organisation, whose authorization no key opens, before all others: more than
/// are looked at in one transaction.
async fn put_in_front(database: &TestDatabase) {
    let mut transaction = database::begin(&database.pool, Scope::Platform)
        .await
        .unwrap();
    sqlx::query(
        "insert into guards.custom_guards
         select (jsonb_populate_record(lost, jsonb_build_object(
             'id', '00000000-0000-7000-8000-' || lpad(number::text, 12, '0'),
             'organization_id', '00000000-0000-7000-8000-000000000000',
             'name', 'lost-' || number))).*
         from guards.custom_guards lost, generate_series(1, 250) number
         where name = 'lost'",
    )
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn an_authorization_is_sealed_again_when_the_key_is_rotated() {
    let database = app::database().await;
    let organization = OrganizationId::generate();
    let (editor, person) = (editor(organization), member_of(organization));
    let peer = Peer::start(Manner::Tulips(0.9)).await;
    let create = async |app: &App, name: &str| {
        let mut request = remote(name, peer.uri());
        request.remote.as_mut().unwrap().authorization = SECRET.to_owned();
        app.create(&editor, request).await.unwrap();
    };
    create(&with_keys(&database, LOST_KEY).await, "lost").await;
    {
        let old = with_keys(&database, VAULT_KEY).await;
        for name in ["first", "second"] {
            create(&old, name).await;
        }
    }
    let before = keys(&database).await;
    put_in_front(&database).await;

    let rotated = with_keys(&database, &format!("{NEW_KEY},{VAULT_KEY}")).await;
    create(&rotated, "third").await;
    let sealed_again = async {
        let mut ticks = interval(Duration::from_millis(50));
        while keys(&database).await[..2] == before[..2] {
            ticks.tick().await;
        }
    };
    assert!(timeout(PATIENCE, sealed_again).await.is_ok());
    let after = keys(&database).await;
    let (first, lost, second, third) = (&after[0], &after[1], &after[2], &after[3]);
    assert_eq!([&first.2, &second.2], [&third.2; 2]);
    assert_eq!(*lost, before[1], "no key opens it: it stays");
    assert_eq!((first.1, second.1), (before[0].1, before[2].1), "no change");

    // The old key is taken away.
    let new = with_keys(&database, NEW_KEY).await;
    let names = ["custom:first", "custom:lost", "custom:second"];
    let answer = new.check_by(&person, &names, "a tulip").await.unwrap();
    let statuses = answer.guard_results.iter().map(GuardResult::status);
    let (ok, error) = (GuardStatus::Ok, GuardStatus::Error);
    assert_eq!(statuses.collect::<Vec<_>>(), [ok, error, ok]);
    let seen = peer.seen.lock().unwrap();
    assert!(seen.iter().all(|(_, sent)| sent.as_deref() == Some(SECRET)));
    assert_eq!(seen.len(), 2);
}
