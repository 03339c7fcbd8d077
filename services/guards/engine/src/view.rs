//! The text as a model reads it, with a map back: compatibility forms (NFKC), invisible characters
//! removed, look-alikes of other scripts folded to ASCII (UTS #39).
//!
//! A secret that a zero-width space splits, or a card number in full-width digits, is one all the
//! same. ASCII is never touched nor copied. What the text says is not judged here, and nothing is
//! decoded here: that is for [`crate::decode`].

mod lookalike;
mod normalise;

use std::borrow::Cow;

pub(crate) use normalise::is_spaceless;

use crate::finding::Span;
use crate::pace::Pace;

/// A text in its normal form, where that differs from the original.
#[derive(Debug)]
pub(crate) struct View {
    text: String,
    /// What was replaced, in order.
    edits: Vec<Edit>,
}

/// One place where the view differs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edit {
    /// Bytes of the view; none where something was removed.
    pub(crate) view: Span,
    /// Bytes of the original.
    pub(crate) original: Span,
}

// === impl View ===

impl View {
    /// `None` when it would be the text itself, as for all of ASCII. Of no use if the pace was to end.
    pub(crate) fn of(text: &str, pace: &Pace<'_>) -> Option<Self> {
        (!text.is_ascii())
            .then(|| normalise::normalise(text, pace))
            .flatten()
    }

    /// The text in its normal form.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place of a span of the view in the original.
    pub(crate) fn original(&self, span: Span) -> Span {
        original(&self.edits, span)
    }

    /// A place of the original in the view; the end of what was replaced, if it lies there.
    pub(crate) fn place(&self, original: usize) -> usize {
        let before = self.edits.partition_point(|e| e.original.start < original);
        let last = before.checked_sub(1).map(|last| self.edits[last]);
        last.map_or(original, |edit| {
            edit.view.end + original.saturating_sub(edit.original.end)
        })
    }
}

/// The place in the original of a span of what these edits made of it: what was removed within it belongs
/// to it, what stood at its edges does not, and what was replaced belongs to it as a whole.
pub(crate) fn original(edits: &[Edit], span: Span) -> Span {
    let up_to = |count: usize| count.checked_sub(1).map(|last| edits[last]);
    let starts = edits.partition_point(|e| e.view.start <= span.start);
    let start = match up_to(starts) {
        Some(edit) if span.start < edit.view.end => edit.original.start,
        Some(edit) => edit.original.end + (span.start - edit.view.end),
        None => span.start,
    };
    let ends = edits.partition_point(|e| e.view.start < span.end);
    let end = match up_to(ends) {
        Some(edit) if span.end <= edit.view.end => edit.original.end,
        Some(edit) => edit.original.end + (span.end - edit.view.end),
        None => span.end,
    };
    Span::new(start, end.max(start))
}

/// Whether something within a span of what these edits made differs from the original.
pub(crate) fn has_edit(edits: &[Edit], span: Span) -> bool {
    let first = edits.partition_point(|e| e.view.end <= span.start);
    edits.get(first).is_some_and(|e| e.view.start < span.end)
}

/// The ASCII letter that a letter of another script looks like.
pub(crate) fn lookalike_of(c: char) -> Option<char> {
    lookalike::letter(c)
}

/// A word list's word as the view of a text would show it, so that both are folded alike.
pub(crate) fn folded(word: &str) -> Cow<'_, str> {
    View::of(word, &Pace::free()).map_or(Cow::Borrowed(word), |view| Cow::Owned(view.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_lead_back_to_the_original() {
        let text = "\u{200b}a\u{200b}\u{ad}b\u{e9}\u{200b}c";
        let view = View::of(text, &Pace::free()).unwrap();
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
        assert!(
            View::of("plain", &Pace::free()).is_none()
                && View::of("caf\u{e9}", &Pace::free()).is_none()
        );
    }

    #[test]
    fn a_part_of_what_was_replaced_leads_to_the_whole() {
        let text = "x ½ ﬁ y";
        let view = View::of(text, &Pace::free()).unwrap();
        assert_eq!(view.text(), "x 1/2 fi y");
        let half = view.original(Span::new(2, 3));
        assert_eq!(&text[half.start..half.end], "½");
        let tail = view.original(Span::new(7, 10));
        assert_eq!(&text[tail.start..tail.end], "ﬁ y");
    }
}
