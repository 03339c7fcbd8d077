//! Deletions at another issuer (Clerk), taken over: of its users, its organisations, and who is in
//! them.
//!
//! They come in any order, more than once, and while tokens that were issued before are still
//! valid. So each is written down, and `external_identity` brings nothing back that is. Ids of users
//! and organisations are given once: what is deleted stays deleted. A membership may begin anew, so
//! there the issuer's times decide.

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::database::{self, Scope};

use crate::State;
use crate::db::{external_deletions, external_identities, external_organizations};
use crate::deletion;
use crate::error::{Error, Violation};
use crate::external_identity::is_id;
use crate::membership;

/// How long a deletion is remembered: far longer than the tokens of an issuer are valid.
const KEPT: TimeDelta = TimeDelta::days(30);

/// What an issuer deleted.
#[derive(Debug)]
pub(crate) struct Deletion {
    pub(crate) gone: Gone,
    /// By the issuer's clock.
    pub(crate) deleted_at: DateTime<Utc>,
}

/// What is no more, by ids of the issuer. Which issuer it was does not matter: none gives an id that
/// another one gave.
#[derive(Debug)]
pub(crate) enum Gone {
    User(String),
    Organization(String),
    Membership { user: String, organization: String },
}

// === impl Gone ===

impl Gone {
    /// Takes ids that can be those of an issuer.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let ids = match &self {
            Self::User(user) => vec![("user", user)],
            Self::Organization(organization) => vec![("organization", organization)],
            Self::Membership { user, organization } => vec![
                ("membership.user", user),
                ("membership.organization", organization),
            ],
        };
        let violations: Vec<_> = ids
            .into_iter()
            .filter(|(_, id)| !is_id(id))
            .map(|(field, _)| Violation::new(field, "must be an id of the issuer"))
            .collect();
        if violations.is_empty() {
            Ok(self)
        } else {
            Err(Error::Invalid(violations))
        }
    }
}

/// Takes a deletion over. Once more, it changes nothing.
pub(crate) async fn apply(state: &State, deletion: &Deletion) -> Result<(), Error> {
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    external_deletions::lock_unscoped(&mut transaction, &deletion.gone).await?;
    external_deletions::upsert_unscoped(&mut transaction, deletion, now + KEPT).await?;
    match &deletion.gone {
        Gone::User(user) => {
            for user in external_identities::users_unscoped(&mut transaction, user).await? {
                deletion::account_if_any(&mut transaction, user, now).await?;
            }
        }
        Gone::Organization(id) => {
            for id in external_organizations::list_unscoped(&mut transaction, id).await? {
                deletion::organization_if_any(&mut transaction, id, now).await?;
            }
        }
        Gone::Membership { user, organization } => {
            let until = deletion.deleted_at;
            for user in external_identities::users_unscoped(&mut transaction, user).await? {
                for id in
                    external_organizations::list_unscoped(&mut transaction, organization).await?
                {
                    membership::end(&mut transaction, id, user, until, now).await?;
                }
            }
        }
    }
    transaction.commit().await?;
    state.deleted();
    Ok(())
}
