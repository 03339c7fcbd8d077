//! A linear model over windows, learnt by the window that weighs most in each text.
//!
//! Squared hinge loss and adaptive steps: only sums, products and roots, which are the same on
//! every machine. No measuring here.

use std::collections::HashMap;
use std::ops::Range;

use crate::Text;
use crate::channel::Channel;
use crate::draw::Draw;
use crate::features::{BITS, Reader};
use crate::grammar::Grammar;
use crate::lexicon::Lexicon;
use crate::marker;
use crate::weights::{Limits, MAGIC};
use crate::window::{LENGTHS, Sums, Window, windows};

const ROUNDS: usize = 14;
/// The weights are the mean of those after each round from this one on.
const WARM: usize = 7;
const STEP: f32 = 0.35;
/// What a weight loses each round: the model must not learn texts by heart.
const DECAY: f32 = 0.06;

/// A text as the model reads it.
pub struct Sample {
    /// `(bucket, value)` of all tokens, and where each token's end.
    features: Vec<(u32, i32)>,
    ends: Vec<usize>,
    /// The tokens of the attack.
    at: Range<usize>,
    attack: bool,
    channel: usize,
    source: String,
    /// Whether a rule holds for it, which needs no learning.
    pub ruled: bool,
}

/// What was learnt.
pub struct Model {
    weights: Vec<f32>,
    bias: [f32; 6],
}

// === impl Model ===

impl Model {
    /// The heaviest window of each length of those wanted, and its margin.
    fn heavy(
        &self,
        sample: &Sample,
        wanted: impl Fn(Window) -> bool,
    ) -> [Option<(Window, f32)>; LENGTHS.len()] {
        let mut squares = Sums::default();
        squares.clear();
        let mut weight = vec![0.0_f64];
        let mut start = 0;
        for end in &sample.ends {
            let token = &sample.features[start..*end];
            let sum: f64 = token
                .iter()
                .map(|(b, v)| f64::from(self.weights[*b as usize]) * f64::from(*v))
                .sum();
            weight.push(weight[weight.len() - 1] + sum);
            squares.push(0, token.iter().map(|(_, v)| i64::from(v * v)).sum());
            start = *end;
        }
        let mut best = [None; LENGTHS.len()];
        for (length, best) in LENGTHS.into_iter().zip(&mut best) {
            for window in windows(sample.ends.len(), length).filter(|window| wanted(*window)) {
                #[expect(clippy::cast_possible_truncation, reason = "a margin is small")]
                let margin = (weight[window.end] - weight[window.start]) as f32
                    / squares.norm(window)
                    + self.bias[sample.channel];
                if best.is_none_or(|(_, other)| margin > other) {
                    *best = Some((window, margin));
                }
            }
        }
        best
    }

