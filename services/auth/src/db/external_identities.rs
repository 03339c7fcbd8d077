//! `auth.external_identities`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::external_identity::Identity;

pub(crate) async fn find_unscoped(
    connection: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<Identity>, sqlx::Error> {
    let row = sqlx::query!(
        "select user_id, organization_id
         from auth.external_identities
         where issuer = $1 and subject = $2",
        issuer,
        subject,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Identity {
        user: row.user_id.into(),
        home: row.organization_id.into(),
    }))
}

/// Adds an identity; gives whether it was not there before.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    issuer: &str,
    subject: &str,
    identity: Identity,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "insert into auth.external_identities
             (issuer, subject, user_id, organization_id, created_at)
         values ($1, $2, $3, $4, $5)
         on conflict (issuer, subject) do nothing",
        issuer,
        subject,
        identity.user.uuid(),
        identity.home.uuid(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}
