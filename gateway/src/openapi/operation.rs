//! One binding of a method as an operation.

use guardmesh_chassis::policy::{Access, Policy};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};
use serde_json::{Map, Value, json};

use crate::api::LOCAL_PACKAGE;
use crate::openapi::binding::{Binding, Body};
use crate::openapi::parameter;
use crate::openapi::problem::Failure;
use crate::openapi::schema::{Direction, Schemas};
use crate::openapi::template::Path;
use crate::openapi::{Exposed, comment};

const SERVING_STATUS: &str = "guardmesh.gateway.v1.ServingStatus";

/// An operation about to be written.
pub(super) struct Operation<'a> {
    method: &'a MethodDescriptor,
    policy: &'a Policy,
    binding: &'a Binding,
    /// The first binding, when this one is another.
    alias_of: Option<&'a Binding>,
    /// 1 for the first binding.
    number: usize,
    /// Short name of the service.
    service: &'a str,
    /// The binding's path, under the names that the document uses.
    pub(super) path: Path,
}

// === impl Operation ===

impl<'a> Operation<'a> {
    /// The operation of the binding at `index`.
    pub(super) fn new(exposed: &'a Exposed, index: usize, service: &'a str) -> Self {
        let binding = &exposed.bindings[index];
        Self {
            method: &exposed.method,
            policy: &exposed.policy,
            binding,
            alias_of: (index > 0).then(|| &exposed.bindings[0]),
            number: index + 1,
            service,
            path: binding.path.clone(),
        }
    }

    /// The HTTP method.
    pub(super) fn verb(&self) -> &str {
        // The handshake of a WebSocket is a GET.
        if self.is_conversation() {
            return "get";
        }
        &self.binding.verb
    }

    /// Unique in the document: `Service_Method`, with the binding's number from the second on.
    pub(super) fn id(&self) -> String {
        match self.number {
            1 => self.main_id(),
            number => format!("{}_{number}", self.main_id()),
        }
    }

    /// The id of the method's first binding.
    fn main_id(&self) -> String {
        format!("{}_{}", self.service.replace('.', "_"), self.method.name())
    }

    /// The operation object.
    pub(super) fn render(&self, schemas: &mut Schemas) -> Value {
        let comment = comment::of(&self.method.parent_file(), self.method.path());
        let (summary, rest) = comment.summary_and_rest();
        let mut operation = json!({
            "operationId": self.id(),
            "tags": [self.service],
            "summary": summary,
            "security": self.security(),
        });
        let description = self.description(rest);
        if !description.is_empty() {
            operation["description"] = description.into();
        }
        if self.alias_of.is_some() {
            operation["x-alias-of"] = self.main_id().into();
        }
        if let Access::Permission(permission) = &self.policy.access {
            operation["x-required-permission"] = permission.as_str().into();
        }
        let options = self.method.method_descriptor_proto().options.as_ref();
        if options.is_some_and(prost_reflect::prost_types::MethodOptions::deprecated) {
            operation["deprecated"] = true.into();
        }
        let parameters = parameter::all(
            &self.method.input(),
            self.binding,
            &self.path,
            &self.policy.forward_headers,
            schemas,
        );
        let body = self.request_body(schemas);
        operation["responses"] = self.responses(body.is_some(), schemas);
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        // OpenAPI has no word for what comes after the handshake.
        if self.is_conversation() {
            operation["x-websocket-messages"] = json!({
                "client": schemas.message(&self.method.input(), Direction::Request),
                "server": schemas.message(&self.method.output(), Direction::Response),
            });
        }
        operation
    }

    fn security(&self) -> Value {
        match self.policy.access {
            Access::Public => json!([]),
            _ => json!([{"bearerAuth": []}, {"apiKey": []}]),
        }
    }

    fn description(&self, comment: &str) -> String {
        let alias = self
            .alias_of
            .map(|main| format!("An alias of `{} {}`.", main.verb, main.path.key));
        let access = match &self.policy.access {
            Access::Public | Access::Internal => None,
            Access::User => Some("Needs an authenticated user.".to_owned()),
            Access::Member => {
                Some("Needs an authenticated user who acts within an organisation.".to_owned())
            }
            Access::Permission(permission) => Some(format!("Needs the permission `{permission}`.")),
        };
        let comment = (!comment.is_empty()).then(|| comment.to_owned());
        let stream = self.stream().map(str::to_owned);
        let parts = [alias, comment, stream, access];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join("\n\n")
    }

    /// Streams in both directions, which needs a WebSocket.
    fn is_conversation(&self) -> bool {
        self.method.is_client_streaming() && self.method.is_server_streaming()
    }

