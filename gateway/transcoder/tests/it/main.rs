//! One binary of integration tests.

mod build;
mod cases;
mod fixture;
mod no_panic;
mod oracle;
mod routing;
