//! Secrets that other parts of the service keep for an organisation, under the vault's keys.
//!
//! They have no token and no end: one that was sealed with a key that is gone is lost. Who keeps them
//! has to seal them again when there is a new key.

use guardmesh_chassis::id::OrganizationId;
use secrecy::{ExposeSecret, SecretString};

use super::Vault;
use crate::error::Error;

/// No scope of a caller has a blank in it.
const SCOPE: &str = "kept secrets";

/// A secret, as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct SealedSecret {
    pub(crate) key_id: String,
    pub(crate) bytes: Vec<u8>,
}

// === impl Vault ===

impl Vault {
    /// By which rows name the key that seals; none, if the vault is switched off.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.keys.first_id()
    }

    /// Seals a secret so that it opens for this organisation and name alone.
    pub(crate) fn seal_secret(
        &self,
        organization: OrganizationId,
        name: &str,
        secret: &SecretString,
    ) -> Result<SealedSecret, Error> {
        let keys = self.keys.of(organization);
        let keys = keys.map_err(|_| Error::Cryptography)?;
        let key = keys.first().ok_or(Error::VaultOff)?;
        let sealed = key.seal(SCOPE, name, secret.expose_secret());
        Ok(SealedSecret {
            key_id: key.id.to_owned(),
            bytes: sealed.map_err(|_| Error::Cryptography)?,
        })
    }

    /// The secret that was sealed for this organisation and name, while there is the key.
    pub(crate) fn open_secret(
        &self,
        organization: OrganizationId,
        name: &str,
        sealed: &SealedSecret,
    ) -> Result<SecretString, Error> {
        let keys = self.keys.of(organization);
        let keys = keys.map_err(|_| Error::Cryptography)?;
        let key = keys.iter().find(|key| key.id == sealed.key_id);
        let key = key.ok_or(Error::VaultOff)?;
        let opened = key.open(SCOPE, name, &sealed.bytes);
        opened.map_err(|_| Error::Cryptography)
    }
}
