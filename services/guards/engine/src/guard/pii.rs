//! Personal data: addresses, numbers and accounts that point to a person.
//!
//! Each kind is found by hand-written code in a file of its own, around the character that gives
//! it away (`@`, a digit, a colon), and is checked: Luhn, mod 97, area codes, country lengths.
//! Names of people and postal addresses need a model and are not here.

mod boundary;
mod card;
mod email;
mod iban;
mod ip;
mod numbers;
mod phone;
mod ssn;

use std::sync::Arc;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "pii";

const RULES: [RuleInfo; 7] = [
    RuleInfo {
        id: "email",
        description: "E-mail address",
        category: "contact",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "phone",
        description: "Telephone number, international or national",
        category: "contact",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "payment_card",
        description: "Payment card number with a valid check digit",
        category: "financial",
        severity: Severity::High,
    },
    RuleInfo {
        id: "iban",
        description: "International bank account number with valid check digits",
        category: "financial",
        severity: Severity::High,
    },
    RuleInfo {
        id: "us_ssn",
        description: "US social security number",
        category: "government_id",
        severity: Severity::High,
    },
    RuleInfo {
        id: "ipv4",
        description: "IPv4 address",
        category: "network",
        severity: Severity::Low,
    },
    RuleInfo {
        id: "ipv6",
        description: "IPv6 address",
        category: "network",
        severity: Severity::Low,
    },
];

/// A rule; the order is that of [`RULES`].
#[derive(Clone, Copy)]
enum Kind {
    Email,
    Phone,
    Card,
    Iban,
    Ssn,
    Ipv4,
    Ipv6,
}

struct Pii;

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Personal data",
    description: "E-mail, telephone, payment card, bank account, social security and IP.",
    categories: &["contact", "financial", "government_id", "network"],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: true,
    sight: Sight::Both,
    extent: Extent::Local,
    parameters: &[],
    build: |_| Ok(Arc::new(Pii)),
};

// === impl Pii ===

impl Detect for Pii {
    fn detect(&self, text: &str, hits: &mut Vec<Hit>) {
        email::find(text, hits);
        iban::find(text, hits);
        ip::find_v6(text, hits);
        numbers::find(text, hits);
    }
}

// === impl Kind ===

impl Kind {
    fn hit(self, span: Span, score: f32, preview: String) -> Hit {
        Hit {
            rule: self as usize,
            span,
            score,
            preview,
        }
    }
}
