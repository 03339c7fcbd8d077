//! The remote guards that are in use, each with its connection: a version of a guard is one, whoever
//! calls it, so that what is learned of it is known to all.

use std::convert::Infallible;
use std::sync::Arc;

use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::json_struct;
use quick_cache::sync::Cache;
use serde_json::Value;

use super::connection::Connector;
use super::remote_guard::RemoteGuard;
use crate::custom_guard::{CustomGuard, CustomGuardId};
use crate::remote::breaker::Health;
use crate::remote::reachable::Reachable;
use crate::remote::{Endpoint, EndpointOwner};
use crate::vault::Vault;

/// Guards whose connections are kept.
const MOST: usize = 1000;

/// Remote guards by version. One that changes is another, and begins anew.
#[derive(Clone)]
pub(crate) struct Remotes {
    connector: Connector,
    pub(crate) reachable: Arc<Reachable>,
    pub(crate) vault: Vault,
    clock: Clock,
    known: Arc<Cache<(CustomGuardId, i32), Arc<RemoteGuard>>>,
}

// === impl Remotes ===

impl Remotes {
    pub(crate) fn new(
        connector: Connector,
        reachable: Arc<Reachable>,
        vault: Vault,
        clock: Clock,
    ) -> Self {
        Self {
            connector,
            reachable,
            vault,
            clock,
            known: Arc::new(Cache::new(MOST)),
        }
    }

    /// The guard that is at `endpoint`. Must be called on a runtime.
    pub(crate) fn get(&self, guard: &CustomGuard, endpoint: &Endpoint) -> Arc<RemoteGuard> {
        let new = || Ok::<_, Infallible>(Arc::new(self.new_guard(guard, endpoint)));
        let Ok(remote) = self
            .known
            .get_or_insert_with(&(guard.id, guard.version), new);
        remote
    }

    /// How it does; as new, if nobody has asked for it.
    pub(crate) fn health(&self, guard: &CustomGuard) -> Health {
        let known = self.known.get(&(guard.id, guard.version));
        known.map(|known| known.health()).unwrap_or_default()
    }

    fn new_guard(&self, guard: &CustomGuard, endpoint: &Endpoint) -> RemoteGuard {
        let owner = EndpointOwner {
            organization: guard.organization,
            guard: guard.id,
        };
        let parameters = Value::Object(guard.definition.parameters.clone());
        RemoteGuard::new(
            self.connector.channel(&endpoint.destination),
            endpoint.open(owner, &self.vault),
            json_struct::message(parameters),
            endpoint.timeout,
            self.clock.clone(),
        )
    }
}

impl std::fmt::Debug for Remotes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remotes").finish_non_exhaustive()
    }
}
