//! Numbers of documents, accounts, taxpayers and vehicles that have no check of their own: found right after
//! their name alone, with nothing but words such as `number` or `is` between.

use super::Kind;
use super::boundary;
use super::lexicon::Lexicon;
use super::numbers::Row;
use crate::finding::Span;
use crate::scan::Hit;

const SCORE: f32 = 0.8;
/// Longest value, in characters, and the fewest of a vehicle's plate.
const LONGEST: usize = 24;
const SHORTEST: usize = 5;
/// Fewest digits of a value.
const FEWEST_DIGITS: usize = 4;
/// How far back a name may begin, in bytes.
const REACH: usize = 64;

/// Names of a kind of document, in lower case; a space stands for a dash and an underscore, too.
static KINDS: [(Kind, Lexicon); 5] = [
    (
        Kind::DrivingLicence,
        Lexicon::of(&[
            "driver's license",
            "drivers license",
            "driver license",
            "driver's licence",
            "drivers licence",
            "driver licence",
            "driving licence",
            "driving license",
            "driver’s license",
            "driver’s licence",
            "licence no",
            "license no",
            "dl",
            "dln",
            "führerschein",
            "führerscheinnummer",
            "fuehrerschein",
            "permis de conduire",
            "permiso de conducir",
            "carnet de conducir",
            "licencia de conducir",
            "patente di guida",
            "patente",
            "carta de condução",
            "cnh",
            "rijbewijs",
            "rijbewijsnummer",
            "körkort",
            "körkortsnummer",
            "førerkort",
            "kørekort",
            "ajokortti",
            "prawo jazdy",
            "prawa jazdy",
            "驾驶证",
            "運転免許証",
        ]),
    ),
    (
        Kind::BankAccount,
        Lexicon::of(&[
            "bank account",
            "banking account",
            "account number",
            "account no",
            "account num",
            "acct no",
            "acct",
            "acc no",
            "a/c",
            "a/c no",
            "checking account",
            "savings account",
            "bank account number",
            "kontonummer",
            "konto-nr",
            "konto nr",
            "numéro de compte",
            "compte bancaire",
            "numero de cuenta",
            "número de cuenta",
            "cuenta bancaria",
            "numero di conto",
            "conto corrente",
            "rekeningnummer",
            "conta bancária",
            "número da conta",
            "numer konta",
            "口座番号",
            "账号",
            "계좌번호",
        ]),
    ),
    (
        Kind::MedicalRecord,
        Lexicon::of(&[
            "mrn",
            "medical record",
            "medical record number",
            "patient id",
            "patient number",
            "patient no",
            "member id",
            "health insurance",
            "health card",
            "insurance id",
            "beneficiary",
            "health plan",
            "krankenversicherung",
            "krankenversichertennummer",
            "versichertennummer",
            "carte vitale",
        ]),
    ),
    (
        Kind::Vehicle,
        Lexicon::of(&[
            "vin",
            "vehicle identification",
            "vehicle identification number",
            "chassis number",
            "license plate",
            "licence plate",
            "number plate",
            "registration plate",
            "kennzeichen",
            "plate number",
            "plaque d'immatriculation",
            "targa",
            "kenteken",
        ]),
    ),
    (
        Kind::TaxNumber,
        Lexicon::of(&[
            "tax number",
            "tax no",
            "tax payer number",
            "taxpayer number",
            "tax registration number",
            "tax identification number",
            "tin",
            "itin",
            "atin",
            "ptin",
            "nit",
            "rif",
            "nuit",
            "peid",
            "steuernummer",
            "numéro fiscal",
            "número de contribuyente",
            "número fiscal",
            "codice contribuente",
            "voter id",
            "epic number",
            "identity card number",
            "national identity nr",
        ]),
    ),
];

