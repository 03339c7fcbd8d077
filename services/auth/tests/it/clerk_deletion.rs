//! Deletions that come from Clerk: what goes with them, in whatever order they and tokens come.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_proto::guardmesh::auth::v1::apply_clerk_deletion_request::Deleted;
use guardmesh_proto::guardmesh::auth::v1::clerk_service_client::ClerkServiceClient;
use guardmesh_proto::guardmesh::auth::v1::revocation::Subject;
use guardmesh_proto::guardmesh::auth::v1::{
    ApplyClerkDeletionRequest, ClerkMembership, CreateApiKeyResponse, ResolveClerkIdentityRequest,
    ResolveClerkIdentityResponse,
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::api_key::wish;
use crate::app::{self, App, OWNER, SEALING_KEY, config, reason};
use crate::clerk::{active, timestamp, token};
use crate::guards::Guards;
use crate::organization::get;
use crate::watch::Watch;

impl App {
    async fn apply(&self, deleted: Option<Deleted>, at: DateTime<Utc>) -> Result<(), Status> {
        let message = ApplyClerkDeletionRequest {
            deleted,
            delete_time: Some(timestamp(at)),
        };
        let path = "/guardmesh.auth.v1.ClerkService/ApplyClerkDeletion";
        let request = self.signed(message, path, &Caller::Service("webhooks".to_owned()));
        let mut client = ClerkServiceClient::new(self.channel.clone());
        client.apply_clerk_deletion(request).await.map(drop)
    }

    pub(crate) async fn user_deleted(&self, id: &str) {
        let deleted = Deleted::User(id.to_owned());
        self.apply(Some(deleted), self.now()).await.unwrap();
    }

    pub(crate) async fn organization_deleted(&self, id: &str) {
        let deleted = Deleted::Organization(id.to_owned());
        self.apply(Some(deleted), self.now()).await.unwrap();
    }

    async fn membership_deleted(&self, user: &str, organization: &str, at: DateTime<Utc>) {
        let membership = ClerkMembership {
            user: user.to_owned(),
            organization: organization.to_owned(),
        };
        let deleted = Deleted::Membership(membership);
        self.apply(Some(deleted), at).await.unwrap();
    }

    async fn key_of(&self, person: &ResolveClerkIdentityResponse) -> CreateApiKeyResponse {
        let caller = UserCaller {
            user: person.user_id.parse().unwrap(),
            organization: Some(person.organization_id.parse().unwrap()),
            session: None,
            api_key: None,
            permissions: person.permissions.clone(),
        };
        self.create_key(&caller, wish(&[])).await.unwrap()
    }

    /// Users, organisations, memberships, erasures that are written down, deletions remembered.
    async fn left(&self) -> (i64, i64, i64, i64, i64) {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query_as(
            "select (select count(*) from auth.users), (select count(*) from auth.organizations),
                    (select count(*) from auth.memberships),
                    (select count(*) from auth.erasures),
                    (select count(*) from auth.external_deletions)",
        )
        .fetch_one(&mut *transaction)
        .await
        .unwrap()
    }
}

fn refused(answer: Result<ResolveClerkIdentityResponse, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), reason(&status))
}

fn deleted() -> (Code, String) {
    (Code::Unauthenticated, "DELETED_ELSEWHERE".to_owned())
}

#[tokio::test]
async fn a_user_goes_with_their_own_and_comes_back_by_no_token() {
    let app = App::start().await;
    let mut guards = Guards::start(&app.clock);
    let mut with_guards = config(SEALING_KEY);
    with_guards.guards_address = Some(format!("http://{}", guards.address));
    let state = guardmesh_auth::State::new(&with_guards, app.pool.clone(), app.clock.clone());
    let ada = app
        .resolve(active("user_ada", "org_acme", "admin"))
        .await
        .unwrap();
    let home = app.resolve(token("user_ada")).await.unwrap();
    let eve = app
        .resolve(active("user_eve", "org_acme", "member"))
        .await
        .unwrap();
    let key = app.key_of(&ada).await;
    let mut watch = Watch::start(&app, &[]).await;

    app.user_deleted("user_ada").await;
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    watch
        .all(&[Subject::UserId(ada.user_id.clone()), api_key])
        .await;
    assert!(app.verify_key(&key.secret).await.is_err());
    assert!(get(&app, &home.organization_id).await.is_err());
    // What guards keep of them goes as well.
    let mut gone = vec![ada.user_id.clone(), home.organization_id];
    gone.sort();
    assert_eq!(state.unwrap().erase_due().await.unwrap(), 2);
    assert_eq!(guards.erased(), gone);

    // A token that is still valid, also one that was issued "later" by another clock.
    for at in [app.now(), app.now() + TimeDelta::minutes(1)] {
        assert_eq!(
            refused(app.resolve_at(token("user_ada"), at).await),
            deleted()
        );
        let within = active("user_ada", "org_acme", "admin");
        assert_eq!(refused(app.resolve_at(within, at).await), deleted());
    }
    // The organisation and who else is in it stay.
    let again = app
        .resolve(active("user_eve", "org_acme", "member"))
        .await
        .unwrap();
    assert_eq!(again, eve);
    // Once more: nothing is left to do, and nothing is erased again.
    let before = app.left().await;
    app.user_deleted("user_ada").await;
    assert_eq!(app.left().await, before);
}

