//! Migrations on a real server: those of several schemas at the same time, with indexes that are built
//! while others work.

use futures_util::future::join_all;
use guardmesh_chassis::database;
use guardmesh_chassis::testing::TestDatabases;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

static DATABASES: TestDatabases = TestDatabases::new();

/// The history of a schema: a table, and an index that no transaction may be around.
fn migrator(schema: &str) -> Migrator {
    let sql = |text: String| AssertSqlSafe(text).into_sql_str();
    let table = sql(format!("create table {schema}.runs (id integer not null)"));
    let index = sql(format!(
        "create index concurrently runs_idx on {schema}.runs (id)"
    ));
    let migration = |version, name: &'static str, sql, alone| {
        Migration::new(version, name.into(), MigrationType::Simple, sql, alone)
    };
    let mut migrator = Migrator::with_migrations(vec![
        migration(1, "table", table, false),
        migration(2, "index", index, true),
    ]);
    migrator.dangerous_set_table_name(format!("{schema}._sqlx_migrations"));
    migrator.create_schema(schema.to_owned());
    migrator
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_are_migrated_at_the_same_time_and_more_than_once() {
    let database = DATABASES.create(&migrator("first")).await;
    let migrators = ["first", "second", "third", "fourth"].map(migrator);
    let twice = migrators.iter().chain(&migrators);
    let all = twice.map(|migrator| database::migrate(&database.options, migrator));
    for migrated in join_all(all).await {
        migrated.unwrap();
    }
    let indexes: i64 = sqlx::query_scalar(
        "select count(*) from pg_index join pg_class on pg_class.oid = indexrelid
         where relname = 'runs_idx' and indisvalid",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(indexes, 4);
}
