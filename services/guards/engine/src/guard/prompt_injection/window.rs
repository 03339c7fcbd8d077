//! Windows over the tokens of a text: where the model looks, and how it weighs what it sees there.
//!
//! Sums of all tokens up to each place make the weight of any window one subtraction; so windows
//! may overlap and come in several lengths, and the work stays linear. The trainer compiles this
//! file, too.

/// Lengths of windows in tokens. A shorter text is one window.
pub(crate) const LENGTHS: [usize; 3] = [16, 48, 144];

/// Added to the count of features: what few words say counts less.
const DAMPING: i64 = 64;

/// Token by token, the sums of all before it; one more entry than there are tokens.
#[derive(Default)]
pub(crate) struct Sums {
    /// Weights times values.
    pub(crate) weight: Vec<i64>,
    /// Squares of values.
    pub(crate) square: Vec<i64>,
}

/// A range of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

// === impl Sums ===

impl Sums {
    pub(crate) fn clear(&mut self) {
        self.weight.clear();
        self.square.clear();
        self.weight.push(0);
        self.square.push(0);
    }

    /// Appends a token.
    pub(crate) fn push(&mut self, weight: i64, square: i64) {
        let last = self.weight.len() - 1;
        self.weight.push(self.weight[last] + weight);
        self.square.push(self.square[last] + square);
    }

    /// The weight of a window by the root of its size, in units of a weight.
    #[expect(clippy::cast_precision_loss, reason = "a window's sums are small")]
    pub(crate) fn margin(&self, window: Window) -> f32 {
        let weight = self.weight[window.end] - self.weight[window.start];
        weight as f32 / self.norm(window)
    }

    #[expect(clippy::cast_precision_loss, reason = "a window's sums are small")]
    pub(crate) fn norm(&self, window: Window) -> f32 {
        let square = self.square[window.end] - self.square[window.start];
        ((square + DAMPING) as f32).sqrt()
    }
}

/// The windows of this length over so many tokens: a quarter apart, the last one at the end. None
/// when a shorter length already covers the text in one.
pub(crate) fn windows(tokens: usize, length: usize) -> impl DoubleEndedIterator<Item = Window> {
    let covered = LENGTHS
        .iter()
        .any(|other| *other < length && tokens <= *other);
    let last = tokens.saturating_sub(length);
    let count = match tokens {
        0 => 0,
        _ if covered => 0,
        _ => 1 + last.div_ceil(length / 4),
    };
    (0..count).map(move |index| {
        let start = (index * (length / 4)).min(last);
        Window {
            start,
            end: (start + length).min(tokens),
        }
    })
}
