//! Errors as they leave a service: a gRPC status with `google.rpc` details.
//!
//! A fault says what the caller can do about it and nothing about the inside: no database text,
//! no stack, no host. Services turn their error enums into faults in `error.rs`.

use std::fmt;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// `google.rpc.ErrorInfo.domain` of all our errors.
pub const DOMAIN: &str = "guardmesh";

/// An error for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    code: Code,
    reason: &'static str,
    message: String,
    violations: Vec<(String, String)>,
    retry_after: Option<Duration>,
}

// === impl Fault ===

impl Fault {
    /// A fault with a stable machine-readable reason (`UPPER_SNAKE_CASE`) and a sentence for a
    /// person.
    pub fn new(code: Code, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            violations: Vec::new(),
            retry_after: None,
        }
    }

    /// A request field (in its JSON spelling) that breaks a rule.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::new(
            Code::InvalidArgument,
            "INVALID_FIELD",
            "The request has invalid fields.",
        )
        .and_invalid(field, rule)
    }

    /// One more field that breaks a rule.
    #[must_use]
    pub fn and_invalid(mut self, field: impl Into<String>, rule: impl Into<String>) -> Self {
        self.violations.push((field.into(), rule.into()));
        self
    }

    /// The same of a message that this field of the request holds.
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        for (path, _) in &mut self.violations {
            *path = format!("{field}.{path}");
        }
        self
    }

    /// Something that failed inside, and that the caller can only try again or report.
    pub fn internal() -> Self {
        Self::new(
            Code::Internal,
            "INTERNAL",
            "Something went wrong on our side.",
        )
    }

    /// A dependency that does not answer for now.
    pub fn unavailable() -> Self {
        Self::new(
            Code::Unavailable,
            "UNAVAILABLE",
            "The service is unavailable for a moment.",
        )
        .retry_after(Duration::from_secs(1))
    }

    /// When it makes sense to try again.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The gRPC code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The stable reason.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// The sentence for a person.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Fields and the rules they break.
    pub fn violations(&self) -> &[(String, String)] {
        &self.violations
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (field, rule) in &self.violations {
            write!(f, " {field}: {rule}.")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        let mut details = ErrorDetails::new();
        details.set_error_info(fault.reason, DOMAIN, std::collections::HashMap::new());
        for (field, rule) in fault.violations {
            details.add_bad_request_violation(field, rule);
        }
        if fault.retry_after.is_some() {
            details.set_retry_info(fault.retry_after);
        }
        Self::with_error_details(fault.code, fault.message, details)
    }
}
