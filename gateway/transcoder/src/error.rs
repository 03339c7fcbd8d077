//! What can go wrong: at build, in routing, in a request, in an answer. No HTTP status is chosen
//! here; that is the gateway's business.

use std::fmt;

/// Why a descriptor set cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The bytes are not a usable `FileDescriptorSet`.
    #[error("invalid descriptor set: {0}")]
    Descriptor(#[from] prost_reflect::DescriptorError),
    /// An HTTP rule does not fit its method.
    #[error("method {method}: binding `{binding}`: {reason}")]
    Binding {
        /// Full name of the method, `pkg.Service.Method`.
        method: String,
        /// HTTP method and template of the rule.
        binding: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two rules would answer the same requests.
    #[error("{first} and {second} claim the same requests")]
    Ambiguous {
        /// The rule declared first: "`GET /v1/{id}` of pkg.Service.Method".
        first: String,
        /// The rule declared second, in the same form.
        second: String,
    },
    /// A message uses a group, which has no JSON form here.
    #[error("field {field} is a group, which is not supported")]
    Group {
        /// Full name of the field.
        field: String,
    },
}

/// Why no method answers a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// No template matches the path.
    #[error("no route matches the path")]
    NotFound,
    /// Templates match the path, but none for this HTTP method.
    #[error("the HTTP method is not allowed here")]
    MethodNotAllowed {
        /// The methods that are, sorted by name.
        allow: Vec<http::Method>,
    },
    /// The path is malformed: a bad escape, a dot segment, a NUL.
    #[error("malformed path: {reason}")]
    BadPath {
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// The sort of a [`RequestError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestErrorKind {
    /// The body is not well-formed JSON.
    Syntax,
    /// The body or a decoded value is not UTF-8.
    Utf8,
    /// JSON, or the message it describes, nests too deep.
    Depth,
    /// The message has no such field.
    UnknownField,
    /// A field, a map key or a parameter is given twice.
    Duplicate,
    /// Two members of one oneof are set.
    Oneof,
    /// The value has the wrong JSON type or form for its field.
    Type,
    /// The value does not fit the range of its field.
    Range,
    /// A query parameter is unknown, malformed or not allowed.
    Query,
    /// A path variable does not fit its field.
    Path,
    /// The body has a media type that this method does not take.
    ContentType,
    /// There is a body where the method takes none.
    UnexpectedBody,
}

/// Why a request cannot become a message. The client is at fault. Values are never quoted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    pub(crate) kind: RequestErrorKind,
    pub(crate) message: String,
    pub(crate) field: Option<String>,
    pub(crate) position: Option<(u32, u32)>,
}

/// Why an answer of the upstream cannot become JSON. The upstream is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseError {
    pub(crate) message: String,
    pub(crate) field: Option<String>,
}

// === impl RequestError ===

impl RequestError {
    pub(crate) fn new(kind: RequestErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            field: None,
            position: None,
        }
    }

    pub(crate) fn on_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The sort of error.
    pub fn kind(&self) -> RequestErrorKind {
        self.kind
    }

    /// One sentence for the client, without position and field.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path of the field in JSON spelling, such as `user.emails[2]` or `labels["env"]`.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Line in the body, from 1.
    pub fn line(&self) -> Option<u32> {
        self.position.map(|(line, _)| line)
    }

    /// Column in the line, from 1, in Unicode characters.
    pub fn column(&self) -> Option<u32> {
        self.position.map(|(_, column)| column)
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.position {
            write!(f, "line {line}, column {column}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for RequestError {}

// === impl ResponseError ===

impl ResponseError {
    /// What is wrong, without the field.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path of the field in JSON spelling, where one is known.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ResponseError {}
