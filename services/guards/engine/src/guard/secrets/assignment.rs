//! Secrets that only their name gives away: `password = "…"`, `api_key: …`, `--token …`,
//! `<secret>…</secret>`, `Bearer …`, "the password for the printer is …".
//!
//! Reads name, operator and value by hand, forwards from the keyword, then asks whether the value
//! is a literal, no identity, and random enough. Provider formats are not known here.

use super::{allow, entropy, in_placeholder};
use crate::finding::Span;

/// Longest rest of a name after its keyword, as `_for_production` in `token_for_production`.
const LONGEST_SUFFIX: usize = 24;
/// Lengths of a value in bytes: shorter is no password, longer is no longer one.
const SHORTEST: usize = 6;
const LONGEST: usize = 256;
/// Bits a byte of a drawn key, by its alphabet.
const HEX_ENTROPY: f32 = 2.8;
const KEY_ENTROPY: f32 = 3.3;

/// Ends of names whose value describes a secret rather than being it.
const DESCRIPTIVE: [&str; 30] = [
    "name",
    "id",
    "ids",
    "url",
    "uri",
    "path",
    "file",
    "type",
    "kind",
    "field",
    "length",
    "len",
    "size",
    "policy",
    "expiry",
    "expires",
    "expires_in",
    "ttl",
    "count",
    "limit",
    "hint",
    "label",
    "prefix",
    "version",
    "algorithm",
    "hash",
    "ref",
    "arn",
    "status",
    "endpoint",
];

/// The bytes that end a value without quotes.
const ENDS_BARE: [bool; 256] = {
    let mut ends = [false; 256];
    let bytes = b" \t\n\r\x0C\"'`,;&\\<";
    let mut index = 0;
    while index < bytes.len() {
        ends[bytes[index] as usize] = true;
        index += 1;
    }
    ends
};

/// A value and how it was written.
struct Value<'a> {
    text: &'a str,
    span: Span,
    quoted: bool,
}

/// A password: chosen by a person, so it need not look random.
pub(super) fn find_password(text: &str, keyword: Span) -> Option<(Span, f32)> {
    if let Some(value) = assigned(text, keyword) {
        return Some((value.span, password_score(&value)?));
    }
    let value = spoken(text, keyword)?;
    Some((value.span, password_score(&value)?))
}

/// An API key or token: drawn at random.
pub(super) fn find_key(text: &str, keyword: Span) -> Option<(Span, f32)> {
    let value = assigned(text, keyword)?;
    let score = key_score(&value)?;
    Some((value.span, score))
}

/// The literal that is assigned to the name in which the keyword stands.
fn assigned(text: &str, keyword: Span) -> Option<Value<'_>> {
    let rest = &text[keyword.end..];
    let suffix = rest
        .bytes()
        .take(LONGEST_SUFFIX)
        .take_while(|b| is_name(*b))
        .count();
    if suffix > 0 && is_descriptive(&rest[..suffix]) {
        return None;
    }
    let value =
        after_operator(&rest[suffix..]).or_else(|| after_space(text, keyword, &rest[suffix..]))?;
    let start = text.len() - value.len();
    usable(text, keyword, literal(value, start)?)
}

/// What a sentence says the password is, at most forty bytes on: only what looks like nothing but
/// a password, because sentences about passwords are common.
fn spoken(text: &str, keyword: Span) -> Option<Value<'_>> {
    const REACH: usize = 40;
    let rest = &text[keyword.end..text.floor_char_boundary(keyword.end + REACH)];
    if !rest.starts_with(' ') {
        return None;
    }
    let sentence = rest
        .split(['\n', '.', '"', '\'', '`', '{', '(', '<', '='])
        .next()?;
    let said = [" is ", " is: ", ": ", " lautet ", " ist ", " est ", " es "]
        .iter()
        .filter_map(|verb| sentence.find(verb).map(|at| at + verb.len()))
        .min()?;
    let start = keyword.end + said;
    let value = usable(text, keyword, literal(&text[start..], start)?)?;
    let has = |class: fn(&u8) -> bool| value.text.bytes().any(|b| class(&b));
    let symbol = has(|b| b"!@#$%^&*?+=".contains(b));
    let strong = symbol && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    strong.then_some(value)
}

/// The value, if it is a literal and neither placeholder nor identity.
fn usable<'a>(text: &str, keyword: Span, value: Value<'a>) -> Option<Value<'a>> {
    let usable = (SHORTEST..=LONGEST).contains(&value.text.len())
        && !allow::is_placeholder(value.text)
        && !allow::is_identity(value.text)
        && (value.quoted || !(is_expression(value.text) || is_constant(value.text)))
        && !in_placeholder(text, keyword.start);
    usable.then_some(value)
}

/// What stands after `=`, `:`, `:=`, `=>`, `==` or ` is `, with at most a quote of the name
/// before it; after the `>` of an element; or, in quotes, after the bracket of a call.
fn after_operator(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['"', '\'', '`', ']', '\\']);
    let rest = rest.trim_start_matches([' ', '\t']);
    if rest.starts_with("::") {
        return None;
    }
    let called = rest
        .strip_prefix('(')
        .filter(|after| opening(after).1.is_some());
    if let Some(value) = rest.strip_prefix('>').or(called) {
        return Some(value);
    }
    let after = ["=>", ":=", "==", "=", ":"]
        .iter()
        .find_map(|operator| rest.strip_prefix(operator))
        .or_else(|| {
            rest.strip_prefix("is ")
                .map(|after| after.trim_start_matches(':'))
        })?;
    Some(after.trim_start_matches([' ', '\t']))
}

