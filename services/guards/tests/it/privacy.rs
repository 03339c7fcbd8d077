//! What is kept of a text: nothing that gives it away.

use guardmesh_chassis::database::{self, Scope};
use sqlx::{AssertSqlSafe, PgPool};

use crate::app::{self, App, member, text};

/// Every column of every row of every table that is not PostgreSQL's own, as text.
pub(crate) async fn dump(pool: &PgPool) -> String {
    let mut transaction = database::begin(pool, Scope::Platform).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', table_schema, table_name)
         from information_schema.tables
         where table_schema not in ('information_schema', 'pg_catalog')",
    )
    .fetch_all(&mut *transaction)
    .await
    .unwrap();
    let mut dump = String::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("select row::text from {table} as row"));
        let rows: Vec<String> = sqlx::query_scalar(sql)
            .fetch_all(&mut *transaction)
            .await
            .unwrap();
        dump.extend(rows);
    }
    dump
}

#[tokio::test]
async fn neither_the_text_nor_a_value_in_it_is_kept() {
    let database = app::database().await;
    let app = App::start_on(&database.options).await;
    let token = ["ghp", "_", "q7Rf2VxK9dTzW4mJ8sLbN3cYhP6gAeU1oZtX"].concat();
    let values = [
        ("secrets", &*token),
        ("pii", "adalovelace@analytical.example"),
        ("pii", "+44 20 7946 0958"),
        ("pii", "4111 1111 1111 1111"),
        ("pii", "GB82 WEST 1234 5698 7654 32"),
        ("pii", "536-22-8471"),
        ("pii", "203.0.113.77"),
        (
            "secrets",
            "postgres://root:hunter2swordfish@db.internal/main",
        ),
    ];
    let caller = member();
    for (guard, value) in values {
        let content = format!("Confidential: {value} is for your eyes only.");
        let answer = app.check(&caller, text(content)).await.unwrap();
        let found = answer.findings.iter().any(|finding| finding.guard == guard);
        assert!(found, "{value}");
    }

    let dump = dump(&database.pool).await.to_lowercase();
    for kept in [
        "a***@a***.example",
        "github_personal_token",
        "invisible_text",
    ] {
        assert!(dump.contains(kept), "what is kept is in the dump: {kept}");
    }
    for (_, value) in values {
        assert!(!dump.contains(&value.to_lowercase()), "{value}");
        let digits: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        assert!(!dump.contains(&digits.to_lowercase()), "{value}");
    }
    // Digits only where no id or time can have them by chance.
    for piece in [
        "confidential",
        "eyes only",
        "q7rf2vxk",
        "adalovelace",
        "analytical",
        "7946 09",
        "1111 1",
        "82 west",
        "536-22",
        "22-8471",
        ".113.77",
        "hunter2",
        "swordfish",
    ] {
        assert!(!dump.contains(piece), "{piece}");
    }
}
