//! What an address carries besides the way to a document: placeholders, encoded text, sentences.
//!
//! Judged from the address alone. Signed addresses, hashes, versions and sizes are what honest
//! addresses are full of, and are no payload.

use super::value;
use crate::link::Link;

/// Values shorter than this say too little to be judged.
const SHORTEST_CODED: usize = 16;
/// Fewest bytes of readable text that a value must decode to.
const SHORTEST_TEXT: usize = 10;
/// Fewest words that make a sentence.
const FEWEST_WORDS: usize = 4;

/// Longest name of an encoded placeholder, in bytes.
const LONGEST_NAME: usize = 64;

/// Names of query parameters whose text is meant to be shown.
const SHOWN: [&str; 8] = [
    "text", "label", "title", "alt", "message", "caption", "name", "subject",
];

/// Names of those by which people search: in the address of an image nobody does.
const SEARCHED: [&str; 4] = ["q", "query", "search", "s"];

/// What was found in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    /// `{data}`, `<summary>`, `[SECRET]` in the query or the host.
    Placeholder,
    /// The same in the path, as documentation of an API has it.
    PathPlaceholder,
    /// Base64 or hexadecimal that decodes to text.
    Encoded,
    /// A secret, the number of a card, a record, or what its own name calls private.
    Private,
    /// A sentence.
    Words,
    /// A sentence under a name that says it is to be shown.
    ShownWords,
    /// A sentence under a name that says it is to be searched for.
    SearchedWords,
}

// === impl Payload ===

impl Payload {
    /// How likely it is that data leaves, if the address loads by itself or else by a click.
    pub(super) fn score(self, loaded: bool) -> f32 {
        match (self, loaded) {
            (Self::Placeholder | Self::Encoded, true) => 0.9,
            (Self::Private, true) => 0.85,
            (Self::Placeholder | Self::Encoded, false)
            | (Self::Words | Self::SearchedWords, true) => 0.7,
            (Self::Private, false) => 0.6,
            (Self::PathPlaceholder | Self::ShownWords | Self::SearchedWords | Self::Words, _) => {
                0.4
            }
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Placeholder | Self::PathPlaceholder => "address with a placeholder for data",
            Self::Encoded => "address with encoded text",
            Self::Private => "address with private data",
            Self::Words | Self::ShownWords | Self::SearchedWords => "address with a sentence",
        }
    }
}

/// What the address carries, if anything.
pub(super) fn of(link: &Link<'_>) -> Option<Payload> {
    // A fragment is not sent.
    let sent = link.rest.split('#').next().unwrap_or_default();
    let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
    if has_placeholder(query) || has_placeholder(link.host) || value::has_stand_in(path) {
        return Some(Payload::Placeholder);
    }
    let mut weaker = has_placeholder(path).then_some(Payload::PathPlaceholder);
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let plain = value::unescaped(value);
        if is_coded_text(&plain) || value::is_escaped_without_need(value) {
            return Some(Payload::Encoded);
        }
        if value::is_stand_in(value) {
            return Some(Payload::Placeholder);
        }
        if value::is_private(name, value) || value::is_sensitive(&plain) {
            return Some(Payload::Private);
        }
        if words(&plain) >= FEWEST_WORDS {
            let named = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
            weaker = Some(match () {
                () if named(&SHOWN) => Payload::ShownWords,
                () if named(&SEARCHED) => Payload::SearchedWords,
                () => return Some(Payload::Words),
            });
        }
    }
    if is_spread(query) {
        return Some(Payload::Encoded);
    }
    let mut places = path.split('/').chain(link.host.split('.'));
    if places.any(is_coded_text)
        || value::is_escaped_without_need(path)
        || link.host.split('.').any(is_base32_text)
    {
        return Some(Payload::Encoded);
    }
    if path
        .split('/')
        .any(|part| value::is_sensitive(&value::unescaped(part)))
    {
        return Some(Payload::Private);
    }
    weaker
}

