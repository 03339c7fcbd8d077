//! Keys of any provider in any place: read from the value, which is drawn, to what is said around it.
//!
//! Where a name and its value stand together, `assignment` is the better reader. Here a text is read
//! for runs of key characters, which are rare, and only around these for a word that says key: on the
//! line before the run or after it, or on the line above.

mod context;
mod vendor;

pub(super) use context::says_identity;

use super::assignment::{is_drawn, is_drawn_part, is_scrambled};
use super::{allow, in_placeholder, verify};
use crate::finding::Span;
use crate::pace::Pace;
use crate::runs::Runs;
use context::Word;

/// Lengths of a run that may be a key, in bytes.
const SHORTEST: usize = 16;
const LONGEST: usize = 2048;
/// Longest part of a key after a `=` within it.
const LONGEST_TAIL: usize = 512;
/// Scores by how near the word stands.
pub(super) const NAMED: f32 = 0.7;
const NEAR: f32 = 0.6;
pub(super) const UNSAID: f32 = 0.5;
/// Shortest value that nothing says is a key, in bytes.
const SHORTEST_UNSAID: usize = 20;

/// What the identifiers of objects begin with that APIs show to everybody: of payments, of model providers.
const OBJECTS: [&str; 34] = [
    "acct", "asst", "ba", "batch", "call", "card", "ch", "cus", "dp", "evt", "file", "ii", "il",
    "in", "inv", "msg", "org", "pi", "pm", "po", "price", "prod", "proj", "promo", "re", "req",
    "run", "seti", "si", "sub", "thread", "tr", "txn", "user",
];

/// The runs of key characters of a text that are long enough.
pub(super) fn runs<'a>(text: &'a str, pace: &'a Pace<'_>) -> impl Iterator<Item = Span> + 'a {
    let bytes = text.as_bytes();
    let runs = Runs::<SHORTEST, _>::of(bytes, pace, is_key);
    let runs = runs.map(|run| Span::new(run.start + end_of_escape(bytes, run.start), run.end));
    runs.filter(|run| run.len() >= SHORTEST)
}

/// Whether keys are made of such bytes.
const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'.' | b'~')
}

