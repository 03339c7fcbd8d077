//! Revocations: what ends early is told to all who watch, at whatever instance.

use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_auth::{create_administrator, revoke_user};
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use sqlx::postgres::PgListener;
use tokio::time::timeout;
use tonic::Code;

use crate::api_key::wish;
use crate::app::{self, App, PASSWORD, SEALING_KEY, reason};
use crate::refresh::waiting;
use crate::watch::{LONG, Watch, watch};

fn session(caller: &UserCaller) -> Subject {
    Subject::SessionId(caller.session.unwrap().to_string())
}

/// Two instances on one database.
async fn pair() -> (App, App) {
    let pool = app::database().await.pool;
    let first = App::start_on(pool.clone(), SEALING_KEY).await;
    (first, App::start_on(pool, SEALING_KEY).await)
}

#[tokio::test]
async fn a_logout_reaches_who_watches_another_instance() {
    let (here, there) = pair().await;
    let before = here.owner("ada@example.com").await;
    let after = here.owner("eve@example.com").await;
    here.logout(&Caller::User(before.clone())).await.unwrap();

    let mut watch = Watch::start(&there, &[session(&before)]).await;
    here.logout(&Caller::User(after.clone())).await.unwrap();
    let told = watch.next().await;
    assert_eq!(told.subject, Some(session(&after)));
    let (revoked, expires) = (told.revoke_time.unwrap(), told.expire_time.unwrap());
    assert_eq!(revoked.seconds, here.now().timestamp());
    assert_eq!(expires.seconds - revoked.seconds, 32 * 60);
}

#[tokio::test]
async fn a_reuse_of_a_refresh_token_revokes_the_session() {
    let (here, there) = pair().await;
    let tokens = here
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let mut watch = Watch::start(&there, &[]).await;
    here.refresh(&tokens.refresh_token).await.unwrap();
    here.clock.advance(TimeDelta::minutes(1));
    here.refresh(&tokens.refresh_token).await.unwrap_err();
    let caller = here.user(&tokens).await;
    assert_eq!(watch.next().await.subject, Some(session(&caller)));
}

#[tokio::test]
async fn a_revoked_key_is_told_for_as_long_as_gateways_may_remember_it() {
    let (here, there) = pair().await;
    let ada = here.owner("ada@example.com").await;
    let key = here
        .create_key(&ada, wish(&[]))
        .await
        .unwrap()
        .api_key
        .unwrap();
    let mut watch = Watch::start(&there, &[]).await;
    here.revoke_key(&ada, &key.id).await.unwrap();
    let told = watch.next().await;
    assert_eq!(told.subject, Some(Subject::ApiKeyId(key.id)));
    let (revoked, expires) = (told.revoke_time.unwrap(), told.expire_time.unwrap());
    assert_eq!(expires.seconds - revoked.seconds, 7 * 60);
}

#[tokio::test]
async fn a_revoked_user_loses_every_session_and_key() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    let second = app.login("ada@example.com", PASSWORD).await.unwrap();
    let second = app.user(&second.tokens.unwrap()).await;
    let key = app.create_key(&ada, wish(&[])).await.unwrap();
    let mut watch = Watch::start(&app, &[]).await;

    let revoke = async |who: &str| revoke_user(&database.url, Environment::Development, who).await;
    let revoked = revoke("Ada@example.com").await.unwrap();
    assert_eq!((revoked.sessions, revoked.api_keys), (2, 1));
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    let user = Subject::UserId(ada.user.to_string());
    let expected = [session(&ada), session(&second), api_key, user.clone()];
    watch.all(&expected).await;
    for caller in [ada.clone(), second] {
        let status = app.me(&Caller::User(caller)).await.unwrap_err();
        assert_eq!(reason(&status), "SESSION_ENDED");
    }
    let status = app.verify_key(&key.secret).await.unwrap_err();
    assert_eq!(reason(&status), "INVALID_API_KEY");
    assert!(app.me(&Caller::User(eve)).await.is_ok());

    // They may sign in again, and be revoked again, by id as well.
    app.login("ada@example.com", PASSWORD).await.unwrap();
    let revoked = revoke(&ada.user.to_string()).await.unwrap();
    assert_eq!((revoked.sessions, revoked.api_keys), (1, 0));
    watch.until(&user).await;
    for nobody in ["nobody@example.com", "usr_00000000000000000000000000", ""] {
        let error = revoke(nobody).await.unwrap_err();
        assert_eq!(error.to_string(), "There is no such account.");
    }
}

