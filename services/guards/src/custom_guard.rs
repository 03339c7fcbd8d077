//! Custom guards: what an organisation looks for besides what the engine knows.
//!
//! A guard of the engine does the work, with parameters that are stored; they are compiled before
//! they are stored, so that what is there runs. Or a service of the organisation's own does it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{BuildError, Engine, Guard};
use serde_json::{Map, Value, json};
use sqlx::PgPool;

use crate::client::remotes::Remotes;
use crate::computation::apart;
use crate::db::custom_guard;
use crate::error::Error;
use crate::plan::{MOST_WEIGHT, Task};
use crate::policy::live::Live;
use crate::policy::touch;
use crate::remote::breaker::Health;
use crate::remote::{Endpoint, EndpointChange, EndpointOwner};
use crate::run::Owner;

/// How checks tell custom guards from those of the engine.
pub(crate) const PREFIX: &str = "custom:";
const MAX_GUARDS: i64 = 100;
const MAX_NAME: usize = 48;
const MAX_DESCRIPTION: usize = 500;
/// Bytes of the parameters of a remote guard, as JSON; the engine bounds those of its own.
const MAX_PARAMETERS: usize = 16 * 1024;

guardmesh_chassis::define_id! {
    /// A custom guard.
    CustomGuardId = "cgd";
}

/// What does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A guard of the engine.
    Regex,
    /// A guard of the engine.
    Keywords,
    /// A service of the organisation's own.
    Remote,
}

/// What a guard is to look for.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Kind,
    pub(crate) parameters: Map<String, Value>,
}

/// A guard of an organisation.
#[derive(Clone, Debug)]
pub(crate) struct CustomGuard {
    pub(crate) id: CustomGuardId,
    pub(crate) organization: OrganizationId,
    /// From 1; raised by each change.
    pub(crate) version: i32,
    pub(crate) definition: Definition,
    /// Where it is, if it is remote.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// What is to change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) description: Option<String>,
    pub(crate) parameters: Option<Map<String, Value>>,
    pub(crate) endpoint: Option<EndpointChange>,
}

/// The custom guards of all organisations.
#[derive(Clone)]
pub(crate) struct CustomGuards {
    database: PgPool,
    engine: Engine,
    remotes: Remotes,
    live: Arc<Live>,
    clock: Clock,
}

// === impl CustomGuards ===

impl CustomGuards {
    pub(crate) fn new(
        database: PgPool,
        engine: Engine,
        remotes: Remotes,
        live: Arc<Live>,
        clock: Clock,
    ) -> Self {
        Self {
            database,
            engine,
            remotes,
            live,
            clock,
        }
    }

    /// Defines a guard.
    pub(crate) async fn create(
        &self,
        owner: Owner,
        definition: Definition,
        endpoint: Option<EndpointChange>,
    ) -> Result<CustomGuard, Error> {
        let now = self.clock.now();
        let mut guard = CustomGuard {
            id: CustomGuardId::generate(),
            organization: owner.organization,
            version: 1,
            definition,
            endpoint: None,
            created_at: now,
            updated_at: now,
        };
        guard.endpoint = self.endpoint(&guard, endpoint)?;
        self.check(&guard).await?;
        let mut transaction = database::begin(&self.database, scope(owner.organization)).await?;
        custom_guard::lock_organization(&mut transaction, owner.organization).await?;
        if custom_guard::count(&mut transaction, owner.organization).await? >= MAX_GUARDS {
            return Err(Error::TooManyGuards);
        }
        custom_guard::insert(&mut transaction, owner, &guard).await?;
        transaction.commit().await?;
        Ok(guard)
    }

    pub(crate) async fn get(
        &self,
        organization: OrganizationId,
        id: CustomGuardId,
    ) -> Result<CustomGuard, Error> {
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        let guard = custom_guard::get(&mut transaction, organization, id).await?;
        transaction.commit().await?;
        guard.ok_or(Error::NoSuchGuard)
    }

