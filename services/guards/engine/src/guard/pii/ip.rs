//! IP addresses that may point to a host or a person. Loopback, unspecified and broadcast
//! addresses and netmasks point to nobody; versions and section numbers are no addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Kind;
use super::boundary::{self, explained_by};
use super::lexicon::Lexicon;
use super::numbers::Row;
use crate::finding::Span;
use crate::pace::Pace;
use crate::preview::Preview;
use crate::scan::Hit;

const SCORE: f32 = 0.85;
/// Score of four small numbers, which could as well be a version.
const LIKE_A_VERSION: f32 = 0.4;
/// The longest IPv6 address in text, with an IPv4 tail.
const LONGEST_V6: usize = 45;

static ADDRESS_WORDS: Lexicon = Lexicon::of(&[
    "ip", "addr", "host", "server", "dns", "client", "remote", "from",
]);
static VERSION_WORDS: Lexicon = Lexicon::of(&[
    "version", "ver", "v.", "release", "build", "firmware", "section", "revision", "upgrade",
]);

/// An IPv4 address that begins with the first group; four that are part of a
/// longer version are taken, too.
pub(super) fn v4(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    let dotted = (1..row.groups.len())
        .take_while(|index| row.gap(*index) == ".")
        .count()
        + 1;
    if dotted != 4 {
        return None;
    }
    let span = row.span(4);
    if !stands_alone(row, span) {
        return Some((None, 4));
    }
    let Ok(address) = row.text[span.start..span.end].parse::<Ipv4Addr>() else {
        return None;
    };
    let score = score_of_v4(row.text, span.start, address);
    let first = row.digits(0);
    let hit = score.map(|score| {
        Kind::Ipv4.hit(
            span,
            score,
            Preview::of(format_args!("{first}.***.***.***")),
        )
    });
    Some((hit, 4))
}

fn stands_alone(row: Row<'_>, span: Span) -> bool {
    let before = boundary::before(row.text, span.start);
    let after = &row.text[span.end..];
    let label_after = after
        .strip_prefix(['-', '.'])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
    boundary::stands_alone(row.text, span)
        && !matches!(before, Some('.' | '-' | '+' | '^' | '~'))
        && (!label_after || after.starts_with(". "))
}

fn score_of_v4(text: &str, start: usize, address: Ipv4Addr) -> Option<f32> {
    let octets = address.octets();
    let netmask = octets[0] == 255;
    let nobody = address.is_loopback() || address.is_unspecified() || netmask;
    let product = is_product(text, start);
    let named = explained_by(text, start, &ADDRESS_WORDS);
    let version = !named && explained_by(text, start, &VERSION_WORDS);
    if nobody || octets[0] == 0 || product || version {
        return None;
    }
    let small = octets.iter().all(|octet| *octet < 32);
    Some(if small && !named {
        LIKE_A_VERSION
    } else {
        SCORE
    })
}

/// Whether a product name stands before it, as in `Chrome/91.0.4.77` or `foo==1.2.3.4`.
fn is_product(text: &str, start: usize) -> bool {
    match &text.as_bytes()[..start] {
        [.., b'=' | b'>' | b'<' | b'~' | b'!', b'='] => true,
        [.., letter, b'/'] => letter.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Finds every IPv6 address.
pub(super) fn find_v6(text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    let colons = memchr::memchr_iter(b':', bytes);
    for colon in colons.take_while(|_| pace.step()) {
        if colon < done {
            continue;
        }
        let part = |b: &&u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.');
        let back = bytes[done.max(colon.saturating_sub(4))..colon].iter().rev();
        let start = colon - back.take_while(part).count();
        let length = bytes[start..].iter().take_while(part).count();
        let span = Span::new(start, start + length);
        done = span.end;
        if let Some(span) = v6(text, span) {
            let first = text[span.start..].split(':').next().unwrap_or_default();
            let shown = first.get(..first.len().min(4)).unwrap_or_default();
            hits.push(Kind::Ipv6.hit(span, SCORE, Preview::of(format_args!("{shown}:***"))));
        }
    }
}

/// The address in `span`, which holds nothing but hexadecimal digits, colons and dots.
fn v6(text: &str, span: Span) -> Option<Span> {
    let written = text[span.start..span.end].trim_end_matches('.');
    // A colon of the sentence: "the address 2001:db8::1: it answers".
    let written = match written.strip_suffix(':') {
        Some(shorter) if !shorter.ends_with(':') => shorter,
        _ => written,
    };
    let span = Span::new(span.start, span.start + written.len());
    if written.len() < 3 || written.len() > LONGEST_V6 || !boundary::stands_alone(text, span) {
        return None;
    }
    let address: Ipv6Addr = written.parse().ok()?;
    let nobody = address.is_loopback() || address.is_unspecified();
    (!nobody && looks_like_v6(written)).then_some(span)
}

/// Paths such as `a::b` and hardware addresses parse as well: asks for a digit, and for more than
/// two short words.
fn looks_like_v6(written: &str) -> bool {
    let groups = || written.split(':').filter(|group| !group.is_empty());
    let digit = written.bytes().any(|b| b.is_ascii_digit());
    let first_long = groups().next().is_some_and(|first| first.len() >= 3);
    let hardware = !written.contains("::") && groups().all(|group| group.len() == 2);
    digit && !hardware && (groups().count() >= 4 || (first_long && groups().count() >= 2))
}
