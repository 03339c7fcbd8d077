//! Row-level security: a query that forgets its filter shows nothing of other tenants.

use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use sqlx::{AssertSqlSafe, PgPool};

use crate::api_key::wish;
use crate::app::App;

/// Tables with tenants' rows.
const TABLES: [&str; 9] = [
    "users",
    "organizations",
    "memberships",
    "sessions",
    "refresh_tokens",
    "api_keys",
    "revocations",
    "external_identities",
    "external_organizations",
];
/// Tables that no tenant sees anything of: what there is to erase of those that are no more,
/// and what another issuer has deleted.
const PLATFORM: [&str; 2] = ["erasures", "external_deletions"];
/// Tables without: keys of the installation, the history of migrations.
const UNSCOPED: [&str; 2] = ["_sqlx_migrations", "signing_keys"];

async fn register(app: &App, email: &str) -> OrganizationId {
    let tokens = app.register(email).await.unwrap().tokens.unwrap();
    app.user(&tokens).await.organization.unwrap()
}

/// A key, revoked, and an account and an organisation elsewhere.
async fn fill(app: &App, email: &str) -> OrganizationId {
    let owner = app.owner(email).await;
    let key = app.create_key(&owner, wish(&[])).await.unwrap().api_key;
    app.revoke_key(&owner, &key.unwrap().id).await.unwrap();
    let mut transaction = database::begin(&app.pool, Scope::Platform).await.unwrap();
    for sql in [
        "insert into auth.external_identities (issuer, subject, user_id, organization_id, created_at)
         select 'https://i', user_id, user_id, organization_id, created_at from auth.memberships
         where user_id = $1",
        "insert into auth.external_organizations (issuer, external_id, organization_id, created_at)
         select 'https://i', user_id, organization_id, created_at from auth.memberships
         where user_id = $1",
    ] {
        let inserted = sqlx::query(sql).bind(owner.user.uuid());
        inserted.execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    owner.organization.unwrap()
}

async fn count(pool: &PgPool, scope: Option<Scope>, table: &str) -> i64 {
    let mut transaction = match scope {
        Some(scope) => database::begin(pool, scope).await.unwrap(),
        None => pool.begin().await.unwrap(),
    };
    let sql = AssertSqlSafe(format!("select count(*) from auth.{table}"));
    let count = sqlx::query_scalar(sql).fetch_one(&mut *transaction);
    count.await.unwrap()
}

#[tokio::test]
async fn a_query_without_a_filter_sees_its_own_organization_only() {
    let app = App::start().await;
    let ada = fill(&app, "ada@example.com").await;
    let eve = fill(&app, "eve@example.com").await;
    for table in TABLES {
        assert_eq!(
            count(&app.pool, Some(Scope::Platform), table).await,
            2,
            "{table}"
        );
        for organization in [ada, eve] {
            let scope = Some(Scope::Organization(organization.uuid()));
            assert_eq!(count(&app.pool, scope, table).await, 1, "{table}");
        }
        let nobody = Some(Scope::Organization(OrganizationId::generate().uuid()));
        assert_eq!(count(&app.pool, nobody, table).await, 0, "{table}");
        // As the scope of an earlier transaction has left the connection.
        assert_eq!(count(&app.pool, None, table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn what_belongs_to_nobody_is_seen_by_the_platform_alone() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    let stays = register(&app, "eve@example.com").await;
    app.delete_me(&ada).await.unwrap();
    app.user_deleted("user_1").await;
    app.organization_deleted("org_1").await;
    for table in PLATFORM {
        assert_eq!(count(&app.pool, Some(Scope::Platform), table).await, 2);
        for organization in [ada.organization.unwrap(), stays] {
            let scope = Some(Scope::Organization(organization.uuid()));
            assert_eq!(count(&app.pool, scope, table).await, 0, "{table}");
        }
        assert_eq!(count(&app.pool, None, table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn nothing_is_changed_or_added_in_the_name_of_others() {
    let app = App::start().await;
    let ada = register(&app, "ada@example.com").await;
    let eve = register(&app, "eve@example.com").await;

    let scope = Scope::Organization(ada.uuid());
    let mut transaction = database::begin(&app.pool, scope).await.unwrap();
    let moved = sqlx::query("update auth.organizations set name = 'mine'")
        .execute(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(moved.rows_affected(), 1);
    let added = sqlx::query(
        "insert into auth.memberships (organization_id, user_id, role, created_at)
         select $1, user_id, 'owner', created_at from auth.memberships",
    )
    .bind(eve.uuid())
    .execute(&mut *transaction)
    .await;
    let error = added.unwrap_err().to_string();
    assert!(error.contains("row-level security"), "{error}");
}

#[tokio::test]
async fn every_table_is_either_protected_or_known_to_have_no_tenant() {
    let app = App::start().await;
    let above: bool = sqlx::query_scalar(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap();
    assert!(
        !above,
        "this role sees everything: the tests above prove nothing"
    );

    let tables: Vec<(String, bool)> = sqlx::query_as(
        "select relname::text, relrowsecurity and relforcerowsecurity
         from pg_class
         where relnamespace = 'auth'::regnamespace and relkind in ('r', 'p')
         order by relname",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap();
    let known = TABLES.len() + PLATFORM.len() + UNSCOPED.len();
    assert_eq!(tables.len(), known);
    for (table, protected) in tables {
        assert_eq!(protected, !UNSCOPED.contains(&&*table), "{table}");
    }
}
