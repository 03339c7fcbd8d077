//! Deletions by who can reach the database: of people and organisations of Clerk as well, who
//! cannot delete themselves here.

use guardmesh_auth::{delete_organization, delete_user};
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;

use crate::app::{self, App, PASSWORD, SEALING_KEY, reason};
use crate::clerk::{active, token};
use crate::organization::get;
use crate::watch::Watch;

const ENVIRONMENT: Environment = Environment::Development;

#[tokio::test]
async fn a_person_of_clerk_goes_and_their_organization_stays_with_clerk() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let acme = |who, role| app.resolve(active(who, "org_acme", role));
    let ada = acme("user_ada", "admin").await.unwrap();
    let eve = acme("user_eve", "member").await.unwrap();
    let home = app.resolve(token("user_ada")).await.unwrap();
    let mut watch = Watch::start(&app, &[]).await;

    delete_user(&database.url, ENVIRONMENT, &ada.user_id)
        .await
        .unwrap();
    watch.all(&[Subject::UserId(ada.user_id.clone())]).await;
    assert!(get(&app, &home.organization_id).await.is_err());
    assert!(get(&app, &ada.organization_id).await.is_ok());
    assert_eq!(acme("user_eve", "member").await.unwrap(), eve);

    // Who signs in with Clerk again is somebody new.
    let again = acme("user_ada", "admin").await.unwrap();
    assert_ne!(again.user_id, ada.user_id);
    assert_eq!(again.organization_id, ada.organization_id);
    let gone = delete_user(&database.url, ENVIRONMENT, &ada.user_id).await;
    assert_eq!(gone.unwrap_err().to_string(), "There is no such account.");
}

#[tokio::test]
async fn an_organization_of_clerk_goes_and_people_are_told_apart_by_new_tokens() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let acme = |who| app.resolve(active(who, "org_acme", "admin"));
    let (ada, eve) = (
        acme("user_ada").await.unwrap(),
        acme("user_eve").await.unwrap(),
    );
    let mut watch = Watch::start(&app, &[]).await;

    let id: OrganizationId = ada.organization_id.parse().unwrap();
    delete_organization(&database.url, ENVIRONMENT, id)
        .await
        .unwrap();
    // Gateways know tokens of Clerk by their user alone.
    let users = [&ada, &eve].map(|person| Subject::UserId(person.user_id.clone()));
    watch.all(&users).await;
    let again = acme("user_ada").await.unwrap();
    assert_eq!(again.user_id, ada.user_id);
    assert_ne!(again.organization_id, ada.organization_id);
    let gone = delete_organization(&database.url, ENVIRONMENT, id).await;
    let text = gone.unwrap_err().to_string();
    assert_eq!(text, "There is no such organisation.");
}

#[tokio::test]
async fn who_loses_their_own_organization_has_a_new_one() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let before = app.resolve(token("user_ada")).await.unwrap();
    let id: OrganizationId = before.organization_id.parse().unwrap();
    delete_organization(&database.url, ENVIRONMENT, id)
        .await
        .unwrap();
    let after = app.resolve(token("user_ada")).await.unwrap();
    assert_eq!(after.user_id, before.user_id);
    assert_ne!(after.organization_id, before.organization_id);
    assert!(get(&app, &before.organization_id).await.is_err());
    assert!(get(&app, &after.organization_id).await.is_ok());
}

#[tokio::test]
async fn an_account_is_found_by_its_address_too() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    app.register("ada@example.com").await.unwrap();
    delete_user(&database.url, ENVIRONMENT, "Ada@example.com")
        .await
        .unwrap();
    let login = app.login("ada@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(reason(&login), "INVALID_CREDENTIALS");
}
