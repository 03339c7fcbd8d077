//! Dry runs: what a draft or a version would say of given texts. Nothing is stored.

use std::sync::Arc;

use futures_util::future::try_join_all;

use super::compile::Compiled;
use super::{PolicyId, Version, VersionId, get, get_version};
use crate::State;
use crate::check::Subject;
use crate::error::Error;
use crate::hash_key::HashKey;
use crate::inspection::route;
use crate::run::Owner;
use crate::verdict::Verdict;

/// What is tried out.
#[derive(Debug)]
pub(crate) enum Candidate {
    /// A document.
    Draft(String),
    /// A version of a policy; the present one, if none is stated.
    Stored(PolicyId, Option<i32>),
}

/// What a policy says of one text.
#[derive(Debug)]
pub(crate) struct Trial {
    /// From 1; 0 if no route fits.
    pub(crate) route: usize,
    pub(crate) verdict: Verdict,
    /// Tokens in it are no more than examples: nothing turns them back.
    pub(crate) sanitized: String,
}

/// Tries `candidate` on each of `subjects`.
pub(crate) async fn try_out(
    state: &State,
    owner: Owner,
    candidate: Candidate,
    subjects: Vec<Subject>,
) -> Result<Vec<Trial>, Error> {
    let compiled = compile(state, owner, candidate).await?;
    try_join_all(subjects.into_iter().map(async |subject| {
        let (route, plan) = route(&compiled, &subject).await?;
        let (verdict, sanitized) = state.checker.check(subject, plan).await?;
        Ok(Trial {
            route,
            verdict,
            sanitized: sanitized.illustrated(),
        })
    }))
    .await
}

/// What is tried out, ready to run. Its hashes are of another key each time.
pub(super) async fn compile(
    state: &State,
    owner: Owner,
    candidate: Candidate,
) -> Result<Arc<Compiled>, Error> {
    let (version, document) = match candidate {
        Candidate::Draft(document) => (None, document),
        Candidate::Stored(policy, None) => {
            let found = get(&state.database, owner, policy).await?;
            let version = found.version;
            (Some(VersionId { policy, version }), found.document)
        }
        Candidate::Stored(policy, Some(version)) => {
            let Version { document, .. } =
                get_version(&state.database, owner, policy, version).await?;
            (Some(VersionId { policy, version }), document)
        }
    };
    let key = HashKey::new(&HashKey::generate()?);
    let compiled = super::compile(state, owner, document, version, key).await?;
    Ok(Arc::new(compiled))
}
