//! The whole house, end to end: the real `guardmesh` binary, over HTTP, on a real PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod admin;
mod api_keys;
mod bad_input;
mod check;
mod client;
mod guardmesh;
mod lifecycle;
mod openapi;
mod refusal;
mod streams;
mod walk;
mod webhooks;
mod welcome;
