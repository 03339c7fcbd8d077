//! Rate limits, in the order of a request.
//!
//! Before identity: who is known to have nothing left is refused at once, for the price of a
//! look-up in memory. That is by address: more is not known of a client yet. After identity, one
//! request is taken from every bucket it concerns, at the same time: those of its address, its
//! user, its API key and its organisation.
//!
//! An attempt with credentials that do not hold counts against its address a second time, in the
//! strict class `failure`. An address that has used those up is refused wherever credentials are
//! looked at, right ones included: else a guess would still be told apart.
//!
//! What the gateway answers itself, health above all, is not limited.

use std::net::IpAddr;

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::policy::Access;
use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, StatusCode};
use tonic::Code;

use crate::api::{Backend, Target};
use crate::config::rate_limit::SubjectKind;
use crate::problem::Problem;
use crate::rate_limit::RateLimits;
use crate::rate_limit::bucket::{Bucket, Buckets, Outcome, Subject};
use crate::rate_limit::header::{self, Fields};
use crate::rate_limit::limit::{Class, Limits};

/// Where credentials stand.
const CREDENTIALS: [HeaderName; 2] = [AUTHORIZATION, HeaderName::from_static("x-api-key")];

/// The limits of one request.
pub(crate) struct Limited<'a> {
    rate_limits: &'a RateLimits,
    /// None where nothing is limited.
    class: Option<&'a Class>,
    failure: Option<&'a Class>,
    address: Subject,
    /// Its method looks at credentials, and it has some.
    attempts: bool,
}

// === impl Limited ===

impl<'a> Limited<'a> {
    /// The limits of a request of this client.
    pub(crate) fn of(
        rate_limits: &'a RateLimits,
        target: &Target<'_>,
        client: IpAddr,
        headers: &HeaderMap,
    ) -> Self {
        let limits = match target.backend {
            Backend::Upstream(_) => rate_limits.limits(),
            Backend::Local => None,
        };
        let policy = target.policy;
        Self {
            rate_limits,
            class: limits.map(|limits| limits.class(policy.rate_class.as_deref())),
            failure: limits.map(Limits::failure),
            address: Subject::address(client),
            attempts: policy.access != Access::Public
                && CREDENTIALS.iter().any(|name| headers.contains_key(name)),
        }
    }

    /// Refuses an address that is known to have nothing left. Takes nothing.
    pub(crate) fn refuse_exhausted(&self) -> Result<(), Problem> {
        let mut buckets = self.of_address();
        if self.attempts {
            buckets.extend(self.of_attempt());
        }
        let outcome = self.rate_limits.peek(&buckets);
        if outcome.taken {
            Ok(())
        } else {
            Err(refusal(&buckets, &outcome))
        }
    }

    /// Counts a request that has no valid identity: what to answer in place of the caller.
    pub(crate) async fn count_failure(&self, problem: Problem) -> Problem {
        let mut buckets = self.of_address();
        if self.attempts && problem.status == StatusCode::UNAUTHORIZED {
            buckets.extend(self.of_attempt());
        }
        match self.take(&buckets).await {
            Ok(fields) => problem.and_headers(fields.into_iter().flatten()),
            Err(refusal) => refusal,
        }
    }

    /// Counts a request of this caller, or refuses it: what its answer tells of its limits.
    pub(crate) async fn count(&self, caller: Option<&Caller>) -> Result<Option<Fields>, Problem> {
        let mut buckets = self.of_address();
        if let Some(Caller::User(user)) = caller {
            let subjects = [
                Some((SubjectKind::User, Subject::User(user.user))),
                user.api_key.map(|id| (SubjectKind::Key, Subject::Key(id))),
                user.organization
                    .map(|id| (SubjectKind::Org, Subject::Org(id))),
            ];
            for (kind, subject) in subjects.into_iter().flatten() {
                buckets.extend(bucket(self.class, kind, subject));
            }
        }
        self.take(&buckets).await
    }

    async fn take(&self, buckets: &[Bucket<'_>]) -> Result<Option<Fields>, Problem> {
        if buckets.is_empty() {
            return Ok(None);
        }
        let outcome = self.rate_limits.take(buckets).await;
        if outcome.taken {
            Ok(header::fields(buckets, &outcome))
        } else {
            Err(refusal(buckets, &outcome))
        }
    }

    fn of_address(&self) -> Buckets<'a> {
        let ip = bucket(self.class, SubjectKind::Ip, self.address);
        ip.into_iter().collect()
    }

    fn of_attempt(&self) -> Option<Bucket<'a>> {
        bucket(self.failure, SubjectKind::Ip, self.address)
    }
}

fn bucket(class: Option<&Class>, kind: SubjectKind, subject: Subject) -> Option<Bucket<'_>> {
    let limit = class?.limit(kind)?;
    Some(Bucket { limit, subject })
}

fn refusal(buckets: &[Bucket<'_>], outcome: &Outcome) -> Problem {
    let message = "Too many requests for now. Retry-After says when there is room again.";
    let fault = Fault::new(Code::ResourceExhausted, "RATE_LIMITED", message)
        .retry_after(header::retry_after(buckets, outcome));
    let fields = header::fields(buckets, outcome);
    Problem::from(fault).and_headers(fields.into_iter().flatten())
}
