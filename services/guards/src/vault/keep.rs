//! Giving values their tokens: those they have already, or new ones.
//!
//! Two values may happen to have the same token. Whoever comes second then takes the next one of
//! its own, and so does a value whose token somebody else stores at the same moment.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::database::{self, Scope as Tenant};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

use super::keys::OrganizationKey;
use super::token;
use super::{MAX_VALUES, Scope, Sealed, Value, Vault, open};
use crate::db::vault_value;
use crate::error::Error;
use crate::run::{Owner, RunId};

/// Rounds until all have a token: at most 2,000 of 64 million tokens are asked for at a time, so
/// that one in thousands needs a second round.
const MAX_ROUNDS: usize = 16;

/// What is the same for all values of a text.
struct Keeping<'a> {
    keys: &'a [OrganizationKey<'a>],
    owner: Owner,
    run: RunId,
    scope: &'a Scope,
    expires_at: DateTime<Utc>,
}

/// A value without a token, and how many tokens of its own were taken by others.
struct Open {
    value: Value,
    attempt: u32,
}

// === impl Vault ===

impl Vault {
    /// Keeps `values` for `ttl`, and gives the token of each.
    pub(crate) async fn keep(
        &self,
        owner: Owner,
        run: RunId,
        scope: &Scope,
        ttl: TimeDelta,
        values: BTreeSet<Value>,
    ) -> Result<HashMap<Value, String>, Error> {
        let keys = self.keys_of(owner)?;
        if values.len() > MAX_VALUES {
            return Err(Error::TooManyValues);
        }
        if values.is_empty() {
            return Ok(HashMap::new());
        }
        let keeping = Keeping {
            keys: &keys,
            owner,
            run,
            scope,
            expires_at: self.clock.now() + ttl,
        };
        let mut tokens = HashMap::with_capacity(values.len());
        let mut open: Vec<Open> = values
            .into_iter()
            .map(|value| Open { value, attempt: 0 })
            .collect();
        let tenant = Tenant::Organization(owner.organization.uuid());
        let mut transaction = database::begin(&self.database, tenant).await?;
        for _ in 0..MAX_ROUNDS {
            open = keeping.round(&mut transaction, open, &mut tokens).await?;
            if open.is_empty() {
                transaction.commit().await?;
                return Ok(tokens);
            }
        }
        Err(Error::Cryptography)
    }
}

// === impl Keeping ===

impl Keeping<'_> {
    /// Gives tokens to as many as can be told now; gives back the others.
    async fn round(
        &self,
        connection: &mut PgConnection,
        open_values: Vec<Open>,
        tokens: &mut HashMap<Value, String>,
    ) -> Result<Vec<Open>, Error> {
        let wanted: BTreeSet<String> = open_values
            .iter()
            .flat_map(|open| self.keys.iter().map(|key| self.token(key, open)))
            .collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        let stored = vault_value::lock(connection, self.owner, self.scope, &wanted).await?;
        let stored: HashMap<String, Option<String>> = stored
            .into_iter()
            .map(|row| {
                let value = open(self.keys, self.scope, &row);
                let value = value.map(|value| value.expose_secret().to_owned());
                (row.token, value)
            })
            .collect();

        let (mut left, mut renewed, mut new) = (Vec::new(), Vec::new(), HashMap::new());
        for mut open in open_values {
            let mut candidates = self.keys.iter().map(|key| self.token(key, &open));
            let own = |token: &String| stored.get(token) == Some(&Some(open.value.text.clone()));
            if let Some(token) = candidates.find(own) {
                renewed.push(self.seal(&token, &open.value)?);
                tokens.insert(open.value, token);
                continue;
            }
            let token = self.token(&self.keys[0], &open);
            if stored.contains_key(&token) {
                open.attempt += 1;
                left.push(open);
                continue;
            }
            match new.entry(token) {
                Entry::Vacant(place) => drop(place.insert(open)),
                // The other value of this text takes it first.
                Entry::Occupied(_) => left.push(open),
            }
        }
        vault_value::renew(
            connection,
            self.owner,
            self.scope,
            self.expires_at,
            &renewed,
        )
        .await?;
        let sealed = new
            .iter()
            .map(|(token, open)| self.seal(token, &open.value));
        let sealed: Vec<Sealed> = sealed.collect::<Result<_, _>>()?;
        let inserted =
            vault_value::insert(connection, self.owner, self.scope, self.expires_at, sealed);
        for token in inserted.await? {
            if let Some(open) = new.remove(&token) {
                tokens.insert(open.value, token);
            }
        }
        // Stored by others since the look: the next round sees what is there.
        left.extend(new.into_values());
        Ok(left)
    }

    fn token(&self, key: &OrganizationKey<'_>, open: &Open) -> String {
        let Value { kind, text } = &open.value;
        let name = key.name(self.scope.as_str(), kind, text, open.attempt);
        token::spell(kind, name)
    }

    fn seal(&self, token: &str, value: &Value) -> Result<Sealed, Error> {
        let key = &self.keys[0];
        let sealed = key.seal(self.scope.as_str(), token, &value.text);
        Ok(Sealed {
            token: token.to_owned(),
            run: self.run,
            key_id: key.id.to_owned(),
            bytes: sealed.map_err(|_| Error::Cryptography)?,
        })
    }
}
