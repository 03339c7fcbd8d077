//! The service's RPCs: parse, call, render. No SQL and no rule.

mod guards;
mod parameters;
mod policies;
mod render;
mod subject;
