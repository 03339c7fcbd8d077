//! Custom guards: what an organisation looks for besides what the engine knows.
//!
//! A guard of the engine does the work, with parameters that are stored; they are compiled before
//! they are stored, so that what is there runs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use guardmesh_guard_engine::{BuildError, Engine, Guard};
use serde_json::{Map, Value};
use sqlx::PgPool;

use crate::computation::apart;
use crate::db::custom_guard;
use crate::error::Error;
use crate::run::Owner;

/// How checks tell custom guards from those of the engine.
pub(crate) const PREFIX: &str = "custom:";
const MAX_GUARDS: i64 = 100;
const MAX_NAME: usize = 48;
const MAX_DESCRIPTION: usize = 500;

guardmesh_chassis::define_id! {
    /// A custom guard.
    CustomGuardId = "cgd";
}

/// What does the work: a guard of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Regex,
    Keywords,
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
    pub(crate) definition: Definition,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// What is to change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) description: Option<String>,
    pub(crate) parameters: Option<Map<String, Value>>,
}

/// The custom guards of all organisations.
#[derive(Clone)]
pub(crate) struct CustomGuards {
    database: PgPool,
    engine: Engine,
    clock: Clock,
}

// === impl CustomGuards ===

impl CustomGuards {
    pub(crate) fn new(database: PgPool, engine: Engine, clock: Clock) -> Self {
        Self {
            database,
            engine,
            clock,
        }
    }

    /// Defines a guard.
    pub(crate) async fn create(
        &self,
        owner: Owner,
        definition: Definition,
    ) -> Result<CustomGuard, Error> {
        definition.check()?;
        self.compile(vec![definition.clone()]).await?;
        let now = self.clock.now();
        let guard = CustomGuard {
            id: CustomGuardId::generate(),
            definition,
            created_at: now,
            updated_at: now,
        };
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
        organization: OrganizationId,
        id: CustomGuardId,
        change: Change,
    ) -> Result<CustomGuard, Error> {
        // Compiled before the transaction; name and kind never change.
        let mut definition = self.get(organization, id).await?.definition;
        if let Some(description) = &change.description {
            definition.description.clone_from(description);
        }
        if let Some(parameters) = &change.parameters {
            definition.parameters.clone_from(parameters);
        }
        definition.check()?;
        self.compile(vec![definition]).await?;
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        let now = self.clock.now();
        let guard = custom_guard::update(&mut transaction, organization, id, &change, now).await?;
        transaction.commit().await?;
        guard.ok_or(Error::NoSuchGuard)
    }

    /// Deletes a guard; one that is not there is deleted already.
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
    ) -> Result<Vec<(Arc<str>, Guard)>, Error> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = database::begin(&self.database, scope(organization)).await?;
        let definitions = custom_guard::by_name(&mut transaction, organization, names).await?;
        transaction.commit().await?;
        self.compile(definitions).await
    }

    /// Compiling patterns takes milliseconds: not on a thread that serves calls.
    async fn compile(&self, definitions: Vec<Definition>) -> Result<Vec<(Arc<str>, Guard)>, Error> {
        let engine = self.engine.clone();
        let compile = move || {
            let definitions = definitions.into_iter();
            definitions
                .map(|definition| definition.compile(&engine))
                .collect()
        };
        apart(compile).await?
    }
}

// === impl Kind ===

impl Kind {
    /// The id of the engine's guard, and what the database has.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Regex => "regex",
            Self::Keywords => "keywords",
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
        if self.description.chars().count() > MAX_DESCRIPTION {
            return Err(Fault::invalid(
                "description",
                "must have at most 500 characters",
            ));
        }
        if self.parameters.is_empty() {
            return Err(Fault::invalid("parameters", "must say what to look for"));
        }
        Ok(())
    }

    fn compile(&self, engine: &Engine) -> Result<(Arc<str>, Guard), Error> {
        let guard = engine.guard(self.kind.as_str()).ok_or(Error::Interrupted)?;
        let guard = guard.with_parameters(&self.parameters).map_err(|error| {
            let (at, rule) = match error {
                BuildError::Parameter { at, rule } => (at, rule),
                other => (String::new(), other.to_string()),
            };
            Fault::invalid(format!("parameters.{at}"), rule)
        })?;
        Ok((format!("{PREFIX}{}", self.name).into(), guard))
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
