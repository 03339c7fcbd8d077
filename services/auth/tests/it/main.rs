//! The auth service as its callers see it: over its gRPC port, with signed callers, on a real
//! PostgreSQL database for each test.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot go on in a test fails the test"
)]

mod access;
mod account;
mod administrator;
mod api_key;
mod app;
mod clerk;
mod clerk_deletion;
mod deletion;
mod deletion_by_operators;
mod erasure;
mod guards;
mod isolation;
mod organization;
mod outage;
mod refresh;
mod revocation;
mod revocation_faults;
mod revocation_latency;
mod session;
mod signing_key;
mod watch;
