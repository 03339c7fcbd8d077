//! Policies of organisations: documents that say which guards look at which texts, and what comes
//! of it. Every change is a new version; one policy of an organisation is active.
//!
//! What a document says is `policy/`; what a check does with it is `inspection`.

pub(crate) mod compile;
pub(crate) mod diff;
pub(crate) mod document;
pub(crate) mod live;
mod places;
mod retrial;
pub(crate) mod schema;
pub(crate) mod standard;
mod trial;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::UserId;
use guardmesh_chassis::name::Name;
use guardmesh_chassis::page::Page;
use sqlx::{PgConnection, PgPool};

pub(crate) use self::retrial::{Newest, Skip, StoredSample, StoredTrial, try_on_stored};
pub(crate) use self::trial::{Candidate, Trial, try_out};

use self::compile::Compiled;
use self::diff::Change;
use self::document::Violation;
use crate::State;
use crate::computation::apart;
use crate::custom_guard::{CustomGuard, CustomGuardId};
use crate::db::{custom_guard, policies, policy_custom_guard, policy_states, policy_versions};
use crate::error::Error;
use crate::hash_key::HashKey;
use crate::run::Owner;

guardmesh_chassis::define_id! {
    /// A policy.
    PolicyId = "pol";
}

/// Policies of an organisation.
const MAX_POLICIES: i64 = 100;
/// Versions of a policy that are kept.
const MAX_VERSIONS: i32 = 1000;
/// Characters.
const MAX_COMMENT: usize = 500;

/// One version of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VersionId {
    pub(crate) policy: PolicyId,
    /// From 1, without gaps.
    pub(crate) version: i32,
}

/// A policy.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) id: PolicyId,
    pub(crate) name: String,
    pub(crate) version: i32,
    /// As it was given; empty in lists.
    pub(crate) document: String,
    pub(crate) active: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A version of a policy.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) number: i32,
    /// As it was given; empty in lists.
    pub(crate) document: String,
    pub(crate) comment: String,
    pub(crate) user: UserId,
    pub(crate) created_at: DateTime<Utc>,
}

/// A document on its way to be a version.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) document: String,
    pub(crate) comment: String,
}

/// Creates a policy with its first version.
pub(crate) async fn create(
    state: &State,
    owner: Owner,
    name: &str,
    draft: Draft,
) -> Result<Policy, Error> {
    let name = Name::required(name).map_err(|rule| Fault::invalid("name", rule))?;
    let named = validate(state, owner, &draft).await?;
    let now = state.clock.now();
    let policy = Policy {
        id: PolicyId::generate(),
        name: name.as_str().to_owned(),
        version: 1,
        document: draft.document.clone(),
        active: false,
        created_at: now,
        updated_at: now,
    };
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    touch(&mut transaction, owner).await?;
    if policies::count(&mut transaction, owner.organization).await? >= MAX_POLICIES {
        return Err(Error::TooManyPolicies);
    }
    policies::insert(&mut transaction, owner.organization, &policy).await?;
    insert_version(&mut transaction, owner, &policy, draft).await?;
    policy_custom_guard::replace(&mut transaction, owner.organization, policy.id, &named).await?;
    transaction.commit().await?;
    Ok(policy)
}

/// A policy with its present document.
pub(crate) async fn get(pool: &PgPool, owner: Owner, id: PolicyId) -> Result<Policy, Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let policy = policies::get(&mut transaction, owner.organization, id).await?;
    policy.ok_or(Error::NoSuchPolicy)
}

/// Policies without their documents, newest first, and the token of the next page.
pub(crate) async fn list(
    pool: &PgPool,
    owner: Owner,
    page: Page,
) -> Result<(Vec<Policy>, String), Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let mut listed = policies::list(&mut transaction, owner.organization, page).await?;
    let next = page.finish(&mut listed, |policy| policy.id.uuid());
    Ok((listed, next))
}

/// Makes a new version, which is to follow `expected` if that is stated.
pub(crate) async fn update(
    state: &State,
    owner: Owner,
    id: PolicyId,
    draft: Draft,
    expected: Option<i32>,
) -> Result<Policy, Error> {
    let named = validate(state, owner, &draft).await?;
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    touch(&mut transaction, owner).await?;
    let mut policy = policies::get(&mut transaction, owner.organization, id)
        .await?
        .ok_or(Error::NoSuchPolicy)?;
    if expected.is_some_and(|expected| expected != policy.version) {
        return Err(Error::PolicyChanged);
    }
    policy.version += 1;
    policy.updated_at = state.clock.now();
    policy.document.clone_from(&draft.document);
    policies::update(&mut transaction, owner.organization, &policy).await?;
    insert_version(&mut transaction, owner, &policy, draft).await?;
    policy_custom_guard::replace(&mut transaction, owner.organization, id, &named).await?;
    let oldest = policy.version - MAX_VERSIONS;
    policy_versions::delete_to(&mut transaction, owner.organization, id, oldest).await?;
    transaction.commit().await?;
    state.live.forget(owner.organization);
    Ok(policy)
}

/// Makes a new version that says what `version` said.
pub(crate) async fn roll_back(
    state: &State,
    owner: Owner,
    id: PolicyId,
    version: i32,
    comment: String,
) -> Result<Policy, Error> {
    let Version { document, .. } = get_version(&state.database, owner, id, version).await?;
    update(state, owner, id, Draft { document, comment }, None).await
}

