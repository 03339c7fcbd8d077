//! Europe and its neighbours: the checks are those that the issuing offices publish.

use super::Form::{Alone, Named};
use super::Scheme;
use crate::guard::pii::check::{
    digit, is_day, is_day_month_year, is_uniform, is_year_month_day, luhn_digits, mod_11_10,
    number, pair, place, weighted,
};

pub(super) static SCHEMES: &[Scheme] = &[
    Scheme::new(
        "uk_nhs_number",
        "United Kingdom: NHS number",
        &[
            Named("999 999 9999"),
            Named("999-999-9999"),
            Named("9999999999"),
        ],
        |n| weighted(n, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) && !is_uniform(n),
        &["nhs", "national health", "patient"],
    ),
    Scheme::new(
        "uk_nino",
        "United Kingdom: national insurance number",
        &[
            Alone("AA 99 99 99 A", 0.75),
            Named("AA999999A"),
            Named("AA 999999 A"),
            Named("AA-99-99-99-A"),
        ],
        is_nino,
        &["nino", "ni number", "ni no", "insurance"],
    ),
    Scheme::new(
        "de_tax_id",
        "Germany: tax identification number",
        &[
            Named("99999999999"),
            Named("99 999 999 999"),
            Named("99 999 99999"),
        ],
        |n| n[0] != b'0' && repeats_once(&n[..10]) && mod_11_10(n),
        &["steuer", "idnr", "tin", "tax", "identifikationsnummer"],
    ),
    Scheme::new(
        "fr_nir",
        "France: social security number",
        &[
            Alone("999999999999999", 0.85),
            Alone("999999A99999999", 0.85),
            Alone("9 99 99 99 999 999 99", 0.9),
            Alone("9 99 99 9A 999 999 99", 0.9),
            Alone("9999999999999 99", 0.85),
        ],
        is_nir,
        &[
            "nir",
            "insee",
            "sécurité sociale",
            "securite sociale",
            "numéro de sécu",
            "social",
        ],
    ),
    Scheme::new(
        "it_fiscal_code",
        "Italy: codice fiscale",
        &[Alone("AAAAAA99A99A999A", 0.95)],
        is_fiscal_code,
        &["codice fiscale", "fiscal", "c.f."],
    ),
    Scheme::new(
        "es_dni",
        "Spain: national identity number",
        &[
            Alone("99999999A", 0.6),
            Alone("99999999-A", 0.7),
            Alone("99.999.999-A", 0.8),
        ],
        |n| mod_23_letter(number(&n[..8])) == n[8],
        &["dni", "nif", "documento", "identidad"],
    ),
    Scheme::new(
        "es_nie",
        "Spain: identity number of foreigners",
        &[
            Alone("A9999999A", 0.8),
            Alone("A-9999999-A", 0.85),
            Alone("A-9999999A", 0.85),
        ],
        |n| {
            let first = place(b"XYZ", n[0]);
            first.is_some_and(|first| {
                mod_23_letter(u64::from(first) * 10_000_000 + number(&n[1..8])) == n[8]
            })
        },
        &["nie", "extranjero"],
    ),
    Scheme::new(
        "pl_pesel",
        "Poland: PESEL",
        &[Named("99999999999")],
        |n| {
            let century = digit(n, 2) / 2 * 20;
            is_day(pair(n, 0), pair(n, 2) - century, pair(n, 4))
                && weighted(n, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
        },
        &["pesel", "powszechny"],
    ),
    Scheme::new(
        "nl_bsn",
        "Netherlands: burgerservicenummer",
        &[
            Named("999999999"),
            Named("9999.99.999"),
            Named("999.999.999"),
            Named("999 999 999"),
        ],
        |n| {
            (weighted(n, &[9, 8, 7, 6, 5, 4, 3, 2]) + 10 * digit(n, 8)).is_multiple_of(11)
                && !is_uniform(n)
        },
        &["bsn", "burgerservice", "sofi"],
    ),
    Scheme::new(
        "be_national_number",
        "Belgium: national register number",
        &[
            Alone("99.99.99-999.99", 0.95),
            Alone("99.99.99-999-99", 0.9),
            Alone("99999999999", 0.75),
            Named("999999-999-99"),
            Named("999999 999 99"),
        ],
        |n| {
            let (front, rest) = (number(&n[..9]), u64::from(pair(n, 9)));
            is_year_month_day(n)
                && [front, front + 2_000_000_000]
                    .iter()
                    .any(|n| 97 - n % 97 == rest)
        },
        &[
            "rijksregister",
            "registre national",
            "nationaal nummer",
            "niss",
            "insz",
            "national number",
        ],
    ),
    Scheme::new(
        "se_personnummer",
        "Sweden: personnummer",
        &[
            Alone("999999-9999", 0.7),
            Alone("99999999-9999", 0.8),
            Alone("999999+9999", 0.7),
            Named("9999999999"),
            Named("999999999999"),
        ],
        |n| {
            let n = &n[n.len() - 10..];
            let day = pair(n, 4) % 60;
            is_day(pair(n, 0), pair(n, 2), day) && luhn_digits(n)
        },
        &["personnummer", "personnr", "samordningsnummer", "pnr"],
    ),
    Scheme::new(
        "fi_hetu",
        "Finland: henkilötunnus",
        &[
            Alone("999999-999X", 0.9),
            Alone("999999+999X", 0.9),
            Alone("999999A999X", 0.85),
        ],
        is_hetu,
        &[
            "hetu",
            "henkilö",
            "personbeteckning",
            "personal identity code",
        ],
    ),
    Scheme::new(
        "no_fodselsnummer",
        "Norway: fødselsnummer",
        &[Alone("99999999999", 0.75), Alone("999999 99999", 0.85)],
        |n| {
            // Days from 41 on are those of a D number.
            is_day(pair(n, 4), pair(n, 2) % 40, pair(n, 0) % 40)
                && weighted(n, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
                && weighted(n, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
        },
        &["fødselsnummer", "fodselsnummer", "personnummer", "fnr"],
    ),
    Scheme::new(
        "dk_cpr",
        "Denmark: CPR number",
        // Since 2007 they have no check digit.
        &[Named("999999-9999"), Named("9999999999")],
        is_day_month_year,
        &["cpr", "personnummer"],
    ),
    Scheme::new(
        "ch_ahv",
        "Switzerland: AHV number",
        &[Alone("999.9999.9999.99", 0.95), Alone("9999999999999", 0.8)],
        |n| {
            n.starts_with(b"756")
                && weighted(n, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
        },
        &["ahv", "avs", "sozialversicherung"],
    ),
    Scheme::new(
        "at_social_insurance",
        "Austria: social insurance number",
        &[Named("9999 999999"), Named("9999999999")],
        |n| {
            n[0] != b'0'
                && weighted(n, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digit(n, 3)
                && is_day_month_year(&n[4..])
        },
        &["svnr", "sozialversicherung", "versicherungsnummer"],
    ),
    Scheme::new(
        "cz_sk_birth_number",
        "Czechia and Slovakia: rodné číslo",
        &[Alone("999999/9999", 0.8), Named("9999999999")],
        |n| {
            // Women are born fifty months later, and twenty are added where a day is used up.
            let month = pair(n, 2) % 50;
            let month = if month > 20 { month - 20 } else { month };
            is_day(pair(n, 0), month, pair(n, 4)) && number(n).is_multiple_of(11)
        },
        &[
            "rodné číslo",
            "rodne cislo",
            "rodné č",
            "r.č.",
            "birth number",
        ],
    ),
    Scheme::new(
        "ro_cnp",
        "Romania: cod numeric personal",
        &[Named("9999999999999")],
        |n| {
            let sum = weighted(n, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
            n[0] != b'0' && is_year_month_day(&n[1..]) && sum % 10 + sum / 10 == digit(n, 12)
        },
        &["cnp", "cod numeric"],
    ),
    Scheme::new(
        "bg_egn",
        "Bulgaria: EGN",
        &[Named("9999999999")],
        |n| {
            is_day(pair(n, 0), pair(n, 2) % 20, pair(n, 4))
                && weighted(n, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digit(n, 9)
        },
        &["egn", "егн", "ЕГН", "единен", "Единен"],
    ),
    Scheme::new(
        "ee_lt_personal_code",
        "Estonia and Lithuania: personal code",
        &[Named("99999999999")],
        |n| {
            let first = weighted(n, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
            let second = weighted(n, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
            let check = if first == 10 { second } else { first };
            (1..=8).contains(&digit(n, 0)) && is_year_month_day(&n[1..]) && check == digit(n, 10)
        },
        &["isikukood", "asmens", "ik"],
    ),
    Scheme::new(
        "hr_oib",
        "Croatia: OIB",
        &[Named("99999999999")],
        mod_11_10,
        &["oib", "osobni identifikacijski"],
    ),
    Scheme::new(
        "gr_amka",
        "Greece: AMKA",
        &[Named("99999999999")],
        |n| is_day_month_year(n) && luhn_digits(n),
        &["amka", "αμκα", "ΑΜΚΑ"],
    ),
    Scheme::new(
        "pt_nif",
        "Portugal: NIF",
        &[Named("999999999"), Named("999 999 999")],
        |n| {
            let rest = weighted(n, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            n[0] != b'0' && (if rest < 2 { 0 } else { 11 - rest }) == digit(n, 8)
        },
        &["nif", "contribuinte", "identificação fiscal"],
    ),
    Scheme::new(
        "ie_pps",
        "Ireland: personal public service number",
        &[Named("9999999A"), Named("9999999AA")],
        |n| {
            let second = n
                .get(8)
                .map_or(0, |letter| u32::from(letter - b'A' + 1) % 23);
            let sum = weighted(n, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
            b"WABCDEFGHIJKLMNOPQRSTUV"[(sum % 23) as usize] == n[7]
        },
        &["pps", "ppsn", "personal public service"],
    ),
    Scheme::new(
        "tr_identity_number",
        "Türkiye: T.C. kimlik no",
        &[Named("99999999999")],
        |n| {
            let (odd, even) = (
                weighted(n, &[1, 0, 1, 0, 1, 0, 1, 0, 1]),
                weighted(n, &[0, 1, 0, 1, 0, 1, 0, 1]),
            );
            let tenth = (odd * 7 + 90 - even) % 10;
            n[0] != b'0' && tenth == digit(n, 9) && (odd + even + tenth) % 10 == digit(n, 10)
        },
        &["tckn", "kimlik", "t.c.", "tc no"],
    ),
    Scheme::new(
        "il_identity_number",
        "Israel: identity number",
        &[Named("999999999"), Named("99999999-9")],
        |n| luhn_digits(n) && !is_uniform(n),
        &[
            "teudat zehut",
            "תעודת זהות",
            "ת.ז",
            "israeli id",
            "mispar zehut",
        ],
    ),
];

/// Two letters of an area, six digits, a letter of the quarter. There is no check digit.
fn is_nino(n: &[u8]) -> bool {
    let banned = |letter: &u8| b"DFIQUV".contains(letter);
    let pair = &n[..2];
    let reserved = [b"BG", b"GB", b"NK", b"KN", b"TN", b"NT", b"ZZ"];
    !pair.iter().any(banned)
        && pair[1] != b'O'
        && !reserved.iter().any(|known| *known == pair)
        && (b'A'..=b'D').contains(&n[8])
}

/// Whether exactly one digit occurs more than once, and that two or three times.
fn repeats_once(digits: &[u8]) -> bool {
    let mut counts = [0_u8; 10];
    for digit in digits {
        counts[usize::from(digit - b'0')] += 1;
    }
    let mut repeated = counts.into_iter().filter(|count| *count > 1);
    matches!((repeated.next(), repeated.next()), (Some(2 | 3), None))
}

/// Sex, year, month (or a stand-in for one), place, and the rest to 97. Corsica counts as 19 and 18.
fn is_nir(n: &[u8]) -> bool {
    let mut digits = [0_u8; 13];
    digits.copy_from_slice(&n[..13]);
    match &n[5..7] {
        b"2A" => digits[5..7].copy_from_slice(b"19"),
        b"2B" => digits[5..7].copy_from_slice(b"18"),
        place if !place[1].is_ascii_digit() => return false,
        _ => {}
    }
    matches!(digits[0], b'1'..=b'4' | b'7' | b'8')
        && matches!(pair(&digits, 3), 1..=12 | 20..=42 | 50..=99)
        && 97 - number(&digits) % 97 == u64::from(pair(n, 13))
}

/// Six letters of the name, year, letter of the month, day (women: plus 40), place, check letter.
fn is_fiscal_code(n: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let value = |c: u8| {
        u32::from(if c.is_ascii_digit() {
            c - b'0'
        } else {
            c - b'A'
        })
    };
    let sum: u32 = n[..15]
        .iter()
        .enumerate()
        .map(|(at, c)| match at % 2 {
            0 => ODD[value(*c) as usize],
            _ => value(*c),
        })
        .sum();
    let month = place(b"ABCDEHLMPRST", n[8]);
    let day = pair(n, 9) % 40;
    month.is_some_and(|month| is_day(pair(n, 6), month + 1, day)) && sum % 26 == value(n[15])
}

fn mod_23_letter(number: u64) -> u8 {
    b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize]
}

/// Day, month, year, sign of the century, number, and the letter of the rest to 31.
fn is_hetu(n: &[u8]) -> bool {
    const LETTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    // The sign is among the characters only where it is a letter.
    let (sign, rest) = match n.len() {
        11 => (n[6], &n[7..]),
        _ => (b'-', &n[6..]),
    };
    let value = number(&n[..6]) * 1000 + number(&rest[..3]);
    matches!(sign, b'-' | b'A'..=b'F' | b'U'..=b'Y')
        && is_day_month_year(n)
        && LETTERS[(value % 31) as usize] == rest[3]
}
