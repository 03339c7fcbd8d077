//! The text as a model reads it: without invisible characters, and with a map back.
//!
//! A secret that is split by a zero-width space is a secret all the same, and would stand whole
//! in the redacted text once that space is removed. No other normalisation enters here yet.

use crate::finding::Span;
use crate::guard::invisible_text::is_invisible;

/// A text without its invisible characters.
pub(crate) struct View {
    text: String,
    /// For each removed run: where it was in the view, and how many bytes were removed up to
    /// and with it. Sorted.
    removed: Vec<(usize, usize)>,
}

// === impl View ===

impl View {
    /// `None` when there is nothing to remove, as in most texts.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if text.is_ascii() {
            return None;
        }
        let mut view = Self {
            text: String::new(),
            removed: Vec::new(),
        };
        let (mut kept, mut total) = (0, 0);
        for (at, character) in text.char_indices().filter(|(_, c)| is_invisible(*c)) {
            view.text.push_str(&text[kept..at]);
            kept = at + character.len_utf8();
            total += character.len_utf8();
            match view.removed.last_mut() {
                Some((place, sum)) if *place == view.text.len() => *sum = total,
                _ => view.removed.push((view.text.len(), total)),
            }
        }
        if total == 0 {
            return None;
        }
        view.text.push_str(&text[kept..]);
        Some(view)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place of a span of the view in the original: what was removed within it belongs to
    /// it, what stood at its edges does not.
    pub(crate) fn original(&self, span: Span) -> Span {
        let before = |place: usize, edge_counts: bool| {
            let runs = self
                .removed
                .partition_point(|(at, _)| *at < place || (edge_counts && *at == place));
            runs.checked_sub(1).map_or(0, |last| self.removed[last].1)
        };
        Span::new(
            span.start + before(span.start, true),
            span.end + before(span.end, false),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_lead_back_to_the_original() {
        let text = "\u{200b}a\u{200b}\u{ad}b\u{e9}\u{200b}c";
        let view = View::of(text).unwrap();
        assert_eq!(view.text(), "ab\u{e9}c");
        let back = |start, end| {
            let span = view.original(Span::new(start, end));
            &text[span.start..span.end]
        };
        assert_eq!(back(0, 1), "a");
        assert_eq!(back(1, 2), "b");
        assert_eq!(back(0, 2), "a\u{200b}\u{ad}b");
        assert_eq!(back(2, 5), "\u{e9}\u{200b}c");
        assert_eq!(back(4, 5), "c");
        assert!(View::of("plain").is_none() && View::of("caf\u{e9}").is_none());
    }
}
