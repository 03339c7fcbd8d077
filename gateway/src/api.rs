//! The API as the contracts describe it: for every method its policy and who answers it.

use std::sync::Arc;

use guardmesh_chassis::policy::{Policies, Policy, PolicyError};
use guardmesh_transcoder::{Options, Route, RouteError, Transcoder};
use http::Method;

use crate::StartError;
use crate::upstream::Upstream;

/// The package of what the gateway answers itself.
pub(crate) const LOCAL_PACKAGE: &str = "guardmesh.gateway.v1";

/// What a supervisor asks of a process, by its address.
const PROBES: [&str; 2] = [
    "/guardmesh.gateway.v1.GatewayService/GetLiveness",
    "/guardmesh.gateway.v1.GatewayService/GetReadiness",
];

/// The routing table.
pub(crate) struct Api {
    transcoder: Transcoder,
    policies: Policies,
    /// By the transcoder's method index.
    endpoints: Vec<Endpoint>,
}

/// What stands behind a method.
struct Endpoint {
    policy: Policy,
    backend: Backend,
}

/// Who answers a method.
#[derive(Clone)]
pub(crate) enum Backend {
    /// A service.
    Upstream(Arc<Upstream>),
    /// The gateway itself.
    Local,
}

/// A matched request: how to transcode it, who may make it, who answers it.
pub(crate) struct Target<'a> {
    pub(crate) route: Route<'a>,
    pub(crate) policy: &'a Policy,
    pub(crate) backend: &'a Backend,
}

// === impl Target ===

impl Target<'_> {
    /// It tells a supervisor such as Kubernetes about this process.
    pub(crate) fn is_probe(&self) -> bool {
        PROBES.contains(&self.route.method().grpc_path())
    }
}

// === impl Api ===

impl Api {
    /// Reads the contracts. Every method that HTTP can reach needs a policy and a backend.
    pub(crate) fn load(
        descriptors: &[u8],
        upstreams: &[Arc<Upstream>],
    ) -> Result<Self, StartError> {
        let transcoder = Transcoder::from_descriptor_set(descriptors, Options::default())?;
        let policies = Policies::from_descriptors(descriptors)?;
        let endpoints = transcoder
            .methods()
            .iter()
            .map(|method| {
                let path = method.grpc_path();
                let policy = policies
                    .get(path)
                    .cloned()
                    .ok_or_else(|| PolicyError::Missing(path.to_owned()))?;
                let package = method
                    .descriptor()
                    .parent_service()
                    .package_name()
                    .to_owned();
                Ok(Endpoint {
                    policy,
                    backend: backend(&package, upstreams)?,
                })
            })
            .collect::<Result<_, StartError>>()?;
        Ok(Self {
            transcoder,
            policies,
            endpoints,
        })
    }

    /// The method that answers this verb and (still escaped) path.
    pub(crate) fn find(&self, verb: &Method, path: &str) -> Result<Target<'_>, RouteError> {
        let route = self.transcoder.route(verb, path)?;
        let Endpoint { policy, backend } = &self.endpoints[route.method().index()];
        Ok(Target {
            route,
            policy,
            backend,
        })
    }

    /// The HTTP methods that a path has; none where there is nothing.
    pub(crate) fn methods(&self, path: &str) -> Vec<Method> {
        let mut methods = vec![
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ];
        methods.retain(|verb| self.transcoder.route(verb, path).is_ok());
        if methods.contains(&Method::GET) {
            methods.push(Method::HEAD);
        }
        if !methods.is_empty() {
            methods.push(Method::OPTIONS);
        }
        methods
    }

    /// The service that answers the method at this gRPC path.
    pub(crate) fn upstream_of(&self, grpc_path: &str) -> Option<Arc<Upstream>> {
        match &self.endpoints[self.transcoder.method(grpc_path)?.index()].backend {
            Backend::Upstream(upstream) => Some(upstream.clone()),
            Backend::Local => None,
        }
    }

    /// The policies of all methods.
    pub(crate) fn policies(&self) -> &Policies {
        &self.policies
    }
}

fn backend(package: &str, upstreams: &[Arc<Upstream>]) -> Result<Backend, StartError> {
    if package == LOCAL_PACKAGE {
        return Ok(Backend::Local);
    }
    let name = package.split('.').nth(1).unwrap_or(package);
    let known = || {
        upstreams
            .iter()
            .map(|upstream| upstream.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    upstreams
        .iter()
        .find(|upstream| upstream.name() == name)
        .map(|upstream| Backend::Upstream(upstream.clone()))
        .ok_or_else(|| StartError::NoUpstream(name.to_owned(), known()))
}
