//! The service through its gRPC port, on a database a test, with an auth service that is played
//! by a small one of the same contract.

#![expect(clippy::unwrap_used, reason = "tests: what fails here fails the test")]

mod auth;
mod clerk;
mod clerk_deletion;
mod lists;
mod ordering;
mod outage;
mod ownership;
mod proxy;
mod receive;
mod service;
mod stripe;
mod tenancy;
mod worker;
