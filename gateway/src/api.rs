//! The API as the contracts describe it: for every method its policy and who answers it.

use std::sync::Arc;

use guardmesh_chassis::policy::{Access, Policies, Policy, PolicyError};
use guardmesh_transcoder::{Method, Options, Route, RouteError, Transcoder};

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

/// What a request asks for: the method, who may call it, who answers it.
pub(crate) struct Target<'a> {
    pub(crate) method: &'a Method,
    pub(crate) policy: &'a Policy,
    pub(crate) backend: &'a Backend,
}

// === impl Target ===

impl Target<'_> {
    /// It tells a supervisor such as Kubernetes about this process.
    pub(crate) fn is_probe(&self) -> bool {
        PROBES.contains(&self.method.grpc_path())
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

    /// The method that answers this verb and (still escaped) path, and how it is transcoded.
    pub(crate) fn find(
        &self,
        verb: &http::Method,
        path: &str,
    ) -> Result<(Target<'_>, Route<'_>), RouteError> {
        let route = self.transcoder.route(verb, path)?;
        Ok((self.target(route.method()), route))
    }

    /// The method at this gRPC path, unless it is only for services.
    pub(crate) fn find_grpc(&self, path: &str) -> Option<Target<'_>> {
        let target = self.target(self.transcoder.method(path)?);
        (target.policy.access != Access::Internal).then_some(target)
    }

    fn target<'a>(&'a self, method: &'a Method) -> Target<'a> {
        let Endpoint { policy, backend } = &self.endpoints[method.index()];
        Target {
            method,
            policy,
            backend,
        }
    }

    /// The HTTP methods that a path has; none where there is nothing.
    pub(crate) fn methods(&self, path: &str) -> Vec<http::Method> {
        use http::Method;
        if self.find_grpc(path).is_some() {
            return vec![Method::POST, Method::OPTIONS];
        }
        let mut methods = vec![
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ];
        let mut websocket = false;
        methods.retain(|verb| match self.transcoder.route(verb, path) {
            Ok(route) if is_duplex(route.method()) => {
                websocket = true;
                false
            }
            route => route.is_ok(),
        });
        if websocket {
            // Its handshake is a GET, whatever the contract says; there is nothing for HEAD.
            methods.extend([Method::GET, Method::OPTIONS]);
            return methods;
        }
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

/// Both sides stream: over HTTP that takes a WebSocket.
pub(crate) fn is_duplex(method: &Method) -> bool {
    method.client_streaming() && method.server_streaming()
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
