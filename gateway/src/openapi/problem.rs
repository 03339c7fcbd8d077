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
    RequestTimeout,
    Conflict,
    ContentTooLarge,
    UnsupportedMediaType,
    MisdirectedRequest,
    TooManyRequests,
    HeadersTooLarge,
    Internal,
    Unavailable,
    GatewayTimeout,
    /// Every other one.
    Other,
}

const FAILURES: [Failure; 15] = [
    Failure::BadRequest,
    Failure::Unauthenticated,
    Failure::Forbidden,
    Failure::NotFound,
    Failure::RequestTimeout,
    Failure::Conflict,
    Failure::ContentTooLarge,
    Failure::UnsupportedMediaType,
    Failure::MisdirectedRequest,
    Failure::TooManyRequests,
    Failure::HeadersTooLarge,
    Failure::Internal,
    Failure::Unavailable,
    Failure::GatewayTimeout,
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
            Self::RequestTimeout => "408",
            Self::Conflict => "409",
            Self::ContentTooLarge => "413",
            Self::UnsupportedMediaType => "415",
            Self::MisdirectedRequest => "421",
            Self::TooManyRequests => "429",
            Self::HeadersTooLarge => "431",
            Self::Internal => "500",
            Self::Unavailable => "503",
            Self::GatewayTimeout => "504",
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
            Self::RequestTimeout => "The body did not arrive in time.",
            Self::Conflict => "It exists already, or its state forbids this.",
            Self::ContentTooLarge => {
                "The body is larger than this method takes, as it arrives or once it is decoded."
            }
            Self::UnsupportedMediaType => {
                "The body has a type or a coding that this method does not take."
            }
            Self::MisdirectedRequest => "The host of the request is not served here.",
            Self::TooManyRequests => "The caller has made too many calls of this kind.",
            Self::HeadersTooLarge => "The headers of the request are too large.",
            Self::Internal => "Something went wrong on our side.",
            Self::Unavailable => "The service is unavailable for a moment.",
            Self::GatewayTimeout => "The service did not answer in time.",
            Self::Other => "Any other failure.",
        }
    }

    fn response(self) -> Value {
        let mut response = json!({
            "description": self.description(),
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
            }},
        });
        let headers: Vec<(&str, Value)> = match self {
            Self::Unauthenticated => vec![("WWW-Authenticate", challenge())],
            Self::UnsupportedMediaType => vec![("Accept-Encoding", codings())],
            Self::TooManyRequests => vec![
                ("Retry-After", delay()),
                ("RateLimit", text("What is left, and until when.")),
                ("RateLimit-Policy", text("The limits of this kind of call.")),
            ],
            Self::Unavailable => vec![("Retry-After", delay())],
            _ => return response,
        };
        response["headers"] = headers
            .into_iter()
            .map(|(name, header)| (name.to_owned(), header))
            .collect();
        response
    }
}

fn challenge() -> Value {
    text("The scheme to use, RFC 6750.")
}

fn codings() -> Value {
    text("The codings that are taken, where the coding was the reason.")
}

fn delay() -> Value {
    json!({
        "description": "Seconds after which it makes sense to try again.",
        "schema": {"type": "integer", "minimum": 0},
    })
}

fn text(description: &str) -> Value {
    json!({"description": description, "schema": {"type": "string"}})
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
