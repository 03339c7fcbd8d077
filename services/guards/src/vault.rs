//! The vault: values found in a text, replaced by tokens that can be turned back for a while.
//!
//! A value has the same token throughout a scope, which the caller names, such as a conversation:
//! so a model can tell two people apart, and its answer can be turned back. The database has the
//! token and the sealed value; who had what given back is recorded before it is answered.
//!
//! Which findings are anonymised is for the plan of a check to say.

mod keep;
mod keys;
mod secret;
mod text;
mod token;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope as Tenant};
use guardmesh_chassis::id::ApiKeyId;
use guardmesh_guard_engine::Place;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;

use crate::db::{deanonymization, vault_value};
use crate::error::Error;
use crate::run::{Owner, RunId};

pub(crate) use keys::VaultKeys;
pub(crate) use secret::SealedSecret;
pub(crate) use text::{KeptText, MAX_TEXT, SealedText};

use keys::OrganizationKey;

/// Most different values that one text may have replaced, or tokens that one may have turned back.
pub(crate) const MAX_VALUES: usize = 2000;
/// How long a value is kept if the caller does not say.
pub(crate) const DEFAULT_TTL: TimeDelta = TimeDelta::days(1);
/// How long a value may be kept.
pub(crate) const MAX_TTL: TimeDelta = TimeDelta::days(30);
/// How long it is kept who had what given back, or read which text.
pub(crate) const RECORDS_KEPT: TimeDelta = TimeDelta::days(400);
/// Most bytes of a text whose tokens were turned back: a value may be far longer than its token.
const MAX_RESTORED: usize = 2 * 1024 * 1024;
const MAX_SCOPE: usize = 128;

guardmesh_chassis::define_id! {
    /// A record that values were given back.
    DeanonymizationId = "dea";
}

/// Within which a value has one token: what the caller names, such as a conversation's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope(String);

/// What a request has to say about tokens.
#[derive(Clone, Debug)]
pub(crate) struct Anonymization {
    /// The run's id, if there is none.
    pub(crate) scope: Option<Scope>,
    /// How long the tokens can be turned back.
    pub(crate) ttl: TimeDelta,
    /// Guards whose findings become tokens, whatever a policy says.
    pub(crate) guards: BTreeSet<String>,
}

/// A value that a text had, with the rule that found it. Not to be printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Value {
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// A text without what was found; tokens are still to be put in.
#[derive(Default)]
pub(crate) struct Sanitized {
    pub(crate) text: String,
    /// Where in `text` the tokens of which values go, by place.
    pub(crate) values: Vec<(usize, Value)>,
}

/// A sealed value, as it is stored.
pub(crate) struct Sealed {
    pub(crate) token: String,
    pub(crate) run: RunId,
    pub(crate) key_id: String,
    pub(crate) bytes: Vec<u8>,
}

/// A text with its tokens turned back.
#[derive(PartialEq, Eq)]
pub(crate) struct Restored {
    pub(crate) text: String,
    /// How many different tokens were turned back.
    pub(crate) count: usize,
    /// Those that were not: of other scopes, expired, or never given. They stay in the text.
    pub(crate) unknown: Vec<String>,
}

/// Who had what given back.
pub(crate) struct Deanonymization {
    pub(crate) id: DeanonymizationId,
    pub(crate) api_key: Option<ApiKeyId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) runs: BTreeSet<RunId>,
    pub(crate) restored: usize,
    pub(crate) unknown: usize,
}

/// The vault of all organisations.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    keys: Arc<VaultKeys>,
    database: PgPool,
    clock: Clock,
}

// === impl Scope ===

