//! Where the value of a name stands, in configurations, in code and on command lines.
//!
//! Reads by hand and forwards; whether what stands there is a secret is not asked here.

use crate::finding::Span;

/// Longest value in bytes: longer is no key or password.
pub(super) const LONGEST: usize = 256;
/// Longest rest of a name after its keyword, as `_for_production` in `token_for_production`.
pub(super) const LONGEST_NAME: usize = 24;
/// Most white space between a name and its value.
const WIDEST: usize = 40;
/// Longest type between a name and its value.
const LONGEST_TYPE: usize = 32;

/// What assigns, the longer before its beginning.
const OPERATORS: [&str; 12] = [
    "=>", ":::=", "::=", ":=", "?=", "||=", "+=", ".=", "===", "==", "=", ":",
];

/// Commands that are given a name and, after a space, its value: of Dockerfiles and shells.
const SETTERS: [&[u8]; 5] = [b"ENV ", b"setx ", b"set -x ", b"set -gx ", b"set -Ux "];

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
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
    pub(super) quoted: bool,
}

/// The literal that belongs to the name in which the keyword stands; `rest` follows the name.
pub(super) fn value<'a>(text: &'a str, keyword: Span, rest: &'a str) -> Option<Value<'a>> {
    let place = after_operator(rest)
        .or_else(|| after_type(rest))
        .or_else(|| second_argument(text, keyword, rest))
        .or_else(|| paired(rest))
        .or_else(|| after_space(text, keyword, rest))?;
    literal(place, text.len() - place.len())
}

/// What stands after `=`, `:`, `:=`, `=>`, `==` or ` is `, with at most a quote of the name
/// before it; after the `>` of an element; or, in quotes, after the bracket of a call.
fn after_operator(rest: &str) -> Option<&str> {
    let rest = after_name(rest);
    if let Some(value) = rest.strip_prefix('>') {
        let below = value.starts_with(['\n', '\r']);
        return Some(if below { trim_start(value) } else { value });
    }
    let called = rest
        .strip_prefix('(')
        .filter(|after| opening(after).1.is_some());
    if called.is_some() {
        return called;
    }
    let after = OPERATORS
        .iter()
        .find_map(|operator| rest.strip_prefix(operator))
        .or_else(|| {
            rest.strip_prefix("is ")
                .map(|after| after.trim_start_matches(':'))
        })?;
    // `token::Kind` is a path, `token: Kind = "…"` a declaration.
    if after.starts_with(':') || after_type(rest).is_some() {
        return None;
    }
    Some(after.trim_start_matches([' ', '\t']))
}

/// The quoted value of a declaration with a type: `token: &str = "…"`, `token string = "…"`.
fn after_type(rest: &str) -> Option<&str> {
    let rest = after_name(rest);
    let typed = rest
        .strip_prefix(':')
        .unwrap_or(rest)
        .trim_start_matches(' ');
    let is_type = |b: &u8| b.is_ascii_alphanumeric() || b"_&*.:<>[]?".contains(b);
    let length = typed.bytes().take(LONGEST_TYPE).take_while(is_type).count();
    let after = typed[length..].trim_start_matches(' ').strip_prefix('=')?;
    let value = after.trim_start_matches(' ');
    (length > 0 && opening(value).1.is_some()).then_some(value)
}

/// The quoted value after a quoted name in a call: `set("API_TOKEN", "…")`.
fn second_argument<'a>(text: &str, keyword: Span, rest: &'a str) -> Option<&'a str> {
    let before = &text.as_bytes()[..keyword.start];
    let name = before.iter().rev().take(LONGEST_NAME);
    let name = name.take_while(|b| is_name(**b)).count();
    let called = matches!(before[..before.len() - name], [.., b'(', b'"' | b'\'']);
    let after = rest.strip_prefix(['"', '\''])?.trim_start_matches(' ');
    let value = after.strip_prefix(',')?.trim_start_matches(' ');
    (called && opening(value).1.is_some()).then_some(value)
}

/// The value of a pair whose name is itself a value: `name: API_TOKEN` and `value: …` on the next
/// line, `"name": "API_TOKEN", "value": "…"`, `key="ApiToken" value="…"`.
fn paired(rest: &str) -> Option<&str> {
    let rest = trim_start(rest.trim_start_matches(['"', '\'', ',']));
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let after = rest
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case("value"));
    let after = rest[after?.len()..].trim_start_matches(['"', '\'', ' ']);
    Some(after.strip_prefix([':', '='])?.trim_start_matches(' '))
}

/// What stands after a space, where that is how values are given: `--password …`, `Bearer …`,
/// `my key is …`, `ENV API_KEY …`.
fn after_space<'a>(text: &str, keyword: Span, rest: &'a str) -> Option<&'a str> {
    let before = &text.as_bytes()[keyword.start.saturating_sub(2 * LONGEST_NAME)..keyword.start];
    let name = before.iter().rev().take_while(|b| is_name(**b)).count();
    let (command, name) = before.split_at(before.len() - name);
    let flag = name.starts_with(b"--");
    let set = SETTERS.iter().any(|setter| command.ends_with(setter));
    let word = &text[keyword.start..keyword.end];
    let said = word.eq_ignore_ascii_case("bearer") || word.ends_with(" is");
    (flag || set || said)
        .then(|| rest.strip_prefix(' '))
        .flatten()
}

/// Without the quotes and brackets that close a name, and the space after them.
fn after_name(rest: &str) -> &str {
    rest.trim_start_matches(['"', '\'', '`', ']', '\\'])
        .trim_start_matches([' ', '\t'])
}

/// Without white space in front, also over lines, but not any amount of it.
fn trim_start(rest: &str) -> &str {
    let width = rest.bytes().take(WIDEST);
    &rest[width.take_while(u8::is_ascii_whitespace).count()..]
}

/// The literal that `rest` begins with; it begins at byte `start` of the text.
pub(super) fn literal(rest: &str, start: usize) -> Option<Value<'_>> {
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
    let elided = quote.is_none() && value.ends_with("...");
    let whole = value.len();
    let (open, value) = if quote.is_none() {
        let value = value.trim_end_matches([')', '}', ']', '.', '>', '!', '?']);
        (open, value)
    } else {
        let value = value.trim_start_matches(' ');
        (open + whole - value.len(), value.trim_end_matches(' '))
    };
    let span = Span::new(start + open, start + open + value.len());
    let value = Value {
        text: value,
        span,
        quoted: quote.is_some(),
    };
    (!elided).then_some(value)
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

/// Whether a byte may stand in a name.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
