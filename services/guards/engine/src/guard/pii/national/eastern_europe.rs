//! Eastern Europe, the Balkans and Iceland: the checks are those that the issuing offices publish.

use super::Form::{Alone, Named};
use super::Scheme;
use crate::guard::pii::check::{
    digit, is_day, is_day_month_year, is_uniform, number, pair, weighted,
};

pub(super) static SCHEMES: &[Scheme] = &[
    Scheme::new(
        "is_kennitala",
        "Iceland: kennitala",
        &[Named("999999-9999"), Named("9999999999")],
        |n| {
            // Organisations have forty days more.
            is_day(pair(n, 4), pair(n, 2), pair(n, 0) % 40)
                && weighted(n, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
                && matches!(n[9], b'0' | b'9')
        },
        &["kennitala", "kt.", "kt"],
    ),
    Scheme::new(
        "lv_personal_code",
        "Latvia: personas kods",
        &[Named("999999-99999"), Named("99999999999")],
        |n| {
            let sum = weighted(n, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
            // Since 2017 they begin with 32 and tell no date.
            n.starts_with(b"32") || (is_day_month_year(n) && (1 + sum) % 11 % 10 == digit(n, 10))
        },
        &["personas kods", "personas kod"],
    ),
    Scheme::new(
        "si_emso",
        "Slovenia and its neighbours: EMŠO or JMBG",
        &[Named("9999999999999")],
        |n| {
            let year = pair(n, 5);
            let rest = weighted(n, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
            is_day(year, pair(n, 2), pair(n, 0))
                && matches!(n[4], b'9' | b'0')
                && (11 - rest) % 11 % 10 == digit(n, 12)
        },
        &[
            "emšo",
            "EMŠO",
            "emso",
            "jmbg",
            "ЈМБГ",
            "jedinstveni matični",
            "enotna matična",
        ],
    ),
    Scheme::new(
        "ua_tax_number",
        "Ukraine: RNTRC",
        &[Named("9999999999")],
        |n| {
            // The first weight is minus one.
            let sum = weighted(n, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
            sum % 11 % 10 == digit(n, 9) && !is_uniform(n)
        },
        &[
            "рнокпп",
            "РНОКПП",
            "rntrc",
            "ідентифікаційний",
            "іпн",
            "ІПН",
        ],
    ),
    Scheme::new(
        "ru_inn",
        "Russia: INN",
        &[Named("999999999999"), Named("9999999999")],
        is_inn,
        &["инн", "ИНН", "inn"],
    ),
    Scheme::new(
        "ru_snils",
        "Russia: SNILS",
        &[Alone("999-999-999 99", 0.9), Named("99999999999")],
        |n| {
            let sum = weighted(n, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
            sum % 100 == pair(n, 9) && !is_uniform(n)
        },
        &["снилс", "СНИЛС", "snils"],
    ),
    Scheme::new(
        "hu_taj",
        "Hungary: TAJ number",
        &[Named("999 999 999"), Named("999999999")],
        |n| weighted(n, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == digit(n, 8) && !is_uniform(n),
        &["taj"],
    ),
    Scheme::new(
        "de_pension_number",
        "Germany: pension insurance number",
        &[Alone("99999999A999", 0.8), Alone("99 999999 A 999", 0.9)],
        is_pension_number,
        &["rentenversicherung", "sozialversicherung", "rvnr", "vsnr"],
    ),
];

/// Ten digits of companies, twelve of persons; the last one or two are checks.
fn is_inn(n: &[u8]) -> bool {
    let check = |weights: &[u32]| weighted(n, weights) % 11 % 10;
    if n.len() == 10 {
        return check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]) == digit(n, 9) && !is_uniform(n);
    }
    check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == digit(n, 10)
        && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == digit(n, 11)
        && number(n) > 0
}

/// Area, date of birth, first letter of the name as two digits, serial, check.
fn is_pension_number(n: &[u8]) -> bool {
    let letter = u32::from(n[8].wrapping_sub(b'A')) + 1;
    let digits = [
        digit(n, 0),
        digit(n, 1),
        digit(n, 2),
        digit(n, 3),
        digit(n, 4),
        digit(n, 5),
        digit(n, 6),
        digit(n, 7),
        letter / 10,
        letter % 10,
        digit(n, 9),
        digit(n, 10),
    ];
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let products = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight);
    let sum: u32 = products.map(|product| product / 10 + product % 10).sum();
    is_day_month_year(&n[2..]) && sum % 10 == digit(n, 11)
}