    /// The organisation's guards, newest first, and the token of the next page.
    pub(crate) async fn list(
        &self,
        organization: OrganizationId,
        page: Page,
    ) -> Result<(Vec<CustomGuard>, String), Error> {
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        let mut guards = custom_guard::list(&mut transaction, organization, page).await?;
        transaction.commit().await?;
        let next = page.finish(&mut guards, |guard| guard.id.uuid());
        Ok((guards, next))
    }

    /// Changes a guard. Of two changes at a time the later one holds for what both change.
    pub(crate) async fn update(
        &self,
        owner: Owner,
        id: CustomGuardId,
        change: Change,
    ) -> Result<CustomGuard, Error> {
        let organization = owner.organization;
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        // Policies that name it are other ones now, and whoever changes it too waits here.
        touch(&mut transaction, owner).await?;
        let guard = custom_guard::get(&mut transaction, organization, id).await?;
        let mut guard = guard.ok_or(Error::NoSuchGuard)?;
        if let Some(description) = change.description {
            guard.definition.description = description;
        }
        if let Some(parameters) = change.parameters {
            guard.definition.parameters = parameters;
        }
        guard.endpoint = self.endpoint(&guard, change.endpoint)?;
        guard.version += 1;
        guard.updated_at = self.clock.now();
        self.check(&guard).await?;
        custom_guard::update(&mut transaction, organization, &guard).await?;
        transaction.commit().await?;
        self.live.forget(organization);
        Ok(guard)
    }

    /// Deletes a guard that no policy names; one that is not there is deleted already.
    pub(crate) async fn delete(
        &self,
        organization: OrganizationId,
        id: CustomGuardId,
    ) -> Result<(), Error> {
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        custom_guard::delete(&mut transaction, organization, id).await?;
        Ok(transaction.commit().await?)
    }

    /// The guards of these names (without [`PREFIX`]), ready to run, each with the name that checks
    /// use; those that do not exist are missing.
    pub(crate) async fn load(
        &self,
        organization: OrganizationId,
        names: &[String],
    ) -> Result<Vec<(Arc<str>, Task)>, Error> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        let guards = custom_guard::by_name(&mut transaction, organization, names).await?;
        transaction.commit().await?;
        let (engine, remotes) = (self.engine.clone(), self.remotes.clone());
        let tasks = move || -> Result<Vec<_>, Error> {
            let mut weight = 0;
            let named = |guard: &CustomGuard| {
                let task = guard.task(&engine, &remotes)?;
                weight += task.weight();
                if weight > MOST_WEIGHT {
                    let rule = "name guards that are too large for one check";
                    return Err(Fault::invalid("guards", rule).into());
                }
                Ok((guard.full_name().into(), task))
            };
            guards.iter().map(named).collect()
        };
        apart(tasks).await?
    }

    /// The organisation's remote guards by name, each with how it does.
    pub(crate) async fn health(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<(String, Health)>, Error> {
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        let guards = custom_guard::all(&mut transaction, organization).await?;
        transaction.commit().await?;
        let remote = guards.iter().filter(|guard| guard.endpoint.is_some());
        let health = remote.map(|guard| (guard.full_name(), self.remotes.health(guard)));
        Ok(health.collect())
    }

    /// The guard's endpoint after a change, for a guard that has one.
    fn endpoint(
        &self,
        guard: &CustomGuard,
        change: Option<EndpointChange>,
    ) -> Result<Option<Endpoint>, Error> {
        let owner = guard.endpoint_owner();
        let before = guard.endpoint.clone();
        match (guard.definition.kind, change) {
            (Kind::Remote, Some(change)) => {
                let Remotes {
                    reachable, vault, ..
                } = &self.remotes;
                change.apply(before, owner, reachable, vault).map(Some)
            }
            (Kind::Remote, None) if before.is_none() => {
                Err(Fault::invalid("remote", "must say where the guard is").into())
            }
            (_, None) => Ok(before),
            (_, Some(_)) => Err(Fault::invalid("remote", "is for remote guards alone").into()),
        }
    }

    /// Refuses a guard that could not run.
    async fn check(&self, guard: &CustomGuard) -> Result<(), Error> {
        guard.definition.check()?;
        if guard.definition.kind == Kind::Remote {
            return Ok(());
        }
        // Compiling patterns takes milliseconds: not on a thread that serves calls.
        let (engine, definition) = (self.engine.clone(), guard.definition.clone());
        apart(move || definition.compile(&engine)).await??;
        Ok(guard.definition.check_lists()?)
    }
}

