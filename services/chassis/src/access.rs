//! The access layer: in front of every method of a service, it authenticates the caller context
//! and enforces the method's policy.
//!
//! The gateway has asked the same question before; a service does not rely on it. What a caller
//! may see within a method (own rows only, say) is the method's business, not this layer's.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::{Either, Ready, ready};
use http::{HeaderMap, HeaderName, Request, Response};
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};
use tower::{Layer, Service};

use crate::caller::{self, Caller, CallerKeys, METADATA_KEY};
use crate::clock::Clock;
use crate::fault::Fault;
use crate::policy::{Access, Policies};

/// Health checks state no caller: they tell nothing but up or down.
const HEALTH_PREFIX: &str = "/grpc.health.v1.Health/";

/// Puts the access check in front of a service.
#[derive(Clone)]
pub struct AccessLayer(Arc<Gate>);

struct Gate {
    keys: CallerKeys,
    policies: Policies,
    clock: Clock,
}

/// See [`AccessLayer`].
#[derive(Clone)]
pub struct AccessService<S> {
    inner: S,
    gate: Arc<Gate>,
}

// === impl AccessLayer ===

impl AccessLayer {
    /// Enforces `policies` for callers signed with `keys`.
    pub fn new(keys: CallerKeys, policies: Policies, clock: Clock) -> Self {
        Self(Arc::new(Gate {
            keys,
            policies,
            clock,
        }))
    }
}

impl<S> Layer<S> for AccessLayer {
    type Service = AccessService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AccessService {
            inner,
            gate: self.0.clone(),
        }
    }
}

// === impl AccessService ===

impl<S, B> Service<Request<B>> for AccessService<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Either<S::Future, Ready<Result<Self::Response, Self::Error>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        match self.gate.admit(request.uri().path(), request.headers()) {
            Ok(caller) => {
                // Never to be seen, logged or passed on by a handler.
                request.headers_mut().remove(METADATA_KEY);
                if let Some(caller) = caller {
                    request.extensions_mut().insert(caller);
                }
                Either::Left(self.inner.call(request))
            }
            Err(fault) => Either::Right(ready(Ok(Status::from(fault).into_http()))),
        }
    }
}

// === impl Gate ===

impl Gate {
    fn admit(&self, path: &str, headers: &HeaderMap) -> Result<Option<Caller>, Fault> {
        if path.starts_with(HEALTH_PREFIX) {
            return Ok(None);
        }
        let policy = self.policies.get(path).ok_or_else(|| {
            Fault::new(
                Code::Unimplemented,
                "UNKNOWN_METHOD",
                "There is no such method.",
            )
        })?;
        let caller = self.authenticate(path, headers)?;
        allow(&policy.access, caller.as_ref())?;
        Ok(caller)
    }

    /// The caller that the request states, if it states one; a statement that does not verify
    /// is refused even where none is needed.
    fn authenticate(&self, path: &str, headers: &HeaderMap) -> Result<Option<Caller>, Fault> {
        let mut values = headers.get_all(METADATA_KEY).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(caller::unauthenticated());
        }
        // A value made from bytes would be encoded once more: as a header it is taken as it is.
        let header = HeaderMap::from_iter([(HeaderName::from_static(METADATA_KEY), value.clone())]);
        let metadata = MetadataMap::from_headers(header);
        let value = metadata
            .get_bin(METADATA_KEY)
            .ok_or_else(caller::unauthenticated)?;
        self.keys
            .verify(value, path, &self.clock)
            .map(Some)
            .map_err(|error| {
                tracing::warn!(%error, path, "a caller context was refused");
                caller::unauthenticated()
            })
    }
}

/// Whether `caller` may call a method with this access rule. Shared with the gateway, which asks
/// before it calls.
pub fn allow(access: &Access, caller: Option<&Caller>) -> Result<(), Fault> {
    match (access, caller) {
        (Access::Public, _)
        | (Access::User, Some(Caller::User(_)))
        | (Access::Internal, Some(Caller::Service(_))) => Ok(()),
        (Access::Member, Some(Caller::User(user))) if user.organization.is_some() => Ok(()),
        (Access::Permission(needed), Some(Caller::User(user)))
            if user.permissions.contains(needed) =>
        {
            Ok(())
        }
        (_, None) => Err(caller::unauthenticated()),
        (Access::Member, Some(Caller::User(_))) => Err(caller::no_organization()),
        (Access::Permission(needed), Some(Caller::User(_))) => Err(Fault::new(
            Code::PermissionDenied,
            "PERMISSION_REQUIRED",
            format!("This call needs the permission `{needed}`."),
        )),
        (Access::Internal, Some(Caller::User(_))) | (_, Some(Caller::Service(_))) => {
            Err(Fault::new(
                Code::PermissionDenied,
                "CALLER_NOT_ALLOWED",
                "This method is not open to this kind of caller.",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::UserCaller;
    use crate::id::{OrganizationId, UserId};

    #[test]
    fn a_signed_caller_is_read_from_the_headers_of_a_call() {
        let path = "/guardmesh.auth.v1.AuthService/GetMe";
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        let gate = Gate {
            keys: CallerKeys::parse(&key.into()).unwrap(),
            policies: Policies::from_descriptors(guardmesh_proto::DESCRIPTORS).unwrap(),
            clock: Clock::system(),
        };
        let caller = Caller::User(UserCaller {
            user: UserId::generate(),
            organization: None,
            session: None,
            api_key: None,
            permissions: vec![],
        });
        let mut metadata = MetadataMap::new();
        let value = gate.keys.sign(&caller, path, &gate.clock);
        metadata.insert_bin(METADATA_KEY, value.clone());
        let once = metadata.clone().into_headers();
        assert_eq!(gate.admit(path, &once), Ok(Some(caller)));

        metadata.append_bin(METADATA_KEY, value);
        let twice = metadata.into_headers();
        for headers in [HeaderMap::new(), twice] {
            let fault = gate.admit(path, &headers).unwrap_err();
            assert_eq!(fault.code(), Code::Unauthenticated);
        }
    }

    #[test]
    fn each_rule_admits_whom_it_names_and_nobody_else() {
        let user = |organization, permissions: &[&str]| {
            Caller::User(UserCaller {
                user: UserId::generate(),
                organization,
                session: None,
                api_key: None,
                permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
            })
        };
        let callers = [
            None,
            Some(user(None, &[])),
            Some(user(Some(OrganizationId::generate()), &[])),
            Some(user(None, &["a:read"])),
            Some(user(None, &["a:write"])),
            Some(Caller::Service("webhooks".to_owned())),
        ];
        for (access, admitted) in [
            (Access::Public, [true, true, true, true, true, true]),
            (Access::User, [false, true, true, true, true, false]),
            (Access::Member, [false, false, true, false, false, false]),
            (
                Access::Permission("a:read".to_owned()),
                [false, false, false, true, false, false],
            ),
            (Access::Internal, [false, false, false, false, false, true]),
        ] {
            let got = callers
                .each_ref()
                .map(|caller| allow(&access, caller.as_ref()).is_ok());
            assert_eq!(got, admitted, "{access:?}");
        }
    }

    #[test]
    fn who_is_unknown_is_told_apart_from_who_is_known() {
        let known = Caller::User(UserCaller {
            user: UserId::generate(),
            organization: None,
            session: None,
            api_key: None,
            permissions: vec![],
        });
        let access = Access::Permission("a:read".to_owned());
        let code = |caller| allow(&access, caller).unwrap_err().code();
        assert_eq!(code(None), Code::Unauthenticated);
        assert_eq!(code(Some(&known)), Code::PermissionDenied);
    }
}
