//! Percent escapes and HTML entities: a run is the words of ASCII that have them, and the
//! spaces between.

use std::borrow::Cow;

use super::{Encoding, LONGEST, Piece};
use crate::finding::Span;
use crate::pace::Pace;
use crate::view::Edit;

/// Longest entity between `&` and `;`, in bytes.
const LONGEST_ENTITY: usize = 10;

/// Entities by name that stand for ASCII, which is what hides text from a filter.
const NAMES: [(&str, char); 30] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rbrack", ']'),
    ("lowbar", '_'),
    ("lbrace", '{'),
    ("rbrace", '}'),
];

/// Finds words with percent escapes.
pub(super) fn find_percent(text: &str, pace: &Pace<'_>, found: &mut dyn FnMut(Piece)) {
    find(text, pace, b'%', Encoding::Url, percent, found);
}

/// Finds words with entities.
pub(super) fn find_entities(text: &str, pace: &Pace<'_>, found: &mut dyn FnMut(Piece)) {
    find(text, pace, b'&', Encoding::Html, entity, found);
}

/// A text with its entities as the characters that they stand for.
pub(crate) fn without_entities(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut plain = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', bytes) {
        if let Some(Escape::Char(c, length)) = entity(&bytes[at..]) {
            plain.push_str(&text[copied..at]);
            plain.push(c);
            copied = at + length;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    plain.push_str(&text[copied..]);
    Cow::Owned(plain)
}

/// What an escape stands for, and how long it is.
enum Escape {
    Byte(u8, usize),
    Char(char, usize),
}

/// Finds words in which an escape begins with `mark`; neighbours one space apart are one run.
fn find(
    text: &str,
    pace: &Pace<'_>,
    mark: u8,
    encoding: Encoding,
    read: fn(&[u8]) -> Option<Escape>,
    found: &mut dyn FnMut(Piece),
) {
    let bytes = text.as_bytes();
    let mut open: Option<Span> = None;
    let mut done = 0;
    let mut flush = |run: Option<Span>| {
        let run = run.filter(|run| run.len() <= LONGEST);
        let piece = run.and_then(|run| decode(text, run, pace, mark, encoding, read));
        piece.into_iter().for_each(&mut *found);
    };
    for at in memchr::memchr_iter(mark, bytes).take_while(|_| pace.step()) {
        if at < done || read(&bytes[at..]).is_none() {
            continue;
        }
        let word = |b: &&u8| b.is_ascii_graphic();
        let before = pace.along(bytes[done..at].iter().rev());
        let start = at - before.take_while(word).count();
        let after = pace.along(bytes[at..].iter());
        let end = at + after.take_while(word).count();
        done = end;
        open = match open {
            Some(run) if bytes[run.end..start] == *b" " => Some(Span::new(run.start, end)),
            _ => {
                flush(open);
                Some(Span::new(start, end))
            }
        };
    }
    flush(open);
}

fn decode(
    text: &str,
    run: Span,
    pace: &Pace<'_>,
    mark: u8,
    encoding: Encoding,
    read: fn(&[u8]) -> Option<Escape>,
) -> Option<Piece> {
    let bytes = &text.as_bytes()[run.start..run.end];
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut edits = Vec::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(mark, bytes).take_while(|_| pace.step()) {
        if at < copied {
            continue;
        }
        let Some(escape) = read(&bytes[at..]) else {
            continue;
        };
        decoded.extend_from_slice(&bytes[copied..at]);
        let start = decoded.len();
        let length = match escape {
            Escape::Byte(byte, length) => {
                decoded.push(byte);
                length
            }
            Escape::Char(c, length) => {
                decoded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                length
            }
        };
        copied = at + length;
        edits.push(Edit {
            view: Span::new(start, decoded.len()),
            original: Span::new(at, copied),
        });
    }
    pace.unless_stopped(())?;
    decoded.extend_from_slice(&bytes[copied..]);
    let text = String::from_utf8(decoded).ok()?;
    Some(Piece {
        run,
        text,
        edits,
        encoding,
    })
}

fn percent(bytes: &[u8]) -> Option<Escape> {
    Some(Escape::Byte(percent_byte(bytes)?, 3))
}

/// The byte that a percent sign and the two digits after it stand for: `%41`.
pub(crate) fn percent_byte(bytes: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(bytes.get(1..3)?).ok()?;
    let signed = digits.starts_with('+');
    u8::from_str_radix(digits, 16).ok().filter(|_| !signed)
}

/// `&lt;`, `&#60;`, `&#x3c;`, the last two also without their semicolon.
fn entity(bytes: &[u8]) -> Option<Escape> {
    let limit = bytes.len().min(LONGEST_ENTITY + 2);
    let body = &bytes[1..limit];
    let length = body
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'#')
        .count();
    let closed = body.get(length) == Some(&b';');
    let name = std::str::from_utf8(&body[..length]).ok()?;
    if let Some(number) = name.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let code = u32::from_str_radix(digits, radix).ok()?;
        let c = char::from_u32(code).filter(|c| *c != '\0')?;
        return Some(Escape::Char(c, 1 + length + usize::from(closed)));
    }
    let known = NAMES.iter().find(|(known, _)| *known == name && closed)?;
    Some(Escape::Char(known.1, length + 2))
}
