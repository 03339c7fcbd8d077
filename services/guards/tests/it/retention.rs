//! What is too old goes by itself, and nothing else.

use std::time::Duration;

use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::testing::TestDatabase;

use crate::app::{self, App, holder, member_of};
use crate::vault::{PERMISSION, anonymized};

/// Far more than deleting takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many runs, findings, values, records of values and of texts, hours and texts there are.
async fn counts(database: &TestDatabase) -> [i64; 7] {
    let mut transaction = database::begin(&database.pool, Scope::Platform)
        .await
        .unwrap();
    let counts: (i64, i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from guards.runs),
                (select count(*) from guards.findings),
                (select count(*) from guards.vault_values),
                (select count(*) from guards.deanonymizations),
                (select count(*) from guards.text_reads),
                (select count(distinct hour) from guards.hourly_results),
                (select count(*) from guards.run_texts)",
    )
    .fetch_one(&mut *transaction)
    .await
    .unwrap();
    counts.into()
}

#[tokio::test]
async fn what_is_too_old_is_deleted_in_batches_and_the_rest_stays() {
    let database = app::database().await;
    let organization = OrganizationId::generate();
    {
        let app = App::start_on(&database.options).await;
        let clerk = holder(organization, PERMISSION);
        let request = anonymized("chat", "ada@example.org");
        let answer = app.check(&member_of(organization), request).await.unwrap();
        app.deanonymize(&clerk, "chat", &answer.sanitized_content)
            .await
            .unwrap();
    }
    // The same from long ago, more than one batch of it, beside some that is just young enough.
    // Ids begin with the milliseconds of their time.
    let mut transaction = database::begin(&database.pool, Scope::Platform)
        .await
        .unwrap();
    for statement in [
        "create temporary table times on commit drop as
         select case when n <= 1200 then 91 else 89 end as run_days,
                case when n <= 1200 then 401 else 399 end as record_days, n
         from generate_series(1, 1203) as n",
        "create function pg_temp.id(days integer, n integer) returns uuid language sql as $$
             select (lpad(to_hex((extract(epoch from now() - make_interval(days => days))
                                  * 1000)::bigint), 12, '0')
                     || lpad(to_hex(n), 20, '0'))::uuid $$",
        "insert into guards.runs
         select pg_temp.id(run_days, n), organization_id, user_id, created_at, channel, decision,
                content_bytes
         from guards.runs, times",
        "insert into guards.findings
         select pg_temp.id(run_days, n), position, organization_id, guard, rule_id, category,
                severity, score, byte_start, byte_end, utf16_start, utf16_end, preview
         from guards.findings, times",
        "insert into guards.vault_values
         select organization_id, 'chat' || n, token, user_id, run_id, key_id, sealed,
                now() + case when n <= 1200 then interval '-1 second' else interval '1 hour' end
         from guards.vault_values, times",
        "insert into guards.deanonymizations
         select pg_temp.id(record_days, n), organization_id, user_id, api_key_id, created_at,
                scope, run_ids, restored_count, unknown_count
         from guards.deanonymizations, times",
        "insert into guards.text_reads
         select id, organization_id, user_id, null, created_at, 'read', run_ids
         from guards.deanonymizations",
        // However long they were to be kept: the service keeps none for over a week.
        "insert into guards.run_texts
         select id, organization_id, '', '', now() + interval '1 hour' from guards.runs",
        "insert into guards.hourly_results
         select organization_id, now() - make_interval(days => run_days, mins => n), '', 'ok',
                'ALLOW', 1, 0, 1, 0
         from (select distinct organization_id from guards.runs) as organizations, times",
    ] {
        let done = sqlx::query(statement).execute(&mut *transaction).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    transaction.commit().await.unwrap();
    assert_eq!(counts(&database).await, [1204; 7]);

    let _app = App::start_on(&database.options).await;
    let gone = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while counts(&database).await != [4, 4, 4, 4, 4, 4, 1] {
            ticks.tick().await;
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, gone).await;
    assert!(in_time.is_ok(), "{:?} are left", counts(&database).await);
}