#[tokio::test]
async fn an_organization_goes_and_its_people_stay() {
    let app = App::start().await;
    let ada = app
        .resolve(active("user_ada", "org_acme", "admin"))
        .await
        .unwrap();
    let eve = app
        .resolve(active("user_eve", "org_acme", "member"))
        .await
        .unwrap();
    let key = app.key_of(&ada).await;
    let mut watch = Watch::start(&app, &[]).await;

    app.organization_deleted("org_acme").await;
    let users = [&ada, &eve].map(|person| Subject::UserId(person.user_id.clone()));
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    watch.all(&[&users[..], &[api_key]].concat()).await;
    assert!(get(&app, &ada.organization_id).await.is_err());
    assert_eq!(
        refused(app.resolve(active("user_ada", "org_acme", "admin")).await),
        deleted()
    );
    let home = app.resolve(token("user_ada")).await.unwrap();
    assert_eq!(
        (home.user_id, home.permissions),
        (ada.user_id, OWNER.map(str::to_owned).into())
    );
    let other = app.resolve(active("user_ada", "org_other", "member")).await;
    assert_ne!(other.unwrap().organization_id, ada.organization_id);

    let before = app.left().await;
    app.organization_deleted("org_acme").await;
    assert_eq!(app.left().await, before);
}

#[tokio::test]
async fn what_is_deleted_before_it_was_ever_seen_is_not_created() {
    let app = App::start().await;
    app.user_deleted("user_ada").await;
    app.organization_deleted("org_acme").await;
    assert_eq!(refused(app.resolve(token("user_ada")).await), deleted());
    let within = active("user_eve", "org_acme", "admin");
    assert_eq!(refused(app.resolve(within).await), deleted());
    assert_eq!(app.left().await, (0, 0, 0, 0, 2));
}

#[tokio::test]
async fn a_membership_ends_with_its_keys_and_begins_anew_with_a_newer_token() {
    let app = App::start().await;
    let acme = || active("user_ada", "org_acme", "admin");
    let start = app.now();
    let ada = app.resolve_at(acme(), start).await.unwrap();
    let eve = app
        .resolve(active("user_eve", "org_acme", "member"))
        .await
        .unwrap();
    let key = app.key_of(&ada).await;
    let home = app.resolve(token("user_ada")).await.unwrap();
    let home_key = app.key_of(&home).await;
    let mut watch = Watch::start(&app, &[]).await;

    let ended = start + TimeDelta::seconds(10);
    app.membership_deleted("user_ada", "org_acme", ended).await;
    let api_key = Subject::ApiKeyId(key.api_key.unwrap().id);
    watch
        .all(&[Subject::UserId(ada.user_id.clone()), api_key])
        .await;
    assert!(app.verify_key(&key.secret).await.is_err());
    assert!(app.verify_key(&home_key.secret).await.is_ok());
    assert_eq!(app.left().await, (2, 3, 3, 0, 1));

    // A token from before does not bring it back, and is good for nothing else of it.
    for at in [start, ended] {
        assert_eq!(refused(app.resolve_at(acme(), at).await), deleted());
    }
    assert_eq!(
        app.resolve_at(token("user_ada"), start).await.unwrap(),
        home
    );
    let others = active("user_eve", "org_acme", "member");
    assert_eq!(app.resolve_at(others, start).await.unwrap(), eve);

    // Who was let in again stays, with the keys made since, however late the event comes once more.
    let later = ended + TimeDelta::seconds(1);
    let again = app.resolve_at(acme(), later).await.unwrap();
    assert_eq!(again, ada);
    let key = app.key_of(&again).await;
    app.membership_deleted("user_ada", "org_acme", ended).await;
    assert!(app.verify_key(&key.secret).await.is_ok());
    // An older event of the same kind changes nothing: the later end still holds.
    app.membership_deleted("user_ada", "org_acme", start).await;
    assert_eq!(refused(app.resolve_at(acme(), ended).await), deleted());
    assert!(app.verify_key(&key.secret).await.is_ok());
}

