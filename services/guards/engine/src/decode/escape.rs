//! Percent escapes, HTML entities and escapes of string literals: a run is the words of ASCII that have them,
//! and the spaces between. An escape that stands for no character stays as it is: it must not keep its
//! neighbours from being read.

use std::borrow::Cow;

use super::{Encoding, LONGEST, Piece};
use crate::finding::Span;
use crate::pace::Pace;
use crate::view::Edit;

/// Longest entity between `&` and `;`, in bytes.
const LONGEST_ENTITY: usize = 10;
/// Most further backslashes before an escape that is quoted, in a literal within a literal and so on.
const MOST_QUOTED: usize = 7;
/// Most digits between `\u{` and `}`.
const LONGEST_CODE: usize = 6;

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

/// Finds words with escapes of string literals.
pub(super) fn find_literal(text: &str, pace: &Pace<'_>, found: &mut dyn FnMut(Piece)) {
    find(text, pace, b'\\', Encoding::Literal, literal, found);
}

/// Whether what stands before ends in an escape of a string literal, such as `\n` and `\u003e`: what follows
/// begins a word, though a letter or digit is before it.
pub(crate) fn ends_in_escape(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'\\', b'u', a, b, c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()),
        _ => false,
    }
}

/// How many bytes from `at` on belong to an escape whose backslash stands before them.
pub(crate) fn rest_of_escape(bytes: &[u8], at: usize) -> usize {
    let begun = bytes[..at].ends_with(b"\\");
    let ends = [1, 5].into_iter().find(|length| {
        let end = bytes.get(..at + length);
        begun && end.is_some_and(ends_in_escape)
    });
    ends.unwrap_or_default()
}

/// A text with its entities as the characters that they stand for.
pub(crate) fn without_entities(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut plain = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', bytes) {
        if let Some((c, length)) = entity(&bytes[at..]) {
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
type Escape = (char, usize);

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
    let text = &text[run.start..run.end];
    let bytes = text.as_bytes();
    let mut decoded = String::with_capacity(bytes.len());
    let mut edits = Vec::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(mark, bytes).take_while(|_| pace.step()) {
        if at < copied {
            continue;
        }
        let Some((c, length)) = read(&bytes[at..]) else {
            continue;
        };
        decoded.push_str(&text[copied..at]);
        let start = decoded.len();
        decoded.push(c);
        copied = at + length;
        edits.push(Edit {
            view: Span::new(start, decoded.len()),
            original: Span::new(at, copied),
        });
    }
    pace.unless_stopped(())?;
    decoded.push_str(&text[copied..]);
    Some(Piece {
        run,
        text: decoded,
        edits,
        encoding,
    })
}

fn percent(bytes: &[u8]) -> Option<Escape> {
    of_bytes(bytes.chunks(3), |escape| {
        percent_byte(escape).filter(|_| escape[0] == b'%')
    })
}

/// The character whose bytes stand in these escapes, one after the other.
fn of_bytes<'a>(
    escapes: impl Iterator<Item = &'a [u8]>,
    byte: impl Fn(&[u8]) -> Option<u8>,
) -> Option<Escape> {
    let (mut utf8, mut length) = ([0; 4], 0);
    for (place, escape) in escapes.take(utf8.len()).enumerate() {
        utf8[place] = byte(escape)?;
        length += escape.len();
        match std::str::from_utf8(&utf8[..=place]) {
            Ok(character) => return character.chars().next().map(|c| (c, length)),
            Err(error) if error.error_len().is_some() => return None,
            Err(_) => {}
        }
    }
    None
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
        return Some((c, 1 + length + usize::from(closed)));
    }
    let known = NAMES.iter().find(|(known, _)| *known == name && closed)?;
    Some((known.1, length + 2))
}

/// `\u0041`, two of these for a character beyond the first plane, `\u{41}`, `\x41`, `\/`, Markdown's `\_`; and
/// `\\u0041`, as where one literal is quoted in another.
fn literal(bytes: &[u8]) -> Option<Escape> {
    let code = |digits| hexadecimal(bytes.get(digits)?);
    let (code, length) = match bytes.get(1)? {
        b'/' => return Some(('/', 2)),
        b'_' => return Some(('_', 2)),
        b'\\' => {
            let more = bytes[1..].iter().take(MOST_QUOTED);
            let more = more.take_while(|b| **b == b'\\').count();
            // A longer row is no quotation, and must not be followed to its end.
            if !matches!(bytes.get(more + 1), Some(b'u' | b'x')) {
                return None;
            }
            let (c, length) = literal(&bytes[more..])?;
            return Some((c, more + length));
        }
        b'x' => {
            return of_bytes(bytes.chunks(4), |escape| {
                let digits = escape.strip_prefix(b"\\x").filter(|rest| rest.len() == 2)?;
                u8::try_from(hexadecimal(digits)?).ok()
            });
        }
        b'u' if bytes.get(2) == Some(&b'{') => {
            let digits = bytes[3..].iter().take(LONGEST_CODE + 1);
            let end = 3 + digits.take_while(|b| **b != b'}').count();
            (code(3..end)?, end + 1)
        }
        b'u' => match (code(2..6)?, bytes.get(6..8), code(8..12)) {
            (high @ 0xD800..0xDC00, Some(b"\\u"), Some(low @ 0xDC00..0xE000)) => {
                (0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00)), 12)
            }
            (code, ..) => (code, 6),
        },
        _ => return None,
    };
    Some((char::from_u32(code).filter(|c| *c != '\0')?, length))
}

/// The number that digits are, if they are some and nothing else is.
fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| plain)
}
