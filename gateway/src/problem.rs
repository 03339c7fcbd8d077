//! Errors as HTTP clients see them: `application/problem+json` (RFC 9457).
//!
//! A problem says what the client can do and nothing about the inside. The HTTP status follows
//! from the gRPC code as `google.rpc.Code` documents it.

use guardmesh_chassis::fault::Fault;
use guardmesh_transcoder::{RequestError, RequestErrorKind};
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Serialize;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::coding::Coding;

pub(crate) mod status;
mod streaming;

/// An error answer.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    code: Code,
    reason: String,
    detail: String,
    violations: Vec<Violation>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The connection cannot be used further: what remains of the request was not read.
    pub(crate) close: bool,
    /// The client was waited for long enough, or its place is wanted: the connection ends with the
    /// answer.
    pub(crate) at_once: bool,
}

/// One part of the request that breaks a rule.
#[derive(Debug, Serialize)]
struct Violation {
    field: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    reason: &'a str,
    request_id: &'a str,
    violations: &'a [Violation],
}

// === impl Problem ===

impl Problem {
    fn new(status: StatusCode, code: Code, reason: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            reason: reason.to_owned(),
            detail: detail.into(),
            violations: Vec::new(),
            headers: Vec::new(),
            close: false,
            at_once: false,
        }
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers
            .extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// Further headers.
    pub(crate) fn and_headers(
        mut self,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    ) -> Self {
        self.headers.extend(headers);
        self
    }

    /// The connection ends with the answer.
    pub(crate) fn closing(mut self) -> Self {
        self.close = true;
        self
    }

    fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// A request that HTTP forbids, or that we refuse as ambiguous.
    pub(crate) fn bad_request(reason: &str, detail: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Code::InvalidArgument,
            reason,
            detail,
        )
        .closing()
    }

    /// More headers than we read, or than we pass on (RFC 6585, section 5).
    pub(crate) fn headers_too_large() -> Self {
        let detail = "The headers of the request are too large.";
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        Self::new(status, Code::InvalidArgument, "HEADERS_TOO_LARGE", detail).closing()
    }

    /// A request for a host that is not ours (RFC 9110, section 15.5.20).
    pub(crate) fn misdirected() -> Self {
        let detail = "This host is not served here.";
        let status = StatusCode::MISDIRECTED_REQUEST;
        Self::new(status, Code::InvalidArgument, "UNKNOWN_HOST", detail).closing()
    }

    /// A header that is not as it must be.
    pub(crate) fn invalid_header(reason: &str, detail: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, Code::InvalidArgument, reason, detail)
    }

    /// The question of a browser whether a page of another origin may call, answered with no.
    pub(crate) fn origin_not_allowed() -> Self {
        let detail = "Pages of this origin may not call the API.";
        let status = StatusCode::FORBIDDEN;
        Self::new(status, Code::PermissionDenied, "ORIGIN_NOT_ALLOWED", detail)
    }

    /// A body in a coding that we do not read, or in several (RFC 9110, section 15.5.16).
    pub(crate) fn unsupported_encoding() -> Self {
        let names = Coding::NAMES;
        let detail = format!("A request body may be in one of the codings {names}, or in none.");
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(
            status,
            Code::InvalidArgument,
            "UNSUPPORTED_ENCODING",
            detail,
        )
        .with(header::ACCEPT_ENCODING, names)
        .closing()
    }

    /// The same is served elsewhere (RFC 9110, section 15.4.9).
    pub(crate) fn moved(location: &str) -> Self {
        let detail = "This is served over HTTPS only.";
        let status = StatusCode::PERMANENT_REDIRECT;
        Self::new(status, Code::FailedPrecondition, "HTTPS_ONLY", detail)
            .with(header::LOCATION, location)
            .closing()
    }

    /// No such path.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Code::NotFound,
            "NO_ROUTE",
            "There is nothing here.",
        )
    }

    /// The path exists, for other methods.
    pub(crate) fn method_not_allowed(allow: &[Method]) -> Self {
        let allow = list(allow);
        let detail = match &*allow {
            "" => "This path answers no method.".to_owned(),
            allow => format!("This path answers {allow}."),
        };
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, Code::Unimplemented, "METHOD_NOT_ALLOWED", detail)
            .with(header::ALLOW, &allow)
    }

    /// Nobody is known to call (RFC 6750, section 3): `error` is the code of the challenge, where
    /// there was a credential. Why it does not hold is not told: it would help an attacker only.
    pub(crate) fn unauthenticated(reason: &str, detail: &str, error: Option<&str>) -> Self {
        let error = error.map(|error| format!(", error=\"{error}\""));
        let challenge = format!("Bearer realm=\"guardmesh\"{}", error.unwrap_or_default());
        let status = StatusCode::UNAUTHORIZED;
        Self::new(status, Code::Unauthenticated, reason, detail)
            .with(header::WWW_AUTHENTICATE, &challenge)
    }

    /// More bytes than the method takes.
    pub(crate) fn body_too_large(limit: usize) -> Self {
        let detail = format!("The request body may have at most {limit} bytes.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, Code::ResourceExhausted, "BODY_TOO_LARGE", detail).closing()
    }

    /// A head that did not arrive in time.
    pub(crate) fn head_too_slow() -> Self {
        let detail = "The head of the request did not arrive in time.";
        let status = StatusCode::REQUEST_TIMEOUT;
        Self::new(status, Code::DeadlineExceeded, "HEAD_TIMEOUT", detail).closing()
    }

    /// The client gave its request up. It sees nothing of this; the log does, under the status
    /// that nginx has for it.
    pub(crate) fn client_gone() -> Self {
        let status = StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, Code::Cancelled, "CLIENT_GONE", "").closing()
    }

    /// A body that did not arrive in time.
    pub(crate) fn body_too_slow() -> Self {
        let detail = "The request body did not arrive in time.";
        let status = StatusCode::REQUEST_TIMEOUT;
        Self::new(status, Code::DeadlineExceeded, "BODY_TIMEOUT", detail)
            .closing()
            .at_once()
    }

    /// A request that does not fit its message: where, and why.
    pub(crate) fn unfit(error: &RequestError) -> Self {
        let (status, reason) = match error.kind() {
            RequestErrorKind::ContentType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
            }
            _ => (StatusCode::BAD_REQUEST, "INVALID_REQUEST"),
        };
        let mut problem = Self::new(status, Code::InvalidArgument, reason, error.to_string());
        problem.violations.push(Violation {
            field: error.field().unwrap_or_default().to_owned(),
            description: error.message().to_owned(),
            line: error.line(),
            column: error.column(),
        });
        problem
    }

    /// An answer of a service that does not fit its message.
    pub(crate) fn internal() -> Self {
        Status::from(Fault::internal()).into()
    }

    /// The name of its gRPC code.
    pub(crate) fn code(&self) -> &'static str {
        code_name(self.code)
    }

    /// What went wrong, as a constant that clients can compare.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// The body, with the id that finds the request in the logs.
    pub(crate) fn render(&self, request_id: &str) -> Vec<u8> {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: code_name(self.code),
            reason: &self.reason,
            request_id,
            violations: &self.violations,
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Status::from(fault).into()
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let code = status.code();
        let http = http_status(code);
        let reason = details
            .error_info()
            .map_or(code_name(code), |info| &info.reason);
        // Messages come from our own services; those of libraries (which carry no details) may
        // name hosts and internals.
        let detail = if details.error_info().is_some() {
            status.message().to_owned()
        } else {
            generic_detail(code).to_owned()
        };
        let mut problem = Self::new(http, code, reason, detail);
        for violation in details
            .bad_request()
            .map_or(&[][..], |bad| &bad.field_violations)
        {
            problem.violations.push(Violation {
                field: violation.field.clone(),
                description: violation.description.clone(),
                line: None,
                column: None,
            });
        }
        let delay = details.retry_info().and_then(|retry| retry.retry_delay);
        let seconds = delay.map(|delay| delay.as_secs().max(1));
        match (http, seconds) {
            (StatusCode::UNAUTHORIZED, _) => {
                problem.with(header::WWW_AUTHENTICATE, "Bearer realm=\"guardmesh\"")
            }
            (StatusCode::SERVICE_UNAVAILABLE, None) => problem.with(header::RETRY_AFTER, "1"),
            (_, Some(seconds)) => problem.with(header::RETRY_AFTER, &seconds.to_string()),
            _ => problem,
        }
    }
}

/// Methods as `Allow` has them (RFC 9110, section 10.2.1).
fn list(methods: &[Method]) -> String {
    let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
    methods.join(", ")
}

fn generic_detail(code: Code) -> &'static str {
    match code {
        Code::Unavailable => "The service is unavailable for a moment.",
        Code::DeadlineExceeded => "The service did not answer in time.",
        Code::Unimplemented => "The service does not offer this.",
        // What gRPC itself says of a message over the service's limit.
        Code::OutOfRange | Code::ResourceExhausted => "The request is larger than this call takes.",
        _ => "Something went wrong on our side.",
    }
}

/// As documented in `google/rpc/code.proto`.
fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => {
            StatusCode::BAD_REQUEST
        }
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Cancelled | Code::Unknown | Code::Internal | Code::DataLoss => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
