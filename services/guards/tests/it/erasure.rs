//! Organisations and users that are no more leave nothing behind.

use std::collections::HashMap;

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_proto::guardmesh::guards::v1::data_service_client::DataServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    DeleteOrganizationDataRequest, DeleteUserDataRequest,
};
use sqlx::{AssertSqlSafe, PgPool};
use tonic::{Code, Status};

use crate::app::{self, App, holder, member_of, reason, user};
use crate::custom_guards;
use crate::editor::Editor;
use crate::texts::reader_of;
use crate::vault::{PERMISSION, anonymized};

const ORGANIZATION: &str = "/guardmesh.guards.v1.DataService/DeleteOrganizationData";
const USER: &str = "/guardmesh.guards.v1.DataService/DeleteUserData";

impl App {
    async fn delete_organization(&self, caller: &Caller, id: &str) -> Result<i64, Status> {
        let message = DeleteOrganizationDataRequest {
            organization_id: id.to_owned(),
        };
        let request = self.signed(message, ORGANIZATION, caller);
        let mut client = DataServiceClient::new(self.channel.clone());
        let answer = client.delete_organization_data(request).await?;
        Ok(answer.into_inner().deleted_count)
    }

    pub(crate) async fn delete_user(&self, caller: &Caller, id: &str) -> Result<i64, Status> {
        let message = DeleteUserDataRequest {
            user_id: id.to_owned(),
        };
        let request = self.signed(message, USER, caller);
        let mut client = DataServiceClient::new(self.channel.clone());
        Ok(client
            .delete_user_data(request)
            .await?
            .into_inner()
            .deleted_count)
    }
}

fn auth() -> Caller {
    Caller::Service("auth".to_owned())
}

/// A check with all that can be kept of it.
async fn leave_traces(app: &App, person: &Caller, organization: OrganizationId) {
    let request = anonymized("chat", "ada@example.org and eve@example.org");
    let answer = app.check(person, request).await.unwrap();
    let clerk = holder(organization, PERMISSION);
    let text = answer.sanitized_content;
    app.deanonymize(&clerk, "chat", &text).await.unwrap();
    custom_guards::define(app, organization).await;
    let editor = Editor::of(app, organization);
    let guards = "{guard: pii, action: anonymize}, {guard: 'custom:flowers'}";
    let route = &format!("routes: [{{keep_text_hours: 1, guards: [{guards}]}}]");
    editor.follow(route).await;
    let kept = app.check(person, app::text("kept")).await.unwrap().run_id;
    app.run_text(&reader_of(organization), &kept).await.unwrap();
}

/// How many rows of an organisation each table of tenants has, whatever tables there are.
async fn rows(pool: &PgPool, organization: OrganizationId) -> HashMap<String, i64> {
    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(pool, scope).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
         where table_schema = 'guards' and column_name = 'organization_id'",
    )
    .fetch_all(&mut *transaction)
    .await
    .unwrap();
    let mut rows = HashMap::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("select count(*) from guards.{table}"));
        let count = sqlx::query_scalar(sql).fetch_one(&mut *transaction).await;
        rows.insert(table, count.unwrap());
    }
    rows
}

#[tokio::test]
async fn an_organization_leaves_nothing_and_others_lose_nothing() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let [gone, stays] = [OrganizationId::generate(), OrganizationId::generate()];
    for organization in [gone, stays] {
        leave_traces(&app, &member_of(organization), organization).await;
    }
    let before = rows(&database.pool, stays).await;
    assert!(
        before.values().all(|count| *count > 0),
        "traces everywhere: {before:?}"
    );

    let deleted = app.delete_organization(&auth(), &gone.to_string()).await;
    assert!(deleted.unwrap() > 0);
    let left = rows(&database.pool, gone).await;
    assert!(left.values().all(|count| *count == 0), "{left:?}");
    assert_eq!(rows(&database.pool, stays).await, before);
    // Once more does nothing more.
    let again = app.delete_organization(&auth(), &gone.to_string()).await;
    assert_eq!(again.unwrap(), 0);
}

#[tokio::test]
async fn a_user_leaves_every_organization_and_colleagues_lose_nothing() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let gone = UserId::generate();
    let organizations: Vec<_> = (0..3).map(|_| OrganizationId::generate()).collect();
    let colleague = member_of(organizations[1]);
    for organization in &organizations {
        leave_traces(&app, &user(gone, Some(*organization)), *organization).await;
    }
    let request = anonymized("other", "eve@example.org");
    let kept = app.check(&colleague, request).await.unwrap();

    // Two runs and two values in each organisation.
    assert_eq!(
        app.delete_user(&auth(), &gone.to_string()).await.unwrap(),
        12
    );
    assert_eq!(
        app.delete_user(&auth(), &gone.to_string()).await.unwrap(),
        0
    );
    for (organization, runs) in organizations.iter().zip([0, 1, 0]) {
        let left = rows(&database.pool, *organization).await;
        assert_eq!((left["runs"], left["vault_values"]), (runs, runs));
        assert_eq!(left["deanonymizations"], 1, "the organisation's record");
        let caller = user(gone, Some(*organization));
        assert!(
            app.list(&caller, 0, "")
                .await
                .unwrap()
                .guard_runs
                .is_empty()
        );
    }
    assert!(app.get(&colleague, &kept.run_id).await.is_ok());
}

#[tokio::test]
async fn only_services_may_erase() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let owner = holder(organization, "guards:deanonymize");
    let id = organization.to_string();
    for status in [
        app.delete_organization(&owner, &id).await.unwrap_err(),
        app.delete_user(&owner, &UserId::generate().to_string())
            .await
            .unwrap_err(),
    ] {
        assert_eq!(status.code(), Code::PermissionDenied);
        assert_eq!(reason(&status), "CALLER_NOT_ALLOWED");
    }
    for status in [
        app.delete_organization(&auth(), "org_1").await.unwrap_err(),
        app.delete_user(&auth(), &id).await.unwrap_err(),
    ] {
        assert_eq!(status.code(), Code::InvalidArgument);
    }
}
