//! The service's RPCs: parse, call, render. No SQL and no rule.

mod batch;
mod custom_guards;
mod data;
mod guards;
mod parameters;
mod policies;
mod render;
mod stats;
mod stream;
mod subject;
mod vault;
