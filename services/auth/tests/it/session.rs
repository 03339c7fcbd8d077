//! The caller's own session: who am I, and logging out.

use chrono::TimeDelta;
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::id::{ApiKeyId, UserId};
use tonic::Code;

use crate::app::{App, OWNER, PASSWORD, reason};

#[tokio::test]
async fn me_tells_who_calls_and_by_which_session() {
    let app = App::start().await;
    let registered = app.register("ada@example.com").await.unwrap();
    let caller = app.user(&registered.tokens.unwrap()).await;
    let me = app.me(&Caller::User(caller.clone())).await.unwrap();
    assert_eq!(me.user, registered.user);
    assert_eq!(me.organization_id, caller.organization.unwrap().to_string());
    assert_eq!(me.session_id, caller.session.unwrap().to_string());
    assert_eq!(me.permissions, OWNER);
}

#[tokio::test]
async fn logout_ends_the_callers_session_and_no_other() {
    let app = App::start().await;
    let first = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let second = app.login("ada@example.com", PASSWORD).await.unwrap();
    let second = second.tokens.unwrap();
    let caller = app.caller(&first).await;
    app.logout(&caller).await.unwrap();
    app.logout(&caller).await.unwrap(); // as the answer may have been lost

    let status = app.me(&caller).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(reason(&status), "SESSION_ENDED");
    let status = app.refresh(&first.refresh_token).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(reason(&status), "SESSION_ENDED");

    let caller = app.caller(&second).await;
    assert!(app.me(&caller).await.is_ok());
    assert!(app.refresh(&second.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_with_its_newest_refresh_token() {
    let app = App::start().await;
    let tokens = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let caller = app.caller(&tokens).await;
    app.clock.advance(TimeDelta::days(6));
    app.refresh(&tokens.refresh_token).await.unwrap();
    app.clock.advance(TimeDelta::days(6));
    assert!(app.me(&caller).await.is_ok());
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(reason(&app.me(&caller).await.unwrap_err()), "SESSION_ENDED");
}

#[tokio::test]
async fn a_session_is_of_one_organization() {
    let app = App::start().await;
    let ada = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let eve = app
        .register("eve@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let (ada, eve) = (app.user(&ada).await, app.user(&eve).await);
    let mixed = Caller::User(UserCaller {
        session: ada.session,
        ..eve
    });
    assert_eq!(reason(&app.me(&mixed).await.unwrap_err()), "SESSION_ENDED");
    app.logout(&mixed).await.unwrap();
    assert!(app.me(&Caller::User(ada)).await.is_ok());
}

#[tokio::test]
async fn a_caller_without_a_session_is_somebody_and_has_none_to_end() {
    let app = App::start().await;
    let tokens = app
        .register("ada@example.com")
        .await
        .unwrap()
        .tokens
        .unwrap();
    let user = app.user(&tokens).await;
    let caller = Caller::User(UserCaller {
        session: None,
        ..user.clone()
    });
    let me = app.me(&caller).await.unwrap();
    assert_eq!(me.user.unwrap().email, "ada@example.com");
    assert_eq!((&*me.session_id, &*me.api_key_id), ("", ""));
    assert_eq!(
        reason(&app.logout(&caller).await.unwrap_err()),
        "NO_SESSION"
    );
    let key = ApiKeyId::generate();
    let by_key = Caller::User(UserCaller {
        session: None,
        api_key: Some(key),
        ..user.clone()
    });
    assert_eq!(app.me(&by_key).await.unwrap().api_key_id, key.to_string());
    let nobody = Caller::User(UserCaller {
        session: None,
        user: UserId::generate(),
        ..user.clone()
    });
    assert_eq!(
        reason(&app.me(&nobody).await.unwrap_err()),
        "USER_NOT_FOUND"
    );
    let caller = Caller::User(UserCaller {
        organization: None,
        ..user
    });
    assert_eq!(
        app.me(&caller).await.unwrap_err().code(),
        Code::PermissionDenied
    );
}
