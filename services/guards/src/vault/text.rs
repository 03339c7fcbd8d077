//! Texts of runs that a policy has kept, sealed under the keys of the vault.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::Vault;
use crate::error::Error;
use crate::run::{Owner, RunId};

/// Most bytes of a text that is kept; a longer one is not.
pub(crate) const MAX_TEXT: usize = 1024 * 1024;

/// A text, with what the request stated of it and the run does not hold. Not to be printed.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptText {
    pub(crate) text: String,
    pub(crate) language: String,
    pub(crate) labels: HashMap<String, String>,
}

/// A kept text as it is stored.
#[derive(Clone)]
pub(crate) struct SealedText {
    pub(crate) key_id: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expires_at: DateTime<Utc>,
}

// === impl Vault ===

impl Vault {
    /// Seals the text of a run for so long.
    pub(crate) fn seal_text(
        &self,
        owner: Owner,
        run: RunId,
        text: &KeptText,
        ttl: TimeDelta,
    ) -> Result<SealedText, Error> {
        let keys = self.keys_of(owner)?;
        let key = keys.first().ok_or(Error::VaultOff)?;
        let content = serde_json::to_vec(text).map_err(|_| Error::Cryptography)?;
        let sealed = key.seal_text(run.uuid(), &content);
        Ok(SealedText {
            key_id: key.id.to_owned(),
            bytes: sealed.map_err(|_| Error::Cryptography)?,
            expires_at: self.clock.now() + ttl,
        })
    }

    /// The text of a run; none if no key opens it.
    pub(crate) fn open_text(
        &self,
        owner: Owner,
        run: RunId,
        sealed: &SealedText,
    ) -> Option<KeptText> {
        let keys = self.keys_of(owner).ok()?;
        let key = keys.iter().find(|key| key.id == sealed.key_id);
        let opened = key.and_then(|key| key.open_text(run.uuid(), &sealed.bytes).ok());
        let text = opened.and_then(|text| serde_json::from_slice(text.expose_secret()).ok());
        if text.is_none() {
            tracing::warn!(key = sealed.key_id, %run, "the text of a run does not open");
        }
        text
    }
}

// === impl SealedText ===

impl fmt::Debug for SealedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedText")
            .field("key_id", &self.key_id)
            .field("bytes", &self.bytes.len())
            .field("expires_at", &self.expires_at)
            .finish()
    }
}
