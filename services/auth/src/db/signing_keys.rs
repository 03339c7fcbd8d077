//! `auth.signing_keys`. They belong to the installation, so that no query here has a tenant.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::signing_key::{JsonWebKey, StoredKey};

/// Lets one transaction at a time choose or make the key that signs; held until its end.
pub(crate) async fn lock_unscoped(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('auth.signing_keys', 0))")
        .execute(connection)
        .await?;
    Ok(())
}

/// All keys, newest first.
pub(crate) async fn list_unscoped(
    connection: &mut PgConnection,
) -> Result<Vec<StoredKey>, sqlx::Error> {
    sqlx::query_as!(
        StoredKey,
        "select kid, private_key_sealed
         from auth.signing_keys
         order by created_at desc, kid"
    )
    .fetch_all(connection)
    .await
}

/// The public halves of all keys, newest first.
pub(crate) async fn list_public_unscoped(
    connection: &mut PgConnection,
) -> Result<Vec<JsonWebKey>, sqlx::Error> {
    let keys = sqlx::query_scalar!(
        r#"select public_jwk as "public_jwk: Json<JsonWebKey>"
           from auth.signing_keys
           order by created_at desc, kid"#
    )
    .fetch_all(connection)
    .await?;
    Ok(keys.into_iter().map(|Json(key)| key).collect())
}

pub(crate) async fn insert_unscoped(
    connection: &mut PgConnection,
    private_key_sealed: &[u8],
    public: &JsonWebKey,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.signing_keys (kid, private_key_sealed, public_jwk, created_at)
         values ($1, $2, $3, $4)",
        public.kid,
        private_key_sealed,
        Json(public) as _,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
