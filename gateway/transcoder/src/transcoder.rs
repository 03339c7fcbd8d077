//! The public face: methods, routes, and the two directions of a call.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;
use prost_reflect::{DescriptorPool, MethodDescriptor};

use crate::binding::{Answer, Binding};
use crate::decode;
use crate::encode;
use crate::error::{BuildError, RequestError, ResponseError, RouteError};
use crate::options::Options;
use crate::program::{MessageId, Program};
use crate::request::Request;
use crate::router::{self, Router};
use crate::rule;
use crate::stream::RequestStream;

/// Routes HTTP requests to gRPC methods and translates between JSON and Protobuf.
///
/// Immutable; share it between threads in an `Arc`. It does no I/O and keeps nothing between
/// calls.
#[derive(Debug)]
pub struct Transcoder {
    methods: Vec<Method>,
    by_path: HashMap<String, usize>,
    router: Router,
    program: Program,
    options: Options,
}

/// One gRPC method.
#[derive(Debug)]
pub struct Method {
    index: usize,
    grpc_path: String,
    descriptor: MethodDescriptor,
    bindings: Vec<Binding>,
    input: MessageId,
    output: MessageId,
}

/// A request that found its method.
#[derive(Debug)]
pub struct Route<'t> {
    transcoder: &'t Transcoder,
    method: &'t Method,
    binding: &'t Binding,
    captures: Vec<String>,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its media type: `application/json`, or what a `google.api.HttpBody` says.
    pub content_type: Cow<'static, str>,
    /// The bytes.
    pub body: Bytes,
}

// === impl Transcoder ===

impl Transcoder {
    /// Builds from an encoded `google.protobuf.FileDescriptorSet`. Its method options must be
    /// intact, and `google/api/annotations.proto` part of it.
    pub fn from_descriptor_set(bytes: &[u8], options: Options) -> Result<Self, BuildError> {
        Self::from_pool(&DescriptorPool::decode(bytes)?, options)
    }

    /// Builds from descriptors that are at hand already.
    pub fn from_pool(pool: &DescriptorPool, options: Options) -> Result<Self, BuildError> {
        let descriptors: Vec<MethodDescriptor> = pool
            .services()
            .flat_map(|s| s.methods().collect::<Vec<_>>())
            .collect();
        let roots = descriptors
            .iter()
            .flat_map(|method| [method.input(), method.output()]);
        let program = Program::compile(pool, roots)?;
        let mut transcoder = Self {
            methods: Vec::with_capacity(descriptors.len()),
            by_path: HashMap::new(),
            router: Router::new(),
            program,
            options,
        };
        let extension = rule::extension(pool);
        for descriptor in descriptors {
            let rules = match &extension {
                Some(extension) => rule::rules(&descriptor, extension)
                    .map_err(|reason| invalid(&descriptor, "google.api.http", reason))?,
                None => Vec::new(),
            };
            transcoder.add(descriptor, &rules)?;
        }
        Ok(transcoder)
    }

    fn add(
        &mut self,
        descriptor: MethodDescriptor,
        rules: &[rule::Rule],
    ) -> Result<(), BuildError> {
        let message = |name: &str| {
            self.program.find(name).ok_or_else(|| {
                invalid(
                    &descriptor,
                    "google.api.http",
                    format!("{name} is not compiled"),
                )
            })
        };
        let input = message(descriptor.input().full_name())?;
        let output = message(descriptor.output().full_name())?;
        let index = self.methods.len();
        let mut bindings = Vec::with_capacity(rules.len());
        for rule in rules {
            let verb = rule.method.as_ref().map_or("*", http::Method::as_str);
            let name = format!("{verb} {}", rule.template);
            let binding = Binding::compile(&self.program, rule, input, output)
                .map_err(|reason| invalid(&descriptor, &name, reason))?;
            let id = (index, bindings.len());
            if let Err((method, taken)) =
                self.router
                    .insert(rule.method.clone(), &binding.template, id)
            {
                let (owner, bindings) = match self.methods.get(method) {
                    Some(method) => (&method.descriptor, &method.bindings),
                    None => (&descriptor, &bindings),
                };
                let full =
                    |name: &str, of: &MethodDescriptor| format!("`{name}` of {}", of.full_name());
                return Err(BuildError::Ambiguous {
                    first: full(&bindings[taken].to_string(), owner),
                    second: full(&name, &descriptor),
                });
            }
            bindings.push(binding);
        }
        let service = descriptor.parent_service().full_name();
        let grpc_path = format!("/{service}/{}", descriptor.name());
        self.by_path.insert(grpc_path.clone(), index);
        self.methods.push(Method {
            index,
            grpc_path,
            descriptor,
            bindings,
            input,
            output,
        });
        Ok(())
    }

    /// All methods of all services, with HTTP bindings or without, in the order of the set.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// The method with this gRPC path, `/pkg.Service/Method`.
    pub fn method(&self, grpc_path: &str) -> Option<&Method> {
        self.by_path
            .get(grpc_path)
            .map(|index| &self.methods[*index])
    }