/// Deletes a policy that is not active.
pub(crate) async fn delete(state: &State, owner: Owner, id: PolicyId) -> Result<(), Error> {
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    touch(&mut transaction, owner).await?;
    if !policies::delete(&mut transaction, owner.organization, id).await? {
        return Err(Error::NoSuchPolicy);
    }
    transaction.commit().await?;
    state.live.forget(owner.organization);
    Ok(())
}

/// Makes a policy the active one.
pub(crate) async fn activate(state: &State, owner: Owner, id: PolicyId) -> Result<Policy, Error> {
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    touch(&mut transaction, owner).await?;
    let mut policy = policies::get(&mut transaction, owner.organization, id)
        .await?
        .ok_or(Error::NoSuchPolicy)?;
    policy_states::set_active(&mut transaction, owner.organization, Some(id)).await?;
    transaction.commit().await?;
    state.live.forget(owner.organization);
    policy.active = true;
    Ok(policy)
}

/// Leaves the organisation without an active policy.
pub(crate) async fn deactivate(state: &State, owner: Owner) -> Result<(), Error> {
    let mut transaction = database::begin(&state.database, scope(owner)).await?;
    touch(&mut transaction, owner).await?;
    policy_states::set_active(&mut transaction, owner.organization, None).await?;
    transaction.commit().await?;
    state.live.forget(owner.organization);
    Ok(())
}

/// One version.
pub(crate) async fn get_version(
    pool: &PgPool,
    owner: Owner,
    id: PolicyId,
    version: i32,
) -> Result<Version, Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let found = policy_versions::get(&mut transaction, owner.organization, id, version).await?;
    found.ok_or(Error::NoSuchPolicy)
}

/// Up to `limit` versions before `before` without their documents, newest first.
pub(crate) async fn list_versions(
    pool: &PgPool,
    owner: Owner,
    id: PolicyId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Version>, Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let organization = owner.organization;
    let found = policies::get(&mut transaction, organization, id).await?;
    found.ok_or(Error::NoSuchPolicy)?;
    policy_versions::list(&mut transaction, organization, id, before, limit).await
}

/// What the version `second` (the present one, if none is given) says differently from `first`.
pub(crate) async fn compare(
    pool: &PgPool,
    owner: Owner,
    id: PolicyId,
    first: i32,
    second: Option<i32>,
) -> Result<Vec<Change>, Error> {
    let first = get_version(pool, owner, id, first).await?.document;
    let second = match second {
        Some(version) => get_version(pool, owner, id, version).await?.document,
        None => get(pool, owner, id).await?.document,
    };
    apart(move || diff::between(&first, &second)).await?
}

/// Refuses a draft that does not compile, field by field; gives the custom guards that it names.
async fn validate(
    state: &State,
    owner: Owner,
    draft: &Draft,
) -> Result<BTreeSet<CustomGuardId>, Error> {
    if draft.comment.chars().count() > MAX_COMMENT || draft.comment.contains('\0') {
        return Err(Fault::invalid("comment", "must have at most 500 characters").into());
    }
    // Nothing is hashed with it.
    let key = HashKey::new(&[0; 32]);
    let compiled = compile(state, owner, draft.document.clone(), None, key).await?;
    Ok(compiled.custom_guards)
}

/// The document, ready to run, with the organisation's custom guards as they are now.
async fn compile(
    state: &State,
    owner: Owner,
    document: String,
    version: Option<VersionId>,
    key: HashKey,
) -> Result<Compiled, Error> {
    let custom = custom_guards(&state.database, owner).await?;
    let compiler = state.compiler.clone();
    apart(move || compiler.compile(&document, version, &key, &custom))
        .await?
        .map_err(refused)
}

async fn custom_guards(pool: &PgPool, owner: Owner) -> Result<Vec<CustomGuard>, Error> {
    let mut transaction = database::begin(pool, scope(owner)).await?;
    let guards = custom_guard::all(&mut transaction, owner.organization).await?;
    transaction.commit().await?;
    Ok(guards)
}

/// The document breaks rules.
fn refused(violations: Vec<Violation>) -> Error {
    let mut violations = violations.into_iter().map(|violation| match violation.at {
        at if at.is_empty() => ("document".to_owned(), violation.rule),
        at => (format!("document: {at}"), violation.rule),
    });
    let (field, rule) = violations.next().unwrap_or_default();
    violations
        .fold(Fault::invalid(field, rule), |fault, (field, rule)| {
            fault.and_invalid(field, rule)
        })
        .into()
}

/// Raises the revision of the organisation's policies: from here on, this transaction is the only
/// one that changes them.
pub(crate) async fn touch(connection: &mut PgConnection, owner: Owner) -> Result<(), Error> {
    let key = HashKey::generate()?;
    policy_states::raise(connection, owner.organization, &key).await
}

async fn insert_version(
    connection: &mut PgConnection,
    owner: Owner,
    policy: &Policy,
    draft: Draft,
) -> Result<(), Error> {
    let version = Version {
        number: policy.version,
        document: draft.document,
        comment: draft.comment,
        user: owner.user,
        created_at: policy.updated_at,
    };
    policy_versions::insert(connection, owner.organization, policy.id, &version).await
}

fn scope(owner: Owner) -> Scope {
    Scope::Organization(owner.organization.uuid())
}
