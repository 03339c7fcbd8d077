//! What this service asks other services, by their contracts. No rule enters here.

pub(crate) mod auth;
