//! Disclosures: texts that were kept given back, and the record of who was given what, written
//! before it is answered.
//!
//! Turning tokens back is the vault's; its records are listed here with the others.

use chrono::{DateTime, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{ApiKeyId, UserId, Uuid};
use guardmesh_chassis::page::Page;
use sqlx::PgConnection;

use crate::State;
use crate::computation::apart;
use crate::db::{disclosure, run_text, text_read};
use crate::error::Error;
use crate::run::{Owner, RunId};
use crate::vault::{DeanonymizationId, KeptText};

guardmesh_chassis::define_id! {
    /// A record that texts were read, or worked with.
    TextReadId = "tre";
}

/// The permission to read texts that were kept, also through what a draft says of them.
pub(crate) const READ_TEXTS: &str = "guard_texts:read";

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) owner: Owner,
    pub(crate) api_key: Option<ApiKeyId>,
}

/// What texts were read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    DryRun,
}

/// Who was given what.
#[derive(Debug)]
pub(crate) struct Disclosure {
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) user: UserId,
    pub(crate) api_key: Option<ApiKeyId>,
    /// The first [`disclosure::MAX_RUNS`].
    pub(crate) runs: Vec<RunId>,
    pub(crate) run_count: usize,
    pub(crate) what: Disclosed,
}

/// What was disclosed.
#[derive(Debug)]
pub(crate) enum Disclosed {
    /// Values of the vault.
    Values {
        id: DeanonymizationId,
        scope: String,
        restored: usize,
        unknown: usize,
    },
    /// Texts that were kept.
    Texts { id: TextReadId, purpose: Purpose },
}

// === impl Purpose ===

impl Purpose {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::DryRun => "dry_run",
        }
    }
}

// === impl Disclosure ===

impl Disclosure {
    fn id(&self) -> Uuid {
        match &self.what {
            Disclosed::Values { id, .. } => id.uuid(),
            Disclosed::Texts { id, .. } => id.uuid(),
        }
    }
}

/// The text of a run of the organisation, and when it expires; on record.
pub(crate) async fn read(
    state: &State,
    reader: Reader,
    run: RunId,
) -> Result<(KeptText, DateTime<Utc>), Error> {
    let owner = reader.owner;
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    let sealed = run_text::get(&mut transaction, owner.organization, run, now).await?;
    let sealed = sealed.ok_or(Error::NoText)?;
    record(&mut transaction, reader, Purpose::Read, &[run], now).await?;
    transaction.commit().await?;
    let (vault, expires_at) = (state.vault.clone(), sealed.expires_at);
    let text = apart(move || vault.open_text(owner, run, &sealed)).await?;
    Ok((text.ok_or(Error::NoText)?, expires_at))
}

/// Puts on record that these texts are read.
pub(crate) async fn record(
    connection: &mut PgConnection,
    reader: Reader,
    purpose: Purpose,
    runs: &[RunId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    text_read::insert(
        connection,
        TextReadId::generate(),
        reader,
        purpose,
        runs,
        now,
    )
    .await
}

/// The disclosures of an organisation, the newest first, and the token of the next page.
pub(crate) async fn list(
    state: &State,
    owner: Owner,
    page: Page,
) -> Result<(Vec<Disclosure>, String), Error> {
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    let listed = disclosure::list(&mut transaction, owner.organization, page);
    let mut disclosures = listed.await?;
    transaction.commit().await?;
    let next = page.finish(&mut disclosures, Disclosure::id);
    Ok((disclosures, next))
}

fn scope(owner: Owner) -> Scope {
    Scope::Organization(owner.organization.uuid())
}
