//! Errors in the document: the problem object of RFC 9457 and the answers that carry it.

use serde_json::{Value, json};

/// Names of schemas that belong to the problem object.
pub(super) const SCHEMAS: [&str; 2] = ["Problem", "Violation"];

/// A kind of failure that an operation declares.
#[derive(Debug, Clone, Copy)]
pub(super) enum Failure {
    BadRequest,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    ContentTooLarge,
    TooManyRequests,
    /// Every other one.
    Other,
}

const FAILURES: [Failure; 8] = [
    Failure::BadRequest,
    Failure::Unauthenticated,
    Failure::Forbidden,
    Failure::NotFound,
    Failure::Conflict,
    Failure::ContentTooLarge,
    Failure::TooManyRequests,
    Failure::Other,
];

// === impl Failure ===

impl Failure {
    /// Its key among the responses of an operation.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::BadRequest => "400",
            Self::Unauthenticated => "401",
            Self::Forbidden => "403",
            Self::NotFound => "404",
            Self::Conflict => "409",
            Self::ContentTooLarge => "413",
            Self::TooManyRequests => "429",
            Self::Other => "default",
        }
    }

    /// A reference to its response.
    pub(super) fn reference(self) -> Value {
        json!({"$ref": format!("#/components/responses/{self:?}")})
    }

    fn description(self) -> &'static str {
        match self {
            Self::BadRequest => {
                "The request is malformed or breaks a rule; `violations` says where."
            }
            Self::Unauthenticated => "The credentials are missing, malformed, expired or revoked.",
            Self::Forbidden => "The caller may not do this.",
            Self::NotFound => "There is no such thing, or it is not the caller's to see.",
            Self::Conflict => "It exists already, or its state forbids this.",
            Self::ContentTooLarge => "The body is larger than this method takes.",
            Self::TooManyRequests => {
                "A rate limit is used up; `RateLimit` and `RateLimit-Policy` say which."
            }
            Self::Other => {
                "Any other failure, such as 503 (with `Retry-After`) while a service is down and \
                 504 when it did not answer in time."
            }
        }
    }

    fn response(self) -> Value {
        let mut response = json!({
            "description": self.description(),
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
            }},
        });
        match self {
            Self::Unauthenticated => {
                response["headers"] = json!({"WWW-Authenticate": {
                    "description": "The scheme to use, RFC 6750.",
                    "schema": {"type": "string"},
                }});
            }
            Self::TooManyRequests | Self::Other => {
                response["headers"] = json!({"Retry-After": {
                    "description": "Seconds after which it makes sense to try again.",
                    "schema": {"type": "integer", "minimum": 0},
                }});
            }
            _ => {}
        }
        response
    }
}

/// The responses that operations refer to, as `components.responses`.
pub(super) fn responses() -> Value {
    FAILURES
        .iter()
        .map(|failure| (format!("{failure:?}"), failure.response()))
        .collect()
}

/// The problem object, as entries of `components.schemas`.
pub(super) fn schemas() -> [(String, Value); 2] {
    let [problem, violation] = SCHEMAS;
    [
        (problem.to_owned(), problem_schema()),
        (violation.to_owned(), violation_schema()),
    ]
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "An error, RFC 9457.",
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "description": "Identifies the kind of problem; `about:blank` when `status` says \
                    it all.",
            },
            "title": {"type": "string", "description": "The kind of problem, for a person."},
            "status": {
                "type": "integer",
                "minimum": 400,
                "maximum": 599,
                "description": "The HTTP status.",
            },
            "detail": {"type": "string", "description": "What happened, for a person."},
            "code": {
                "type": "string",
                "description": "The gRPC status code by name, such as `INVALID_ARGUMENT`.",
            },
            "reason": {
                "type": "string",
                "description": "Stable and machine-readable, such as `INVALID_FIELD`.",
            },
            "requestId": {
                "type": "string",
                "description": "The request's id, as in the logs; quote it when you report.",
            },
            "violations": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Violation"},
                "description": "Places in the request that break a rule.",
            },
        },
        "required": ["code", "requestId", "status", "title"],
    })
}

fn violation_schema() -> Value {
    json!({
        "type": "object",
        "description": "A place in the request that breaks a rule.",
        "properties": {
            "field": {
                "type": "string",
                "description": "Path of the field, in JSON names; empty for the request as such.",
            },
            "description": {"type": "string", "description": "The rule."},
            "line": {
                "type": "integer",
                "minimum": 1,
                "description": "Line of a malformed JSON body.",
            },
            "column": {
                "type": "integer",
                "minimum": 1,
                "description": "Column of a malformed JSON body.",
            },
        },
        "required": ["description", "field"],
    })
}