#[tokio::test]
async fn a_late_event_ends_no_membership_that_began_anew_in_the_same_role() {
    let app = App::start().await;
    let acme = || active("user_ada", "org_acme", "admin");
    let start = app.now();
    let at = |minutes| start + TimeDelta::minutes(minutes);
    app.resolve_at(acme(), at(0)).await.unwrap();

    // Out after one minute, in again after two; the event of the former comes last.
    let ada = app.resolve_at(acme(), at(2)).await.unwrap();
    let key = app.key_of(&ada).await;
    // Another tab still shows the token from before.
    app.resolve_at(acme(), at(0)).await.unwrap();
    app.membership_deleted("user_ada", "org_acme", at(1)).await;
    assert!(app.verify_key(&key.secret).await.is_ok());

    app.membership_deleted("user_ada", "org_acme", at(3)).await;
    assert!(app.verify_key(&key.secret).await.is_err());
}

#[tokio::test]
async fn a_deletion_and_tokens_at_the_same_time_leave_nobody_behind() {
    let app = App::start().await;
    for round in 0..6 {
        let (user, organization) = (format!("user_{round}"), format!("org_{round}"));
        let calls = (0..4).map(|_| app.resolve(active(&user, &organization, "admin")));
        tokio::join!(
            join_all(calls),
            app.user_deleted(&user),
            app.organization_deleted(&organization)
        );
        let (users, organizations, memberships, ..) = app.left().await;
        assert_eq!((users, organizations, memberships), (0, 0, 0), "{round}");
    }
}

#[tokio::test]
async fn an_id_is_that_of_all_issuers() {
    let app = App::start().await;
    app.resolve(active("user_ada", "org_acme", "admin"))
        .await
        .unwrap();
    // As after a change of the instance's domain.
    let there = ResolveClerkIdentityRequest {
        issuer: "https://clerk.example.org".to_owned(),
        ..active("user_ada", "org_acme", "admin")
    };
    app.resolve(there).await.unwrap();
    app.user_deleted("user_ada").await;
    app.organization_deleted("org_acme").await;
    assert_eq!(app.left().await, (0, 0, 0, 6, 2));
}

#[tokio::test]
async fn a_deletion_is_forgotten_when_no_token_can_be_as_old() {
    let app = App::start_on(app::database().await.pool, SEALING_KEY).await;
    app.user_deleted("user_ada").await;
    app.clock.advance(TimeDelta::days(30));
    app.state().delete_expired().await.unwrap();
    assert_eq!(app.left().await.4, 1);
    app.clock.advance(TimeDelta::seconds(1));
    app.state().delete_expired().await.unwrap();
    assert_eq!(app.left().await.4, 0);
}

#[tokio::test]
async fn what_names_nothing_is_refused() {
    let app = App::start().await;
    let membership = |user: &str, organization: &str| {
        Deleted::Membership(ClerkMembership {
            user: user.to_owned(),
            organization: organization.to_owned(),
        })
    };
    for (deleted, fields) in [
        (None, &["deleted"][..]),
        (Some(Deleted::User(String::new())), &["user"]),
        (Some(Deleted::User("a".repeat(129))), &["user"]),
        (
            Some(Deleted::Organization("org acme".to_owned())),
            &["organization"],
        ),
        (
            Some(membership("user_ada", "")),
            &["membership.organization"],
        ),
        (
            Some(membership("", "org\0")),
            &["membership.user", "membership.organization"],
        ),
    ] {
        let status = app.apply(deleted, app.now()).await.unwrap_err();
        let details = status.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(named, fields);
    }
    let before_time = DateTime::from_timestamp(-1, 0).unwrap();
    let user = Deleted::User("user_ada".to_owned());
    let status = app.apply(Some(user), before_time).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(app.left().await.4, 0);
}
