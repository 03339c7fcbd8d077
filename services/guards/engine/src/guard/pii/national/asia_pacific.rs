//! Asia, Australia and Africa: the checks are those that the issuing offices publish.

use super::Form::{Alone, Named};
use super::Scheme;
use crate::guard::pii::check::{
    digit, is_day, is_uniform, is_year_month_day, luhn_digits, number, pair, place, verhoeff,
    weighted,
};

pub(super) static SCHEMES: &[Scheme] = &[
    Scheme::new(
        "in_aadhaar",
        "India: Aadhaar",
        &[
            Named("9999 9999 9999"),
            Named("9999-9999-9999"),
            Named("999999999999"),
        ],
        |n| n[0] >= b'2' && verhoeff(n) && !is_uniform(n),
        &["aadhaar", "aadhar", "adhaar", "uidai", "आधार"],
    ),
    Scheme::new(
        "in_pan",
        "India: permanent account number",
        // The last letter is a check that its office keeps to itself.
        &[Named("AAAAA9999A")],
        |n| b"ABCEFGHJLPTK".contains(&n[3]) && &n[5..9] != b"0000",
        &["pan", "permanent account", "income tax"],
    ),
    Scheme::new(
        "cn_resident_id",
        "China: resident identity number",
        &[
            Alone("999999999999999999", 0.9),
            Alone("99999999999999999A", 0.95),
        ],
        |n| {
            let sum = weighted(n, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
            let year = pair(n, 6) * 100 + pair(n, 8);
            matches!(digit(n, 0), 1..=6 | 8)
                && (1900..2100).contains(&year)
                && is_day(year, pair(n, 10), pair(n, 12))
                && b"10X98765432"[(sum % 11) as usize] == n[17]
        },
        &["身份证", "身份證", "resident id", "identity card"],
    ),
    Scheme::new(
        "kr_resident_number",
        "South Korea: resident registration number",
        &[Alone("999999-9999999", 0.9), Named("9999999999999")],
        |n| {
            let sum = weighted(n, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
            is_year_month_day(n) && (11 - sum % 11) % 10 == digit(n, 12)
        },
        &["주민등록", "rrn", "resident registration"],
    ),
    Scheme::new(
        "jp_my_number",
        "Japan: individual number",
        &[
            Named("999999999999"),
            Named("9999 9999 9999"),
            Named("9999-9999-9999"),
        ],
        |n| {
            let rest = weighted(n, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
            (if rest < 2 { 0 } else { 11 - rest }) == digit(n, 11) && !is_uniform(n)
        },
        &[
            "マイナンバー",
            "個人番号",
            "my number",
            "mynumber",
            "individual number",
        ],
    ),
    Scheme::new(
        "sg_nric",
        "Singapore: NRIC or FIN",
        &[Alone("A9999999A", 0.8)],
        |n| {
            let sum = weighted(&n[1..], &[2, 7, 6, 5, 4, 3, 2]);
            let (letters, offset) = match n[0] {
                b'S' => (b"JZIHGFEDCBA", 0),
                b'T' => (b"JZIHGFEDCBA", 4),
                b'F' => (b"XWUTRQPNMLK", 0),
                b'G' => (b"XWUTRQPNMLK", 4),
                b'M' => (b"XWUTRQPNJLK", 3),
                _ => return false,
            };
            letters[((sum + offset) % 11) as usize] == n[8]
        },
        &["nric", "fin", "singapore"],
    ),
    Scheme::new(
        "tw_identity_number",
        "Taiwan: national identification number",
        &[Named("A999999999")],
        |n| {
            const LETTERS: &[u8; 26] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
            let Some(first) = place(LETTERS, n[0]) else {
                return false;
            };
            let area = first + 10;
            let sum = area / 10 + area % 10 * 9 + weighted(&n[1..], &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
            matches!(n[1], b'1' | b'2' | b'8' | b'9') && sum.is_multiple_of(10)
        },
        &["身分證", "身份證", "taiwan", "統一編號"],
    ),
    Scheme::new(
        "hk_identity_number",
        "Hong Kong: identity card number",
        &[
            Alone("A999999(X)", 0.9),
            Alone("AA999999(X)", 0.9),
            Named("A999999X"),
            Named("AA999999X"),
        ],
        is_hkid,
        &["hkid", "hong kong", "身份證"],
    ),
    Scheme::new(
        "th_identity_number",
        "Thailand: identity number",
        &[Alone("9-9999-99999-99-9", 0.95), Named("9999999999999")],
        |n| {
            let sum = weighted(n, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
            n[0] != b'0' && (11 - sum % 11) % 10 == digit(n, 12)
        },
        &["เลขประจำตัว", "thai id", "thai national", "บัตรประชาชน"],
    ),
    Scheme::new(
        "au_tfn",
        "Australia: tax file number",
        &[
            Named("999 999 999"),
            Named("999999999"),
            Named("999-999-999"),
        ],
        |n| weighted(n, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11) && !is_uniform(n),
        &["tfn", "tax file"],
    ),
    Scheme::new(
        "au_medicare",
        "Australia: Medicare number",
        &[
            Named("9999 99999 9"),
            Named("9999999999"),
            Named("9999 99999 9 9"),
            Named("99999999999"),
        ],
        |n| {
            matches!(n[0], b'2'..=b'6')
                && weighted(n, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digit(n, 8)
        },
        &["medicare"],
    ),
    Scheme::new(
        "au_abn",
        "Australia: business number",
        &[Named("99 999 999 999"), Named("99999999999")],
        |n| {
            // One is taken from the first digit, which has the weight 10.
            let sum = weighted(n, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
            n[0] != b'0' && (sum - 10).is_multiple_of(89)
        },
        &["abn", "business number"],
    ),
    Scheme::new(
        "id_npwp",
        "Indonesia: NPWP",
        &[
            Alone("99.999.999.9-999.999", 0.9),
            Named("999999999999999"),
            Named("9999999999999999"),
        ],
        |n| luhn_digits(&n[n.len() - 15..n.len() - 6]) && (n.len() == 15 || n[0] == b'0'),
        &["npwp", "nomor pokok", "wajib pajak"],
    ),
    Scheme::new(
        "id_nik",
        "Indonesia: NIK",
        &[Named("9999999999999999")],
        |n| {
            let day = pair(n, 6) % 40;
            matches!(pair(n, 0), 11..=96) && is_day(pair(n, 10), pair(n, 8), day)
        },
        &["nik", "ktp", "induk kependudukan"],
    ),
    Scheme::new(
        "my_nric",
        "Malaysia: NRIC",
        &[Alone("999999-99-9999", 0.75), Named("999999999999")],
        |n| {
            is_year_month_day(n)
                && matches!(pair(n, 6), 1..=16 | 21..=59 | 60..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99)
        },
        &["nric", "mykad", "kad pengenalan", "ic no", "i/c"],
    ),
    Scheme::new(
        "nz_ird",
        "New Zealand: IRD number",
        &[
            Named("99-999-999"),
            Named("999-999-999"),
            Named("99999999"),
            Named("999999999"),
        ],
        is_ird,
        &["ird", "inland revenue"],
    ),
    Scheme::new(
        "pk_cnic",
        "Pakistan: CNIC",
        &[Alone("99999-9999999-9", 0.85), Named("9999999999999")],
        |n| matches!(n[0], b'1'..=b'7') && n[12] != b'0' && !is_uniform(n),
        &["cnic", "nadra", "snic", "nicop", "شناختی"],
    ),
    Scheme::new(
        "za_identity_number",
        "South Africa: identity number",
        &[Alone("9999999999999", 0.75)],
        |n| {
            is_year_month_day(n)
                && matches!(n[10], b'0'..=b'2')
                && matches!(n[11], b'8' | b'9')
                && luhn_digits(n)
        },
        &["south african", "rsa id", "sa id", "id number", "identity"],
    ),
];

/// Weights of two rows; the second counts where the first leaves ten.
fn is_ird(n: &[u8]) -> bool {
    let mut digits = [b'0'; 9];
    digits[9 - n.len()..].copy_from_slice(n);
    let rest = |weights: &[u32]| (11 - weighted(&digits, weights) % 11) % 11;
    let first = rest(&[3, 2, 7, 6, 5, 4, 3, 2]);
    let check = if first == 10 {
        rest(&[7, 4, 3, 2, 5, 2, 7, 6])
    } else {
        first
    };
    (10_000_001..150_000_000).contains(&number(&digits)) && check == digit(&digits, 8)
}

/// One or two letters, six digits, and the rest to 11; a missing letter counts as a blank.
fn is_hkid(n: &[u8]) -> bool {
    let value = |c: u8| match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        _ => u32::from(c - b'A') + 10,
    };
    let (body, check) = n.split_at(n.len() - 1);
    let blank = if body.len() == 7 { 36 * 9 } else { 0 };
    let weights = if body.len() == 7 { 8 } else { 9 };
    let sum: u32 = blank
        + (2..=weights)
            .rev()
            .zip(body)
            .map(|(weight, c)| weight * value(*c))
            .sum::<u32>();
    // Ten is written as A.
    let check = match check[0] {
        b'A' => 10,
        c @ b'0'..=b'9' => u32::from(c - b'0'),
        _ => return false,
    };
    (sum + check).is_multiple_of(11)
}
