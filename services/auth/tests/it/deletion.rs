//! Deletions: what goes with an account or an organisation, who may, and what stays.

use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{ApiKeyId, OrganizationId};
use guardmesh_proto::guardmesh::auth::v1::organization_service_client::OrganizationServiceClient;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use guardmesh_proto::guardmesh::auth::v1::{DeleteMeRequest, DeleteOrganizationRequest};
use sqlx::AssertSqlSafe;
use tonic::{Code, Status};

use crate::api_key::wish;
use crate::app::{self, App, PASSWORD, SEALING_KEY, reason};
use crate::watch::Watch;

const DELETE_ME: &str = "/guardmesh.auth.v1.AuthService/DeleteMe";
const DELETE_ORGANIZATION: &str = "/guardmesh.auth.v1.OrganizationService/DeleteOrganization";

impl App {
    pub(crate) async fn delete_me(&self, caller: &UserCaller) -> Result<(), Status> {
        let caller = Caller::User(caller.clone());
        let request = self.signed(DeleteMeRequest {}, DELETE_ME, &caller);
        self.auth().delete_me(request).await.map(drop)
    }

    pub(crate) async fn delete_organization(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<(), Status> {
        let message = DeleteOrganizationRequest {
            organization_id: id.to_owned(),
        };
        let caller = Caller::User(caller.clone());
        let request = self.signed(message, DELETE_ORGANIZATION, &caller);
        let mut client = OrganizationServiceClient::new(self.channel.clone());
        client.delete_organization(request).await.map(drop)
    }

    /// Both deletions, as far as the caller gets; none of them may succeed.
    async fn refused(&self, caller: &UserCaller) -> [String; 2] {
        let organization = caller.organization.unwrap().to_string();
        let account = self.delete_me(caller).await.unwrap_err();
        let organization = self.delete_organization(caller, &organization).await;
        [reason(&account), reason(&organization.unwrap_err())]
    }

    async fn signed_in(&self, email: &str) -> UserCaller {
        let answer = self.login(email, PASSWORD).await.unwrap();
        self.user(&answer.tokens.unwrap()).await
    }

    /// Rows of each table that a person has part in.
    async fn rows(&self) -> Vec<(&'static str, i64)> {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        let mut rows = Vec::new();
        for table in [
            "users",
            "organizations",
            "memberships",
            "sessions",
            "refresh_tokens",
            "api_keys",
            "external_identities",
            "external_organizations",
        ] {
            let sql = AssertSqlSafe(format!("select count(*) from auth.{table}"));
            let count = sqlx::query_scalar(sql).fetch_one(&mut *transaction).await;
            rows.push((table, count.unwrap()));
        }
        rows
    }

    /// Makes `person` a member of an organisation.
    pub(crate) async fn join(&self, person: &UserCaller, organization: OrganizationId, role: &str) {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query(
            "insert into auth.memberships (organization_id, user_id, role, created_at)
             values ($1, $2, $3, $4)
             on conflict (organization_id, user_id) do update set role = excluded.role",
        )
        .bind(organization.uuid())
        .bind(person.user.uuid())
        .bind(role)
        .bind(self.now())
        .execute(&mut *transaction)
        .await
        .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn exists(&self, organization: OrganizationId) -> bool {
        let found = crate::organization::get(self, &organization.to_string()).await;
        found.is_ok()
    }
}

fn session(caller: &UserCaller) -> Subject {
    Subject::SessionId(caller.session.unwrap().to_string())
}

#[tokio::test]
async fn an_account_goes_with_all_that_was_its_own() {
    let app = App::start().await;
    let eve = app.owner("eve@example.com").await;
    let before = app.rows().await;
    let registered = app.register("ada@example.com").await.unwrap();
    let tokens = registered.tokens.unwrap();
    let (first, second) = (
        app.user(&tokens).await,
        app.signed_in("ada@example.com").await,
    );
    let key = app.create_key(&first, wish(&[])).await.unwrap();
    let mut watch = Watch::start(&app, &[]).await;

    app.delete_me(&second).await.unwrap();
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    let user = Subject::UserId(first.user.to_string());
    watch
        .all(&[session(&first), session(&second), api_key, user])
        .await;
    assert_eq!(app.rows().await, before);
    assert!(app.me(&Caller::User(eve)).await.is_ok());

    let login = app.login("ada@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(reason(&login), "INVALID_CREDENTIALS");
    let refresh = app.refresh(&tokens.refresh_token).await.unwrap_err();
    assert_eq!(reason(&refresh), "INVALID_REFRESH_TOKEN");
    let verify = app.verify_key(&key.secret).await.unwrap_err();
    assert_eq!(reason(&verify), "INVALID_API_KEY");

    // The address is free, and who has it now is somebody else, whom a repetition does not touch.
    let again = app.owner("ada@example.com").await;
    assert_ne!(again.user, first.user);
    app.delete_me(&second).await.unwrap();
    assert!(app.me(&Caller::User(again)).await.is_ok());
}

#[tokio::test]
async fn an_organization_goes_and_accounts_stay() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    let organization = ada.organization.unwrap();
    app.join(&eve, organization, "member").await;
    let theirs = app.create_key(&eve, wish(&[])).await.unwrap();
    let key = app.create_key(&ada, wish(&[])).await.unwrap();
    let mut watch = Watch::start(&app, &[]).await;

    let id = organization.to_string();
    app.delete_organization(&ada, &id).await.unwrap();
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    watch.all(&[session(&ada), api_key]).await;
    assert!(!app.exists(organization).await);
    assert!(app.verify_key(&key.secret).await.is_err());
    let status = app.me(&Caller::User(ada.clone())).await.unwrap_err();
    assert_eq!(reason(&status), "SESSION_ENDED");
    // Once more: the wish is fulfilled.
    app.delete_organization(&ada, &id).await.unwrap();

    // Who was in no other gets a new one, and the same one however often they sign in at once.
    let logins = (0..4).map(|_| app.signed_in("ada@example.com"));
    for login in join_all(logins).await {
        assert_eq!(login.user, ada.user);
        assert_ne!(login.organization, Some(organization));
    }
    assert_eq!(app.rows().await[1], ("organizations", 2));
    // Others keep theirs, with all in it.
    assert!(app.me(&Caller::User(eve)).await.is_ok());
    assert!(app.verify_key(&theirs.secret).await.is_ok());
}

#[tokio::test]
async fn only_a_session_that_is_fresh_deletes() {
    // Tokens are verified by the time of the world, which must not be behind.
    let clock = Clock::manual(Utc::now() - TimeDelta::minutes(25));
    let pool = app::database().await.pool;
    let app = App::start_with(pool, &app::config(SEALING_KEY), clock).await;
    let registered = app.register("ada@example.com").await.unwrap();
    let tokens = registered.tokens.unwrap();
    let ada = app.user(&tokens).await;
    let key = UserCaller {
        session: None,
        api_key: Some(ApiKeyId::generate()),
        ..ada.clone()
    };
    assert_eq!(app.refused(&key).await, ["NO_SESSION"; 2]);
    let elsewhere = UserCaller {
        session: None,
        ..ada.clone()
    };
    assert_eq!(app.refused(&elsewhere).await, ["NO_SESSION"; 2]);

    // A refresh proves nothing.
    app.clock.advance(TimeDelta::minutes(10));
    let refreshed = app.refresh(&tokens.refresh_token).await.unwrap();
    let refreshed = app.user(&refreshed).await;
    assert_eq!(
        app.refused(&refreshed).await,
        ["REAUTHENTICATION_REQUIRED"; 2]
    );
    // Nor does the session of somebody else.
    let eve = app.owner("eve@example.com").await;
    let mixed = UserCaller {
        session: eve.session,
        ..ada.clone()
    };
    assert_eq!(app.refused(&mixed).await, ["SESSION_ENDED"; 2]);

    let second = app.signed_in("ada@example.com").await;
    app.logout(&Caller::User(second.clone())).await.unwrap();
    assert_eq!(app.refused(&second).await, ["SESSION_ENDED"; 2]);

    let fresh = app.signed_in("ada@example.com").await;
    app.clock
        .advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    app.delete_me(&fresh).await.unwrap();
}

#[tokio::test]
async fn whose_the_organization_is_not_learns_nothing_and_changes_nothing() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    let theirs = ada.organization.unwrap();
    let nobodys = OrganizationId::generate();
    let mut answers = Vec::new();
    for id in [theirs, nobodys] {
        let status = app.delete_organization(&eve, &id.to_string()).await;
        let status = status.unwrap_err();
        assert_eq!(reason(&status), "ORGANIZATION_NOT_FOUND");
        answers.push((status.code(), status.message().to_owned()));
    }
    assert_eq!(answers[0], answers[1]);

    // A member without the permission, and one whose token still states it.
    app.join(&eve, theirs, "member").await;
    let member = UserCaller {
        organization: Some(theirs),
        permissions: Vec::new(),
        ..eve.clone()
    };
    let status = app.delete_organization(&member, &theirs.to_string()).await;
    assert_eq!(status.unwrap_err().code(), Code::PermissionDenied);
    app.join(&ada, theirs, "member").await;
    let status = app.delete_organization(&ada, &theirs.to_string()).await;
    assert_eq!(reason(&status.unwrap_err()), "NOT_AN_OWNER");

    let status = app.delete_organization(&eve, "org_nonsense").await;
    assert_eq!(status.unwrap_err().code(), Code::InvalidArgument);
    assert!(app.exists(theirs).await);
}

#[tokio::test]
async fn who_alone_owns_what_others_are_in_stays_until_that_is_settled() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    let shared = ada.organization.unwrap();
    app.join(&eve, shared, "member").await;
    let before = app.rows().await;
    let status = app.delete_me(&ada).await.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::FailedPrecondition, "LAST_OWNER")
    );
    assert_eq!(app.rows().await, before);
    assert!(app.me(&Caller::User(ada.clone())).await.is_ok());

    // With another owner it stays, and goes with the last one.
    app.join(&eve, shared, "owner").await;
    app.delete_me(&ada).await.unwrap();
    assert!(app.exists(shared).await);
    app.delete_me(&eve).await.unwrap();
    assert!(!app.exists(shared).await);
    assert!(app.rows().await.iter().all(|(_, count)| *count == 0));
}

