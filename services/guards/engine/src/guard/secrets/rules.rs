//! The table of all secrets rules, by field. Data only: how a rule is tried is in `rule`.

mod ai;
mod cloud;
mod code;
mod general;
mod messaging;
mod monitoring;
mod payment;
mod saas;

use super::rule::Rule;

/// A pattern for a named value: the vendor's names, at most 40 bytes on the same line, the value.
macro_rules! near {
    ($names:literal, $value:literal) => {
        concat!("(?i:", $names, ")[^\\n]{0,40}?[\\s\"'`=:>(](", $value, ")")
    };
}
use near;

/// Every rule, in a stable order.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        cloud::RULES,
        code::RULES,
        ai::RULES,
        payment::RULES,
        messaging::RULES,
        monitoring::RULES,
        saas::RULES,
        general::RULES,
    ]
    .into_iter()
    .flatten()
}
