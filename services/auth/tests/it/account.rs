//! Registration and login.

use futures_util::future::join_all;
use tonic::Code;
use tonic_types::StatusExt;

use crate::app::{App, PASSWORD, reason};

#[tokio::test]
async fn who_registers_can_log_in_with_the_address_in_any_case() {
    let app = App::start().await;
    let registered = app.register_as("Ada@Example.com", PASSWORD, " Ada ").await;
    let user = registered.unwrap().user.unwrap();
    assert!(user.id.starts_with("usr_"));
    assert_eq!((&*user.email, &*user.name), ("ada@example.com", "Ada"));
    let created = user.create_time.unwrap();
    assert_eq!(created.seconds, app.now().timestamp());

    let login = app.login("aDA@example.COM", PASSWORD).await.unwrap();
    assert_eq!(login.user.unwrap(), user);
}

#[tokio::test]
async fn an_address_has_one_account() {
    let app = App::start().await;
    app.register("ada@example.com").await.unwrap();
    let status = app.register("ADA@example.com").await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    assert_eq!(reason(&status), "EMAIL_TAKEN");
}

#[tokio::test]
async fn of_many_who_register_one_address_at_once_one_gets_it() {
    let app = App::start().await;
    let answers = join_all((0..8).map(|_| app.register("ada@example.com"))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 7));
    for answer in lost {
        assert_eq!(reason(&answer.unwrap_err()), "EMAIL_TAKEN");
    }
    // Those who lost left nothing behind.
    for table in ["users", "organizations", "memberships", "sessions"] {
        assert_eq!(count(&app, table).await, 1, "{table}");
    }
}

async fn count(app: &App, table: &str) -> i64 {
    let mut transaction =
        guardmesh_chassis::database::begin(&app.pool, guardmesh_chassis::database::Scope::Platform)
            .await
            .unwrap();
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from auth.{table}"));
    let count = sqlx::query_scalar(sql).fetch_one(&mut *transaction).await;
    count.unwrap()
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let app = App::start().await;
    app.register("ada@example.com").await.unwrap();
    let wrong = app.login("ada@example.com", "wrong horse battery").await;
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.code(), Code::Unauthenticated);
    assert_eq!(reason(&wrong), "INVALID_CREDENTIALS");

    let long = "a".repeat(129);
    for (email, password) in [
        ("eve@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("ada@example.com\0", PASSWORD),
        ("ada@example.com", "short"),
        ("ada@example.com", &long),
    ] {
        let status = app.login(email, password).await.unwrap_err();
        assert_eq!(status.code(), wrong.code(), "{email}");
        assert_eq!(status.message(), wrong.message(), "{email}");
        assert_eq!(status.details(), wrong.details(), "{email}");
    }
}

#[tokio::test]
async fn invalid_fields_are_named_all_at_once() {
    let app = App::start().await;
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long = format!("{}@{}.com", "a".repeat(64), "b.".repeat(100));
    let (good, name) = ("ada@example.com", "Ada");
    let (p129, n101) = ("p".repeat(129), "n".repeat(101));
    for (email, password, name, fields) in [
        ("", PASSWORD, name, &["email"][..]),
        ("ada", PASSWORD, name, &["email"]),
        ("@example.com", PASSWORD, name, &["email"]),
        ("ada@", PASSWORD, name, &["email"]),
        ("a@b@example.com", PASSWORD, name, &["email"]),
        ("a da@example.com", PASSWORD, name, &["email"]),
        ("ada@example..com", PASSWORD, name, &["email"]),
        ("ada@-example.com", PASSWORD, name, &["email"]),
        ("ada@exämple.com", PASSWORD, name, &["email"]),
        ("ada\0@example.com", PASSWORD, name, &["email"]),
        ("ada@example.com\n", PASSWORD, name, &["email"]),
        (&long_local, PASSWORD, name, &["email"]),
        (&long, PASSWORD, name, &["email"]),
        (good, "", name, &["password"]),
        (good, "1234567", name, &["password"]),
        (good, &p129, name, &["password"]),
        (good, PASSWORD, &n101, &["name"]),
        (good, PASSWORD, "A\u{7}da", &["name"]),
        (good, PASSWORD, "A\0da", &["name"]),
        (good, PASSWORD, "A\u{2028}da", &["name"]),
        ("ada", "short", "a\nb", &["email", "password", "name"]),
    ] {
        let answer = app.register_as(email, password, name).await;
        let status = answer.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{email:?}");
        let details = status.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(named, fields, "{email:?} {password:?} {name:?}");
    }
    let status = app.login("", "").await.unwrap_err();
    let details = status.get_error_details();
    assert_eq!(details.bad_request().unwrap().field_violations.len(), 2);
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let app = App::start().await;
    let domain = format!("{}.example", "b".repeat(63));
    let (password, name) = ("ö".repeat(128), "名".repeat(100));
    let email = format!("{}@{domain}", "a".repeat(64));
    app.register_as(&email, &password, &name).await.unwrap();
    app.login(&email, &password).await.unwrap();
    app.register_as("o'brien+tag@localhost", "12345678", "")
        .await
        .unwrap();
}

#[tokio::test]
async fn the_database_holds_no_password() {
    let app = App::start().await;
    app.register("ada@example.com").await.unwrap();
    let mut transaction =
        guardmesh_chassis::database::begin(&app.pool, guardmesh_chassis::database::Scope::Platform)
            .await
            .unwrap();
    let row: String = sqlx::query_scalar("select users::text from auth.users")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert!(row.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{row}");
    assert!(!row.contains(PASSWORD));
}
