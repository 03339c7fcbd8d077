//! Row-level security: a query that forgets its filter shows nothing of other tenants.

use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, Uuid};
use guardmesh_chassis::testing::TestDatabase;
use sqlx::{AssertSqlSafe, PgPool};

use crate::app::{self, App, member_of};
use crate::editor::Editor;
use crate::{custom_guards, texts, vault};

/// Tables with tenants' rows, and how many of them [`two_tenants`] leaves for each.
const TABLES: [(&str, i64); 13] = [
    ("runs", 2),
    ("findings", 2),
    ("guard_results", 5),
    ("vault_values", 2),
    ("deanonymizations", 1),
    ("hourly_results", 7),
    ("run_texts", 1),
    ("text_reads", 1),
    ("custom_guards", 1),
    ("policies", 1),
    ("policy_versions", 1),
    ("policy_states", 1),
    ("policy_custom_guards", 1),
];
/// Tables without.
const UNSCOPED: [&str; 1] = ["_sqlx_migrations"];

/// A database where two organisations have made one check and one policy each.
async fn two_tenants() -> (TestDatabase, [OrganizationId; 2]) {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let organizations = [OrganizationId::generate(), OrganizationId::generate()];
    for organization in organizations {
        let content = "ada@example.org and eve@example.org";
        let request = vault::anonymized("chat", content);
        let answer = app.check(&member_of(organization), request).await.unwrap();
        assert_eq!(answer.findings.len(), 2);
        custom_guards::define(&app, organization).await;
        let holder = app::holder(organization, vault::PERMISSION);
        app.deanonymize(&holder, "chat", &answer.sanitized_content)
            .await
            .unwrap();
        let editor = Editor::of(&app, organization);
        editor
            .follow(
                "
routes:
- {match: {direction: output}, guards: [{guard: 'custom:flowers'}]}
- {keep_text_hours: 1, guards: []}
",
            )
            .await;
        let kept = editor.check(app::text("kept")).await.run_id;
        app.run_text(&texts::reader_of(organization), &kept)
            .await
            .unwrap();
    }
    (database, organizations)
}

async fn count(pool: &PgPool, scope: Option<Scope>, table: &str) -> i64 {
    let mut transaction = match scope {
        Some(scope) => database::begin(pool, scope).await.unwrap(),
        None => pool.begin().await.unwrap(),
    };
    let sql = AssertSqlSafe(format!("select count(*) from guards.{table}"));
    let count = sqlx::query_scalar(sql).fetch_one(&mut *transaction);
    count.await.unwrap()
}

/// Runs a statement for this organisation, with other ids as parameters.
async fn execute(
    pool: &PgPool,
    organization: OrganizationId,
    sql: &'static str,
    parameters: &[Uuid],
) -> Result<u64, sqlx::Error> {
    let scope = Scope::Organization(organization.uuid());
    let mut transaction = database::begin(pool, scope).await?;
    let query = parameters
        .iter()
        .fold(sqlx::query(sql), |query, id| query.bind(*id));
    let done = query.execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(done.rows_affected())
}

