//! The whole house, end to end: the real `guardmesh` binary, over HTTP, on a real PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod admin;
mod api_keys;
mod bad_input;
mod check;
mod check_baseline;
mod check_diff;
mod check_policy;
mod check_sarif;
mod check_tree;
mod client;
mod deletion;
mod guardmesh;
mod lifecycle;
mod openapi;
mod refusal;
mod remote_guards;
mod streams;
mod tree;
mod walk;
mod webhooks;
mod welcome;
