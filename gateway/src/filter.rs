//! The steps of a request, one file each, called from the ordered list in [`crate::edge`].

pub(crate) mod access;
pub(crate) mod access_log;
pub(crate) mod admission;
pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod compression;
pub(crate) mod conditional;
pub(crate) mod cors;
pub(crate) mod host;
pub(crate) mod idempotency_key;
pub(crate) mod rate_limit;
pub(crate) mod redirect;
pub(crate) mod representation;
pub(crate) mod request_id;
pub(crate) mod route;
pub(crate) mod security_headers;
pub(crate) mod trace_context;
