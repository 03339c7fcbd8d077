//! All SQL of this service, one file a table: functions on a connection.
//!
//! No rule enters here. A query that takes no organisation ends in `_unscoped`: it works on the
//! rows of all tenants, in a transaction of the platform's scope, or on what belongs to none.

pub(crate) mod customers;
pub(crate) mod events;
pub(crate) mod invoices;
pub(crate) mod locks;
pub(crate) mod subscriptions;