    /// What a reader has to know of a stream.
    fn stream(&self) -> Option<&'static str> {
        match (
            self.method.is_client_streaming(),
            self.method.is_server_streaming(),
        ) {
            (true, true) => Some(
                "A WebSocket: each text message is a message in JSON, an empty one says that the \
                 client has sent all. Closed with 1000, or with 4000 plus the gRPC code.",
            ),
            (true, false) if !self.takes_raw_body() => {
                Some("Each line of the body is a message. Also over WebSocket.")
            }
            (false, true) if !self.answers_raw_body() => Some(
                "A stream of messages: events (`text/event-stream`), the last one named `end` or \
                 `error`, or lines, of which a failure is the last one: `{\"error\": …}`. Also over \
                 WebSocket.",
            ),
            _ => None,
        }
    }

    fn takes_raw_body(&self) -> bool {
        match &self.binding.body {
            Body::None => false,
            Body::Message => is_raw(&self.method.input()),
            Body::Field(field) => field_is_raw(field),
        }
    }

    fn answers_raw_body(&self) -> bool {
        match &self.binding.response_body {
            None => is_raw(&self.method.output()),
            Some(field) => field_is_raw(field),
        }
    }

    fn request_body(&self, schemas: &mut Schemas) -> Option<Value> {
        if self.is_conversation() {
            return None;
        }
        let input = self.method.input();
        let (content, required) = match &self.binding.body {
            Body::None => return None,
            Body::Message if is_raw(&input) => (raw("*/*"), true),
            Body::Message => {
                let bound: Vec<&str> = self.path.fields().collect();
                let schema = schemas.message_without(&input, &bound);
                let has_more = input.fields().any(|field| !bound.contains(&field.name()));
                (self.as_request(&schema), has_more)
            }
            Body::Field(field) => match field.kind() {
                Kind::Message(message) if is_raw(&message) => (raw("*/*"), true),
                _ => (
                    self.as_request(&schemas.field(field, Direction::Request)),
                    true,
                ),
            },
        };
        let mut body = json!({"content": content, "required": required});
        if let Some(bytes) = self.policy.max_request_bytes {
            body["description"] = format!("At most {bytes} bytes.").into();
        }
        Some(body)
    }

    fn responses(&self, has_body: bool, schemas: &mut Schemas) -> Value {
        let success = self.success(schemas);
        let mut responses = Map::new();
        let mut fails = |failure: Failure| {
            responses.insert(failure.status().to_owned(), failure.reference());
        };
        // Any request may be malformed as such, or misdirected.
        fails(Failure::BadRequest);
        fails(Failure::MisdirectedRequest);
        fails(Failure::HeadersTooLarge);
        fails(Failure::Internal);
        if self.policy.access != Access::Public {
            fails(Failure::Unauthenticated);
            fails(Failure::Forbidden);
        }
        if !self.path.variables.is_empty() {
            fails(Failure::NotFound);
        }
        // The standard method that can meet what exists: https://google.aip.dev/133.
        if self.method.name().starts_with("Create") {
            fails(Failure::Conflict);
        }
        if has_body {
            fails(Failure::RequestTimeout);
            fails(Failure::ContentTooLarge);
            fails(Failure::UnsupportedMediaType);
        }
        // What the gateway answers itself has no rate limit.
        if self.method.parent_service().package_name() != LOCAL_PACKAGE {
            fails(Failure::TooManyRequests);
            fails(Failure::Unavailable);
            fails(Failure::GatewayTimeout);
        }
        fails(Failure::Other);
        if tells_health(&self.method.output()) {
            responses.insert(Failure::Unavailable.status().to_owned(), success.clone());
        }
        if self.policy.cache_seconds.is_some() {
            let description = "The client has this already, by its `If-None-Match`.";
            let not_modified = json!({"description": description, "headers": entity_tag()});
            responses.insert("304".to_owned(), not_modified);
        }
        let (status, success) = if self.is_conversation() {
            ("101", json!({"description": "The WebSocket is open."}))
        } else {
            ("200", success)
        };
        responses.insert(status.to_owned(), success);
        responses.into()
    }

    fn success(&self, schemas: &mut Schemas) -> Value {
        let output = self.method.output();
        let (content, comment) = match &self.binding.response_body {
            None => {
                let content = if is_raw(&output) {
                    raw(self.raw_answer())
                } else {
                    self.as_answer(&schemas.message(&output, Direction::Response))
                };
                (content, comment::of(&output.parent_file(), output.path()))
            }
            Some(field) => {
                let content = match field.kind() {
                    Kind::Message(message) if is_raw(&message) => raw(self.raw_answer()),
                    _ => self.as_answer(&schemas.field_type(field, Direction::Response)),
                };
                (content, comment::of_field(field))
            }
        };
        let description = match comment.text() {
            "" => "OK",
            text => text,
        };
        let mut success = json!({"description": description, "content": content});
        if self.policy.cache_seconds.is_some() {
            success["headers"] = entity_tag();
        }
        success
    }

    /// Content in JSON: one text, or many.
    fn as_request(&self, schema: &Value) -> Value {
        if self.method.is_client_streaming() {
            return json!({"application/x-ndjson": {"schema": schema}});
        }
        as_json(schema)
    }

    /// Content in JSON: one text, or many. The schema of a stream is that of each message.
    fn as_answer(&self, schema: &Value) -> Value {
        if !self.method.is_server_streaming() {
            return as_json(schema);
        }
        json!({
            "application/x-ndjson": {"schema": schema},
            "text/event-stream": {"schema": schema},
        })
    }

    /// The media type of a raw answer, as far as the path tells.
    fn raw_answer(&self) -> &'static str {
        match self.path.key.rsplit_once('.') {
            Some((_, "json")) => "application/json",
            _ => "*/*",
        }
    }
}

/// The answer says whether something is serving, and has the status 503 where it is not.
fn tells_health(output: &MessageDescriptor) -> bool {
    output.fields().any(|field| match field.kind() {
        Kind::Enum(found) => found.full_name() == SERVING_STATUS,
        _ => false,
    })
}

fn entity_tag() -> Value {
    json!({"ETag": {
        "description": "Of this very content; strong.",
        "schema": {"type": "string"},
    }})
}

/// The message is bytes with a content type, not JSON.
fn is_raw(message: &MessageDescriptor) -> bool {
    message.full_name() == "google.api.HttpBody"
}

fn field_is_raw(field: &FieldDescriptor) -> bool {
    matches!(field.kind(), Kind::Message(message) if is_raw(&message))
}

/// Content of any bytes: a media type without schema keywords.
fn raw(media_type: &str) -> Value {
    json!({media_type: {"schema": {}}})
}

fn as_json(schema: &Value) -> Value {
    json!({"application/json": {"schema": schema}})
}
