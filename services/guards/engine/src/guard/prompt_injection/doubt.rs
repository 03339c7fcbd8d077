//! Doubt: what the linear model leaves open is read again by somebody who reads better and takes
//! longer.
//!
//! A text is in doubt when no rule found anything and its heaviest window scores within a [`Band`].
//! The heaviest windows are then widened to passages, and each passage is asked about. An answer takes
//! the place of what the model said of that passage; without one, the model's word holds. Who
//! answers, and how long that may take, is not known here.

use super::super::SecondOpinion;
use crate::BuildError;
use crate::finding::Span;
use crate::parameter::{Parameter, Shape, Values, wrong};

/// Bytes of a passage, unless its window alone is longer: some two hundred words, what transformers
/// read at once.
const PASSAGE: usize = 1_000;
/// Most passages of a text, the heaviest first.
const MOST_PASSAGES: usize = 8;

pub(crate) const PARAMETERS: [Parameter; 2] = [
    Parameter {
        name: "doubt_from",
        description: "Least score of the linear model at which a transformer is asked, where one is loaded",
        shape: Shape::Number {
            least: 0.0,
            most: 1.0,
            default: 0.1,
        },
    },
    Parameter {
        name: "doubt_to",
        description: "Score of the linear model above which no transformer is asked",
        shape: Shape::Number {
            least: 0.0,
            most: 1.0,
            default: 0.75,
        },
    },
];

/// Scores of the model that leave a text in doubt, both ends included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Band {
    from: f32,
    to: f32,
}

/// Something to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The window that gave rise to doubt.
    pub(crate) place: Span,
    /// What is read: the window and what stands around it.
    text: Span,
}

// === impl Band ===

impl Band {
    pub(crate) fn of(values: &Values<'_>) -> Result<Self, BuildError> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "from 0 to 1, as scores are"
        )]
        let end = |name| values.number(name) as f32;
        let (from, to) = (end("doubt_from"), end("doubt_to"));
        if from > to {
            return Err(wrong("doubt_from", "must be at most doubt_to"));
        }
        Ok(Self { from, to })
    }

    /// The least score that may leave a text in doubt.
    pub(crate) const fn from(self) -> f32 {
        self.from
    }

    /// The passages to ask about in the part of `text` that begins at `start`, given the scores
    /// of its windows from [`Self::from`] on. None where the heaviest window is above the band: that is no doubt.
    pub(crate) fn passages(
        self,
        text: &str,
        start: usize,
        windows: impl Iterator<Item = (Span, f32)>,
    ) -> Vec<Passage> {
        let mut open: Vec<(Span, f32)> = windows.filter(|(_, score)| *score >= self.from).collect();
        open.sort_by(|(a, of_a), (b, of_b)| of_b.total_cmp(of_a).then(a.cmp(b)));
        let mut passages: Vec<Passage> = Vec::new();
        if open.first().is_none_or(|(_, score)| *score > self.to) {
            return passages;
        }
        for (place, _) in open {
            if passages.len() == MOST_PASSAGES {
                break;
            }
            if !passages.iter().any(|known| known.text.contains(place)) {
                let text = widened(text, start, place);
                passages.push(Passage { place, text });
            }
        }
        passages
    }
}

/// Asks about each passage; gives those that were answered, in order of place.
pub(crate) fn ask(
    opinion: &SecondOpinion,
    text: &str,
    passages: &[Passage],
) -> Vec<(Passage, f32)> {
    let answer = |passage: &Passage| {
        let answer = opinion(&text[passage.text.start..passage.text.end])?;
        (!answer.is_nan()).then(|| (*passage, answer.clamp(0.0, 1.0)))
    };
    let mut answers: Vec<_> = passages.iter().filter_map(answer).collect();
    answers.sort_by_key(|(passage, _)| passage.text);
    answers
}

/// Whether the passages that were answered, in order of place, cover all of `span`.
pub(crate) fn is_answered(span: Span, answers: &[(Passage, f32)]) -> bool {
    let reached = answers.iter().fold(span.start, |reached, (passage, _)| {
        if passage.text.start <= reached {
            reached.max(passage.text.end)
        } else {
            reached
        }
    });
    reached >= span.end
}

/// `place` with as much of `text[start..]` on both sides as a passage has room for, whole words.
fn widened(text: &str, start: usize, place: Span) -> Span {
    let around = PASSAGE.saturating_sub(place.len()) / 2;
    let first = start.max(text.floor_char_boundary(place.start.saturating_sub(around)));
    let last = text.ceil_char_boundary(place.end + around);
    let before = &text[first..place.start];
    let after = &text[place.end..last];
    let skipped = match before.find(char::is_whitespace) {
        Some(cut) if first > start => cut,
        _ => 0,
    };
    let kept = match after.rfind(char::is_whitespace) {
        Some(cut) if last < text.len() => cut,
        _ => after.len(),
    };
    Span::new(first + skipped, place.end + kept)
}
