//! URLs in a text: where they stand, and their parts as a browser reads them.
//!
//! Only addresses with a scheme. Whether one is bad is for the guards to say.

use crate::finding::Span;
use crate::pace::Pace;

/// Longest address that is read; RFC 9110 §4.1 asks for 8000 at least.
const LONGEST: usize = 8192;
/// Longest scheme that is looked for.
const LONGEST_SCHEME: usize = 24;
/// What ends a sentence rather than an address.
const PUNCTUATION: [char; 10] = ['.', ',', ';', ':', '!', '?', '*', '…', '。', '，'];

/// An address with an authority, such as `https://user@host:80/path?query`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link<'a> {
    /// The whole of it in the text.
    pub(crate) span: Span,
    pub(crate) scheme: &'a str,
    /// What stands before the last `@` of the authority.
    pub(crate) user: Option<&'a str>,
    /// Without port and without a dot at the end; as written otherwise.
    pub(crate) host: &'a str,
    /// Path, query and fragment.
    pub(crate) rest: &'a str,
}

// === impl Link ===

impl<'a> Link<'a> {
    /// Reads an address that makes up the whole of `url`, which stands at `start`.
    pub(crate) fn parse(url: &'a str, start: usize) -> Option<Self> {
        let (scheme, after) = url.split_once(':')?;
        let named = !scheme.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(is_scheme);
        // Browsers take a backslash for a slash (WHATWG URL §4.4).
        let slashes = after.len() - after.trim_start_matches(['/', '\\']).len();
        if !named || slashes < 2 {
            return None;
        }
        let (authority, rest) = split_authority(&after[slashes..]);
        let (user, host) = user_and_host(authority);
        (!host.is_empty()).then_some(Self {
            span: Span::new(start, start + url.len()),
            scheme,
            user,
            host,
            rest,
        })
    }

    /// Whether the scheme is one that a browser fetches.
    pub(crate) fn is_web(&self) -> bool {
        ["http", "https", "ws", "wss", "ftp"]
            .iter()
            .any(|web| self.scheme.eq_ignore_ascii_case(web))
    }

    /// Whether its host is one of `hosts` or below one of them.
    pub(crate) fn is_at(&self, hosts: &[Box<str>]) -> bool {
        hosts.iter().any(|host| is_within(self.host, host))
    }
}

/// The addresses in `text`, in order; none lies within another.
pub(crate) fn find<'a>(text: &'a str, pace: &'a Pace<'_>) -> impl Iterator<Item = Link<'a>> {
    let mut past = 0;
    let colons = memchr::memchr_iter(b':', text.as_bytes());
    colons.take_while(|_| pace.step()).filter_map(move |colon| {
        if colon < past {
            return None;
        }
        let after = text.as_bytes().get(colon + 1..colon + 3)?;
        if !after.iter().all(|b| matches!(b, b'/' | b'\\')) {
            return None;
        }
        let start = scheme_start(text.as_bytes(), past, colon)?;
        // Without a host it is none, however long: it is not read to its end for each of many colons.
        if !has_host(text, colon + 1) {
            return None;
        }
        let end = end_of(text, colon + 1);
        let link = Link::parse(&text[start..end], start)?;
        past = end;
        Some(link)
    })
}

/// Where the scheme begins that ends before `colon`.
pub(crate) fn scheme_start(text: &[u8], from: usize, colon: usize) -> Option<usize> {
    let from = from.max(colon.saturating_sub(LONGEST_SCHEME));
    let length = text[from..colon]
        .iter()
        .rev()
        .take_while(|b| is_scheme(**b))
        .count();
    let start = colon - length;
    let skipped = text[start..colon]
        .iter()
        .take_while(|b| !b.is_ascii_alphabetic())
        .count();
    (skipped < length).then_some(start + skipped)
}

/// Where the address ends that is under way at `from`: before what cannot be part of it, without
/// the punctuation of the sentence around it.
pub(crate) fn end_of(text: &str, from: usize) -> usize {
    let to = text.floor_char_boundary(from + LONGEST);
    let end = from + length(&text[from..to]);
    from + text[from..end].trim_end_matches(PUNCTUATION).len()
}

