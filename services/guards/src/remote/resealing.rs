//! Rotation of the vault's key under the authorizations of remote guards: what an older key sealed is
//! sealed again with the present one, so that the older one can be taken away.
//!
//! When that is done is for `job`.

use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::Uuid;
use sqlx::PgPool;

use super::EndpointOwner;
use crate::db::custom_guard;
use crate::error::Error;
use crate::vault::Vault;

/// Guards in one transaction.
const BATCH: i64 = 100;

/// Seals authorizations again that are under an older key; gives how many. Those that no key opens stay
/// as they are. The guards do not change by it.
pub(crate) async fn reseal(database: &PgPool, vault: &Vault) -> Result<u64, Error> {
    let Some(key_id) = vault.key_id() else {
        return Ok(0);
    };
    let (mut after, mut resealed) = (Uuid::nil(), 0);
    loop {
        let mut transaction = database::begin(database, Scope::Platform).await?;
        let connection = &mut *transaction;
        let guards =
            custom_guard::lock_sealed_otherwise_unscoped(connection, key_id, after, BATCH).await?;
        let Some(last) = guards.last() else {
            return Ok(resealed);
        };
        after = last.id.uuid();
        for guard in &guards {
            let owner = EndpointOwner {
                organization: guard.organization,
                guard: guard.id,
            };
            let endpoint = guard.endpoint.as_ref();
            let sealed = endpoint.map(|endpoint| endpoint.reseal(owner, vault));
            let Some(Ok(sealed)) = sealed else {
                tracing::warn!(guard = %guard.id, "the authorization of a remote guard does not open");
                continue;
            };
            custom_guard::reseal_unscoped(connection, guard.id, &sealed).await?;
            resealed += 1;
        }
        transaction.commit().await?;
    }
}
