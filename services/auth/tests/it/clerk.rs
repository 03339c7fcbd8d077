//! Identities of Clerk: accounts and organisations that are made when they are first seen.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use guardmesh_auth::revoke_user;
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::config::Environment;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_proto::guardmesh::auth::v1::clerk_service_client::ClerkServiceClient;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use guardmesh_proto::guardmesh::auth::v1::{
    ResolveClerkIdentityRequest, ResolveClerkIdentityResponse,
};
use prost_types::Timestamp;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use crate::api_key::wish;
use crate::app::{self, App, OWNER, SEALING_KEY};
use crate::watch::Watch;

/// Nobody's organisation but the user's own.
pub(crate) fn token(subject: &str) -> ResolveClerkIdentityRequest {
    ResolveClerkIdentityRequest {
        issuer: "https://clerk.example.com".to_owned(),
        subject: subject.to_owned(),
        session: "sess_1".to_owned(),
        ..ResolveClerkIdentityRequest::default()
    }
}

pub(crate) fn active(subject: &str, organization: &str, role: &str) -> ResolveClerkIdentityRequest {
    ResolveClerkIdentityRequest {
        organization: organization.to_owned(),
        organization_role: role.to_owned(),
        organization_slug: "acme".to_owned(),
        ..token(subject)
    }
}

impl App {
    pub(crate) async fn resolve(
        &self,
        request: ResolveClerkIdentityRequest,
    ) -> Result<ResolveClerkIdentityResponse, Status> {
        let path = "/guardmesh.auth.v1.ClerkService/ResolveClerkIdentity";
        let request = self.signed(request, path, &Caller::Service("gateway".to_owned()));
        let mut client = ClerkServiceClient::new(self.channel.clone());
        let response = client.resolve_clerk_identity(request).await;
        response.map(Response::into_inner)
    }

    /// Resolves a token that was issued then.
    pub(crate) async fn resolve_at(
        &self,
        request: ResolveClerkIdentityRequest,
        issued_at: DateTime<Utc>,
    ) -> Result<ResolveClerkIdentityResponse, Status> {
        let issue_time = Some(timestamp(issued_at));
        let request = ResolveClerkIdentityRequest {
            issue_time,
            ..request
        };
        self.resolve(request).await
    }

    /// Users, organisations, memberships.
    async fn accounts(&self) -> (i64, i64, i64) {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query_as(
            "select (select count(*) from auth.users where email is null and password_hash is null),
                    (select count(*) from auth.organizations),
                    (select count(*) from auth.memberships)",
        )
        .fetch_one(&mut *transaction)
        .await
        .unwrap()
    }

    async fn names(&self) -> Vec<String> {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query_scalar("select name from auth.organizations order by name")
            .fetch_all(&mut *transaction)
            .await
            .unwrap()
    }
}

pub(crate) fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: time.timestamp_subsec_nanos().cast_signed(),
    }
}

#[tokio::test]
async fn who_is_seen_for_the_first_time_gets_an_account_and_keeps_it() {
    let app = App::start().await;
    let first = app.resolve(token("user_ada")).await.unwrap();
    assert!(first.user_id.starts_with("usr_"));
    assert_eq!(first.permissions, OWNER);
    assert_eq!(app.resolve(token("user_ada")).await.unwrap(), first);
    assert_eq!(app.accounts().await, (1, 1, 1));
    assert_eq!(app.names().await, ["Personal"]);

    let eve = app.resolve(token("user_eve")).await.unwrap();
    assert_ne!(eve.user_id, first.user_id);
    assert_ne!(eve.organization_id, first.organization_id);
}

#[tokio::test]
async fn calls_at_the_same_time_make_one_account_and_one_organization() {
    let app = App::start().await;
    let calls = (0..8).map(|_| app.resolve(active("user_ada", "org_acme", "admin")));
    let answers = join_all(calls).await;
    let first = answers[0].as_ref().unwrap();
    for answer in &answers {
        assert_eq!(answer.as_ref().unwrap(), first);
    }
    // The account's own organisation, and the one of the token; those who lost left nothing.
    assert_eq!(app.accounts().await, (1, 2, 2));

    // Different people who meet in an organisation that is new to both.
    let people = ["user_eve", "user_bob", "user_kim"];
    let calls = people.map(|who| app.resolve(active(who, "org_new", "member")));
    let answers = join_all(calls).await;
    let organization = &answers[0].as_ref().unwrap().organization_id;
    for answer in &answers {
        assert_eq!(&answer.as_ref().unwrap().organization_id, organization);
    }
    assert_eq!(app.accounts().await, (4, 6, 8));
}

