//! What this service asks others: guards that organisations run themselves, by their contract.

pub(crate) mod connection;
pub(crate) mod remote_guard;
pub(crate) mod remotes;