/// What stands after a space, where that is how values are given: `--password …`, `Bearer …`.
fn after_space<'a>(text: &str, keyword: Span, rest: &'a str) -> Option<&'a str> {
    let before = &text.as_bytes()[keyword.start.saturating_sub(LONGEST_SUFFIX)..keyword.start];
    let name = before.iter().rev().take_while(|b| is_name(**b)).count();
    let flag = before[before.len() - name..].starts_with(b"--");
    let bearer = text[keyword.start..keyword.end].eq_ignore_ascii_case("bearer");
    (flag || bearer).then(|| rest.strip_prefix(' ')).flatten()
}

/// The literal that `rest` begins with; it begins at byte `start` of the text.
fn literal(rest: &str, start: usize) -> Option<Value<'_>> {
    let (open, quote) = opening(rest);
    let bytes = &rest.as_bytes()[open..];
    let bytes = &bytes[..bytes.len().min(LONGEST + 1)];
    let length = match quote {
        Some(quote) => memchr::memchr3(quote, b'\n', b'\\', bytes),
        None => bytes.iter().position(|byte| ENDS_BARE[usize::from(*byte)]),
    };
    let length = match (length, quote) {
        (Some(length), _) => length,
        (None, None) if bytes.len() <= LONGEST => bytes.len(),
        (None, _) => return None,
    };
    let value = rest.get(open..open + length)?;
    let value = if quote.is_none() {
        value.trim_end_matches([')', '}', ']', '.', '>', '!', '?'])
    } else {
        value
    };
    let span = Span::new(start + open, start + open + value.len());
    Some(Value {
        text: value,
        span,
        quoted: quote.is_some(),
    })
}

/// Length and byte of the quote, plain or escaped, that `rest` begins with.
fn opening(rest: &str) -> (usize, Option<u8>) {
    let quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`').then_some(byte);
    match rest.as_bytes() {
        [b'\\', byte, ..] if quote(*byte).is_some() => (2, Some(*byte)),
        [byte, ..] if quote(*byte).is_some() => (1, Some(*byte)),
        _ => (0, None),
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_descriptive(suffix: &str) -> bool {
    let word = suffix
        .rsplit(['_', '-', '.'])
        .next()
        .unwrap_or(suffix)
        .trim_end_matches(|c: char| c.is_ascii_digit());
    // `passwordHash`, `tokenUrl`: the last hump is the word.
    let hump = word.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0);
    let word = if word.bytes().all(|b| b.is_ascii_uppercase()) {
        word
    } else {
        &word[hump..]
    };
    DESCRIPTIVE
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
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
        || (value.contains('.') && value.split('.').all(identifier))
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
        _ if prose || names_a_secret(text) || entropy::bits_per_byte(text) < 1.5 => None,
        3.. => Some(0.75),
        2 if digit || symbol => Some(0.6),
        // Only letters in quotes: a pass phrase, or a label of the input field.
        _ if value.quoted && text.len() >= 12 && !space => Some(0.4),
        _ => None,
    }
}

/// Whether the value is itself a name, as `mysql_native_password`.
fn names_a_secret(value: &str) -> bool {
    value
        .rsplit_once(['_', '-', '.'])
        .is_some_and(|(_, last)| allow::is_stand_in(last))
}

fn key_score(value: &Value<'_>) -> Option<f32> {
    const SHORTEST_KEY: usize = 16;
    let name = !value.quoted && is_name_of_code(value.text);
    let value = value.text;
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b"+/=_-.~:!@#$%^&*".contains(&b);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let fits = value.len() >= SHORTEST_KEY && value.bytes().all(alphabet);
    if !fits || digits == 0 || letters == 0 || name || is_words(value) {
        return None;
    }
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit());
    let least = if hex { HEX_ENTROPY } else { KEY_ENTROPY };
    let bits = entropy::bits_per_byte(value);
    match bits {
        _ if bits < least => None,
        _ if entropy::is_typed(value) => Some(0.4),
        _ => Some(0.75),
    }
}

/// Whether an unquoted value is the name of a type or constant, as `Curve25519Seed`: its words are
/// long, while drawn text changes between letters, capitals and digits all the time.
fn is_name_of_code(value: &str) -> bool {
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let changes = value
        .as_bytes()
        .windows(2)
        .map(|pair| (class(pair[0]), class(pair[1])))
        .filter(|(a, b)| a != b && (*a, *b) != (1, 0))
        .count();
    value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && changes * 4 < value.len()
}

/// Whether the value is words put together, as `my-cluster-token-v2`, or a path, or an address.
fn is_words(value: &str) -> bool {
    let word = |part: &str| {
        part.bytes().all(|b| b.is_ascii_lowercase())
            || part.bytes().all(|b| b.is_ascii_uppercase())
            || part.bytes().all(|b| b.is_ascii_digit())
            || (part.len() <= 3 && part.starts_with(['v', 'V']))
    };
    let parts = || value.split(['-', '_', '.', '/', ':']);
    value.contains("://")
        || (parts().count() > 2 && parts().all(word) && parts().all(|p| p.len() < 16))
}
