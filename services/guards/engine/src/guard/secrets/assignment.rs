//! Secrets that only their name gives away: `password = "…"`, `api_key: …`, `--token …`,
//! `<secret>…</secret>`, `Bearer …`, "the password for the printer is …".
//!
//! Finds the value of a name ([`place`]), then asks whether it is a literal, no identity, and
//! random enough. Provider formats are not known here.

mod name;
mod place;

pub(super) use name::{is_descriptive, is_open_word};

use super::{allow, entropy, in_placeholder};
use crate::finding::Span;
use crate::guard::gibberish;
use place::{LONGEST, LONGEST_NAME, Value, is_name, literal};

/// Shortest value in bytes: shorter is no password.
const SHORTEST: usize = 6;
/// Bits a byte of a drawn key, by its alphabet.
const HEX_ENTROPY: f32 = 2.8;
const KEY_ENTROPY: f32 = 3.3;
/// Of a value of less than sixteen bytes, or ten, which cannot have much more. Of a long one it says enough.
const SHORT_ENTROPY: f32 = 3.0;
const LEAST_ENTROPY: f32 = 2.5;
/// What letters that are drawn cost beyond what is fair in words, in sixteenths of a bit each: beside a
/// name or with digits, and alone.
const STRANGE: usize = 8;
const STRANGEST: usize = 15;
/// What stands between a secret and what it is, in some languages; the longer before its beginning.
const VERBS: [&str; 7] = [" is: ", " is ", " lautet ", " ist ", " est ", " es ", ": "];
/// How far a sentence is read for what it says the secret is, in bytes.
const SENTENCE: usize = 40;

/// A password: chosen by a person, so it need not look random.
pub(super) fn find_password(text: &str, keyword: Span) -> Option<(Span, f32)> {
    // `_passed`, `_passthrough`: another word.
    let goes_on = text.as_bytes().get(keyword.end);
    if text[keyword.start..].starts_with('_') && goes_on.is_some_and(u8::is_ascii_lowercase) {
        return None;
    }
    if let Some(value) = assigned(text, keyword) {
        return Some((value.span, password_score(&value)?));
    }
    let value = spoken(text, keyword).filter(is_strong)?;
    Some((value.span, password_score(&value)?))
}

/// An API key or token: drawn at random.
pub(super) fn find_key(text: &str, keyword: Span) -> Option<(Span, f32)> {
    if name::is_open(text, keyword) {
        return None;
    }
    let value = assigned(text, keyword).or_else(|| spoken(text, keyword));
    let Some(value) = value else {
        return called(text, keyword);
    };
    let score = key_score(&value)?;
    Some((value.span, score))
}

/// The literal that is assigned to the name in which the keyword stands.
fn assigned(text: &str, keyword: Span) -> Option<Value<'_>> {
    let rest = &text[keyword.end..];
    let suffix = rest
        .bytes()
        .take(LONGEST_NAME)
        .take_while(|b| is_name(*b))
        .count();
    if suffix > 0 && name::is_descriptive(&rest[..suffix]) {
        return None;
    }
    usable(text, keyword, place::value(text, keyword, &rest[suffix..])?)
}

/// What a sentence says the secret is.
fn spoken(text: &str, keyword: Span) -> Option<Value<'_>> {
    let rest = &text[keyword.end..text.floor_char_boundary(keyword.end + SENTENCE)];
    if !rest.starts_with(' ') {
        return None;
    }
    let sentence = rest
        .split(['\n', '.', '"', '\'', '`', '{', '(', '<', '='])
        .next()?;
    let verb_at = |at: usize| VERBS.iter().find(|verb| sentence[at..].starts_with(*verb));
    let places = sentence.bytes().enumerate();
    let mut places = places.filter(|(_, byte)| matches!(byte, b' ' | b':'));
    let (at, verb) = places.find_map(|(at, _)| Some((at, verb_at(at)?)))?;
    // "token file: …"
    if name::is_descriptive(sentence[..at].trim_start()) {
        return None;
    }
    let start = keyword.end + at + verb.len();
    usable(text, keyword, literal(&text[start..], start)?)
}

/// The short key that follows its word, as in "the secret …". Longer ones are found as `drawn`.
fn called(text: &str, keyword: Span) -> Option<(Span, f32)> {
    const LENGTHS: std::ops::Range<usize> = 12..16;
    let rest = text[keyword.end..].strip_prefix(' ')?;
    let value = usable(text, keyword, literal(rest, keyword.end + 1)?)?;
    let has = |class: fn(&u8) -> bool| value.text.bytes().any(|b| class(&b));
    let drawn = value.text.bytes().all(|b| b.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && changes(value.text) * 3 >= value.text.len()
        && entropy::bits_per_byte(value.text) >= SHORT_ENTROPY;
    (LENGTHS.contains(&value.text.len()) && drawn).then_some((value.span, 0.6))
}

/// Whether the value looks like nothing but a password: sentences about passwords are common.
fn is_strong(value: &Value<'_>) -> bool {
    let has = |class: fn(&u8) -> bool| value.text.bytes().any(|b| class(&b));
    let symbol = has(|b| b"!@#$%^&*?+=".contains(b));
    symbol && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

/// The value, if it is a literal and neither placeholder nor identity. A UUID may be a key where
/// the name says whose.
fn usable<'a>(text: &str, keyword: Span, value: Value<'a>) -> Option<Value<'a>> {
    let key = || allow::is_uuid(value.text) && name::is_owned(text, keyword);
    let usable = (SHORTEST..=LONGEST).contains(&value.text.len())
        && !allow::is_placeholder(value.text)
        && (!allow::is_identity(value.text) || key())
        && !allow::is_public(value.text)
        && !name::is_resource(text, keyword)
        && (value.quoted || !(is_expression(value.text) || is_constant(value.text)))
        && !in_placeholder(text, keyword.start);
    usable.then_some(value)
}