/// Whether text goes out byte by byte, a pair of hexadecimal digits in each parameter.
fn is_spread(query: &str) -> bool {
    const FEWEST: usize = 6;
    let value = |pair: &str| {
        let (_, value) = pair.split_once('=')?;
        let byte = u8::from_str_radix(value, 16).ok()?;
        (value.len() == 2).then_some(byte)
    };
    let bytes = query.split('&').filter_map(value);
    let (mut all, mut letters) = (0, 0);
    for byte in bytes {
        all += 1;
        letters += usize::from(byte.is_ascii_alphabetic() || byte == b' ');
    }
    all >= FEWEST && letters * 10 >= all * 9
}

/// Whether a name in brackets stands for a value that is to be filled in.
fn has_placeholder(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = rest.find(['{', '<', '[', '%']) {
        let mark = rest.as_bytes()[open];
        let close = match mark {
            b'{' => '}',
            b'<' => '>',
            b'[' => ']',
            _ => {
                let next = &rest[open + 1..];
                if next.starts_with('s') && !next[1..].starts_with(|c: char| c.is_alphanumeric()) {
                    return true;
                }
                // `%7Bdata%7D`, as an encoder leaves it.
                let near = &next[..next.floor_char_boundary(LONGEST_NAME)];
                if near.starts_with("7B") && near.contains("%7D") {
                    return true;
                }
                rest = next;
                continue;
            }
        };
        rest = &rest[open + 1..];
        let name = rest.trim_start_matches(['{', '$']);
        let length = name.find(|c: char| !is_name(c)).unwrap_or(name.len());
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && length >= 2;
        if named && name[length..].starts_with(close) {
            return true;
        }
        // All braces of a row open the same name.
        if mark == b'{' {
            rest = name;
        }
    }
    false
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | '(' | ')')
}

/// How many words of letters a value has between blanks and `+`.
fn words(value: &str) -> usize {
    let is_word = |word: &&str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        letters >= 2 && letters * 10 >= word.chars().count() * 7
    };
    value.split(['+', ' ', '\n']).filter(is_word).count()
}

/// Whether a value is base64 (either alphabet) or hexadecimal for readable text.
fn is_coded_text(value: &str) -> bool {
    let value = value.split('%').next().unwrap_or_default();
    let value = value.trim_end_matches('=');
    if value.len() < SHORTEST_CODED {
        return false;
    }
    if value.bytes().all(|b| b.is_ascii_hexdigit()) {
        return reads_as_text(value.bytes(), 4, |b| char::from(b).to_digit(16));
    }
    reads_as_text(value.bytes(), 6, sextet)
}

/// Whether a label of a host is base32 for readable text.
fn is_base32_text(label: &str) -> bool {
    label.len() >= SHORTEST_CODED && reads_as_text(label.bytes(), 5, value::base32_digit)
}

/// Whether digits of `bits` bits each give text: nearly all letters, digits and spaces.
fn reads_as_text(
    digits: impl Iterator<Item = u8>,
    bits: u32,
    value: impl Fn(u8) -> Option<u32>,
) -> bool {
    let (mut buffer, mut held, mut bytes, mut readable) = (0_u32, 0, 0_usize, 0_usize);
    for digit in digits {
        let Some(value) = value(digit) else {
            return false;
        };
        buffer = (buffer << bits | value) & 0xFFFF;
        held += bits;
        if held >= 8 {
            held -= 8;
            let byte = buffer >> held & 0xFF;
            let Some(byte) = u8::try_from(byte).ok().filter(|b| is_text(*b)) else {
                return false;
            };
            bytes += 1;
            readable += usize::from(byte.is_ascii_alphanumeric() || byte == b' ');
        }
    }
    bytes >= SHORTEST_TEXT && readable * 4 >= bytes * 3
}

fn is_text(b: u8) -> bool {
    matches!(b, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

fn sextet(b: u8) -> Option<u32> {
    let value = match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
