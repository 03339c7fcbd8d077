//! Locks that are no rows: advisory ones, held until the transaction ends.

use sqlx::PgConnection;

/// Waits for the lock of this name and takes it.
pub(crate) async fn take(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        name
    )
    .execute(connection)
    .await
    .map(drop)
}