/// What may stand between the name and the number.
static FILLERS: Lexicon = Lexicon::of(&[
    "n°", "nº", "n", "number", "numbers", "num", "no", "nr", "nummer", "numéro", "número",
    "numero", "is", "was", "id", "lautet", "est", "es", "er",
]);

/// A value whose first digits begin the row, and how many groups it takes.
pub(super) fn document(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    if !row.has_words {
        return None;
    }
    let span = value(row)?;
    let before = named_part(row.text, span.start)?;
    let (kind, _) = KINDS
        .iter()
        .find(|(_, names)| ending(before, names).is_some())?;
    // A plate and a vehicle number have letters; `vin 12345` is a year of wine.
    let letter = || row.text[span.start..span.end].contains(char::is_alphabetic);
    if matches!(kind, Kind::Vehicle) && !letter() {
        return None;
    }
    let within = row
        .groups
        .iter()
        .take_while(|group| group.span.start < span.end);
    let hit = kind.hit(span, SCORE, "************"[..span.len().min(12)].into());
    Some((Some(hit), within.count()))
}

/// The letters and digits around the first group, with single dashes and spaces between groups of
/// them: no small letters, enough digits.
fn value(row: Row<'_>) -> Option<Span> {
    let bytes = row.text.as_bytes();
    let digit = row.groups[0].span.start;
    let from = digit.saturating_sub(LONGEST);
    let back = bytes[from..digit].iter().rev();
    let start = digit - back.take_while(|b| is_part(**b)).count();
    let (mut end, mut digits, mut count) = (start, 0, 0);
    while let Some(byte) = bytes.get(end).filter(|_| count <= LONGEST) {
        // A space goes on where digits follow it: `1234 5678`.
        let spaced = *byte == b' ' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let dashed = *byte == b'-' && bytes.get(end + 1).is_some_and(|next| is_part(*next));
        if is_part(*byte) {
            digits += usize::from(byte.is_ascii_digit());
            count += 1;
        } else if !(spaced || dashed) {
            break;
        }
        end += 1;
    }
    let span = Span::new(start, end);
    let fits = (SHORTEST..=LONGEST).contains(&count) && digits >= FEWEST_DIGITS;
    (fits && boundary::stands_alone(row.text, span)).then_some(span)
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// What stands before `at`, without the words and signs that lead from a name to its number.
fn named_part(text: &str, at: usize) -> Option<&str> {
    const SIGNS: [char; 12] = [' ', ':', '=', '"', '\'', '#', '.', '(', '*', '_', '：', '-'];
    const MOST: usize = 4;
    let from = text.floor_char_boundary(at.saturating_sub(REACH));
    let mut before = text[from..at].trim_end_matches(SIGNS);
    // Something must stand between.
    if from + before.len() == at {
        return None;
    }
    for _ in 0..MOST {
        let Some(filler) = ending(before, &FILLERS) else {
            break;
        };
        // `license no` and `patient id` are names with it.
        if KINDS
            .iter()
            .any(|(_, names)| ending(before, names).is_some())
        {
            break;
        }
        before = before[..before.len() - filler.len()].trim_end_matches(SIGNS);
    }
    (!before.is_empty()).then_some(before)
}

/// The first of the names that a text ends with.
fn ending(text: &str, names: &Lexicon) -> Option<&'static str> {
    names
        .like_the_end_of(text)
        .find(|name| ends_with(text, name))
}

/// Whether a text ends with a name as whole words, without regard to case.
fn ends_with(text: &str, name: &str) -> bool {
    let Some(start) = text.len().checked_sub(name.len()) else {
        return false;
    };
    let same =
        text.as_bytes()[start..]
            .iter()
            .zip(name.as_bytes())
            .all(|(byte, known)| match known {
                b' ' => matches!(byte, b' ' | b'_' | b'-'),
                _ => byte.eq_ignore_ascii_case(known),
            });
    let whole = !text.as_bytes()[..start]
        .last()
        .is_some_and(u8::is_ascii_alphanumeric);
    same && whole
}
