//! Runs of words that two texts share, by hashes of a few words in a row.

use std::collections::{HashMap, HashSet};

use crate::finding::Span;
use crate::pace::Pace;

/// Words of a shingle.
const WORDS: usize = 4;
/// Words of a prompt that is too short to have a share of: its runs alone count.
const SHORTEST_PROMPT: usize = 20;

/// Most prompts: each has three forms, and each form a bit.
const MOST: usize = 10;

/// The shingles of some prompts.
pub(super) struct Prompts {
    /// Each shingle with the forms of prompts that have it, one bit each.
    owners: HashMap<u64, u32>,
    /// How many different shingles each form has, or nothing if it is too short.
    sizes: Vec<Option<usize>>,
}

/// What a text repeats.
pub(super) struct Repeated {
    /// Places of shingles in a row, with how many words they have.
    pub(super) runs: Vec<(Span, usize)>,
    /// The greatest share of a prompt that occurs.
    pub(super) share: f64,
}

/// The last words of a text that is being read.
struct Window {
    hashes: [u64; WORDS],
    starts: [usize; WORDS],
    count: usize,
}

// === impl Prompts ===

impl Prompts {
    /// Whether none of them is long enough to be found.
    pub(super) fn is_empty(&self) -> bool {
        self.sizes.iter().all(Option::is_none)
    }

    pub(super) fn new(prompts: &[&str]) -> Self {
        let mut owners: HashMap<u64, u32> = HashMap::new();
        let mut sizes = Vec::new();
        // Backwards as a whole and word by word, as a model is asked to write it past a filter.
        let forms = prompts.iter().take(MOST).flat_map(|prompt| {
            let words = prompt.split_inclusive(char::is_whitespace);
            let turned = words.map(|word| word.chars().rev().collect::<String>());
            [
                (*prompt).to_owned(),
                prompt.chars().rev().collect(),
                turned.collect(),
            ]
        });
        for (index, prompt) in forms.enumerate() {
            let mut own = HashSet::new();
            shingles(&prompt, &Pace::free(), |hash, _| {
                own.insert(hash);
            });
            for hash in &own {
                *owners.entry(*hash).or_default() |= 1 << index;
            }
            sizes.push((own.len() + WORDS > SHORTEST_PROMPT).then_some(own.len()));
        }
        Self { owners, sizes }
    }

    pub(super) fn repeated_in(&self, text: &str, pace: &Pace<'_>) -> Repeated {
        let mut runs: Vec<(Span, usize)> = Vec::new();
        let mut seen: HashSet<u64> = HashSet::new();
        if self.owners.is_empty() {
            return Repeated { runs, share: 0.0 };
        }
        let (mut index, mut last) = (0_usize, None);
        shingles(text, pace, |hash, span| {
            index += 1;
            if !self.owners.contains_key(&hash) {
                return;
            }
            seen.insert(hash);
            match runs.last_mut() {
                Some((run, words)) if last == Some(index - 1) => {
                    run.end = span.end;
                    *words += 1;
                }
                _ => runs.push((span, WORDS)),
            }
            last = Some(index);
        });
        Repeated {
            runs,
            share: self.share(&seen),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a prompt has thousands of words"
    )]
    fn share(&self, seen: &HashSet<u64>) -> f64 {
        let mut counts = vec![0_usize; self.sizes.len()];
        for hash in seen {
            let owners = self.owners.get(hash).copied().unwrap_or_default();
            for (index, count) in counts.iter_mut().enumerate() {
                *count += usize::from(owners >> index & 1 == 1);
            }
        }
        (counts.iter().zip(&self.sizes))
            .filter_map(|(count, size)| Some(*count as f64 / (*size)? as f64))
            .fold(0.0, f64::max)
    }
}

// === impl Repeated ===

impl Repeated {
    /// From the first to the last of what is repeated.
    pub(super) fn extent(&self) -> Option<Span> {
        let (first, last) = (self.runs.first()?, self.runs.last()?);
        Some(Span::new(first.0.start, last.0.end))
    }
}

// === impl Window ===

impl Window {
    /// Takes a word in; gives the hash and the start of the shingle that it completes.
    fn push(&mut self, hash: u64, start: usize) -> Option<(u64, usize)> {
        self.hashes.rotate_left(1);
        self.starts.rotate_left(1);
        self.hashes[WORDS - 1] = hash;
        self.starts[WORDS - 1] = start;
        self.count += 1;
        let all = self.hashes.iter().fold(SEED, |sum, hash| mix(sum, *hash));
        (self.count >= WORDS).then_some((all, self.starts[0]))
    }
}

/// Calls `found` with the hash and the place of every shingle of `text`.
fn shingles(text: &str, pace: &Pace<'_>, mut found: impl FnMut(u64, Span)) {
    let mut window = Window {
        hashes: [0; WORDS],
        starts: [0; WORDS],
        count: 0,
    };
    let mut word: Option<(usize, u64)> = None;
    for (at, character) in text.char_indices().take_while(|_| pace.step()) {
        let alone = is_ideograph(character);
        if (alone || !character.is_alphanumeric())
            && let Some((start, hash)) = word.take()
            && let Some((all, first)) = window.push(hash, start)
        {
            found(all, Span::new(first, at));
        }
        if character.is_alphanumeric() {
            let (_, hash) = word.get_or_insert((at, SEED));
            for lower in character.to_lowercase() {
                *hash = mix(*hash, u64::from(u32::from(lower)));
            }
        }
        if alone
            && let Some((start, hash)) = word.take()
            && let Some((all, first)) = window.push(hash, start)
        {
            found(all, Span::new(first, at + character.len_utf8()));
        }
    }
    if let Some((start, hash)) = word
        && let Some((all, first)) = window.push(hash, start)
    {
        found(all, Span::new(first, text.len()));
    }
}

/// Characters that are words of their own.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

const SEED: u64 = 0xCBF2_9CE4_8422_2325;

/// One step of a 64-bit multiply-xorshift hash. Collisions only cost a false shingle.
fn mix(sum: u64, value: u64) -> u64 {
    let mixed = (sum ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 29)
}