#[tokio::test]
async fn what_did_not_end_is_not_revoked() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    let mut watch = Watch::start(&app, &[]).await;
    let mixed = UserCaller {
        session: ada.session,
        ..eve.clone()
    };
    app.logout(&Caller::User(mixed)).await.unwrap();
    app.logout(&Caller::User(eve.clone())).await.unwrap();
    app.logout(&Caller::User(eve.clone())).await.unwrap();
    let key = app
        .create_key(&ada, wish(&[]))
        .await
        .unwrap()
        .api_key
        .unwrap();
    app.revoke_key(&ada, &key.id).await.unwrap();
    assert_eq!(watch.next().await.subject, Some(session(&eve)));
    let next = watch.next().await.subject;
    assert_eq!(next, Some(Subject::ApiKeyId(key.id)));
}

#[tokio::test]
async fn what_has_expired_is_neither_told_nor_kept() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    app.logout(&Caller::User(ada.clone())).await.unwrap();
    Watch::start(&app, &[session(&ada)]).await;
    app.clock
        .advance(TimeDelta::minutes(32) - TimeDelta::seconds(1));
    Watch::start(&app, &[session(&ada)]).await;
    assert_eq!(app.state().delete_expired().await.unwrap(), 0);
    app.clock.advance(TimeDelta::seconds(2));
    Watch::start(&app, &[]).await;
    assert_eq!(app.state().delete_expired().await.unwrap(), 1);
}

#[tokio::test]
async fn users_do_not_watch() {
    let app = App::start().await;
    let ada = Caller::User(app.owner("ada@example.com").await);
    let status = watch(&app, app.channel.clone(), &ada).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn whatever_revokes_wakes_the_other_instances() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let mut listener = PgListener::connect_with(&database.pool).await.unwrap();
    listener.listen("guardmesh_auth_revocations").await.unwrap();
    let mut woken = async || timeout(LONG, listener.recv()).await.unwrap().unwrap();

    let tokens = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let ada = app.user(&tokens).await;
    let key = app
        .create_key(&ada, wish(&[]))
        .await
        .unwrap()
        .api_key
        .unwrap();
    app.revoke_key(&ada, &key.id).await.unwrap();
    woken().await;
    app.refresh(&tokens.refresh_token).await.unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    app.refresh(&tokens.refresh_token).await.unwrap_err();
    woken().await;
    let tokens = app.login("ada@example.com", PASSWORD).await.unwrap().tokens;
    let ada = app.caller(&tokens.unwrap()).await;
    app.logout(&ada).await.unwrap();
    woken().await;

    let (url, environment) = (&database.url, Environment::Development);
    revoke_user(url, environment, "ada@example.com")
        .await
        .unwrap();
    woken().await;
    let (email, password) = ("ada@example.com", "another password".into());
    create_administrator(url, environment, email, password, "Ada")
        .await
        .unwrap();
    woken().await;
}

#[tokio::test]
async fn a_key_that_is_being_created_does_not_escape() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    app.owner("ada@example.com").await;
    let mut creation = database::begin(&app.pool, Scope::Platform).await.unwrap();
    sqlx::query(
        "insert into auth.api_keys (id, organization_id, user_id, name, prefix, secret_sha256,
                                    permissions, created_at)
         select user_id, organization_id, user_id, '', '', sha256(''), '{}', created_at
         from auth.memberships",
    )
    .execute(&mut *creation)
    .await
    .unwrap();
    let commit = async {
        while waiting(&app.pool).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        creation.commit().await.unwrap();
    };
    let revoke = revoke_user(&database.url, Environment::Development, "ada@example.com");
    let (revoked, committed) = tokio::join!(revoke, timeout(LONG, commit));
    committed.unwrap();
    assert_eq!(revoked.unwrap().api_keys, 1);
}
