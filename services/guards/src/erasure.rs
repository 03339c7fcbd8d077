//! Erasure: everything of an organisation, or of a user, that is no more.
//!
//! In batches, each a transaction of its own, so that neither locks nor one statement take long. Cut
//! off in the midst, it is done by calling it again.

use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use sqlx::PgPool;

use crate::db::{
    custom_guard, deanonymization, hourly_result, policies, policy_states, run, text_read,
    vault_value,
};
use crate::error::Error;

/// Rows of a table in one transaction.
const BATCH: i64 = 1000;

/// Deletes all rows of an organisation; gives how many.
pub(crate) async fn organization(pool: &PgPool, id: OrganizationId) -> Result<u64, Error> {
    let mut total = 0;
    loop {
        let mut transaction = database::begin(pool, Scope::Organization(id.uuid())).await?;
        let connection = &mut *transaction;
        let mut deleted = vault_value::delete_of(connection, id, BATCH).await?;
        deleted += run::delete_of(connection, id, BATCH).await?;
        deleted += deanonymization::delete_of(connection, id, BATCH).await?;
        deleted += text_read::delete_of(connection, id, BATCH).await?;
        deleted += hourly_result::delete_of(connection, id, BATCH).await?;
        deleted += policy_states::delete_of(connection, id).await?;
        deleted += policies::delete_of(connection, id).await?;
        // After the policies that name them.
        deleted += custom_guard::delete_of(connection, id).await?;
        transaction.commit().await?;
        total += deleted;
        if deleted == 0 {
            return Ok(total);
        }
    }
}

/// Deletes a user's runs, with their texts, and the values that they anonymised, in all organisations; gives how many
/// rows. The record of what they had given back belongs to the organisation, and stays until it is
/// too old; so do the policies that they wrote.
pub(crate) async fn user(pool: &PgPool, id: UserId) -> Result<u64, Error> {
    let mut total = 0;
    loop {
        let mut transaction = database::begin(pool, Scope::Platform).await?;
        let connection = &mut *transaction;
        let mut deleted = vault_value::delete_of_user_unscoped(connection, id, BATCH).await?;
        deleted += run::delete_of_user_unscoped(connection, id, BATCH).await?;
        transaction.commit().await?;
        total += deleted;
        if deleted == 0 {
            return Ok(total);
        }
    }
}
