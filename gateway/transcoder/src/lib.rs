//! Transcoding between JSON over HTTP and Protobuf, and routing by `google.api.http`.
//!
//! Descriptors are compiled once into tables. A request then goes from path, query and JSON body
//! straight to the bytes of its Protobuf message, and an answer straight back; no message object
//! is built on the way. The crate does no I/O, is not async and knows no framework: it takes and
//! gives bytes, so it fits any HTTP server and any gRPC client. `examples/axum.rs` is a service that
//! answers all routes of a contract with one handler.
//!
//! ```
//! use guardmesh_transcoder::{Options, Transcoder};
//! use http::Method;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut compiler = protox::Compiler::new(["tests/proto"])?;
//! # compiler.include_imports(true).open_file("kitchen/v1/service.proto")?;
//! # let descriptor_set = compiler.encode_file_descriptor_set();
//! // rpc CreateItem(CreateItemRequest) returns (Item) {
//! //   option (google.api.http) = {post: "/v1/shelves/{shelf.number}/items" body: "item"};
//! // }
//! let transcoder = Transcoder::from_descriptor_set(&descriptor_set, Options::default())?;
//!
//! let route = transcoder.route(&Method::POST, "/v1/shelves/42/items")?;
//! assert_eq!(route.method().grpc_path(), "/kitchen.v1.Kitchen/CreateItem");
//!
//! let body = br#"{"displayName": "A book"}"#;
//! let message = route.encode_request(Some("dryRun=true"), Some("application/json"), body)?;
//! // `message` goes upstream in a gRPC frame. Say the service answers with Item { id: "7" }:
//! let answer = route.decode_response(b"\x0a\x017")?;
//! assert_eq!(answer.content_type, "application/json");
//! assert!(answer.body.starts_with(br#"{"id":"7","#));
//!
//! let error = route.encode_request(None, None, b"{\n  \"size\": {\"width\": 1.5}\n}").unwrap_err();
//! assert_eq!((error.line(), error.column()), (Some(2), Some(21)));
//! assert_eq!(error.field(), Some("size.width"));
//! # assert!(!message.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Routing
//!
//! Every pattern of `google.api.http` is taken: all methods, `custom` (kind `*` stands for every
//! method), `additional_bindings`, `*`, `**` anywhere in a template but once, nested field paths,
//! `:verb`, `body`, `response_body`. Precedence is decided segment by segment from the left: a
//! literal before `*` before `**`. A path that ends in `:verb` is that of the templates with this
//! verb, if any match, whatever its HTTP method; else the colon is part of a name. Of the
//! templates that match, the most specific one that has the HTTP method wins. Two bindings for the
//! same requests, and bindings that do not fit their messages, fail the build.
//!
//! Paths are taken raw, without their query. Literals are compared as they stand. A variable of
//! one segment is percent-decoded in full, so that `%2F` in it is data; a variable of several
//! keeps the escapes of reserved characters. Dot segments, escaped or not, are refused; so is NUL
//! in a variable. `*` does not match an empty segment. HEAD is not answered unless declared.
//!
//! # Requests
//!
//! The path has the last word over the body. Query parameters reach the fields that neither path
//! nor body sets: nested (`filter.text=x`), repeated (`id=1&id=2`), enums by name or number, maps
//! (`labels[env]=prod`), and the well-known types that are scalar-like (times, durations, field
//! masks, wrappers, `Value`). A `PATCH` whose body is a field, and whose request has a `FieldMask`
//! named `update_mask` that the query does not send, gets the mask of the fields in its body,
//! `null` ones included, without those the path sets. A `google.api.HttpBody`, as the request or as
//! the field that `body` names, takes the body and its content type as they are. Other bodies must
//! be `application/json`, `application/*+json`, or name no type.
//!
//! Errors in a body have line, column and, where one has begun, the field.
//!
//! # Streams
//!
//! [`Method::client_streaming`] and [`Method::server_streaming`] say what a method is. Each message
//! of a server stream goes through [`Route::decode_response`]; those of a client stream through
//! [`Route::request_stream`]. How messages are told apart (lines, events, WebSocket frames) is the
//! server's business; gRPC's own framing is in [`frame`], that of gRPC-Web in [`grpc_web`].
//!
//! ```
//! # use guardmesh_transcoder::{Options, Transcoder};
//! # use http::Method;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut compiler = protox::Compiler::new(["tests/proto"])?;
//! # compiler.include_imports(true).open_file("kitchen/v1/service.proto")?;
//! # let set = compiler.encode_file_descriptor_set();
//! # let transcoder = Transcoder::from_descriptor_set(&set, Options::default())?;
//! // rpc AppendItems(stream CreateItemRequest) returns (Item) {
//! //   option (google.api.http) = {post: "/v1/shelves/{shelf.number}/items:append" body: "item"};
//! // }
//! let route = transcoder.route(&Method::POST, "/v1/shelves/42/items:append")?;
//! assert!(route.method().client_streaming());
//! let mut stream = route.request_stream(Some("dryRun=true"), None)?;
//! let first = stream.encode(br#"{"id": "1"}"#)?; // with shelf 42 and dry_run
//! let second = stream.encode(br#"{"id": "2"}"#)?; // the item alone
//! assert_eq!(&*second, b"\x12\x03\x0a\x012");
//! # assert!(first.len() > second.len());
//! # Ok(())
//! # }
//! ```
//!
//! # Dialect
//!
//! The JSON mapping is that of <https://protobuf.dev/programming-guides/json>. Where that leaves
//! room, or other implementations differ:
//!
//! - Unknown fields, duplicate keys (in both spellings, and in maps), two members of a oneof and
//!   trailing data are errors. Nesting is bounded: see [`Options::max_depth`].
//! - `null` leaves a field unset, but is a value for `Value` and `NullValue`. In lists and maps it
//!   is an error otherwise.
//! - Numbers in strings, map keys included, must be exact JSON numbers: no `+1`, `01` or white
//!   space. `1e3` and `2.0` are integers, in strings too. A float that would round to infinity is
//!   out of range.
//! - Enum names are exact; a number in a string is no enum in a body, but is one in path and query.
//!   `NullValue` is taken by name and number, too.
//! - Field masks are taken in both spellings, but not mixed in one path. One without a JSON form
//!   fails the answer.
//! - Base64 is taken in either alphabet, but not in both at once; a wrong amount of padding is
//!   refused, non-zero trailing bits are not.
//! - Times need capital `T` and `Z`; leap seconds are refused. An upstream's time out of range, or
//!   duration of mixed signs, fails the answer.
//! - Answers print fields by number, maps sorted by key, times with 0, 3, 6 or 9 decimals, and of
//!   enum aliases the name declared first. Floats are the shortest text that reads back equal.
//! - An empty `Any` is `{}`. A `Value` without a kind prints as `null`. An unset message named by `response_body` is
//!   `null`.
//! - A known field with a wrong wire type is an error, not an unknown field. Of an answer, values
//!   that a later one replaces are not looked into.
//! - In a query, a map key cannot hold `[`.
//! - `-0` is 0 for unsigned integers, too. `required` of proto2 is not enforced, its extensions
//!   have no JSON form here, and groups are refused at build.
//!
//! Where Envoy's transcoder, grpc-gateway and vanguard disagree about requests:
//!
//! | | Envoy | grpc-gateway | vanguard | here |
//! |---|---|---|---|---|
//! | path and body set one field | body wins, or error | path wins | path wins | path wins |
//! | unknown query parameter | error, or ignored | ignored | error, or ignored | error, or ignored |
//! | parameter for a field of path or body | | ignored | parameter wins | error |
//! | map in the query | error | `m[k]=v` | error | `m[k]=v` |
//! | `Value` in the query | a string | JSON | error | a string |
//! | `Struct` in the query | error | JSON | error | error |
//! | `%2F` in a variable of one segment | decoded | by option | decoded | decoded |
//! | `%2F` in a variable of several | kept | by option | kept | kept |
//! | field mask of a PATCH body | not implied | if the query's is empty | not implied | if the query has none |
//! | path and query of a client stream | first message | ignored | | first message |

mod binding;
mod decode;
mod encode;
mod error;
pub mod frame;
pub mod grpc_web;
mod json;
mod mask;
mod options;
mod percent;
mod plain;
mod program;
mod query;
mod request;
mod router;
mod rule;
mod scalar;
mod stream;
mod template;
mod time;
mod transcoder;
mod wire;

pub use binding::Binding;
pub use error::{BuildError, RequestError, RequestErrorKind, ResponseError, RouteError};
pub use options::Options;
pub use stream::RequestStream;
pub use transcoder::{Method, Response, Route, Transcoder};