    /// Finds the method for a request. `path` is the raw path, still escaped, without the query.
    ///
    /// Precedence, segment by segment from the left: a literal before `*` before `**`; templates
    /// with a matching `:verb` before those without. Of the templates that match, the most
    /// specific one that has the HTTP method wins.
    pub fn route(&self, verb: &http::Method, path: &str) -> Result<Route<'_>, RouteError> {
        let ((method, binding), segments) = self.router.find(verb, path)?;
        let method = &self.methods[method];
        let binding = &method.bindings[binding];
        let captures = router::captures(&binding.template, &segments)?;
        Ok(Route {
            transcoder: self,
            method,
            binding,
            captures,
        })
    }

    /// JSON to the wire for any message the methods reach, by full name: for frames of a stream
    /// and for details of errors. `None` if there is no such message.
    pub fn json_to_wire(&self, message: &str, json: &[u8]) -> Option<Result<Bytes, RequestError>> {
        let id = self.program.find(message)?;
        let mut out = Vec::with_capacity(json.len());
        let encoded = encode::message(&self.program, &self.options, id, json, &mut out);
        Some(encoded.map(|()| Bytes::from(out)))
    }

    /// The wire to JSON for any message the methods reach, by full name. `None` if there is no
    /// such message.
    pub fn wire_to_json(&self, message: &str, wire: &[u8]) -> Option<Result<Bytes, ResponseError>> {
        let id = self.program.find(message)?;
        Some(decode::message(&self.program, &self.options, id, wire).map(Bytes::from))
    }
}

// === impl Method ===

impl Method {
    /// Its place in [`Transcoder::methods`], for tables of one's own.
    pub fn index(&self) -> usize {
        self.index
    }

    /// `/pkg.Service/Method`.
    pub fn grpc_path(&self) -> &str {
        &self.grpc_path
    }

    /// Its descriptor, with all options.
    pub fn descriptor(&self) -> &MethodDescriptor {
        &self.descriptor
    }

    /// The client sends a stream of messages.
    pub fn client_streaming(&self) -> bool {
        self.descriptor.is_client_streaming()
    }

    /// The server sends a stream of messages.
    pub fn server_streaming(&self) -> bool {
        self.descriptor.is_server_streaming()
    }

    /// Its HTTP bindings, the main one first; none for methods that only speak gRPC.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

// === impl Route ===

impl<'t> Route<'t> {
    /// The method to call.
    pub fn method(&self) -> &'t Method {
        self.method
    }

    /// The binding that matched.
    pub fn binding(&self) -> &'t Binding {
        self.binding
    }

    /// The path variables, by field path as declared, decoded.
    pub fn captures(&self) -> impl Iterator<Item = (&'t str, &str)> {
        let names = self
            .binding
            .template
            .variables
            .iter()
            .map(|v| v.field_path.as_str());
        names.zip(self.captures.iter().map(String::as_str))
    }

    /// Path, query and body to the request message on the wire, without gRPC framing.
    ///
    /// Path variables win over the body. A parameter of the query may not name a field that path
    /// or body sets. An empty body leaves the body's field unset.
    pub fn encode_request(
        &self,
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Bytes, RequestError> {
        let request = self.request();
        let wire = request.encode(&self.captures, query, content_type, body)?;
        Ok(wire.into())
    }

    /// Begins a client's stream: a method that is [`Method::client_streaming`]. The fields that
    /// path and query set, and the content type of an upload, go into the first message alone, as
    /// in Envoy. They are checked here, before anything is answered.
    ///
    /// Where the binding has a `body`, each JSON text is that of this field, or of the message.
    /// Where it has none, as befits a WebSocket, whose handshake is a GET, each is the message. An
    /// upload (`google.api.HttpBody`) takes parts of any size; an empty one is one empty part. No
    /// field mask is implied. `content_type` counts for an upload only.
    pub fn request_stream(
        &self,
        query: Option<&str>,
        content_type: Option<&str>,
    ) -> Result<RequestStream<'t>, RequestError> {
        RequestStream::new(self.request(), &self.captures, query, content_type)
    }

    fn request(&self) -> Request<'t> {
        Request {
            program: &self.transcoder.program,
            options: &self.transcoder.options,
            input: self.method.input,
            binding: self.binding,
        }
    }

    /// The response message on the wire to the answer's body; of a server stream, each message.
    ///
    /// JSON is one line without a line break in it, and so fits a line of NDJSON, a `data:` line
    /// of `text/event-stream` or a WebSocket frame. A stream of `google.api.HttpBody`
    /// ([`Binding::answers_raw_body`]) is one body in parts with the content type of the first.
    pub fn decode_response(&self, wire: &[u8]) -> Result<Response, ResponseError> {
        let (program, options) = (&self.transcoder.program, &self.transcoder.options);
        let output = self.method.output;
        let json = match self.binding.answer {
            Answer::Whole => decode::message(program, options, output, wire)?,
            Answer::Field(index) => decode::field(program, options, output, index, wire)?,
            Answer::RawWhole => return decode::http_body(wire),
            Answer::RawField(index) => {
                return decode::http_body(&decode::merged(program, output, index, wire)?);
            }
        };
        Ok(Response {
            content_type: Cow::Borrowed("application/json"),
            body: Bytes::from(json),
        })
    }
}

fn invalid(method: &MethodDescriptor, binding: &str, reason: String) -> BuildError {
    BuildError::Binding {
        method: method.full_name().into(),
        binding: binding.into(),
        reason,
    }
}