// === impl CustomGuard ===

impl CustomGuard {
    /// As checks and policies name it.
    pub(crate) fn full_name(&self) -> String {
        format!("{PREFIX}{}", self.definition.name)
    }

    /// What a check does to run it. Compiles patterns, which takes milliseconds; must be called on a
    /// runtime.
    pub(crate) fn task(&self, engine: &Engine, remotes: &Remotes) -> Result<Task, Error> {
        if let Some(endpoint) = &self.endpoint {
            return Ok(Task::Remote(remotes.get(self, endpoint)));
        }
        let guard = self.definition.compile(engine)?;
        Ok(Task::engine(guard, &self.definition.parameters))
    }

    /// How much there is to compile.
    pub(crate) fn bytes(&self) -> usize {
        self.definition.parameter_bytes()
    }

    fn endpoint_owner(&self) -> EndpointOwner {
        EndpointOwner {
            organization: self.organization,
            guard: self.id,
        }
    }
}

// === impl Kind ===

impl Kind {
    /// What the database has; the id of the engine's guard, where one does the work.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Regex => "regex",
            Self::Keywords => "keywords",
            Self::Remote => "remote",
        }
    }
}

// === impl Definition ===

impl Definition {
    fn check(&self) -> Result<(), Fault> {
        if !is_name(&self.name) {
            let rule = "must be a lower-case letter and up to 47 of these, digits, _ and -";
            return Err(Fault::invalid("name", rule));
        }
        if self.description.chars().count() > MAX_DESCRIPTION || self.description.contains('\0') {
            let rule = "must have at most 500 characters, none of them NUL";
            return Err(Fault::invalid("description", rule));
        }
        if let Some((name, _)) = self
            .parameters
            .iter()
            .find(|(name, value)| name.contains('\0') || holds_nul(value))
        {
            let field = format!("parameters.{}", name.replace('\0', ""));
            return Err(Fault::invalid(field, "must hold no NUL"));
        }
        if self.kind == Kind::Remote && self.parameter_bytes() > MAX_PARAMETERS {
            let rule = "must have at most 16384 bytes as JSON";
            return Err(Fault::invalid("parameters", rule));
        }
        Ok(())
    }

    /// Refuses a guard without an entry in a list that its findings come of.
    fn check_lists(&self) -> Result<(), Fault> {
        let (lists, rule) = match self.kind {
            Kind::Regex => (
                &["patterns"][..],
                "must list what to look for in `patterns`",
            ),
            Kind::Keywords => (
                &["ban", "competitors"][..],
                "must list what to look for in `ban` or `competitors`",
            ),
            Kind::Remote => return Ok(()),
        };
        let filled = |list: &&str| {
            self.parameters
                .get(*list)
                .is_some_and(|list| *list != json!([]))
        };
        if lists.iter().any(filled) {
            return Ok(());
        }
        Err(Fault::invalid("parameters", rule))
    }

    /// Of the parameters, as JSON.
    fn parameter_bytes(&self) -> usize {
        Value::Object(self.parameters.clone()).to_string().len()
    }

    fn compile(&self, engine: &Engine) -> Result<Guard, Error> {
        let guard = engine.guard(self.kind.as_str()).ok_or(Error::Interrupted)?;
        let guard = guard.with_parameters(&self.parameters).map_err(|error| {
            let (at, rule) = match error {
                BuildError::Parameter { at, rule } => (at, rule),
                other => (String::new(), other.to_string()),
            };
            Fault::invalid(at, rule).within("parameters")
        })?;
        Ok(guard)
    }
}

/// Whether there is a NUL in it, which no column holds.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => {
            (fields.iter()).any(|(name, value)| name.contains('\0') || holds_nul(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    text.len() <= MAX_NAME
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(plain)
}

fn scope(organization: OrganizationId) -> Scope {
    Scope::Organization(organization.uuid())
}