/// How much of `rest` can be part of an address.
fn length(rest: &str) -> usize {
    let (mut round, mut square) = (0_u32, 0_u32);
    let stop = rest.find(|c: char| match c {
        '"' | '\'' | '<' | '>' | '`' | '|' | '^' => true,
        '(' => {
            round += 1;
            false
        }
        '[' => {
            square += 1;
            false
        }
        ')' => closes(&mut round),
        ']' => closes(&mut square),
        _ => c.is_whitespace() || c.is_control(),
    });
    stop.unwrap_or(rest.len())
}

/// Whether an address whose slashes are at `from` may have a host.
fn has_host(text: &str, from: usize) -> bool {
    let to = text.floor_char_boundary(from + LONGEST);
    let (authority, _) = split_authority(text[from..to].trim_start_matches(['/', '\\']));
    let (_, host) = user_and_host(&authority[..length(authority)]);
    !host.is_empty()
}

/// The authority that a text begins with, and what follows it.
fn split_authority(text: &str) -> (&str, &str) {
    let length = text.find(['/', '\\', '?', '#']).unwrap_or(text.len());
    text.split_at(length)
}

/// What stands before the last `@` of an authority, and its host without port and dot at the end.
fn user_and_host(authority: &str) -> (Option<&str>, &str) {
    let (user, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    (user, without_port(place).trim_end_matches('.'))
}

/// The address with the punctuation after it, which belongs to it if it goes on.
pub(crate) fn with_punctuation(text: &str, address: Span) -> Span {
    let rest = &text[address.end..];
    let length = rest.len() - rest.trim_start_matches(PUNCTUATION).len();
    Span::new(address.start, address.end + length)
}

/// Whether `host` is `domain` or below it, in any case of letters.
pub(crate) fn is_within(host: &str, domain: &str) -> bool {
    let Some(cut) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let (above, tail) = host.as_bytes().split_at(cut);
    tail.eq_ignore_ascii_case(domain.as_bytes()) && (above.is_empty() || above.ends_with(b"."))
}

fn closes(open: &mut u32) -> bool {
    let unmatched = *open == 0;
    *open = open.saturating_sub(1);
    unmatched
}

fn without_port(place: &str) -> &str {
    if place.starts_with('[') {
        return place.find(']').map_or(place, |end| &place[..=end]);
    }
    place.split_once(':').map_or(place, |(host, _)| host)
}

fn is_scheme(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_end_where_a_reader_would_end_them() {
        let text = "See https://a.test/x_(y), (http://b.test/z). Or <ftp://c.test>; \
                    HTTPS:\\\\d.test\\p `git+ssh://git@e.test:22/r` https://f.test/?u=http://g.test";
        let pace = Pace::free();
        let found: Vec<(&str, Option<&str>, &str)> = find(text, &pace)
            .map(|link| (&text[link.span.start..link.span.end], link.user, link.host))
            .collect();
        assert_eq!(
            found,
            [
                ("https://a.test/x_(y)", None, "a.test"),
                ("http://b.test/z", None, "b.test"),
                ("ftp://c.test", None, "c.test"),
                ("HTTPS:\\\\d.test\\p", None, "d.test"),
                ("git+ssh://git@e.test:22/r", Some("git"), "e.test"),
                ("https://f.test/?u=http://g.test", None, "f.test"),
            ]
        );
        let within = "a://?u=http://b.test x://@:80/http://c.test y://.:http://d.test";
        let hosts: Vec<&str> = find(within, &pace).map(|link| link.host).collect();
        assert_eq!(hosts, ["b.test", "c.test", "d.test"]);
        assert_eq!(
            find("a:b c::/ 12:30 ://x http:// http:///", &pace).count(),
            0
        );
    }

    #[test]
    fn a_domain_holds_what_is_below_it_alone() {
        assert!(is_within("a.Example.org", "example.org") && is_within("x.y", "x.y"));
        assert!(!is_within("badexample.org", "example.org"));
        assert!(!is_within("org", "example.org") && !is_within("éxample.org", "xample.org"));
    }
}
