//! A text in lower case without accents, with the way back to the original, and where its words end.
//!
//! What the words mean is for the guards to say.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::finding::Span;
use crate::pace::Pace;

/// So many bytes are taken as they are, but for their case, if all of them are ASCII.
const STRETCH: usize = 64;

/// A text in lower case without accents.
pub(crate) struct Folded {
    pub(crate) text: String,
    /// For each byte of the text, where its character stands in the original. One more at the end.
    places: Vec<u32>,
}

// === impl Folded ===

impl Folded {
    /// Of no use if the pace was to end.
    pub(crate) fn of(original: &str, pace: &Pace<'_>) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut places = Vec::with_capacity(original.len() + 1);
        let mut at = 0;
        while at < original.len() && pace.step() {
            let stretch = &original[at..original.floor_char_boundary(at + STRETCH)];
            if stretch.is_ascii() {
                text.extend(
                    stretch
                        .bytes()
                        .map(|byte| char::from(byte.to_ascii_lowercase())),
                );
                places.extend((at..at + stretch.len()).map(place));
            } else {
                for (within, character) in stretch.char_indices() {
                    push(&mut text, character);
                    places.resize(text.len(), place(at + within));
                }
            }
            at += stretch.len();
        }
        places.push(place(original.len()));
        Self { text, places }
    }

    /// The place in the original of a span of the folded text.
    pub(crate) fn original(&self, span: Span) -> Span {
        let last = self.places[span.end - 1];
        let after = self.places[span.end..].iter().find(|next| **next != last);
        Span::new(
            self.places[span.start] as usize,
            after.copied().unwrap_or(last) as usize,
        )
    }
}

/// Appends the letters of a character.
fn push(text: &mut String, character: char) {
    if character.is_ascii() {
        text.push(character.to_ascii_lowercase());
    } else {
        let letters = std::iter::once(character).nfkd();
        let letters = letters.filter(|letter| !is_combining_mark(*letter));
        text.extend(letters.flat_map(char::to_lowercase));
    }
}

/// Texts are far below 4 GiB; beyond that places are no longer told apart.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a word may begin or end at `at`.
pub(crate) fn is_edge(text: &str, at: usize) -> bool {
    let joins = |c: char| (c.is_alphanumeric() || c == '_') && !is_unspaced(c);
    let before = text[..at].chars().next_back().is_some_and(joins);
    let after = text[at..].chars().next().is_some_and(joins);
    !(before && after)
}

/// Whether the script of a letter puts no space between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_lead_back_to_whole_characters() {
        let text = "Straße ﬁne Çé e\u{301}x";
        let folded = Folded::of(text, &Pace::free());
        assert_eq!(folded.text, "straße fine ce ex");
        let back = |part: &str| {
            let at = folded.text.find(part).unwrap();
            let span = folded.original(Span::new(at, at + part.len()));
            &text[span.start..span.end]
        };
        assert_eq!(back("straße"), "Straße");
        assert_eq!(back("i"), "ﬁ");
        assert_eq!(back("fine"), "ﬁne");
        assert_eq!(back("ce"), "Çé");
        assert_eq!(back("ex"), "e\u{301}x");
    }
}