/// Whether an unquoted value is code that reads a secret: `os.environ["X"]`, `getToken()`,
/// `config.password`, `String`.
fn is_expression(value: &str) -> bool {
    let identifier = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    value.contains(['(', '[', '{', '<'])
        || value.contains("::")
        || value.contains("->")
        || value.starts_with(['&', '*', '/', '@', '|'])
        || (value.contains('.')
            && value.split('.').all(identifier)
            && value
                .split('.')
                .all(|part| part.len() < 16 || is_name_of_code(part)))
}

/// Whether an unquoted value is the name of a constant, as `PROTOCOL_V1`.
fn is_constant(value: &str) -> bool {
    let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    value.contains('_') && value.bytes().all(upper)
}

fn password_score(value: &Value<'_>) -> Option<f32> {
    let text = value.text;
    let (mut digit, mut lower, mut upper, mut symbol, mut space) = Default::default();
    for c in text.chars() {
        match c {
            '0'..='9' => digit = true,
            'a'..='z' => lower = true,
            'A'..='Z' => upper = true,
            ' ' => space = true,
            '_' | '-' | '.' => {}
            _ => symbol |= !c.is_alphanumeric(),
        }
    }
    let classes: u8 = [digit, lower, upper, symbol].map(u8::from).iter().sum();
    let prose = space && !digit && !symbol;
    match classes {
        _ if prose
            || is_prompt(text)
            || names_a_secret(text)
            || entropy::bits_per_byte(text) < 1.5 =>
        {
            None
        }
        3.. => Some(0.75),
        2 if digit || symbol => Some(0.6),
        // Only letters in quotes: a pass phrase, or a label of the input field.
        _ if value.quoted && text.len() >= 12 && !space => Some(0.4),
        _ => None,
    }
}

/// Whether the value asks for one, as `New password:`.
fn is_prompt(value: &str) -> bool {
    let words = value.strip_suffix(':');
    words.is_some_and(|words| words.chars().all(|c| c.is_alphabetic() || c == ' '))
}

/// Whether the value is itself a name, as `mysql_native_password`.
fn names_a_secret(value: &str) -> bool {
    value
        .rsplit_once(['_', '-', '.'])
        .is_some_and(|(_, last)| allow::is_stand_in(last))
}

fn key_score(value: &Value<'_>) -> Option<f32> {
    const SHORTEST_KEY: usize = 16;
    // Shorter ones only where the kind of character changes all the time, the shortest more often.
    const SHORTEST_MIXED: usize = 10;
    const SHORTEST_OF_ALL: usize = 8;
    const LONG: usize = 32;
    let name = !value.quoted && is_name_of_code(value.text);
    if is_number(value.text) || (value.quoted && is_motley(value.text)) {
        return Some(0.6);
    }
    let value = value.text;
    let (length, changes) = (value.len(), changes(value));
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b"+/=_-.~:|!@#$%^&*?;,".contains(&b);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let mixed = (length >= SHORTEST_MIXED && changes * 3 >= length)
        || (length >= SHORTEST_OF_ALL
            && changes * 2 >= length
            && digits > 1
            && digits + letters == length)
        || (digits == 0 && is_strange(value, STRANGEST));
    let fits = (length >= SHORTEST_KEY || mixed) && value.bytes().all(alphabet);
    let drawn = digits > 0 || is_scrambled(value) || is_unspoken(value);
    if !fits || !drawn || letters == 0 || name || is_words(value) {
        return None;
    }
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit());
    let least = match () {
        () if length < SHORTEST_MIXED => LEAST_ENTROPY,
        () if hex => HEX_ENTROPY,
        () if !(SHORTEST_KEY..LONG).contains(&length) => SHORT_ENTROPY,
        () => KEY_ENTROPY,
    };
    let bits = entropy::bits_per_byte(value);
    match bits {
        _ if bits < least => None,
        _ if entropy::is_typed(value) || holds_one_sign(value) => Some(0.4),
        _ => Some(0.75),
    }
}

