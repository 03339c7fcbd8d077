//! One binary of integration tests.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod axum;
mod build;
mod cases;
mod fixture;
mod frames;
mod generate;
mod grpc_web;
mod messages;
mod no_panic;
mod oracle;
mod random;
mod routing;
mod schema;
mod streams;
