//! API keys: who gets one with what, and for how long it is good.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use guardmesh_chassis::api_key::ApiKeySecret;
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_proto::guardmesh::auth::v1::api_key_service_client::ApiKeyServiceClient;
use guardmesh_proto::guardmesh::auth::v1::{
    ApiKey, CreateApiKeyRequest, CreateApiKeyResponse, ListApiKeysRequest, ListApiKeysResponse,
    RevokeApiKeyRequest, VerifyApiKeyRequest, VerifyApiKeyResponse,
};
use prost_types::Timestamp;
use tonic::transport::Channel;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use crate::app::{App, OWNER, reason};

const READ: &str = "api_keys:read";
const WRITE: &str = "api_keys:write";

pub(crate) fn wish(permissions: &[&str]) -> CreateApiKeyRequest {
    CreateApiKeyRequest {
        name: "Deploys".to_owned(),
        permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
        expire_time: None,
    }
}

fn expiring(wish: CreateApiKeyRequest, at: DateTime<Utc>) -> CreateApiKeyRequest {
    CreateApiKeyRequest {
        expire_time: Some(Timestamp {
            seconds: at.timestamp(),
            nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap(),
        }),
        ..wish
    }
}

impl App {
    fn api_keys(&self) -> ApiKeyServiceClient<Channel> {
        ApiKeyServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn owner(&self, email: &str) -> UserCaller {
        let tokens = self.register(email).await.unwrap().tokens;
        self.user(&tokens.unwrap()).await
    }

    pub(crate) async fn create_key(
        &self,
        caller: &UserCaller,
        wish: CreateApiKeyRequest,
    ) -> Result<CreateApiKeyResponse, Status> {
        let path = "/guardmesh.auth.v1.ApiKeyService/CreateApiKey";
        let request = self.signed(wish, path, &Caller::User(caller.clone()));
        let response = self.api_keys().create_api_key(request).await;
        response.map(Response::into_inner)
    }

    async fn list_keys(
        &self,
        caller: &UserCaller,
        page_size: i32,
        page_token: &str,
    ) -> Result<ListApiKeysResponse, Status> {
        let path = "/guardmesh.auth.v1.ApiKeyService/ListApiKeys";
        let message = ListApiKeysRequest {
            page_size,
            page_token: page_token.to_owned(),
        };
        let request = self.signed(message, path, &Caller::User(caller.clone()));
        let response = self.api_keys().list_api_keys(request).await;
        response.map(Response::into_inner)
    }

    pub(crate) async fn revoke_key(&self, caller: &UserCaller, id: &str) -> Result<ApiKey, Status> {
        let path = "/guardmesh.auth.v1.ApiKeyService/RevokeApiKey";
        let message = RevokeApiKeyRequest {
            api_key_id: id.to_owned(),
        };
        let request = self.signed(message, path, &Caller::User(caller.clone()));
        let response = self.api_keys().revoke_api_key(request).await?;
        Ok(response.into_inner().api_key.unwrap())
    }

    /// As the gateway asks.
    pub(crate) async fn verify_key(&self, secret: &str) -> Result<VerifyApiKeyResponse, Status> {
        let secret = ApiKeySecret::parse(secret.into()).unwrap();
        self.verify_hash(secret.sha256().to_vec()).await
    }

    async fn verify_hash(&self, secret_sha256: Vec<u8>) -> Result<VerifyApiKeyResponse, Status> {
        let path = "/guardmesh.auth.v1.ApiKeyService/VerifyApiKey";
        let gateway = Caller::Service("gateway".to_owned());
        let request = self.signed(VerifyApiKeyRequest { secret_sha256 }, path, &gateway);
        let response = self.api_keys().verify_api_key(request).await;
        response.map(Response::into_inner)
    }

    /// What the gateway makes of a key.
    async fn caller_by_key(&self, secret: &str) -> UserCaller {
        let verified = self.verify_key(secret).await.unwrap();
        UserCaller {
            user: verified.user_id.parse().unwrap(),
            organization: Some(verified.organization_id.parse().unwrap()),
            session: None,
            api_key: Some(verified.api_key_id.parse().unwrap()),
            permissions: verified.permissions,
        }
    }

    async fn execute(&self, sql: &'static str) {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query(sql).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

fn violations(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let details = status.get_error_details();
    let violations = &details.bad_request().unwrap().field_violations;
    violations.iter().map(|v| v.field.clone()).collect()
}

#[tokio::test]
async fn a_key_identifies_who_created_it_until_it_is_revoked() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let end = app.now() + TimeDelta::days(90);
    let created = app.create_key(&ada, expiring(wish(&[READ]), end)).await;
    let CreateApiKeyResponse { api_key, secret } = created.unwrap();
    let key = api_key.unwrap();
    assert_eq!(
        (&*key.name, &*key.permissions),
        ("Deploys", &[READ.to_owned()][..])
    );
    assert_eq!(key.user_id, ada.user.to_string());
    assert_eq!(key.create_time.unwrap().seconds, app.now().timestamp());
    assert!(secret.starts_with(&key.prefix) && key.prefix.starts_with("gmk_"));
    assert_eq!(key.prefix.len(), 12);

    let verified = app.verify_key(&secret).await.unwrap();
    assert_eq!(verified.api_key_id, key.id);
    assert_eq!(verified.user_id, ada.user.to_string());
    assert_eq!(
        verified.organization_id,
        ada.organization.unwrap().to_string()
    );
    assert_eq!(verified.permissions, [READ]);
    assert_eq!(verified.expire_time, key.expire_time);
    assert_eq!(key.expire_time.unwrap().seconds, end.timestamp());

    app.clock.advance(TimeDelta::minutes(1));
    let revoked = app.revoke_key(&ada, &key.id).await.unwrap();
    assert_eq!(revoked.revoke_time.unwrap().seconds, app.now().timestamp());
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(app.revoke_key(&ada, &key.id).await.unwrap(), revoked);
    let listed = app.list_keys(&ada, 0, "").await.unwrap().api_keys;
    assert_eq!(listed, [revoked]);
    let status = app.verify_key(&secret).await.unwrap_err();
    assert_eq!(reason(&status), "INVALID_API_KEY");
}

#[tokio::test]
async fn a_key_holds_what_its_creator_holds_and_no_more() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    assert_eq!(ada.permissions, OWNER);
    let all = app.create_key(&ada, wish(&[])).await.unwrap();
    assert_eq!(all.api_key.unwrap().permissions, OWNER);
    let twice = app.create_key(&ada, wish(&[WRITE, READ, WRITE])).await;
    assert_eq!(twice.unwrap().api_key.unwrap().permissions, [READ, WRITE]);

    let more = wish(&[READ, "webhooks:read", "", "*"]);
    let status = app.create_key(&ada, more).await.unwrap_err();
    let fields = ["permissions[1]", "permissions[2]", "permissions[3]"];
    assert_eq!(violations(&status), fields);

    let many = app.create_key(&ada, wish(&[READ; 50])).await.unwrap();
    assert_eq!(many.api_key.unwrap().permissions, [READ]);
    let status = app
        .create_key(&ada, wish(&["a:b"; 1000]))
        .await
        .unwrap_err();
    assert_eq!(violations(&status).len(), 51);
}

#[tokio::test]
async fn a_key_makes_no_key_that_is_more_than_itself() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let end = app.now() + TimeDelta::days(1);
    let first = app.create_key(&ada, expiring(wish(&[WRITE]), end)).await;
    let first = app.caller_by_key(&first.unwrap().secret).await;

