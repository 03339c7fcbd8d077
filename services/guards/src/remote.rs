//! Remote guards: where they are, whether they may be called, and what can go wrong.
//!
//! The call itself is in `client`; what a check makes of a failure, in `plan` and `verdict`.

pub(crate) mod breaker;
pub(crate) mod destination;
pub(crate) mod reachable;
pub(crate) mod resealing;

use std::time::Duration;

use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::OrganizationId;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use self::destination::Destination;
use self::reachable::Reachable;
use crate::custom_guard::CustomGuardId;
use crate::error;
use crate::vault::{SealedSecret, Vault};

/// Characters of an authorization.
const MAX_AUTHORIZATION: usize = 4096;

/// Where a remote guard is, and how it is called.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) destination: Destination,
    /// For a call; what a guard may take anyway, if it is not stated.
    pub(crate) timeout: Option<Duration>,
    /// Opens for this guard at this destination alone.
    pub(crate) authorization: Option<SealedSecret>,
}

/// What is to change of an endpoint; of none, what it is to be.
#[derive(Clone, Debug)]
pub(crate) struct EndpointChange {
    pub(crate) uri: Option<String>,
    pub(crate) timeout: Edit<Duration>,
    pub(crate) authorization: Edit<SecretString>,
}

/// What is to become of something that need not be there.
#[derive(Clone, Debug)]
pub(crate) enum Edit<T> {
    Keep,
    Remove,
    Set(T),
}

/// Whose endpoint it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndpointOwner {
    pub(crate) organization: OrganizationId,
    pub(crate) guard: CustomGuardId,
}

/// Why a call to a remote guard brought no findings, as the rest of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Failure {
    /// So many failed that none is made.
    #[error("it is not called for now, after failures in a row")]
    Open,
    /// As many are under way as may be.
    #[error("too many calls to it are under way")]
    Busy,
    #[error("this installation does not allow calls to its address")]
    NotAllowed,
    #[error("it cannot be reached")]
    Unreachable,
    #[error("no TLS connection to it can be trusted")]
    Tls,
    #[error("it did not answer in time")]
    Timeout,
    #[error("it does not accept its authorization")]
    Unauthorized,
    /// This text, not every one.
    #[error("it refused the text")]
    Refused,
    #[error("it answered with an error")]
    Error,
    /// With the rule that the answer breaks.
    #[error("its answer {0}")]
    InvalidAnswer(&'static str),
    #[error("its authorization does not open any more")]
    AuthorizationLost,
}

// === impl Endpoint ===

impl Endpoint {
    /// The authorization in clear text, for `owner`.
    pub(crate) fn open(
        &self,
        owner: EndpointOwner,
        vault: &Vault,
    ) -> Result<Option<SecretString>, Failure> {
        let Some(sealed) = &self.authorization else {
            return Ok(None);
        };
        let opened = vault.open_secret(owner.organization, &self.secret_name(owner), sealed);
        opened.map(Some).map_err(|_| Failure::AuthorizationLost)
    }

    /// The authorization under the vault's present key.
    fn reseal(&self, owner: EndpointOwner, vault: &Vault) -> Result<SealedSecret, error::Error> {
        let lost = error::Error::Cryptography;
        let secret = self.open(owner, vault).ok().flatten().ok_or(lost)?;
        vault.seal_secret(owner.organization, &self.secret_name(owner), &secret)
    }

    /// What a secret is sealed for: moved to another guard or destination, it does not open.
    fn secret_name(&self, owner: EndpointOwner) -> String {
        format!("{} {}", owner.guard, self.destination)
    }
}

// === impl EndpointChange ===

impl EndpointChange {
    /// The endpoint after the change. An authorization is never sent to another destination than the
    /// one that it was given for.
    pub(crate) fn apply(
        self,
        before: Option<Endpoint>,
        owner: EndpointOwner,
        reachable: &Reachable,
        vault: &Vault,
    ) -> Result<Endpoint, error::Error> {
        let (known, timeout, sealed) = match before {
            None => (None, None, None),
            Some(before) => (
                Some(before.destination),
                before.timeout,
                before.authorization,
            ),
        };
        let destination = match (self.uri, &known) {
            (None, Some(known)) => known.clone(),
            (uri, _) => destination(&uri.unwrap_or_default(), reachable)?,
        };
        let moved = known.is_some_and(|known| known != destination);
        let mut endpoint = Endpoint {
            destination,
            timeout: match self.timeout {
                Edit::Keep => timeout,
                Edit::Remove => None,
                Edit::Set(timeout) => Some(timeout),
            },
            authorization: sealed.filter(|_| !moved),
        };
        match self.authorization {
            Edit::Keep => {}
            Edit::Remove => endpoint.authorization = None,
            Edit::Set(secret) => {
                check_authorization(&secret)?;
                let name = endpoint.secret_name(owner);
                let sealed = vault.seal_secret(owner.organization, &name, &secret)?;
                endpoint.authorization = Some(sealed);
            }
        }
        Ok(endpoint)
    }
}

// === impl Failure ===

impl Failure {
    /// Whether it speaks against calling the guard again.
    pub(crate) fn counts(self) -> bool {
        // A guard that refuses a text does well; the others are of our own making.
        !matches!(
            self,
            Self::Refused | Self::Open | Self::Busy | Self::AuthorizationLost
        )
    }
}

fn destination(uri: &str, reachable: &Reachable) -> Result<Destination, Fault> {
    let rule = "must be https://host or http://host, with a port if need be, and nothing else";
    let destination = Destination::parse(uri).ok_or_else(|| Fault::invalid("remote.uri", rule))?;
    if !reachable.lists(destination.host()) {
        let rule = "has a host that this installation does not allow: its operator lists those that it \
                    does (GUARDS_REMOTE_HOSTS)";
        return Err(Fault::invalid("remote.uri", rule));
    }
    Ok(destination)
}

fn check_authorization(secret: &SecretString) -> Result<(), Fault> {
    let text = secret.expose_secret();
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if printable && text.len() <= MAX_AUTHORIZATION {
        return Ok(());
    }
    let rule = "must be at most 4096 printable ASCII characters";
    Err(Fault::invalid("remote.authorization", rule))
}
