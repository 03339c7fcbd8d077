//! The guards service as its callers see it: over its gRPC port, with signed callers, on a real
//! PostgreSQL database for each test.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot go on in a test fails the test"
)]

mod access;
mod app;
mod batch;
mod check;
mod custom_guards;
mod custom_policies;
mod editor;
mod erasure;
mod hostile;
mod isolation;
mod large_policies;
mod local;
mod outage;
mod parameters;
mod policies;
mod privacy;
mod remote_answers;
mod remote_faults;
mod remote_guards;
mod remote_keys;
mod remote_places;
mod remote_side;
mod retention;
mod routes;
mod run;
mod run_filters;
mod runs_of_others;
mod stats;
mod stored_samples;
mod stream;
mod stream_cut_off;
mod stream_policies;
mod streamed;
mod swap;
mod texts;
mod transformer;
mod validation;
mod vault;
