//! Guardrails over text and code, as a service.
