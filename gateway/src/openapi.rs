//! The public API as an OpenAPI 3.1 document, generated from the contracts alone.
//!
//! Every `google.api.http` binding becomes an operation, every type it reaches a schema in the
//! Protobuf JSON mapping, every comment a description. Nothing about a particular method, message
//! or service may be written here: what the document should say belongs into the contracts.
//!
//! Sources: <https://spec.openapis.org/oas/v3.1.0>, <https://google.aip.dev/127>,
//! <https://protobuf.dev/programming-guides/json/>.

mod binding;
mod comment;
mod json_type;
mod name;
mod operation;
mod parameter;
mod problem;
mod schema;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use guardmesh_chassis::policy::{Access, Policies, Policy};
use prost_reflect::{DescriptorPool, MethodDescriptor, ServiceDescriptor};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::openapi::binding::Binding;
use crate::openapi::operation::Operation;
use crate::openapi::schema::Schemas;
use crate::openapi::template::Path;

const TITLE: &str = "Guardmesh";
const DESCRIPTION: &str = "The public REST API of Guardmesh.\n\nBodies are Protobuf JSON: names \
    in lowerCamelCase, 64-bit integers as strings, times in RFC 3339. Unknown fields and query \
    parameters are refused. A body may come in one of the codings gzip, br and zstd; its limit holds \
    for what it decodes to. Errors are `application/problem+json` (RFC 9457).";

/// The contracts cannot be described.
#[derive(Debug, Error)]
pub enum OpenApiError {
    /// The descriptors are not a valid set.
    #[error("the contract descriptors are invalid: {0}")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// A method is missing from the policies.
    #[error("{0} has no access rule")]
    Policy(String),
    /// The example in the comment of a field is not JSON.
    #[error("the example of {0} is not JSON")]
    Example(String),
    /// A `google.api.http` rule does not fit its method.
    #[error("the google.api.http rule of {method} is invalid: {reason}")]
    Rule {
        /// Full name of the method.
        method: String,
        /// What does not fit.
        reason: String,
    },
    /// Two bindings share an HTTP method and a path, up to the names of variables.
    #[error("{first} and {second} are both bound to {place}")]
    Ambiguous {
        /// HTTP method and path.
        place: String,
        /// Operation that came first.
        first: String,
        /// Operation that came second.
        second: String,
    },
}

/// A method that the gateway exposes, with its bindings.
struct Exposed {
    method: MethodDescriptor,
    policy: Policy,
    bindings: Vec<Binding>,
}

/// Path items by path. Paths that differ only in the names of their variables are one and the same
/// to `OpenAPI`: the names that came first are kept.
#[derive(Default)]
struct Paths {
    items: BTreeMap<String, Map<String, Value>>,
    /// The first path of each shape.
    by_shape: BTreeMap<String, Path>,
}

/// Describes the API declared by an encoded `FileDescriptorSet`: `version` is the version of the
/// document and of the product. Methods without HTTP binding, and those for services of the mesh
/// only, are left out. The same input gives the same document.
pub fn document(
    descriptors: &[u8],
    policies: &Policies,
    version: &str,
) -> Result<Value, OpenApiError> {
    let pool = DescriptorPool::decode(descriptors)?;
    if let Some(field) = comment::check(&pool) {
        return Err(OpenApiError::Example(field));
    }
    let exposed = exposed(&pool, policies)?;
    let services = services(&exposed);
    let service_names = name::short(services.keys().cloned(), &[]);
    let mut schemas = Schemas::new(exposed.iter().map(|exposed| &exposed.method));
    let mut paths = Paths::default();
    for exposed in &exposed {
        let service = &service_names[exposed.method.parent_service().full_name()];
        for index in 0..exposed.bindings.len() {
            paths.add(Operation::new(exposed, index, service), &mut schemas)?;
        }
    }
    let tags: Vec<Value> = services
        .iter()
        .map(|(full_name, service)| {
            let description = comment::of(&service.parent_file(), service.path());
            json!({"name": service_names[full_name], "description": description.text()})
        })
        .collect();
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "description": DESCRIPTION,
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths.items,
        "components": {
            "schemas": schemas.into_components(),
            "responses": problem::responses(),
            "securitySchemes": {
                "bearerAuth": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The access token of a session, a session token of Clerk where it \
                                    is set up, or an API key.",
                },
                "apiKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-API-Key",
                    "description": "A key of an organisation, `gmk_…`, for programs.",
                },
            },
        },
    }))
}

// === impl Paths ===

impl Paths {
    fn add(
        &mut self,
        mut operation: Operation<'_>,
        schemas: &mut Schemas,
    ) -> Result<(), OpenApiError> {
        let path = &mut operation.path;
        let first = self.by_shape.entry(path.shape());
        path.name_like(first.or_insert_with(|| path.clone()));
        let item = self.items.entry(path.key.clone()).or_default();
        let verb = path_item_key(operation.verb());
        if let Some(first) = item.get(&verb) {
            return Err(OpenApiError::Ambiguous {
                place: format!("{} {}", operation.verb(), operation.path.key),
                first: first["operationId"].as_str().unwrap_or_default().to_owned(),
                second: operation.id(),
            });
        }
        item.insert(verb, operation.render(schemas));
        Ok(())
    }
}

fn exposed(pool: &DescriptorPool, policies: &Policies) -> Result<Vec<Exposed>, OpenApiError> {
    let mut exposed = Vec::new();
    for service in pool.services() {
        for method in service.methods() {
            let bindings = binding::of(pool, &method)?;
            let path = format!("/{}/{}", service.full_name(), method.name());
            let policy = policies.get(&path).ok_or(OpenApiError::Policy(path))?;
            if !bindings.is_empty() && policy.access != Access::Internal {
                exposed.push(Exposed {
                    method,
                    policy: policy.clone(),
                    bindings,
                });
            }
        }
    }
    exposed.sort_by(|a, b| a.method.full_name().cmp(b.method.full_name()));
    Ok(exposed)
}

fn services(exposed: &[Exposed]) -> BTreeMap<String, ServiceDescriptor> {
    exposed
        .iter()
        .map(|exposed| exposed.method.parent_service())
        .map(|service| (service.full_name().to_owned(), service.clone()))
        .collect()
}

/// Where a path item keeps the operation of an HTTP method. Methods that `OpenAPI` 3.1 has no place
/// for go into an extension, such as `x-propfind`; `x-any` stands for every method.
fn path_item_key(verb: &str) -> String {
    let key = verb.to_ascii_lowercase();
    match key.as_str() {
        "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => key,
        "*" => "x-any".to_owned(),
        _ => format!("x-{key}"),
    }
}
