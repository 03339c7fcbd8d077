//! From a text to the tokens that a model reads, in windows as long as it can read.
//!
//! The windows are cut here: the tokenizer would stop at the end of the first one.

use std::path::Path;

use tokenizers::Tokenizer;

use super::{LoadError, file, malformed};

/// Tokens that the model reads at once, if it can: what such models were trained with.
const MOST_TOKENS: usize = 512;
/// Marks that may stand around a text, all in all.
const MOST_MARKS: usize = 8;

/// A tokenizer with what a window of it looks like.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    /// Marks before a text, such as `[CLS]`.
    before: Vec<u32>,
    /// Marks after it, such as `[SEP]`.
    after: Vec<u32>,
    /// Tokens of a text between the marks of one window.
    room: usize,
}

// === impl Tokens ===

impl Tokens {
    /// Loads a tokenizer for a model that knows so many tokens and reads so many at once, at least 32.
    pub(super) fn load(file: &Path, vocabulary: usize, at_once: usize) -> Result<Self, LoadError> {
        let mut tokenizer = Tokenizer::from_bytes(file::bytes(file)?)
            .map_err(|error| malformed(file, &format!("is no tokenizer: {error}")))?;
        let has = tokenizer.get_vocab_size(true);
        if has > vocabulary {
            let reason = format!(
                "has {has} tokens, and vocab_size of the model is {vocabulary}: they do not belong \
                 together"
            );
            return Err(malformed(file, &reason));
        }
        // What it says of lengths is for training.
        tokenizer.with_padding(None);
        let trouble = |error: tokenizers::Error| malformed(file, &error);
        tokenizer.with_truncation(None).map_err(trouble)?;
        let marked = tokenizer.encode_fast("a", true).map_err(trouble)?;
        let (ids, marks) = (marked.get_ids(), marked.get_special_tokens_mask());
        let before = marks.iter().take_while(|mark| **mark == 1).count();
        let after = marks[before..].iter().rev();
        let after = after.take_while(|mark| **mark == 1).count();
        if before + after > MOST_MARKS {
            let reason = format!("puts {} marks around a text", before + after);
            return Err(malformed(file, &reason));
        }
        Ok(Self {
            before: ids[..before].to_vec(),
            after: ids[ids.len() - after..].to_vec(),
            room: MOST_TOKENS.min(at_once) - before - after,
            tokenizer,
        })
    }

    /// The windows of a text; each begins within the last quarter of the one before.
    pub(super) fn windows(&self, text: &str) -> Result<Vec<Vec<u32>>, String> {
        let tokens = self.tokenizer.encode_fast(text, false);
        let tokens = tokens.map_err(|error| error.to_string())?;
        let tokens = tokens.get_ids();
        let step = self.room - self.room / 4;
        let beyond = tokens.len().saturating_sub(self.room);
        let starts = (0..=beyond.div_ceil(step)).map(|window| window * step);
        Ok(starts
            .map(|start| {
                let end = tokens.len().min(start + self.room);
                [&self.before, &tokens[start..end], &self.after].concat()
            })
            .collect())
    }
}
