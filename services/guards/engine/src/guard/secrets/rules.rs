//! The table of all secrets rules, by field. Data only: how a rule is tried is in `rule`.

mod ai;
mod azure;
mod cloud;
mod code;
mod general;
mod hosting;
mod messaging;
mod monitoring;
mod payment;
mod saas;
mod store;

use super::rule::Rule;

/// A pattern for a named value: the vendor's names, at most 40 bytes on the same line, the value.
macro_rules! near {
    ($names:literal, $value:literal) => {
        concat!("(?i:", $names, ")[^\\n]{0,40}?[\\s\"'`=:>(](", $value, ")")
    };
}
use near;

/// A pattern for a value that is assigned: a name that begins with the vendor's and ends in what a
/// secret is called, an operator, the value. For values that are no more than digits and letters.
/// The operator may have a type before it, be the comma of a call, or the word `is`.
macro_rules! keyed {
    ($vendor:literal, $value:literal) => {
        concat!(
            "(?i:",
            $vendor,
            ")[\\w .-]{0,24}?(?i:key|token|secret|auth|pat|password|sid)[\\w.-]{0,16}",
            "[\"'`]?(?:(?:[ \t]?:)?[ \t][A-Za-z]{3,12})?",
            "[ \t]{0,2}(?:=>|[:?.|+]{0,3}=|[=:>(,]|is:?)\\s{0,12}[\"'`]?(",
            $value,
            ")"
        )
    };
}
use keyed;

/// Every rule, in a stable order.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        cloud::RULES,
        azure::RULES,
        hosting::RULES,
        store::RULES,
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
