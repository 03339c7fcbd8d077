//! The rules of the guard: those that have code of their own, then the national numbers.

use super::{CONTACT, FINANCIAL, GOVERNMENT_ID, NETWORK, national};
use crate::finding::{Severity, Span};
use crate::guard::RuleInfo;
use crate::preview::Preview;
use crate::scan::Hit;

/// A rule with code of its own; the order is that of [`RULES`].
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Email,
    Phone,
    Card,
    Iban,
    Ssn,
    Ipv4,
    Ipv6,
    Mac,
    Passport,
    Birth,
    Address,
    Bitcoin,
    Ethereum,
    Litecoin,
    Dogecoin,
    Tron,
    Ripple,
    Monero,
    Cardano,
    DrivingLicence,
    BankAccount,
    MedicalRecord,
    Vehicle,
    TaxNumber,
}

const RULES: [RuleInfo; 24] = [
    info("email", "E-mail address", CONTACT, Severity::Medium),
    info(
        "phone",
        "Telephone number, international or national",
        CONTACT,
        Severity::Medium,
    ),
    info(
        "payment_card",
        "Payment card number with a valid check digit",
        FINANCIAL,
        Severity::High,
    ),
    info(
        "iban",
        "International bank account number with valid check digits",
        FINANCIAL,
        Severity::High,
    ),
    info(
        "us_ssn",
        "US social security number",
        GOVERNMENT_ID,
        Severity::High,
    ),
    info("ipv4", "IPv4 address", NETWORK, Severity::Low),
    info("ipv6", "IPv6 address", NETWORK, Severity::Low),
    info(
        "mac_address",
        "Hardware (MAC) address",
        NETWORK,
        Severity::Low,
    ),
    info(
        "passport_mrz",
        "Machine readable strip of a passport or identity card",
        GOVERNMENT_ID,
        Severity::High,
    ),
    info(
        "birth_date",
        "Date of birth, beside a word that says so",
        "personal",
        Severity::Medium,
    ),
    info(
        "postal_address",
        "Postal address with a postcode, or beside a word that says so",
        CONTACT,
        Severity::Medium,
    ),
    info(
        "bitcoin_address",
        "Bitcoin address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "ethereum_address",
        "Ethereum address, with a valid checksum or beside its name",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "litecoin_address",
        "Litecoin address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "dogecoin_address",
        "Dogecoin address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "tron_address",
        "Tron address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "xrp_address",
        "XRP Ledger address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "monero_address",
        "Monero address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "cardano_address",
        "Cardano address with a valid checksum",
        FINANCIAL,
        Severity::Medium,
    ),
    info(
        "driving_licence",
        "Number of a driving licence, right after its name",
        GOVERNMENT_ID,
        Severity::High,
    ),
    info(
        "bank_account",
        "Number of a bank account, right after its name",
        FINANCIAL,
        Severity::High,
    ),
    info(
        "medical_record",
        "Number of a patient or insured person, right after its name",
        "personal",
        Severity::High,
    ),
    info(
        "vehicle",
        "Identification number or plate of a vehicle, right after its name",
        "personal",
        Severity::Low,
    ),
    info(
        "tax_number",
        "Number of a taxpayer or voter without a check, right after its name",
        GOVERNMENT_ID,
        Severity::High,
    ),
];

const fn info(
    id: &'static str,
    description: &'static str,
    category: &'static str,
    severity: Severity,
) -> RuleInfo {
    RuleInfo {
        id,
        description,
        category,
        severity,
    }
}

/// Index of the first national number among all rules.
pub(super) const FIRST_NATIONAL: usize = RULES.len();

/// All rules, in a stable order.
pub(super) fn all() -> Vec<RuleInfo> {
    RULES.into_iter().chain(national::rules()).collect()
}

// === impl Kind ===

impl Kind {
    pub(super) fn hit(self, span: Span, score: f32, preview: Preview) -> Hit {
        Hit {
            rule: self as usize,
            span,
            score,
            preview,
        }
    }
}
