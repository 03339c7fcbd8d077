//! Administrators, as the command line makes them.

use guardmesh_auth::{AdministratorError, AdministratorOutcome, Error, create_administrator};
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::testing::TestDatabase;
use serde_json::json;

use crate::app::{self, App, PASSWORD, SEALING_KEY, reason};

const EMAIL: &str = "admin@example.com";
const OTHER_PASSWORD: &str = "another good password";

async fn create(
    database: &TestDatabase,
    email: &str,
    password: &str,
) -> Result<AdministratorOutcome, AdministratorError> {
    let environment = Environment::Development;
    create_administrator(&database.url, environment, email, password.into(), "Admin").await
}

#[tokio::test]
async fn an_administrator_holds_the_permissions_of_the_platform() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let created = create(&database, "Admin@example.com", PASSWORD).await;
    assert_eq!(created.unwrap(), AdministratorOutcome::Created);
    let again = create(&database, EMAIL, PASSWORD).await;
    assert_eq!(again.unwrap(), AdministratorOutcome::Unchanged);

    let tokens = app.login(EMAIL, PASSWORD).await.unwrap().tokens.unwrap();
    let claims = app.verify(&tokens.access_token).await;
    let permissions = json!([
        "webhooks:read",
        "invoices:read",
        "api_keys:read",
        "api_keys:write",
        "custom_guards:read",
        "custom_guards:write",
        "guard_disclosures:read",
        "guard_policies:read",
        "guard_policies:write",
        "guard_runs:read",
        "guard_stats:read",
        "guard_texts:read",
        "guards:deanonymize",
        "organizations:delete"
    ]);
    assert_eq!(claims["permissions"], permissions);
    let me = app.me(&app.caller(&tokens).await).await.unwrap();
    assert_eq!(json!(me.permissions), permissions);
    assert_eq!(me.user.unwrap().name, "Admin");
}

#[tokio::test]
async fn a_user_who_is_promoted_has_the_permissions_from_the_next_refresh_on() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let tokens = app.register(EMAIL).await.unwrap().tokens.unwrap();
    let outcome = create(&database, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(outcome, AdministratorOutcome::Changed);
    let tokens = app.refresh(&tokens.refresh_token).await.unwrap();
    let claims = app.verify(&tokens.access_token).await;
    assert_eq!(claims["permissions"][0], "webhooks:read");
}

#[tokio::test]
async fn who_took_the_address_first_does_not_keep_a_way_in() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let tokens = app.register(EMAIL).await.unwrap().tokens.unwrap();
    let outcome = create(&database, EMAIL, OTHER_PASSWORD).await.unwrap();
    assert_eq!(outcome, AdministratorOutcome::Changed);

    let status = app.refresh(&tokens.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "SESSION_ENDED");
    let status = app.login(EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(reason(&status), "INVALID_CREDENTIALS");
    assert!(app.login(EMAIL, OTHER_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_administrator_needs_a_valid_address_and_password() {
    let database = app::database().await;
    let error = create(&database, "admin", "short").await.unwrap_err();
    let AdministratorError::Operation(Error::Invalid(violations)) = error else {
        panic!("{error}")
    };
    let fields: Vec<_> = violations.iter().map(|broken| &*broken.field).collect();
    assert_eq!(fields, ["email", "password"]);
}