#[tokio::test]
async fn a_query_without_a_filter_sees_its_own_organization_only() {
    let (database, organizations) = two_tenants().await;
    let pool = &database.pool;
    for (table, rows) in TABLES {
        let all = count(pool, Some(Scope::Platform), table).await;
        assert_eq!(all, 2 * rows, "{table}");
        for organization in organizations {
            let scope = Some(Scope::Organization(organization.uuid()));
            assert_eq!(count(pool, scope, table).await, rows, "{table}");
        }
        let nobody = Some(Scope::Organization(OrganizationId::generate().uuid()));
        assert_eq!(count(pool, nobody, table).await, 0, "{table}");
        // Once as the scope of an earlier transaction has left the connection, once untouched.
        assert_eq!(count(pool, None, table).await, 0, "{table}");
        let fresh = database::pool(database.options.clone(), 1);
        assert_eq!(count(&fresh, None, table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn nothing_is_changed_or_added_in_the_name_of_others() {
    let (database, [ada, eve]) = two_tenants().await;
    let pool = &database.pool;
    for (sql, rows) in [
        ("update guards.runs set channel = 'code'", 2),
        ("update guards.findings set preview = 'mine'", 2),
        ("delete from guards.guard_results", 5),
        ("update guards.policies set name = 'mine'", 1),
        ("update guards.policy_versions set comment = 'mine'", 1),
        ("update guards.policy_states set active_policy_id = null", 1),
    ] {
        assert_eq!(execute(pool, ada, sql, &[]).await.unwrap(), rows, "{sql}");
    }
    let scope = Some(Scope::Organization(eve.uuid()));
    assert_eq!(count(pool, scope, "guard_results").await, 5);

    for sql in [
        "update guards.runs set organization_id = $1",
        "update guards.findings set organization_id = $1",
        "update guards.policies set organization_id = $1",
        "update guards.policy_versions set organization_id = $1",
        "update guards.policy_states set organization_id = $1",
        "insert into guards.runs
             (id, organization_id, user_id, created_at, channel, decision, content_bytes)
         select gen_random_uuid(), $1, user_id, created_at, channel, decision, content_bytes
         from guards.runs",
        "insert into guards.findings
         select run_id, position + 100, $1, guard, rule_id, category, severity, score,
                byte_start, byte_end, utf16_start, utf16_end, preview
         from guards.findings",
        "insert into guards.guard_results
         select id, 100, $1, 'pii', 'ok', 'ALLOW', 0, 0 from guards.runs",
        "update guards.vault_values set organization_id = $1",
        "insert into guards.vault_values
         select $1, scope, token, user_id, run_id, key_id, sealed, expires_at
         from guards.vault_values",
        "update guards.deanonymizations set organization_id = $1",
        "update guards.hourly_results set organization_id = $1",
        "update guards.run_texts set organization_id = $1",
        "insert into guards.run_texts
         select gen_random_uuid(), $1, key_id, sealed, expires_at from guards.run_texts",
        "update guards.text_reads set organization_id = $1",
        "update guards.custom_guards set organization_id = $1",
        "update guards.policy_custom_guards set organization_id = $1",
    ] {
        let error = execute(pool, ada, sql, &[eve.uuid()]).await.unwrap_err();
        assert!(error.to_string().contains("row-level security"), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_attached_to_a_run_of_others() {
    let (database, [ada, eve]) = two_tenants().await;
    let pool = &database.pool;
    let scope = Scope::Organization(eve.uuid());
    let mut transaction = database::begin(pool, scope).await.unwrap();
    let theirs: Uuid = sqlx::query_scalar("select id from guards.runs")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    drop(transaction);
    for sql in [
        "insert into guards.findings
         select $1, position + 100, organization_id, guard, rule_id, category, severity, score,
                byte_start, byte_end, utf16_start, utf16_end, preview
         from guards.findings",
        "insert into guards.guard_results
         select $1, 100, organization_id, 'later', 'ok', 'ALLOW', 0, 0 from guards.runs limit 1",
        "insert into guards.run_texts
         select $1, organization_id, key_id, sealed, expires_at from guards.run_texts",
    ] {
        let error = execute(pool, ada, sql, &[theirs]).await.unwrap_err();
        let error = error.as_database_error().unwrap();
        assert!(error.is_foreign_key_violation(), "{error}");
    }
}

#[tokio::test]
async fn every_table_is_either_protected_or_known_to_have_no_tenant() {
    let database = app::database().await;
    let above: bool = sqlx::query_scalar(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert!(
        !above,
        "this role sees everything: the tests above prove nothing"
    );

    let tables: Vec<(String, bool)> = sqlx::query_as(
        "select relname::text, relrowsecurity and relforcerowsecurity
         from pg_class
         where relnamespace = 'guards'::regnamespace and relkind in ('r', 'p')",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    assert_eq!(tables.len(), TABLES.len() + UNSCOPED.len());
    for (table, protected) in tables {
        assert_eq!(protected, !UNSCOPED.contains(&&*table), "{table}");
    }
}