#[tokio::test]
async fn owners_who_leave_at_the_same_time_leave_no_organization_without_an_owner() {
    let app = App::start().await;
    for round in 0..4 {
        let ada = app.owner(&format!("ada{round}@example.com")).await;
        let eve = app.owner(&format!("eve{round}@example.com")).await;
        let bob = app.owner(&format!("bob{round}@example.com")).await;
        let shared = ada.organization.unwrap();
        app.join(&eve, shared, "owner").await;
        app.join(&bob, shared, "member").await;
        let left = tokio::join!(app.delete_me(&ada), app.delete_me(&eve));
        let refused = [left.0, left.1].into_iter().filter_map(Result::err);
        let refused: Vec<_> = refused.map(|status| reason(&status)).collect();
        assert_eq!(refused, ["LAST_OWNER"]);
    }
}

#[tokio::test]
async fn who_signs_in_while_the_account_goes_is_signed_in_nowhere() {
    let app = App::start().await;
    for round in 0..4 {
        let email = format!("ada{round}@example.com");
        let ada = app.owner(&email).await;
        let logins = join_all((0..4).map(|_| app.login(&email, PASSWORD)));
        let (deleted, logins) = tokio::join!(app.delete_me(&ada), logins);
        deleted.unwrap();
        for status in logins.into_iter().filter_map(Result::err) {
            assert_eq!(reason(&status), "INVALID_CREDENTIALS");
        }
        assert!(app.rows().await.iter().all(|(_, count)| *count == 0));
    }
}
