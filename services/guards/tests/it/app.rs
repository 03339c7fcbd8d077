//! The service under test, running, and the callers that it knows. No test enters here.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::config::{Environment, ServiceArgs};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::server::Listeners;
use guardmesh_chassis::testing::{TestDatabase, TestDatabases};
use guardmesh_guards::config::{RemoteArgs, TransformerArgs};
use guardmesh_guards::{Config, MIGRATOR};
use guardmesh_proto::guardmesh::guards::v1::guards_service_client::GuardsServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, CheckResponse, GetGuardRunRequest, GuardRun, ListGuardRunsRequest,
    ListGuardRunsResponse,
};
use secrecy::SecretString;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use tonic_types::StatusExt;

static DATABASES: TestDatabases = TestDatabases::new();

const CALLER_KEY: &str = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

pub(crate) const VAULT_KEY: &str =
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f";

pub(crate) const LIST_GUARDS: &str = "/guardmesh.guards.v1.GuardsService/ListGuards";
pub(crate) const CHECK: &str = "/guardmesh.guards.v1.GuardsService/Check";
pub(crate) const GET_GUARD_RUN: &str = "/guardmesh.guards.v1.GuardsService/GetGuardRun";
pub(crate) const LIST_GUARD_RUNS: &str = "/guardmesh.guards.v1.GuardsService/ListGuardRuns";

/// A running service; it stops when this is dropped.
pub(crate) struct App {
    /// Where it says whether it is ready.
    pub(crate) admin: SocketAddr,
    pub(crate) keys: CallerKeys,
    pub(crate) channel: Channel,
    _stop: DropGuard,
}

/// A database of the test's own, migrated.
pub(crate) async fn database() -> TestDatabase {
    DATABASES.create(&MIGRATOR).await
}

/// A new user in this organisation.
pub(crate) fn member_of(organization: OrganizationId) -> Caller {
    user(UserId::generate(), Some(organization))
}

/// A new user in a new organisation.
pub(crate) fn member() -> Caller {
    member_of(OrganizationId::generate())
}

/// A new user in this organisation who holds a permission.
pub(crate) fn holder(organization: OrganizationId, permission: &str) -> Caller {
    Caller::User(UserCaller {
        user: UserId::generate(),
        organization: Some(organization),
        session: None,
        api_key: None,
        permissions: vec![permission.to_owned()],
    })
}

pub(crate) fn user(user: UserId, organization: Option<OrganizationId>) -> Caller {
    Caller::User(UserCaller {
        user,
        organization,
        session: None,
        api_key: None,
        permissions: Vec::new(),
    })
}

/// A check of this text by all guards.
pub(crate) fn text(content: impl Into<String>) -> CheckRequest {
    CheckRequest {
        content: content.into(),
        ..CheckRequest::default()
    }
}

/// The settings of a service on this database.
pub(crate) fn config(database: &PgConnectOptions) -> Config {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Config {
        service: ServiceArgs {
            database_url: database.to_url_lossy().as_str().into(),
            // As many as a test has calls at a time: on a busy machine none waits in vain for one.
            database_connections: 24,
            listen: any,
            admin_listen: any,
            caller_key: CALLER_KEY.into(),
        },
        guard_timeout: Duration::from_secs(50),
        run_retention: TimeDelta::days(90),
        text_retention: TimeDelta::days(7),
        vault_keys: VAULT_KEY.into(),
        remotes: RemoteArgs {
            hosts: "127.0.0.1".to_owned(),
            ..RemoteArgs::default()
        },
        transformer: TransformerArgs::default(),
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

/// The fields that a call was refused for.
pub(crate) fn invalid_fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = &details.bad_request().unwrap().field_violations;
    violations.iter().map(|one| one.field.clone()).collect()
}

impl App {
    /// On a database of its own.
    pub(crate) async fn start() -> Self {
        Self::start_on(&database().await.options).await
    }

    pub(crate) async fn start_on(database: &PgConnectOptions) -> Self {
        Self::start_with(config(database)).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listeners = Listeners::bind(any, any).await.unwrap();
        let address = listeners.grpc.local_addr().unwrap();
        let admin = listeners.admin.local_addr().unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(async move {
            guardmesh_guards::serve(&config, Environment::Development, listeners, stopped).await
        });
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        Self {
            admin,
            keys: CallerKeys::parse(&SecretString::from(CALLER_KEY)).unwrap(),
            channel: endpoint.connect().await.unwrap(),
            _stop: stop.drop_guard(),
        }
    }

    pub(crate) fn client(&self) -> GuardsServiceClient<Channel> {
        GuardsServiceClient::new(self.channel.clone())
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A request that states `caller` for the method at `path`.
    pub(crate) fn signed<T>(&self, message: T, path: &str, caller: &Caller) -> Request<T> {
        let mut request = Request::new(message);
        let value = self.keys.sign(caller, path, &Clock::system());
        request.metadata_mut().insert_bin(METADATA_KEY, value);
        request
    }

    pub(crate) async fn check(
        &self,
        caller: &Caller,
        request: CheckRequest,
    ) -> Result<CheckResponse, Status> {
        let request = self.signed(request, CHECK, caller);
        self.client().check(request).await.map(Response::into_inner)
    }

    pub(crate) async fn get(&self, caller: &Caller, run_id: &str) -> Result<GuardRun, Status> {
        let run_id = run_id.to_owned();
        let request = self.signed(GetGuardRunRequest { run_id }, GET_GUARD_RUN, caller);
        let response = self.client().get_guard_run(request).await?;
        Ok(response.into_inner().guard_run.unwrap())
    }

    pub(crate) async fn list(
        &self,
        caller: &Caller,
        page_size: i32,
        page_token: &str,
    ) -> Result<ListGuardRunsResponse, Status> {
        let message = ListGuardRunsRequest {
            page_size,
            page_token: page_token.to_owned(),
            ..ListGuardRunsRequest::default()
        };
        self.list_by(caller, message).await
    }

    pub(crate) async fn list_by(
        &self,
        caller: &Caller,
        message: ListGuardRunsRequest,
    ) -> Result<ListGuardRunsResponse, Status> {
        let request = self.signed(message, LIST_GUARD_RUNS, caller);
        let response = self.client().list_guard_runs(request).await?;
        Ok(response.into_inner())
    }
}