#[tokio::test]
async fn a_role_is_what_the_token_says_last() {
    let app = App::start().await;
    let resolve = async |who, role| {
        let resolved = app.resolve(active(who, "org_acme", role)).await.unwrap();
        (resolved.organization_id, resolved.permissions)
    };
    let (acme, permissions) = resolve("user_ada", "admin").await;
    assert_eq!(permissions, OWNER);
    assert_eq!(app.names().await, ["Personal", "acme"]);
    for (role, permissions) in [
        ("basic_member", &[][..]),
        ("org:admin", &OWNER),
        ("administrator", &[]),
        ("", &[]),
        ("admin", &OWNER),
    ] {
        let permissions = permissions.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(resolve("user_eve", role).await, (acme.clone(), permissions));
    }
    // Their own organisation is not touched by that.
    let eve = app.resolve(token("user_eve")).await.unwrap();
    assert_ne!(eve.organization_id, acme);
    assert_eq!(eve.permissions, OWNER);
}

#[tokio::test]
async fn ids_are_of_their_issuer() {
    let app = App::start().await;
    let here = app
        .resolve(active("user_ada", "org_acme", "admin"))
        .await
        .unwrap();
    let there = app.resolve(ResolveClerkIdentityRequest {
        issuer: "https://other.example.com".to_owned(),
        ..active("user_ada", "org_acme", "admin")
    });
    let there = there.await.unwrap();
    assert_ne!(here.user_id, there.user_id);
    assert_ne!(here.organization_id, there.organization_id);
}

#[tokio::test]
async fn claims_out_of_bounds_are_named() {
    let app = App::start().await;
    let long = "a".repeat(129);
    for (request, fields) in [
        (
            ResolveClerkIdentityRequest::default(),
            &["issuer", "subject"][..],
        ),
        (token("user_\0"), &["subject"]),
        (token(&long), &["subject"]),
        (
            active("user_ada", "org acme", &long),
            &["organization", "organizationRole"],
        ),
        (
            ResolveClerkIdentityRequest {
                issuer: "http://clerk.example.com".to_owned(),
                ..token("user_ada")
            },
            &["issuer"],
        ),
    ] {
        let status = app.resolve(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(named, fields);
    }
    // A slug that cannot be a name is not used for one.
    let slug = ResolveClerkIdentityRequest {
        organization_slug: "a\nb".to_owned(),
        ..active("user_ada", "org_acme", "admin")
    };
    app.resolve(slug).await.unwrap();
    assert_eq!(app.names().await, ["Personal", "org_acme"]);
}

#[tokio::test]
async fn who_signs_in_elsewhere_has_keys_here_and_can_be_revoked() {
    let database = app::database().await;
    let app = App::start_on(database.pool.clone(), SEALING_KEY).await;
    let resolved = app
        .resolve(active("user_ada", "org_acme", "admin"))
        .await
        .unwrap();
    let ada = UserCaller {
        user: resolved.user_id.parse().unwrap(),
        organization: Some(resolved.organization_id.parse().unwrap()),
        session: None,
        api_key: None,
        permissions: resolved.permissions,
    };
    let key = app.create_key(&ada, wish(&[])).await.unwrap();
    assert_eq!(
        app.verify_key(&key.secret).await.unwrap().permissions,
        OWNER
    );

    // No longer an owner: the token that is still valid says more than they may.
    app.resolve(active("user_ada", "org_acme", "member"))
        .await
        .unwrap();
    assert!(
        app.verify_key(&key.secret)
            .await
            .unwrap()
            .permissions
            .is_empty()
    );

    // Nor does an older token that is still valid, however late it comes, give them more again.
    let before = active("user_ada", "org_acme", "admin");
    let before = app.resolve_at(before, app.now() - TimeDelta::seconds(1));
    before.await.unwrap();
    let verified = app.verify_key(&key.secret).await.unwrap();
    assert!(verified.permissions.is_empty());

    let mut watch = Watch::start(&app, &[]).await;
    let environment = Environment::Development;
    let revoked = revoke_user(&database.url, environment, &resolved.user_id)
        .await
        .unwrap();
    assert_eq!((revoked.sessions, revoked.api_keys), (0, 1));
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    watch
        .all(&[api_key, Subject::UserId(resolved.user_id)])
        .await;
    assert!(app.verify_key(&key.secret).await.is_err());
}
