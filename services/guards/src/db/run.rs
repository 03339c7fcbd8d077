//! `guards.runs`

use chrono::{DateTime, Utc};
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{channel, decision, int, uint};
use crate::error::Error;
use crate::run::{Owner, Run, RunId};

struct Row {
    id: Uuid,
    created_at: DateTime<Utc>,
    channel: String,
    decision: String,
    content_bytes: i32,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    run: &Run,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into guards.runs
             (id, organization_id, user_id, created_at, channel, decision, content_bytes)
         values ($1, $2, $3, $4, $5, $6, $7)",
        run.id.uuid(),
        owner.organization.uuid(),
        owner.user.uuid(),
        run.created_at,
        run.channel.as_str(),
        run.decision.as_str(),
        int(run.content_bytes),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The run, without its parts.
pub(crate) async fn get(
    connection: &mut PgConnection,
    owner: Owner,
    id: RunId,
) -> Result<Option<Run>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select id, created_at, channel, decision, content_bytes
         from guards.runs
         where organization_id = $1 and user_id = $2 and id = $3",
        owner.organization.uuid(),
        owner.user.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_run).transpose()
}

/// Runs without their parts, newest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    owner: Owner,
    page: Page,
) -> Result<Vec<Run>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, created_at, channel, decision, content_bytes
         from guards.runs
         where organization_id = $1 and user_id = $2 and ($3::uuid is null or id < $3)
         order by id desc
         limit $4",
        owner.organization.uuid(),
        owner.user.uuid(),
        page.after(),
        page.limit(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_run).collect()
}

// === impl Row ===

impl Row {
    fn into_run(self) -> Result<Run, Error> {
        Ok(Run {
            id: RunId::from(self.id),
            created_at: self.created_at,
            channel: channel(&self.channel)?,
            decision: decision(&self.decision)?,
            content_bytes: uint(self.content_bytes),
            findings: Vec::new(),
            guard_results: Vec::new(),
        })
    }
}
