//! External identities: people and organisations that another issuer (Clerk) vouches for, as
//! accounts and organisations of this installation.
//!
//! The issuer's token has been verified by the gateway; here it is believed. What is seen for the
//! first time is created; what the token says of a role is taken over. An account that signs in
//! elsewhere has neither e-mail address nor password here, so none of ours can be taken over by
//! stating its address. Whom the issuer deleted is not created again (`external_deletion`).

use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_chassis::name::Name;
use sqlx::{Connection, PgConnection};

use crate::State;
use crate::db::{
    external_deletions, external_identities, external_organizations, memberships, users,
};
use crate::error::{Error, Violation};
use crate::membership::{self, Role};
use crate::organization;
use crate::user;

const MAX_ISSUER: usize = 512;
const MAX_ID: usize = 128;
const MAX_ROLE: usize = 128;
/// The role that makes an owner.
const ADMIN: &str = "admin";
/// Roles of Clerk's older tokens begin with it.
const ROLE_PREFIX: &str = "org:";
/// How much newer a token is than the one that last stated a membership, before that is written
/// down. Each is valid for about a minute, so that a member costs one small write a minute at most.
/// An event that ends a membership and comes after such a token, as one sent again minutes later
/// does, then ends none that began anew.
const RESTATED: TimeDelta = TimeDelta::minutes(1);

/// What a token says, within bounds.
#[derive(Debug)]
pub(crate) struct Claims {
    issuer: String,
    subject: String,
    organization: Option<ExternalOrganization>,
    /// None for a moment ago.
    issued_at: Option<DateTime<Utc>>,
}

/// The organisation that a token is active in.
#[derive(Debug)]
struct ExternalOrganization {
    id: String,
    name: String,
    role: Role,
}

/// An account of an issuer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity {
    pub(crate) user: UserId,
    /// The user's own organisation.
    pub(crate) home: OrganizationId,
}

/// Who a token stands for.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) user: UserId,
    pub(crate) organization: OrganizationId,
    pub(crate) permissions: Vec<&'static str>,
}

// === impl Claims ===

impl Claims {
    /// Reads the claims; tells of all that are invalid at once. An empty `organization` stands
    /// for none, which leaves role and slug without a meaning.
    pub(crate) fn parse(
        issuer: String,
        subject: String,
        organization: String,
        role: &str,
        slug: &str,
        issued_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Error> {
        let mut violations = Vec::new();
        if !issuer.starts_with("https://") || !is_token(&issuer, MAX_ISSUER) {
            violations.push(Violation::new("issuer", "must be an https URL"));
        }
        if !is_id(&subject) {
            violations.push(Violation::new("subject", "must be an id of the issuer"));
        }
        if !organization.is_empty() && !is_id(&organization) {
            violations.push(Violation::new(
                "organization",
                "must be an id of the issuer",
            ));
        }
        if role.len() > MAX_ROLE {
            violations.push(Violation::new(
                "organizationRole",
                "must have at most 128 characters",
            ));
        }
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        Ok(Self {
            issuer,
            subject,
            issued_at,
            organization: (!organization.is_empty())
                .then(|| ExternalOrganization::new(organization, role, slug)),
        })
    }
}

/// Whether this can be an id of an issuer.
pub(crate) fn is_id(text: &str) -> bool {
    is_token(text, MAX_ID)
}

/// Printable ASCII of a sane length.
fn is_token(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

// === impl ExternalOrganization ===

impl ExternalOrganization {
    /// It is called by its slug, if that can be a name.
    fn new(id: String, role: &str, slug: &str) -> Self {
        let called = Name::required(slug);
        Self {
            name: called.map_or_else(|_| id.clone(), |name| name.as_str().to_owned()),
            role: match role.strip_prefix(ROLE_PREFIX).unwrap_or(role) {
                ADMIN => Role::Owner,
                _ => Role::Member,
            },
            id,
        }
    }
}

/// The account and the organisation behind the claims. Calls at the same time get the same ones.
pub(crate) async fn resolve(state: &State, claims: Claims) -> Result<Resolved, Error> {
    let now = state.clock.now();
    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let issued_at = claims.issued_at.unwrap_or(now);
    refuse_deleted(&mut transaction, &claims, issued_at).await?;
    let identity = find_or_create(&mut transaction, &claims, now).await?;
    let (organization, role, stated_at) = match &claims.organization {
        None => (identity.home, Role::Owner, None),
        Some(active) => {
            let issuer = &claims.issuer;
            let id = find_or_create_organization(&mut transaction, issuer, active, now).await?;
            (id, active.role, Some(issued_at))
        }
    };
    let user = identity.user;
    let since = stated_at.map(|at| at - RESTATED);
    if !memberships::states(&mut transaction, organization, user, role, since).await? {
        memberships::set_role(&mut transaction, organization, user, role, stated_at, now).await?;
    }
    let user = users::get_unscoped(&mut transaction, identity.user).await?;
    transaction.commit().await?;
    Ok(Resolved {
        user: user.id,
        organization,
        permissions: membership::permissions(user.platform_role, role),
    })
}

/// Refuses claims to what the issuer has deleted, and keeps it from being deleted until the end of
/// the transaction.
async fn refuse_deleted(
    connection: &mut PgConnection,
    claims: &Claims,
    issued_at: DateTime<Utc>,
) -> Result<(), Error> {
    let subject = &claims.subject;
    let active = claims.organization.as_ref();
    let organization = active.map_or("", |organization| &organization.id);
    external_deletions::hold_off_unscoped(connection, subject, organization).await?;
    let deleted =
        external_deletions::covers_unscoped(connection, subject, organization, issued_at).await?;
    if deleted {
        return Err(Error::DeletedElsewhere);
    }
    Ok(())
}

/// The identity's account, with an organisation of its own. One that somebody else makes at the
/// same time is waited for and taken; ours is then undone.
async fn find_or_create(
    connection: &mut PgConnection,
    claims: &Claims,
    now: DateTime<Utc>,
) -> Result<Identity, Error> {
    let (issuer, subject) = (&*claims.issuer, &*claims.subject);
    if let Some(identity) = external_identities::find_unscoped(connection, issuer, subject).await? {
        return Ok(identity);
    }
    let mut attempt = connection.begin().await?;
    let identity = user::create_external(&mut attempt, now).await?;
    if external_identities::insert(&mut attempt, issuer, subject, identity, now).await? {
        attempt.commit().await?;
        return Ok(identity);
    }
    attempt.rollback().await?;
    let theirs = external_identities::find_unscoped(connection, issuer, subject).await?;
    Ok(theirs.ok_or(sqlx::Error::RowNotFound)?)
}

/// The same, for an organisation.
async fn find_or_create_organization(
    connection: &mut PgConnection,
    issuer: &str,
    active: &ExternalOrganization,
    now: DateTime<Utc>,
) -> Result<OrganizationId, Error> {
    let ExternalOrganization { id, name, .. } = active;
    if let Some(known) = external_organizations::find_unscoped(connection, issuer, id).await? {
        return Ok(known);
    }
    let mut attempt = connection.begin().await?;
    let ours = organization::create(&mut attempt, name, now).await?.id;
    if external_organizations::insert(&mut attempt, issuer, id, ours, now).await? {
        attempt.commit().await?;
        return Ok(ours);
    }
    attempt.rollback().await?;
    let theirs = external_organizations::find_unscoped(connection, issuer, id).await?;
    Ok(theirs.ok_or(sqlx::Error::RowNotFound)?)
}
