//! What every service stands on: configuration, telemetry, database, server bootstrap, health,
//! shutdown, the caller context, errors, ids and time.
//!
//! It knows the envelope of a call (who calls, may they, what went wrong), and no word of any
//! service's domain. Nothing here imports a service.

pub mod access;
pub mod api_key;
pub mod backoff;
pub mod call_log;
pub mod caller;
pub mod clock;
pub mod config;
pub mod database;
pub mod fault;
pub mod health;
pub mod id;
pub mod json_struct;
pub mod name;
pub mod page;
pub mod peer;
pub mod policy;
#[cfg(feature = "embedded-postgres")]
pub mod postgres;
pub mod sealing;
pub mod server;
pub mod shutdown;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tls;
