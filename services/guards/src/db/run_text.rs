//! `guards.run_texts`

use chrono::{DateTime, Utc};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{Channel, Decision};
use sqlx::PgConnection;

use super::{channel, decision, direction, first_id, uint};
use crate::check::Direction;
use crate::error::Error;
use crate::policy::{Newest, StoredSample};
use crate::run::{Owner, Run, RunId};
use crate::vault::SealedText;

/// Inserts the text of a run, if it is kept.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    run: &Run,
) -> Result<(), Error> {
    let Some(text) = &run.text else {
        return Ok(());
    };
    sqlx::query!(
        "insert into guards.run_texts (run_id, organization_id, key_id, sealed, expires_at)
         values ($1, $2, $3, $4, $5)",
        run.id.uuid(),
        owner.organization.uuid(),
        text.key_id,
        text.bytes,
        text.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The text of a run, unless it has expired.
pub(crate) async fn get(
    connection: &mut PgConnection,
    organization: OrganizationId,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<Option<SealedText>, Error> {
    let row = sqlx::query!(
        "select key_id, sealed, expires_at
         from guards.run_texts
         where organization_id = $1 and run_id = $2 and expires_at > $3",
        organization.uuid(),
        run.uuid(),
        now,
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| SealedText {
        key_id: row.key_id,
        bytes: row.sealed,
        expires_at: row.expires_at,
    }))
}

/// The `newest` runs that have a text, the newest first.
pub(crate) async fn samples(
    connection: &mut PgConnection,
    organization: OrganizationId,
    newest: &Newest,
) -> Result<Vec<StoredSample>, Error> {
    let Newest { limit, filter } = newest;
    let rows = sqlx::query!(
        "select run.id, run.channel, run.direction, run.application, run.decision,
                run.content_bytes, text.expires_at
         from guards.run_texts as text
              join guards.runs as run on run.id = text.run_id
         where text.organization_id = $1 and run.organization_id = $1
           and ($2::timestamptz is null or run.created_at >= $2)
           and ($3::timestamptz is null or run.created_at < $3)
           and ($4::text is null or run.channel = $4)
           and ($5::text is null or run.direction = $5)
           and ($6::text is null or run.application = $6)
           and ($7::text is null or run.decision = $7)
         order by text.run_id desc
         limit $8",
        organization.uuid(),
        filter.since,
        filter.until,
        filter.channel.map(Channel::as_str),
        filter.direction.map(Direction::as_str),
        filter.application,
        filter.decision.map(Decision::as_str),
        limit,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    rows.map(|row| {
        Ok(StoredSample {
            run: RunId::from(row.id),
            channel: channel(&row.channel)?,
            direction: direction(&row.direction)?,
            application: row.application,
            decision: decision(&row.decision)?,
            bytes: uint(row.content_bytes),
            expires_at: row.expires_at,
        })
    })
    .collect()
}

/// The texts of these runs.
pub(crate) async fn get_all(
    connection: &mut PgConnection,
    organization: OrganizationId,
    runs: &[RunId],
) -> Result<Vec<(RunId, SealedText)>, Error> {
    let runs: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    let rows = sqlx::query!(
        "select run_id, key_id, sealed, expires_at
         from guards.run_texts
         where organization_id = $1 and run_id = any($2)",
        organization.uuid(),
        &runs,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let texts = rows.map(|row| {
        let text = SealedText {
            key_id: row.key_id,
            bytes: row.sealed,
            expires_at: row.expires_at,
        };
        (RunId::from(row.run_id), text)
    });
    Ok(texts.collect())
}

/// Deletes up to `limit` texts that have expired, or are of runs from before `oldest`; gives how
/// many.
pub(crate) async fn delete_expired_unscoped(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    oldest: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Error> {
    let deleted = sqlx::query!(
        "delete from guards.run_texts
         where run_id = any(array(
             select run_id from guards.run_texts where expires_at <= $1 or run_id < $2 limit $3
             for update skip locked))",
        now,
        first_id(oldest),
        limit,
    );
    Ok(deleted.execute(connection).await?.rows_affected())
}
