//! Policies as checks use them: compiled, in memory, replaced when they change.
//!
//! A check asks no database. One look a second at the rows that changed tells a replica what to
//! forget; checks that run hold what they began with.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::OrganizationId;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use sqlx::PgPool;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::compile::{Compiled, Compiler};
use super::{PolicyId, VersionId};
use crate::computation::apart;
use crate::custom_guard::CustomGuard;
use crate::db::{custom_guard, policies, policy_states};
use crate::error::Error;
use crate::hash_key::HashKey;
use crate::reach::Reach;

/// How often a replica looks for changes.
const LOOK: Duration = Duration::from_secs(1);
/// How long it waits for an answer: longer than a busy database takes, since an organisation whose
/// policy cannot be read gets reviews.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of compiled policies in memory, roughly, in parts of which each holds the largest policy.
const CAPACITY: u64 = 128 * 1024 * 1024;
const SHARDS: usize = 4;
/// What a policy takes at least, in bytes, and what each byte of its document becomes.
const LEAST: u64 = 2048;
const GROWTH: u64 = 16;

/// Compiled policies of many organisations.
pub(crate) struct Live {
    pool: PgPool,
    compiler: Compiler,
    reach: Arc<Reach>,
    cache: Cache<Key, Arc<Entry>, Bytes>,
}

/// An organisation's active policy, or one of its others.
type Key = (OrganizationId, Option<PolicyId>);

struct Entry {
    /// Of the organisation's policies, when this was read.
    revision: i64,
    /// Of the document, and of the custom guards that it may name.
    source_bytes: usize,
    policy: Arc<Compiled>,
}

/// What a policy is made of.
struct Read {
    /// Of the organisation's policies.
    revision: i64,
    /// Of the organisation, for hashes.
    key: Vec<u8>,
    found: Option<(VersionId, String)>,
    custom: Vec<CustomGuard>,
}

#[derive(Clone)]
struct Bytes;

// === impl Live ===

impl Live {
    #[expect(
        clippy::expect_used,
        reason = "options lack nothing once both capacities are stated"
    )]
    pub(crate) fn new(pool: PgPool, compiler: Compiler, reach: Arc<Reach>) -> Self {
        let mut options = OptionsBuilder::new();
        options.shards(SHARDS).estimated_items_capacity(1000);
        let options = options.weight_capacity(CAPACITY).build();
        let options = options.expect("both capacities are stated");
        let (hashes, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self {
            pool,
            compiler,
            reach,
            cache: Cache::with_options(options, Bytes, hashes, lifecycle),
        }
    }

    /// The policy by this id, or else the active one, or else what holds without one.
    pub(crate) async fn get(
        &self,
        organization: OrganizationId,
        policy: Option<PolicyId>,
    ) -> Result<Arc<Compiled>, Error> {
        let key = (organization, policy);
        let load = self.load(organization, policy);
        let entry = self.cache.get_or_insert_async(&key, load).await?;
        Ok(entry.policy.clone())
    }

    /// Forgets what is known of an organisation's policies: they have changed.
    pub(crate) fn forget(&self, organization: OrganizationId) {
        self.cache.retain(|(of, _), _| *of != organization);
    }

    /// Follows changes that others make, until `shutdown`.
    pub(crate) async fn follow(&self, shutdown: &CancellationToken) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = None;
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            match timeout(PATIENCE, self.changes(last)).await {
                Ok(Ok((now, changed))) => {
                    last = Some(now);
                    self.reach.found();
                    self.forget_older(&changed);
                }
                Ok(Err(error)) => self.reach.lost(&error),
                Err(_) => self.reach.lost(&Error::Unreachable),
            }
        }
    }

    async fn load(
        &self,
        organization: OrganizationId,
        policy: Option<PolicyId>,
    ) -> Result<Arc<Entry>, Error> {
        if !self.reach.is_given() {
            return Err(Error::Unreachable);
        }
        let read = timeout(PATIENCE, self.read(organization, policy)).await;
        let read = read.unwrap_or(Err(Error::Unreachable));
        let Read {
            revision,
            key,
            found,
            custom,
        } = read.inspect_err(|error| {
            if error.is_unavailable() {
                self.reach.lost(error);
            }
        })?;
        let document_bytes = found.as_ref().map_or(0, |(_, document)| document.len());
        let custom_bytes = custom.iter().map(CustomGuard::bytes).sum::<usize>();
        let compiler = self.compiler.clone();
        let compiled = apart(move || match found {
            None => Ok(compiler.standard()),
            Some((version, document)) => compiler
                .compile(&document, Some(version), &HashKey::new(&key), &custom)
                // It was valid once: for another version of the engine, or longer time-outs.
                .map_err(|_| Error::BrokenPolicy(version)),
        });
        Ok(Arc::new(Entry {
            revision,
            source_bytes: document_bytes + custom_bytes,
            policy: Arc::new(compiled.await??),
        }))
    }

    /// What the policy that is asked for is made of.
    async fn read(
        &self,
        organization: OrganizationId,
        policy: Option<PolicyId>,
    ) -> Result<Read, Error> {
        let scope = Scope::Organization(organization.uuid());
        let mut transaction = database::begin(&self.pool, scope).await?;
        let state = policy_states::get(&mut transaction, organization).await?;
        let (revision, active, key) = state.unwrap_or_default();
        let Some(id) = policy.or(active) else {
            return Ok(Read {
                revision,
                key,
                found: None,
                custom: Vec::new(),
            });
        };
        let found = policies::get(&mut transaction, organization, id).await?;
        let found = found.ok_or(Error::NoSuchPolicy)?;
        let version = VersionId {
            policy: id,
            version: found.version,
        };
        Ok(Read {
            revision,
            key,
            found: Some((version, found.document)),
            custom: custom_guard::all(&mut transaction, organization).await?,
        })
    }

    /// The database's time, and the revisions of organisations whose policies changed about since
    /// `last`.
    async fn changes(
        &self,
        last: Option<DateTime<Utc>>,
    ) -> Result<(DateTime<Utc>, Vec<(OrganizationId, i64)>), Error> {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await?;
        let now = policy_states::now_unscoped(&mut transaction).await?;
        let changed = policy_states::changed_unscoped(&mut transaction, last.unwrap_or(now));
        Ok((now, changed.await?))
    }

    fn forget_older(&self, changed: &[(OrganizationId, i64)]) {
        if changed.is_empty() {
            return;
        }
        self.cache.retain(|(of, _), entry| {
            let newer = |(changed, revision): &(OrganizationId, i64)| {
                changed == of && *revision > entry.revision
            };
            !changed.iter().any(newer)
        });
    }
}

// === impl Bytes ===

impl Weighter<Key, Arc<Entry>> for Bytes {
    fn weight(&self, _key: &Key, entry: &Arc<Entry>) -> u64 {
        let bytes = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let document = bytes(entry.source_bytes).saturating_mul(GROWTH);
        let guards = bytes(entry.policy.weight());
        LEAST.saturating_add(document).saturating_add(guards)
    }
}
