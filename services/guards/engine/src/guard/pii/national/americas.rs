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
        &["itin", "tin", "taxpayer", "tax", "individual taxpayer"],
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
        "us_ein",
        "United States: employer identification number",
        &[Named("99-9999999")],
        |n| !matches!(pair(n, 0), 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97),
        &["ein", "fein", "employer id", "employer tax", "federal tax"],
    ),
    Scheme::new(
        "mx_rfc",
        "Mexico: RFC",
        &[
            Alone("AAAA999999XXX", 0.7),
            Alone("AAA999999XXX", 0.6),
            Named("AAAA999999"),
            Named("AAAA-999999-XXX"),
            Named("AAA-999999-XXX"),
            Named("AAAA 999999 XXX"),
            Named("AAA 999999 XXX"),
        ],
        |n| {
            let letters = n.iter().take_while(|c| c.is_ascii_alphabetic()).count();
            is_year_month_day(&n[letters..])
                && n.last().is_some_and(|c| matches!(c, b'0'..=b'9' | b'A'))
        },
        &["rfc", "registro federal"],
    ),
    Scheme::new(
        "co_nit",
        "Colombia: NIT",
        &[
            Alone("999.999.999-9", 0.75),
            Named("9999999999"),
            Named("999999999"),
        ],
        |n| {
            let (body, check) = n.split_at(n.len() - 1);
            let weights = [3, 7, 13, 17, 19, 23, 29, 37, 41];
            let sum: u32 = body
                .iter()
                .rev()
                .zip(weights)
                .map(|(d, w)| u32::from(d - b'0') * w)
                .sum();
            b"01987654321"[(sum % 11) as usize] == check[0] && !is_uniform(n)
        },
        &["nit", "identificación tributaria"],
    ),
    Scheme::new(
        "do_cedula",
        "Dominican Republic: cédula",
        &[Named("999-9999999-9"), Named("99999999999")],
        |n| luhn_digits(n) && !is_uniform(n),
        &["cédula", "cedula"],
    ),
    Scheme::new(
        "ec_ci",
        "Ecuador: cédula",
        &[Named("9999999999"), Named("999999999-9")],
        |n| matches!(pair(n, 0), 1..=24 | 30 | 50) && n[2] <= b'6' && luhn_digits(n),
        &["cédula", "cedula", "c.i.", "ci"],
    ),
    Scheme::new(
        "cr_cpf",
        "Costa Rica: cédula of persons",
        &[
            Named("9-9999-9999"),
            Named("99-9999-9999"),
            Named("9999999999"),
        ],
        |n| n.len() == 9 && n[0] != b'0' || n.len() == 10 && n[0] == b'0',
        &["cédula", "cedula", "cpf", "persona física"],
    )
    .unchecked(),
    Scheme::new(
        "pe_cui",
        "Peru: DNI and CUI",
        // The check character is written apart or not at all.
        &[
            Named("99999999"),
            Named("99999999-X"),
            Named("999999999"),
            Named("99999999A"),
        ],
        |n| {
            let sum = weighted(n, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
            let at = sum as usize;
            !is_uniform(n)
                && n.get(8).is_none_or(|check| {
                    *check == b"65432110987"[at] || *check == b"KJIHGFEDCBA"[at]
                })
        },
        &["dni", "cui", "documento nacional"],
    )
    .unchecked(),
    Scheme::new(
        "uy_ci",
        "Uruguay: cédula",
        &[
            Alone("9.999.999-9", 0.8),
            Named("9999999-9"),
            Named("99999999"),
        ],
        |n| (10 - weighted(n, &[2, 9, 8, 7, 6, 3, 4]) % 10) % 10 == digit(n, 7) && !is_uniform(n),
        &["cédula", "cedula", "c.i.", "ci"],
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
            Named("A999999"),
            Named("AA99999"),
            Named("AAA999999"),
            Named("99 9999999"),
            Named("99999999"),
        ],
        |n| !is_uniform(n),
        &[
            "passport",
            "passeport",
            "reisepass",
            "pasaporte",
            "passaporto",
            "passaporte",
            "paspoort",
            "paszport",
            "pass nr",
            "passnummer",
            "pasaport",
            "паспорт",
            "护照",
            "旅券",
        ],
    )
    .unchecked(),
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