impl Scope {
    /// Accepts 1 to 128 ASCII letters, digits and `-_.:`, which any id of a conversation has.
    pub(crate) fn parse(text: String) -> Option<Self> {
        let fits = (1..=MAX_SCOPE).contains(&text.len());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        (fits && text.bytes().all(plain)).then_some(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

// === impl Vault ===

impl Vault {
    /// A vault under these keys; without any it is switched off.
    pub(crate) fn new(keys: VaultKeys, database: PgPool, clock: Clock) -> Self {
        Self {
            keys: Arc::new(keys),
            database,
            clock,
        }
    }

    /// The text with its tokens in it, which can be turned back from now on.
    pub(crate) async fn anonymize(
        &self,
        owner: Owner,
        run: RunId,
        how: &Anonymization,
        sanitized: Sanitized,
    ) -> Result<String, Error> {
        if sanitized.values.is_empty() {
            return Ok(sanitized.text);
        }
        let values = sanitized.values.iter().map(|(_, value)| value.clone());
        let of_run = Scope(run.to_string());
        let scope = how.scope.as_ref().unwrap_or(&of_run);
        let tokens = self.keep(owner, run, scope, how.ttl, values.collect());
        Ok(sanitized.with(&tokens.await?))
    }

    /// The text with the tokens of this scope turned back, on record.
    pub(crate) async fn deanonymize(
        &self,
        owner: Owner,
        api_key: Option<ApiKeyId>,
        scope: &Scope,
        text: &str,
    ) -> Result<Restored, Error> {
        let keys = self.keys_of(owner)?;
        let tokens: BTreeSet<String> = token::find(text).map(|(_, token)| token).collect();
        if tokens.len() > MAX_VALUES {
            return Err(Error::TooManyValues);
        }
        let asked: Vec<String> = tokens.into_iter().collect();
        let now = self.clock.now();
        let tenant = Tenant::Organization(owner.organization.uuid());
        let mut transaction = database::begin(&self.database, tenant).await?;
        let stored = vault_value::get(&mut transaction, owner, scope, &asked, now).await?;
        let (mut values, mut runs) = (HashMap::new(), BTreeSet::new());
        for row in stored {
            if let Some(value) = open(&keys, scope, &row) {
                runs.insert(row.run);
                values.insert(row.token, value);
            }
        }
        let unknown = asked
            .into_iter()
            .filter(|token| !values.contains_key(token));
        let unknown: Vec<String> = unknown.collect();
        // Before anything is recorded: what is refused was not given back.
        let restored = restore(text, &values)?;
        let record = Deanonymization {
            id: DeanonymizationId::generate(),
            api_key,
            created_at: now,
            runs,
            restored: values.len(),
            unknown: unknown.len(),
        };
        deanonymization::insert(&mut transaction, owner, scope, &record).await?;
        transaction.commit().await?;
        Ok(Restored {
            text: restored,
            count: record.restored,
            unknown,
        })
    }

    /// The organisation's keys, the one to seal with first.
    fn keys_of(&self, owner: Owner) -> Result<Vec<OrganizationKey<'_>>, Error> {
        let keys = self.keys.of(owner.organization);
        let keys = keys.map_err(|_| Error::Cryptography)?;
        if keys.is_empty() {
            return Err(Error::VaultOff);
        }
        Ok(keys)
    }
}

// === impl Anonymization ===

impl Default for Anonymization {
    fn default() -> Self {
        Self {
            scope: None,
            ttl: DEFAULT_TTL,
            guards: BTreeSet::new(),
        }
    }
}

// === impl Value ===

impl Value {
    /// The value of a place in a text.
    pub(crate) fn of<T>(place: &Place<'_, T>) -> Self {
        Self {
            kind: place.strongest.rule_id.to_string(),
            text: place.value.to_owned(),
        }
    }
}

// === impl Sanitized ===

impl Sanitized {
    /// The text with something in the places of values that looks like their tokens, where nothing is kept.
    pub(crate) fn illustrated(&self) -> String {
        let values: BTreeSet<&Value> = self.values.iter().map(|(_, value)| value).collect();
        let token =
            |(number, value): (u64, &Value)| (value.clone(), token::spell(&value.kind, number));
        self.with(&(0..).zip(values).map(token).collect())
    }

    /// The text with these tokens in their places.
    fn with(&self, tokens: &HashMap<Value, String>) -> String {
        let (mut text, mut copied) = (String::with_capacity(self.text.len()), 0);
        for (at, value) in &self.values {
            text.push_str(&self.text[copied..*at]);
            text.extend(tokens.get(value).map(String::as_str));
            copied = *at;
        }
        text.push_str(&self.text[copied..]);
        text
    }
}

/// The value of a row, if one of the keys opens it.
fn open(keys: &[OrganizationKey<'_>], scope: &Scope, row: &Sealed) -> Option<SecretString> {
    let key = keys.iter().find(|key| key.id == row.key_id);
    let value = key.and_then(|key| key.open(scope.as_str(), &row.token, &row.bytes).ok());
    if value.is_none() {
        tracing::warn!(key = row.key_id, "a value of the vault does not open");
    }
    value
}

/// The text with these tokens replaced by their values.
fn restore(text: &str, values: &HashMap<String, SecretString>) -> Result<String, Error> {
    let (mut restored, mut copied) = (String::with_capacity(text.len()), 0);
    for (place, token) in token::find(text) {
        let Some(value) = values.get(&token) else {
            continue;
        };
        restored.push_str(&text[copied..place.start]);
        restored.push_str(value.expose_secret());
        copied = place.end;
        if restored.len() > MAX_RESTORED {
            return Err(Error::TooLong);
        }
    }
    restored.push_str(&text[copied..]);
    Ok(restored)
}
