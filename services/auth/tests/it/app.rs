//! The service under test, running, and the callers that it knows. No test enters here.

use std::net::{Ipv4Addr, SocketAddr};

use chrono::{DateTime, Utc};
use guardmesh_auth::{Config, MIGRATOR, State};
use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::ServiceArgs;
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::testing::{TestDatabase, TestDatabases};
use guardmesh_proto::guardmesh::auth::v1::auth_service_client::AuthServiceClient;
use guardmesh_proto::guardmesh::auth::v1::key_service_client::KeyServiceClient;
use guardmesh_proto::guardmesh::auth::v1::{
    GetJsonWebKeySetRequest, GetMeRequest, JsonWebKey, LoginRequest, LoginResponse, LogoutRequest,
    RefreshTokenRequest, RegisterRequest, RegisterResponse, Tokens,
};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use tonic_types::StatusExt;

static DATABASES: TestDatabases = TestDatabases::new();

pub(crate) const SEALING_KEY: &str =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
pub(crate) const CALLER_KEY: &str =
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const ISSUER: &str = "https://auth.example.com";
pub(crate) const AUDIENCE: &str = "example";

/// What an owner of an organisation may do.
pub(crate) const OWNER: [&str; 12] = [
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
    "organizations:delete",
];

pub(crate) const GET_ME: &str = "/guardmesh.auth.v1.AuthService/GetMe";
const LOGOUT: &str = "/guardmesh.auth.v1.AuthService/Logout";

/// A running service; it stops when this is dropped.
pub(crate) struct App {
    pub(crate) pool: PgPool,
    pub(crate) clock: Clock,
    pub(crate) address: SocketAddr,
    pub(crate) channel: Channel,
    pub(crate) caller_keys: CallerKeys,
    _stop: DropGuard,
}

/// A database of the test's own, migrated.
pub(crate) async fn database() -> TestDatabase {
    DATABASES.create(&MIGRATOR).await
}

pub(crate) fn config(sealing_key: &str) -> Config {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Config {
        service: ServiceArgs {
            database_url: "postgres://localhost/unused".into(),
            database_connections: 8,
            listen: nowhere,
            admin_listen: nowhere,
            caller_key: CALLER_KEY.into(),
        },
        sealing_key: sealing_key.into(),
        token_issuer: ISSUER.to_owned(),
        token_audience: AUDIENCE.to_owned(),
        guards_address: None,
    }
}

/// Why a call was refused.
pub(crate) fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap()
}

impl App {
    /// On a database of its own, with a clock that stands still.
    pub(crate) async fn start() -> Self {
        Self::start_on(database().await.pool, SEALING_KEY).await
    }

    pub(crate) async fn start_on(pool: PgPool, sealing_key: &str) -> Self {
        Self::start_with(pool, &config(sealing_key), Clock::manual(Utc::now())).await
    }

    pub(crate) async fn start_with(pool: PgPool, config: &Config, clock: Clock) -> Self {
        let state = State::new(config, pool.clone(), clock.clone()).unwrap();
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listeners = Listeners::bind(any, any).await.unwrap();
        let address = listeners.grpc.local_addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(state.serve(listeners, stop.clone()));
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        Self {
            pool,
            clock,
            address,
            channel: endpoint.connect().await.unwrap(),
            caller_keys: CallerKeys::parse(&SecretString::from(CALLER_KEY)).unwrap(),
            _stop: stop.drop_guard(),
        }
    }

    /// What does the service's background work on the same database and clock, as it is told.
    pub(crate) fn state(&self) -> State {
        State::new(&config(SEALING_KEY), self.pool.clone(), self.clock.clone()).unwrap()
    }

    pub(crate) fn auth(&self) -> AuthServiceClient<Channel> {
        AuthServiceClient::new(self.channel.clone())
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A request that states `caller` for the method at `path`.
    pub(crate) fn signed<T>(&self, message: T, path: &str, caller: &Caller) -> Request<T> {
        let mut request = Request::new(message);
        let value = self.caller_keys.sign(caller, path, &self.clock);
        request.metadata_mut().insert_bin(METADATA_KEY, value);
        request
    }

    pub(crate) async fn register(&self, email: &str) -> Result<RegisterResponse, Status> {
        self.register_as(email, PASSWORD, "").await
    }

    pub(crate) async fn register_as(
        &self,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<RegisterResponse, Status> {
        let request = RegisterRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            name: name.to_owned(),
        };
        self.auth()
            .register(request)
            .await
            .map(Response::into_inner)
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Result<LoginResponse, Status> {
        let request = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        self.auth().login(request).await.map(Response::into_inner)
    }

    pub(crate) async fn refresh(&self, token: &str) -> Result<Tokens, Status> {
        let request = RefreshTokenRequest {
            refresh_token: token.to_owned(),
        };
        let response = self.auth().refresh_token(request).await?;
        Ok(response.into_inner().tokens.unwrap())
    }

    pub(crate) async fn me(
        &self,
        caller: &Caller,
    ) -> Result<guardmesh_proto::guardmesh::auth::v1::GetMeResponse, Status> {
        let request = self.signed(GetMeRequest {}, GET_ME, caller);
        self.auth().get_me(request).await.map(Response::into_inner)
    }

    pub(crate) async fn logout(&self, caller: &Caller) -> Result<(), Status> {
        let request = self.signed(LogoutRequest {}, LOGOUT, caller);
        self.auth().logout(request).await.map(drop)
    }

    pub(crate) async fn keys(&self) -> Result<Vec<JsonWebKey>, Status> {
        let mut client = KeyServiceClient::new(self.channel.clone());
        let response = client.get_json_web_key_set(GetJsonWebKeySetRequest {});
        Ok(response.await?.into_inner().keys)
    }

    /// The caller that the gateway makes of an access token.
    pub(crate) async fn caller(&self, tokens: &Tokens) -> Caller {
        Caller::User(self.user(tokens).await)
    }

    pub(crate) async fn user(&self, tokens: &Tokens) -> UserCaller {
        let claims = self.verify(&tokens.access_token).await;
        let text = |name: &str| claims[name].as_str().unwrap().to_owned();
        UserCaller {
            user: text("sub").parse().unwrap(),
            organization: Some(text("org").parse().unwrap()),
            session: Some(text("sid").parse().unwrap()),
            api_key: None,
            permissions: serde_json::from_value(claims["permissions"].clone()).unwrap(),
        }
    }

    /// The claims of an access token, verified as any client would with the published keys.
    pub(crate) async fn verify(&self, token: &str) -> serde_json::Value {
        crate::signing_key::verify(&self.keys().await.unwrap(), token).unwrap()
    }
}
