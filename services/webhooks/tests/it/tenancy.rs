//! Row-level security: a query that forgets its filter sees nothing of others. The test role is
//! no superuser, as the service's is none.

use guardmesh_chassis::database::{self, Scope};
use sqlx::PgPool;

use crate::service::Service;
use crate::stripe::{event, invoice, subscription};

const TABLES: [&str; 3] = ["customers", "invoices", "subscriptions"];

/// How many rows each table shows in a scope, when nobody filters.
async fn visible(pool: &PgPool, scope: Scope) -> [i64; 3] {
    let mut transaction = database::begin(pool, scope).await.unwrap();
    let counts = sqlx::query_as(
        "select (select count(*) from webhooks.customers),
                (select count(*) from webhooks.invoices),
                (select count(*) from webhooks.subscriptions)",
    );
    let (customers, invoices, subscriptions): (i64, i64, i64) =
        counts.fetch_one(&mut *transaction).await.unwrap();
    [customers, invoices, subscriptions]
}

#[tokio::test]
async fn a_forgotten_filter_leaks_nothing() {
    let (service, auth, database) = Service::alone().await;
    let (one, two) = (auth.organization(), auth.organization());
    let owned = [
        ("1", Some(one)),
        ("2", Some(two)),
        ("3", Some(two)),
        ("4", None),
    ];
    for (name, organization) in owned {
        let (sub, customer) = (format!("sub_{name}"), format!("cus_{name}"));
        let object = subscription(&sub, "active", &customer, organization);
        let kind = "customer.subscription.created";
        service
            .project(&event(&format!("evt_s{name}"), kind, 10, &object))
            .await;
        let object = invoice(&format!("in_{name}"), "paid", &customer, Some(&sub));
        service
            .project(&event(&format!("evt_i{name}"), "invoice.paid", 10, &object))
            .await;
    }
    service.stop().await;

    let pool = &database.pool;
    assert_eq!(visible(pool, Scope::Platform).await, [3, 4, 4]);
    assert_eq!(
        visible(pool, Scope::Organization(one.uuid())).await,
        [1, 1, 1]
    );
    assert_eq!(
        visible(pool, Scope::Organization(two.uuid())).await,
        [2, 2, 2]
    );
    let stranger = guardmesh_chassis::id::OrganizationId::generate().uuid();
    assert_eq!(
        visible(pool, Scope::Organization(stranger)).await,
        [0, 0, 0]
    );

    // With no scope at all: on a fresh connection, and on one that had a scope before.
    for _ in 0..2 {
        let invoices: i64 = sqlx::query_scalar("select count(*) from webhooks.invoices")
            .fetch_one(pool)
            .await
            .unwrap();
        assert_eq!(invoices, 0);
    }

    // Nor can rows of others be changed or made.
    let mut transaction = database::begin(pool, Scope::Organization(one.uuid()))
        .await
        .unwrap();
    let changed = sqlx::query("update webhooks.invoices set amount_paid = 0")
        .execute(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let made = sqlx::query("insert into webhooks.customers values ('cus_x', $1, now())")
        .bind(two.uuid())
        .execute(&mut *transaction)
        .await;
    let refused = made.unwrap_err();
    assert!(
        refused.to_string().contains("row-level security"),
        "{refused}"
    );
}

#[tokio::test]
async fn every_table_with_an_organization_is_guarded() {
    let database = crate::service::database().await;
    let superuser: bool = sqlx::query_scalar(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert!(!superuser, "the test would prove nothing");
    let tables: Vec<(String, bool)> = sqlx::query_as(
        "select c.relname::text, c.relrowsecurity and c.relforcerowsecurity
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid
         where n.nspname = 'webhooks' and a.attname = 'organization_id' and c.relkind in ('r', 'p')
         order by 1",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    assert_eq!(tables, TABLES.map(|name| (name.to_owned(), true)));
}
