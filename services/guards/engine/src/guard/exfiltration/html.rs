//! Where HTML and CSS hold addresses that are loaded or followed.
//!
//! No parser: a tag is read from `<` to `>`, attributes by name. Each byte is read at most once.

use super::Kind;
use crate::finding::Span;
use crate::pace::Pace;

/// How far a tag may reach.
const LONGEST_TAG: usize = 8192;

/// Elements and the attributes of theirs that hold an address, with whether it loads by itself.
const ELEMENTS: &[(&str, &[&str], Kind)] = &[
    ("img", &["src", "srcset", "data-src"], Kind::HtmlLoad),
    ("image", &["href", "xlink:href"], Kind::HtmlLoad),
    ("iframe", &["src"], Kind::HtmlLoad),
    ("frame", &["src"], Kind::HtmlLoad),
    ("script", &["src"], Kind::HtmlLoad),
    ("link", &["href"], Kind::HtmlLoad),
    ("object", &["data"], Kind::HtmlLoad),
    ("embed", &["src"], Kind::HtmlLoad),
    ("video", &["src", "poster"], Kind::HtmlLoad),
    ("audio", &["src"], Kind::HtmlLoad),
    ("source", &["src", "srcset"], Kind::HtmlLoad),
    ("track", &["src"], Kind::HtmlLoad),
    ("input", &["src"], Kind::HtmlLoad),
    ("body", &["background"], Kind::HtmlLoad),
    ("table", &["background"], Kind::HtmlLoad),
    ("td", &["background"], Kind::HtmlLoad),
    ("use", &["href", "xlink:href"], Kind::HtmlLoad),
    ("feimage", &["href", "xlink:href"], Kind::HtmlLoad),
    ("portal", &["src"], Kind::HtmlLoad),
    ("bgsound", &["src"], Kind::HtmlLoad),
    ("meta", &["content"], Kind::HtmlLoad),
    ("a", &["href", "ping"], Kind::HtmlLink),
    ("area", &["href", "ping"], Kind::HtmlLink),
    ("form", &["action"], Kind::HtmlLink),
    ("button", &["formaction"], Kind::HtmlLink),
    ("base", &["href"], Kind::HtmlLink),
];

/// Calls `found` with every place of an element or a style of `text` that may hold an address, and
/// the address; it is empty for an element without one.
pub(super) fn find(text: &str, pace: &Pace<'_>, mut found: impl FnMut(Kind, Span, &str)) {
    tags(text, pace, &mut found);
    let styles = memchr::memmem::find_iter(text.as_bytes(), b"url(");
    for at in styles.take_while(|_| pace.step()) {
        let from = at + 4;
        let to = text.floor_char_boundary(from + LONGEST_TAG);
        // Stopping at the next one keeps the work linear when none is closed.
        let stop = text[from..to].find([')', '(', ';', '\n']);
        let end = stop.map_or(to, |length| from + length);
        let url = text[from..end].trim().trim_matches(['"', '\'']);
        let closed = usize::from(text[end..].starts_with(')'));
        found(Kind::HtmlLoad, Span::new(at, end + closed), url);
    }
    let imports = memchr::memmem::find_iter(text.as_bytes(), b"@import ");
    for at in imports.take_while(|_| pace.step()) {
        let from = at + 8;
        let rest = &text[from..text.floor_char_boundary(from + LONGEST_TAG)];
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let length = rest[1..].find([quote, '\n']).unwrap_or(rest.len() - 1);
        let closed = usize::from(rest[1 + length..].starts_with(quote));
        let span = Span::new(at, from + 1 + length + closed);
        found(Kind::HtmlLoad, span, &rest[1..=length]);
    }
}

fn tags(text: &str, pace: &Pace<'_>, found: &mut impl FnMut(Kind, Span, &str)) {
    let mut past = 0;
    let opening = memchr::memchr_iter(b'<', text.as_bytes());
    for open in opening.take_while(|_| pace.step()) {
        if open < past {
            continue;
        }
        let rest = &text[open + 1..];
        let name = &rest[..rest
            .bytes()
            .take(8)
            .take_while(u8::is_ascii_alphabetic)
            .count()];
        let element = ELEMENTS
            .iter()
            .find(|(tag, ..)| tag.eq_ignore_ascii_case(name));
        let Some((_, attributes, kind)) = element else {
            continue;
        };
        let from = open + 1 + name.len();
        let end = tag_end(text, from);
        past = end;
        let span = Span::new(open, end);
        found(*kind, span, "");
        for (attribute, value) in Attributes(&text[from..end]) {
            if attributes
                .iter()
                .any(|known| known.eq_ignore_ascii_case(attribute))
            {
                found(*kind, span, after_refresh(value));
            }
        }
    }
}

/// The address in `0; url=https://…`, and any other value as it is.
fn after_refresh(value: &str) -> &str {
    let begins = |at: usize| {
        value[at..]
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case("url="))
    };
    let at = value.find([';', ',']).map(|at| at + 1).unwrap_or_default();
    let rest = value.len() - value[at..].trim_start().len();
    if begins(rest) {
        value[rest + 4..].trim_matches(['\'', '"'])
    } else {
        value
    }
}

/// One past the `>` that closes the tag, which may stand in quotes before.
fn tag_end(text: &str, from: usize) -> usize {
    let to = text.floor_char_boundary(from + LONGEST_TAG);
    let mut quote = None;
    let close = text[from..to].find(|c: char| {
        match (quote, c) {
            (None, '>') => return true,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        false
    });
    close.map_or(to, |length| from + length + 1)
}

/// Names and values of the attributes of a tag.
struct Attributes<'a>(&'a str);

// === impl Attributes ===

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let equals = self.0.find('=')?;
        let name = self.0[..equals].trim_end();
        let begins = name.rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/'));
        let name = begins.map_or(name, |at| {
            name[at..].trim_start_matches(|c: char| c.is_whitespace() || "\"'/".contains(c))
        });
        let rest = self.0[equals + 1..].trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = if let Some(quote) = quote {
            let inner = &rest[1..];
            let end = inner.find(quote).unwrap_or(inner.len());
            (&inner[..end], inner.get(end + 1..).unwrap_or_default())
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '>');
            rest.split_at(end.unwrap_or(rest.len()))
        };
        self.0 = after;
        Some((name, value))
    }
}