    let status = app.create_key(&first, expiring(wish(&[READ]), end)).await;
    assert_eq!(violations(&status.unwrap_err()), ["permissions[0]"]);
    let status = app.create_key(&first, wish(&[])).await.unwrap_err();
    assert_eq!(violations(&status), ["expireTime"]);
    let later = end + TimeDelta::seconds(1);
    let status = app.create_key(&first, expiring(wish(&[]), later)).await;
    assert_eq!(violations(&status.unwrap_err()), ["expireTime"]);
    let second = app.create_key(&first, expiring(wish(&[]), end)).await;
    assert_eq!(second.unwrap().api_key.unwrap().permissions, [WRITE]);
}

#[tokio::test]
async fn a_credential_that_has_ended_makes_no_key() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let created = app.create_key(&ada, wish(&[])).await.unwrap();
    let by_key = app.caller_by_key(&created.secret).await;
    app.revoke_key(&ada, &created.api_key.unwrap().id)
        .await
        .unwrap();
    let status = app.create_key(&by_key, wish(&[])).await.unwrap_err();
    assert_eq!(reason(&status), "INVALID_API_KEY");

    app.logout(&Caller::User(ada.clone())).await.unwrap();
    let status = app.create_key(&ada, wish(&[])).await.unwrap_err();
    assert_eq!(reason(&status), "SESSION_ENDED");
    assert_eq!(app.list_keys(&ada, 0, "").await.unwrap().api_keys.len(), 1);
}

#[tokio::test]
async fn fields_that_break_rules_are_named() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    for name in ["", "  ", "a\nb", &"a".repeat(101)] {
        let nameless = CreateApiKeyRequest {
            name: name.to_owned(),
            ..expiring(wish(&["a:b"]), app.now())
        };
        let status = app.create_key(&ada, nameless).await.unwrap_err();
        assert_eq!(
            violations(&status),
            ["name", "permissions[0]", "expireTime"]
        );
    }
    let mut endless = wish(&[]);
    endless.expire_time = Some(Timestamp {
        seconds: i64::MAX,
        nanos: 0,
    });
    let status = app.create_key(&ada, endless).await.unwrap_err();
    assert_eq!(violations(&status), ["expireTime"]);
    let status = app.revoke_key(&ada, "usr_1").await.unwrap_err();
    assert_eq!(violations(&status), ["apiKeyId"]);
}

