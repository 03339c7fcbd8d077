//! JSON and Protobuf transcoding, and routing by `google.api.http`.
//!
//! It stands alone: no I/O, no async, no framework, nothing of Guardmesh.

mod binding;
mod decode;
mod encode;
mod error;
mod json;
mod mask;
mod options;
mod percent;
mod program;
mod query;
mod request;
mod router;
mod rule;
mod scalar;
mod template;
mod time;
mod transcoder;
mod wire;

pub use binding::Binding;
pub use error::{BuildError, RequestError, RequestErrorKind, ResponseError, RouteError};
pub use options::Options;
pub use transcoder::{Method, Response, Route, Transcoder};
