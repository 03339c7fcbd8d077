//! The service's RPCs: parse, call, render. No SQL and no rule.

mod batch;
mod custom_guards;
mod data;
mod disclosures;
mod filter;
mod guards;
mod permission;
mod policies;
mod render;
mod runs;
mod stats;
mod stored_samples;
mod stream;
mod subject;
mod vault;