/// How many bytes at `at` belong to an escape, as in `\n` and `%3D`, and not to what follows.
fn end_of_escape(bytes: &[u8], at: usize) -> usize {
    match (&bytes[..at], &bytes[at..]) {
        ([.., b'\\'], [b'n' | b'r' | b't', ..]) => 1,
        ([.., b'%'], [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => 2,
        _ => 0,
    }
}

/// The key that the run is, with its score.
pub(super) fn find(text: &str, run: Span) -> Option<(Span, f32)> {
    // Most runs are paths and long names: the cheap questions first.
    let digits = text.as_bytes()[run.start..run.end].iter();
    let letters = !digits.clone().any(u8::is_ascii_digit);
    if letters && !is_scrambled(&text[run.start..run.end]) {
        return None;
    }
    let span = trim(text, run)?;
    if !stands_alone(text, span, run) {
        return None;
    }
    let value = &text[span.start..span.end];
    if is_object(value) || allow::is_public(value) {
        return None;
    }
    let uuid = allow::is_uuid(value);
    let drawn = uuid || (has_drawn_part(value) && (letters || is_drawn(value)));
    if !drawn {
        return None;
    }
    let identity = uuid || is_digest(value);
    let score = match context::around(text, span, is_marked(value)) {
        Word::Name => NAMED,
        Word::Bare if !uuid => NAMED,
        _ if letters => return None,
        Word::Near if !identity => NEAR,
        Word::Unsaid if !identity && is_plain(value) => UNSAID,
        Word::Nothing if is_prefixed(value) => UNSAID,
        _ => return None,
    };
    let example = allow::is_placeholder(value)
        || allow::is_documented(value)
        || verify::is_encoded_text(value)
        || in_placeholder(text, span.start);
    (!example).then_some((span, score))
}

/// Without what joins sentences and names, with what follows a `=` within or after base64.
fn trim(text: &str, run: Span) -> Option<Span> {
    let bytes = text.as_bytes();
    let value = &text[run.start..run.end];
    let inner = value.trim_start_matches(['.', '/', '-', '~']);
    let start = run.end - inner.len();
    let inner = inner.trim_end_matches(['.', '-', '/', '~', '+']);
    let end = start + inner.len();
    let more = bytes[end..].iter().take(LONGEST_TAIL);
    let more = more.take_while(|b| **b == b'=' || (bytes[end] == b'=' && is_key(**b)));
    let end = end + more.count();
    let end = second(text, end).unwrap_or(end);
    (SHORTEST..=LONGEST)
        .contains(&(end - start))
        .then_some(Span::new(start, end))
}

/// Where the second part of a pair ends that a colon joins at `end`: an identifier and its secret.
fn second(text: &str, end: usize) -> Option<usize> {
    let rest = text[end..].strip_prefix(':')?;
    let length = rest.bytes().take(LONGEST_TAIL);
    let length = length.take_while(|b| is_key(*b)).count();
    let part = &rest[..length];
    let whole = !rest[length..].starts_with([':', '@', '/']);
    (length >= SHORTEST && whole && is_drawn(part)).then_some(end + 1 + length)
}

/// Whether the value is a whole one: no host and path of an address, no range of two, not elided or
/// masked, nor cut out between signs.
fn stands_alone(text: &str, value: Span, run: Span) -> bool {
    let (before, after) = (&text[..value.start], &text[value.end.max(run.end)..]);
    let sign = |c: char| "?!#%$^*[`@(".contains(c);
    let goes_on = after.starts_with(sign)
        && (after.chars().nth(1)).is_some_and(|next| !next.is_whitespace() && next != '"');
    !goes_on
        && !text[value.start..value.end].contains("..")
        && !text[value.end..].starts_with("...")
        && !before.ends_with("//")
        && !before.ends_with("base64,")
        && !before.ends_with("h1:")
        && !before.ends_with(['#', '%', '$', '^', '*', '@', '\\', '?', '!', ')', ']', '}'])
}

/// Whether the value is drawn apart from its words: `unknown-linux-gnu`, `tls.AES_128_GCM_SHA256`
/// and paths are words alone.
fn has_drawn_part(value: &str) -> bool {
    let parts = || value.split(['-', '_', '.', '/', '~', ':']);
    let drawn = |part: &&str| is_drawn_part(part);
    let word = |part: &str| part.len() > 2 && part.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    let path = value.contains('/') && parts().any(word);
    !path && parts().filter(drawn).map(str::len).sum::<usize>() >= SHORTEST - 2
}

/// Whether it is hex as digests and other identities are: of one case, and of no length that none has.
fn is_digest(value: &str) -> bool {
    const LONG: usize = 33;
    const DIGESTS: [usize; 5] = [40, 56, 64, 96, 128];
    let group = |part: &str| (3..=13).contains(&part.len());
    let digits = value.bytes().filter(u8::is_ascii_hexdigit).count();
    // A UUID with a slip.
    if value.split('-').count() == 5 && value.split('-').all(group) && digits + 4 == value.len() {
        return true;
    }
    is_hex(value) && (value.len() < LONG || value.len() % 2 == 1 || DIGESTS.contains(&value.len()))
}

/// Whether it is hex of one case: nobody writes digests in two.
fn is_hex(value: &str) -> bool {
    let small = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let large = |b: u8| matches!(b, b'0'..=b'9' | b'A'..=b'F');
    value.bytes().all(small) || value.bytes().all(large)
}

/// Whether it is an object's identifier: `cus_` and one word of letters and digits.
fn is_object(value: &str) -> bool {
    value.split_once('_').is_some_and(|(kind, rest)| {
        OBJECTS.contains(&kind) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Whether a word of the value says that it is a key: `tskey-…`, `acme_production_…`; or it is a secret
/// behind the UUID to which it belongs.
fn is_marked(value: &str) -> bool {
    if (value.split_once(':')).is_some_and(|(id, _)| allow::is_uuid(id)) {
        return true;
    }
    let parts = value.split(['-', '_', '.']);
    parts
        .filter(|part| !is_drawn_part(part))
        .any(context::marks_key)
}

/// Whether it has a form of its own, as tokens have of those who want them to be found: a short name, a joint,
/// and a long part that is drawn, is no hex, and has no words in it.
fn is_prefixed(value: &str) -> bool {
    const SHORTEST_PART: usize = 32;
    let Some((name, part)) = value.split_once(['_', '-']) else {
        return false;
    };
    let pieces = || part.split(['_', '-']);
    let drawn = |piece: &&str| is_drawn_part(piece) && !is_hex(piece);
    let most = pieces().filter(drawn).map(str::len).max();
    let least = pieces().filter(|piece| piece.len() < 4 || drawn(piece));
    (2..=12).contains(&name.len())
        && part.len() >= SHORTEST_PART
        && name.bytes().all(|b| b.is_ascii_alphanumeric())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !says_identity(name)
        && !part.contains(['/', '+', '.', '~', ':', '='])
        && most.is_some_and(|most| most >= SHORTEST)
        && least.map(str::len).sum::<usize>() * 4 >= part.len() * 3
        && is_drawn(part)
}

/// Whether the value is long and no base64 of something: that has signs and padding now and then.
fn is_plain(value: &str) -> bool {
    value.len() >= SHORTEST_UNSAID && !value.contains(['+', '/', '=', '.', '~', ':'])
}