    /// The heaviest window of those wanted, and its margin.
    pub fn heaviest(
        &self,
        sample: &Sample,
        wanted: impl Fn(Window) -> bool,
    ) -> Option<(Window, f32)> {
        let heavy = self.heavy(sample, wanted).into_iter().flatten();
        heavy.max_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// The same model with weights of a byte, and what a weight of one is worth.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a byte")]
    fn quantised(&self) -> (f32, Vec<i8>) {
        let mut sizes: Vec<f32> = self
            .weights
            .iter()
            .map(|w| w.abs())
            .filter(|w| *w > 0.0)
            .collect();
        sizes.sort_by(f32::total_cmp);
        // A few heavy ones are cut, or all others would be coarse.
        let heaviest = sizes[sizes.len() - 1 - sizes.len() / 2_000];
        let unit = heaviest / 127.0;
        let table = self
            .weights
            .iter()
            .map(|w| (w / unit).round().clamp(-127.0, 127.0) as i8);
        (unit, table.collect())
    }

    /// As it will be used.
    pub fn rounded(mut self) -> Self {
        let (unit, table) = self.quantised();
        self.weights = table.iter().map(|w| f32::from(*w) * unit).collect();
        self
    }
}

// === impl Sample ===

impl Sample {
    /// Whether at least half of the window, or of the attack, is in the other.
    fn mostly_in(&self, window: Window) -> bool {
        let common = window
            .end
            .min(self.at.end)
            .saturating_sub(window.start.max(self.at.start));
        common * 2 >= (window.end - window.start).min(self.at.len())
    }
}

/// Reads a text into features.
pub fn sample(lexicon: &Lexicon, text: &Text) -> Sample {
    let mut sample = Sample {
        features: Vec::new(),
        ends: Vec::new(),
        at: 0..0,
        attack: text.attack,
        channel: text.channel as usize,
        source: text.source.clone(),
        ruled: false,
    };
    let mut grammar = Grammar::new(text.channel);
    let mut ruled = false;
    Reader::new(lexicon, text.channel).read(&text.content, |token| {
        if token.place.start < text.at.end && text.at.start < token.place.end {
            let number = sample.ends.len();
            // The tokens of an attack are next to each other.
            if sample.at.is_empty() {
                sample.at.start = number;
            }
            sample.at.end = number + 1;
        }
        sample
            .features
            .extend(token.features.iter().map(|f| (f.bucket, f.value)));
        sample.ends.push(sample.features.len());
        grammar.push(token, |_| ruled = true);
        true
    });
    if !matches!(text.channel, Channel::System | Channel::Code) {
        marker::find(&text.content, || true, |_| ruled = true);
    }
    sample.ruled = ruled;
    sample
}

/// Learns from the samples at these places.
pub fn train(samples: &[Sample], places: &[usize]) -> Model {
    let size = 1 << BITS;
    let mut model = Model {
        weights: vec![0.0; size],
        bias: [0.0; 6],
    };
    let mut steps = vec![1.0_f32; size];
    let importance = importance(samples, places);
    let mut order = places.to_vec();
    let mut draw = Draw(3);
    let mut sums = vec![0.0_f32; size];
    for round in 0..ROUNDS {
        draw.shuffle(&mut order);
        for place in &order {
            let sample = &samples[*place];
            // The document around an attack is benign: only what holds enough of the attack teaches.
            let teaches = |window: Window| !sample.attack || sample.mostly_in(window);
            let mut lessons = model.heavy(sample, teaches);
            if sample.attack {
                // One window that tells is enough; a benign text must be light in all.
                let best = lessons
                    .into_iter()
                    .flatten()
                    .max_by(|(_, a), (_, b)| a.total_cmp(b));
                lessons = [best, None, None];
            }
            for (window, margin) in lessons.into_iter().flatten() {
                let wanted = if sample.attack { 1.0 } else { -1.0 };
                let short = 1.0 - wanted * margin;
                if short > 0.0 {
                    let pull = wanted * short.min(2.0) * importance[sample.source.as_str()];
                    adjust(&mut model, &mut steps, sample, window, pull);
                }
            }
        }
        for weight in &mut model.weights {
            *weight *= 1.0 - DECAY;
        }
        if round >= WARM {
            for (sum, weight) in sums.iter_mut().zip(&model.weights) {
                *sum += *weight;
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let rounds = (ROUNDS - WARM) as f32;
    model.weights = sums.into_iter().map(|sum| sum / rounds).collect();
    model.rounded()
}

/// Moves the weights of a window's features.
fn adjust(model: &mut Model, steps: &mut [f32], sample: &Sample, window: Window, pull: f32) {
    let end = sample.ends[window.end - 1];
    let start = window
        .start
        .checked_sub(1)
        .map_or(0, |last| sample.ends[last]);
    let features = &sample.features[start..end];
    #[expect(clippy::cast_precision_loss, reason = "values are single digits")]
    let square: f32 = features.iter().map(|(_, v)| (v * v) as f32).sum();
    let norm = (square + 64.0).sqrt();
    for (bucket, value) in features {
        let bucket = *bucket as usize;
        #[expect(clippy::cast_precision_loss, reason = "values are single digits")]
        let slope = pull * *value as f32 / norm;
        steps[bucket] += slope * slope;
        model.weights[bucket] += STEP * slope / steps[bucket].sqrt();
    }
    model.bias[sample.channel] += 0.002 * pull;
}

/// A source counts by the root of its size, within bounds: a large one must not rule.
fn importance<'a>(samples: &'a [Sample], places: &[usize]) -> HashMap<&'a str, f32> {
    let mut sizes: HashMap<&str, f32> = HashMap::new();
    for place in places {
        *sizes.entry(&samples[*place].source).or_default() += 1.0;
    }
    for size in sizes.values_mut() {
        *size = (8.0 / size.sqrt()).clamp(0.25, 2.0);
    }
    sizes
}

/// The weights file.
pub fn file(model: &Model, limits: &[Limits; 6]) -> Vec<u8> {
    let (unit, table) = model.quantised();
    let mut file = MAGIC.to_vec();
    file.extend(BITS.to_le_bytes());
    file.extend(unit.to_le_bytes());
    for channel in Channel::ALL {
        let Limits { flag, block, .. } = limits[channel as usize];
        for number in [model.bias[channel as usize], flag, block] {
            file.extend(number.to_le_bytes());
        }
    }
    file.extend(table.iter().map(|weight| weight.cast_unsigned()));
    file
}
