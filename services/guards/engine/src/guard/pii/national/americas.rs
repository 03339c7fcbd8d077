//! The Americas: the checks are those that the issuing offices publish.

use super::Form::{Alone, Named};
use super::Scheme;
use crate::guard::pii::check::{
    digit, is_uniform, is_year_month_day, luhn, luhn_digits, pair, weighted,
};

pub(super) static SCHEMES: &[Scheme] = &[
    Scheme::new(
        "us_itin",
        "United States: individual taxpayer identification number",
        &[
            Named("999-99-9999"),
            Named("999999999"),
            Named("999 99 9999"),
        ],
        |n| n[0] == b'9' && matches!(pair(n, 3), 50..=65 | 70..=88 | 90..=92 | 94..=99),
        &["itin", "tin", "taxpayer", "tax"],
    ),
    Scheme::new(
        "us_routing_number",
        "United States: bank routing number",
        &[Named("999999999")],
        |n| {
            matches!(pair(n, 0), 1..=12 | 21..=32 | 61..=72 | 80)
                && weighted(n, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        },
        &["routing", "aba", "rtn", "bank"],
    )
    .financial(),
    Scheme::new(
        "us_npi",
        "United States: national provider identifier",
        &[Named("9999999999")],
        |n| {
            let digits = b"80840"
                .iter()
                .chain(n)
                .map(|digit| u32::from(digit - b'0'));
            matches!(n[0], b'1' | b'2') && luhn(digits)
        },
        &["npi", "provider identifier"],
    ),
    Scheme::new(
        "ca_sin",
        "Canada: social insurance number",
        &[
            Named("999 999 999"),
            Named("999-999-999"),
            Named("999999999"),
        ],
        |n| !matches!(n[0], b'0' | b'8') && luhn_digits(n) && !is_uniform(n),
        &["sin", "social insurance", "assurance sociale", "nas"],
    ),
    Scheme::new(
        "br_cpf",
        "Brazil: CPF",
        &[
            Alone("999.999.999-99", 0.95),
            Named("999999999-99"),
            Named("99999999999"),
        ],
        |n| {
            !is_uniform(n)
                && remainder(weighted(n, &[10, 9, 8, 7, 6, 5, 4, 3, 2])) == digit(n, 9)
                && remainder(weighted(n, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == digit(n, 10)
        },
        &["cpf", "cadastro de pessoa"],
    ),
    Scheme::new(
        "br_cnpj",
        "Brazil: CNPJ",
        &[Alone("99.999.999/9999-99", 0.95), Named("99999999999999")],
        |n| {
            let first = &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
            let second = &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
            !is_uniform(n)
                && remainder(weighted(n, first)) == digit(n, 12)
                && remainder(weighted(n, second)) == digit(n, 13)
        },
        &["cnpj"],
    ),
    Scheme::new(
        "mx_curp",
        "Mexico: CURP",
        &[Alone("AAAA999999AAAAAAX9", 0.95)],
        is_curp,
        &["curp"],
    ),
    Scheme::new(
        "ar_cuit",
        "Argentina: CUIT or CUIL",
        &[Alone("99-99999999-9", 0.8), Named("99999999999")],
        |n| {
            let sum = weighted(n, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
            let check = match sum % 11 {
                0 => 0,
                1 => 9,
                rest => 11 - rest,
            };
            matches!(pair(n, 0), 20 | 23..=27 | 30 | 33 | 34) && check == digit(n, 10)
        },
        &["cuit", "cuil"],
    ),
    Scheme::new(
        "cl_rut",
        "Chile: RUT",
        &[
            Alone("99.999.999-X", 0.85),
            Alone("9.999.999-X", 0.85),
            Named("99999999-X"),
            Named("9999999-X"),
        ],
        |n| {
            let (body, check) = n.split_at(n.len() - 1);
            let digits = body.iter().rev().zip([2, 3, 4, 5, 6, 7, 2, 3]);
            let sum: u32 = digits
                .map(|(digit, weight)| u32::from(digit - b'0') * weight)
                .sum();
            b"0K987654321"[(sum % 11) as usize] == check[0]
        },
        &["rut", "rol único", "rol unico"],
    ),
    Scheme::new(
        "passport_number",
        "Passport number, beside its name",
        // Letters and digits vary by country and there is no check digit outside of the strip.
        &[
            Named("A99999999"),
            Named("A9999999"),
            Named("AA9999999"),
            Named("AA999999"),
            Named("999999999"),
            Named("99AA99999"),
            Named("A99A99A99"),
        ],
        |n| !is_uniform(n),
        &[
            "passport",
            "passeport",
            "reisepass",
            "pasaporte",
            "passaporto",
        ],
    ),
];

/// The check digit of a sum by 11, where ten counts as none.
fn remainder(sum: u32) -> u32 {
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

/// Letters of the name, date of birth, sex, state, consonants, and a check digit.
fn is_curp(n: &[u8]) -> bool {
    // Its alphabet has an Ñ between N and O.
    let value = |c: u8| match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        b'A'..=b'N' => u32::from(c - b'A') + 10,
        _ => u32::from(c - b'O') + 25,
    };
    let sum: u32 = (2..=18)
        .rev()
        .zip(n)
        .map(|(weight, c)| weight * value(*c))
        .sum();
    matches!(n[10], b'H' | b'M' | b'X')
        && is_year_month_day(&n[4..])
        && (10 - sum % 10) % 10 == digit(n, 17)
}