#[tokio::test]
async fn all_that_is_no_valid_key_is_refused_alike() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let create = async |wish| app.create_key(&ada, wish).await.unwrap();
    let soon = app.now() + TimeDelta::seconds(1);
    let expired = create(expiring(wish(&[]), soon)).await;
    let revoked = create(wish(&[])).await;
    let lost = create(wish(&[])).await;
    let unknown = ApiKeySecret::generate().unwrap();
    app.verify_key(&expired.secret).await.unwrap();
    app.clock.advance(TimeDelta::seconds(1));
    app.revoke_key(&ada, &revoked.api_key.unwrap().id)
        .await
        .unwrap();

    let mut refusals = vec![
        app.verify_hash(vec![]).await,
        app.verify_hash(vec![0; 33]).await,
        app.verify_key(unknown.expose()).await,
        app.verify_key(&expired.secret).await,
        app.verify_key(&revoked.secret).await,
    ];
    app.verify_key(&lost.secret).await.unwrap();
    app.execute("delete from auth.memberships").await;
    refusals.push(app.verify_key(&lost.secret).await);
    for refusal in refusals {
        let status = refusal.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
        assert_eq!(reason(&status), "INVALID_API_KEY");
        assert_eq!(status.message(), "The API key is not valid.");
    }
}

#[tokio::test]
async fn who_loses_a_permission_loses_it_for_their_keys() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let created = app.create_key(&ada, wish(&[])).await.unwrap();
    app.execute("update auth.memberships set role = 'member'")
        .await;
    let verified = app.verify_key(&created.secret).await.unwrap();
    assert!(verified.permissions.is_empty());
    let status = app
        .create_key(
            &UserCaller {
                permissions: vec![],
                ..ada
            },
            wish(&[]),
        )
        .await;
    assert_eq!(status.unwrap_err().code(), Code::PermissionDenied);
}

#[tokio::test]
async fn an_organization_has_a_hundred_keys_that_work() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    for _ in 0..99 {
        app.create_key(&ada, wish(&[])).await.unwrap();
    }
    let at_once = join_all((0..4).map(|_| app.create_key(&ada, wish(&[])))).await;
    let (won, lost): (Vec<_>, Vec<_>) = at_once.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 3));
    for refusal in lost {
        assert_eq!(reason(&refusal.unwrap_err()), "TOO_MANY_API_KEYS");
    }
    app.create_key(&eve, wish(&[])).await.unwrap();
    let one = won.into_iter().next().unwrap().unwrap().api_key.unwrap();
    app.revoke_key(&ada, &one.id).await.unwrap();
    app.create_key(&ada, wish(&[])).await.unwrap();
}

#[tokio::test]
async fn keys_are_listed_by_page_the_newest_first_for_their_organization_alone() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let eve = app.owner("eve@example.com").await;
    let mut created = Vec::new();
    for _ in 0..3 {
        let key = app.create_key(&ada, wish(&[])).await.unwrap().api_key;
        created.insert(0, key.unwrap());
    }
    let first = app.list_keys(&ada, 2, "").await.unwrap();
    assert_eq!(first.api_keys, created[..2]);
    let second = app
        .list_keys(&ada, 2, &first.next_page_token)
        .await
        .unwrap();
    assert_eq!(
        (&*second.api_keys, &*second.next_page_token),
        (&created[2..], "")
    );

    assert_eq!(app.list_keys(&eve, 0, "").await.unwrap().api_keys, []);
    let status = app.revoke_key(&eve, &created[0].id).await.unwrap_err();
    assert_eq!(reason(&status), "API_KEY_NOT_FOUND");
    assert_eq!(app.list_keys(&ada, 0, "").await.unwrap().api_keys, created);
}

#[tokio::test]
async fn keys_that_stopped_working_are_forgotten_after_a_month() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let job = app.state();
    let soon = app.now() + TimeDelta::seconds(1);
    app.create_key(&ada, expiring(wish(&[]), soon))
        .await
        .unwrap();
    let revoked = app
        .create_key(&ada, wish(&[]))
        .await
        .unwrap()
        .api_key
        .unwrap();
    app.revoke_key(&ada, &revoked.id).await.unwrap();
    let kept = app
        .create_key(&ada, wish(&[]))
        .await
        .unwrap()
        .api_key
        .unwrap();
    app.clock.advance(TimeDelta::days(30));
    job.delete_expired().await.unwrap();
    assert_eq!(app.list_keys(&ada, 0, "").await.unwrap().api_keys.len(), 3);
    app.clock.advance(TimeDelta::seconds(2));
    job.delete_expired().await.unwrap();
    assert_eq!(app.list_keys(&ada, 0, "").await.unwrap().api_keys, [kept]);
}

#[tokio::test]
async fn the_database_holds_no_secret() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let created = app.create_key(&ada, wish(&[])).await.unwrap();
    let mut transaction = database::begin(&app.pool, Scope::Platform).await.unwrap();
    let row: String = sqlx::query_scalar("select api_keys::text from auth.api_keys")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert!(row.contains(&created.secret[..12]), "{row}");
    assert!(!row.contains(&created.secret[12..24]), "{row}");
}