/// Whether a long value holds just one sign that keys rarely hold: drawn with signs, it would hold more.
fn holds_one_sign(value: &str) -> bool {
    const LONG: usize = 24;
    /// After so many signs Salesforce has one, between an organisation and what is drawn.
    const ORGANISATION: usize = 15;
    value.len() >= LONG
        && value.as_bytes()[ORGANISATION] != b'!'
        && value.bytes().filter(|b| !is_usual(*b)).count() == 1
}

/// Whether the value is a drawn number, longer than identifiers and times are.
fn is_number(value: &str) -> bool {
    const ENTROPY: f32 = 2.6;
    (20..=64).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_digit())
        && entropy::bits_per_byte(value) >= ENTROPY
}

/// Whether keys of many kinds hold the byte.
fn is_usual(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.~:%|".contains(&byte)
}

/// Whether the value holds signs that keys rarely hold, and is no pattern and no code: capitals, small
/// letters, digits and signs change all the time.
fn is_motley(value: &str) -> bool {
    const SHORTEST: usize = 16;
    const OF_CODE: [&str; 12] = [
        "A-Z", "a-z", "0-9", "\\", ".*", ".+", "::", "</", "://", "()", "=>", "%s",
    ];
    let has = |class: fn(&u8) -> bool| value.bytes().any(|b| class(&b));
    value.len() >= SHORTEST
        && value.bytes().all(|b| b.is_ascii_graphic())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && value.bytes().filter(|b| !is_usual(*b)).count() >= 2
        && changes(value) * 2 >= value.len()
        && entropy::bits_per_byte(value) >= KEY_ENTROPY
        && !OF_CODE.iter().any(|part| value.contains(part))
}

/// Whether an unquoted value is the name of a type or constant, as `Curve25519Seed`: its words are
/// long, while drawn text changes between letters, capitals and digits all the time.
fn is_name_of_code(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && changes(value) * 5 < value.len()
}

/// Whether its letters follow each other as in no word of any language: nine in ten values that are
/// drawn, one in fifty names in code.
fn is_unspoken(value: &str) -> bool {
    is_strange(value, STRANGE)
}

/// Whether each of its letters costs so many sixteenths of a bit beyond what is fair in words.
fn is_strange(value: &str, least: usize) -> bool {
    const LETTERS: usize = 12;
    if value.len() < LETTERS {
        return false;
    }
    let (excess, letters) = gibberish::excess(value);
    letters >= LETTERS
        && usize::try_from(excess).is_ok_and(|excess| excess >= least * letters)
        && entropy::bits_per_byte(value) >= HEX_ENTROPY
}

/// Whether the value is drawn at random beyond doubt, even without a name that says key.
pub(super) fn is_drawn(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit());
    let (least, steady) = if hex {
        (HEX_ENTROPY, 5)
    } else {
        (KEY_ENTROPY, 4)
    };
    digits >= 1
        && letters >= 3
        && (changes(value) * steady >= value.len() || is_unspoken(value))
        && entropy::bits_per_byte(value) >= least
        && !entropy::is_typed(value)
        && !is_words(value)
}

/// Whether a value of letters alone is drawn: capitals follow each other and change with small letters,
/// as in no `getTokenFromCache` and no `HTTPSConnection`.
pub(super) fn is_scrambled(value: &str) -> bool {
    const SHORTEST: usize = 16;
    const LONG: usize = 20;
    let capitals = value.as_bytes().windows(2);
    let capitals = capitals.filter(|pair| pair.iter().all(u8::is_ascii_uppercase));
    value.len() >= SHORTEST
        && changes(value) * 6 >= value.len()
        && ((value.len() >= LONG && capitals.count() * 8 >= value.len())
            || is_strange(value, STRANGEST))
}

/// How often the kind of character changes, other than from a capital to the rest of its word.
fn changes(value: &str) -> usize {
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    value
        .as_bytes()
        .windows(2)
        .map(|pair| (class(pair[0]), class(pair[1])))
        .filter(|(a, b)| a != b && (*a, *b) != (1, 0))
        .count()
}

/// Whether the value is words put together, as `my-cluster-token-v2`, or a path, or an address.
fn is_words(value: &str) -> bool {
    let word = |part: &str| {
        let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let one_case = stem.bytes().all(|b| b.is_ascii_lowercase())
            || stem.bytes().all(|b| b.is_ascii_uppercase());
        (one_case && part.len() - stem.len() <= 2)
            || part.bytes().all(|b| b.is_ascii_digit())
            || (part.len() <= 3 && part.starts_with(['v', 'V']))
    };
    let parts = || value.split(['-', '_', '.', '/', ':']);
    value.contains("://")
        || (parts().count() > 2 && parts().all(word) && parts().all(|p| p.len() < 16))
}

/// Whether a part of a value, between its joints, is drawn and no word or number.
pub(super) fn is_drawn_part(part: &str) -> bool {
    let digits = part.bytes().any(|b| b.is_ascii_digit());
    let letters = part.bytes().any(|b| b.is_ascii_alphabetic());
    letters
        && ((digits && changes(part) * 5 >= part.len()) || is_scrambled(part) || is_unspoken(part))
}
