//! A transformer from a local directory: a classifier of texts that guards in doubt ask.
//!
//! The directory is laid out as Hugging Face does: `config.json`, `tokenizer.json` and
//! `model.safetensors` of a `DebertaV2ForSequenceClassification`, the architecture of the classifiers of
//! prompt injection that are published with their weights. It computes on the CPU. Nothing is
//! fetched; no guard, plan or policy is known here.

mod config;
mod file;
#[cfg(test)]
mod tests;
mod tokens;

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use candle_core::{D, DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::debertav2::DebertaV2SeqClassificationModel;
use thiserror::Error;

use crate::error::Error;
use crate::second_opinion::Judge;
use config::Declared;
use file::{CONFIG, TOKENIZER, WEIGHTS};
use tokens::Tokens;

/// Bytes of a passage that are read.
const MOST_BYTES: usize = 8 * 1024;

/// A model with its tokenizer, ready to judge.
pub(crate) struct Transformer {
    tokens: Tokens,
    model: DebertaV2SeqClassificationModel,
    /// The outputs that mean an injection.
    positive: Vec<usize>,
}

/// Why a directory cannot be used.
#[derive(Debug, Error)]
pub(crate) enum LoadError {
    /// A file is missing, or the system does not let it be read.
    #[error("{}: cannot be read: {reason}", file.display())]
    Unreadable {
        file: PathBuf,
        reason: std::io::Error,
    },
    /// A file is larger than any that is meant to be loaded.
    #[error("{}: is larger than {most} bytes", file.display())]
    TooLarge { file: PathBuf, most: u64 },
    /// A file is not what its name says.
    #[error("{}: {reason}", file.display())]
    Malformed { file: PathBuf, reason: String },
    /// A field of the configuration has a value that cannot be used.
    #[error("{}: {field} {rule}", file.display())]
    Field {
        file: PathBuf,
        field: &'static str,
        rule: String,
    },
}

// === impl Transformer ===

impl Transformer {
    /// Loads the model of a directory and tries it. `labels` are those that mean an injection, separated
    /// by commas; the usual ones if there are none. Reads up to some gigabytes.
    pub(crate) fn load(directory: &Path, labels: &str) -> Result<Self, LoadError> {
        let file = directory.join(CONFIG);
        let declared = Declared::parse(&file::text(&file)?).map_err(|broken| broken.of(&file))?;
        let positive = declared.positive(labels);
        let positive = positive.map_err(|broken| broken.of(&file))?;
        let vocabulary = declared.model.vocab_size;
        let at_once = declared.model.max_position_embeddings;
        let tokenizer = directory.join(TOKENIZER);
        let tokens = Tokens::load(&tokenizer, vocabulary, at_once)?;

        let file = directory.join(WEIGHTS);
        let malformed = |error: candle_core::Error| malformed(&file, &error);
        let data = file::bytes(&file)?;
        let weights = VarBuilder::from_buffered_safetensors(data, DType::F32, &Device::Cpu);
        let weights = weights.map_err(malformed)?.set_prefix("deberta");
        let labels = Some(declared.labels);
        let model = DebertaV2SeqClassificationModel::load(weights, &declared.model, labels);
        let transformer = Self {
            tokens,
            model: model.map_err(malformed)?,
            positive,
        };
        // Weights that fit together, and are numbers.
        let windows = transformer.tokens.windows("Is this a text?");
        for window in windows.map_err(|reason| self::malformed(&tokenizer, &reason))? {
            let tried = transformer.judge(&window).map_err(malformed)?;
            if !tried.is_finite() {
                return Err(self::malformed(&file, &"gives no number for a text"));
            }
        }
        Ok(transformer)
    }

    /// As the one whom guards in doubt ask.
    pub(crate) fn into_judge(self) -> Judge {
        Arc::new(move |passage, deadline| self.probability(passage, deadline))
    }

    /// How likely a text is an injection: what its worst window says. Looks at the time before each.
    fn probability(&self, text: &str, deadline: Instant) -> Result<f32, Error> {
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let mut worst: f32 = 0.0;
        for window in self.tokens.windows(text).map_err(Error::Model)? {
            if Instant::now() >= deadline {
                return Err(Error::OutOfTime);
            }
            let judged = self.judge(&window);
            let judged = judged.map_err(|error| Error::Model(first_line(&error)))?;
            if !judged.is_finite() {
                return Err(Error::Model("it gave no number".to_owned()));
            }
            worst = worst.max(judged);
        }
        Ok(worst)
    }

    /// How likely these tokens are an injection, from 0 to 1.
    fn judge(&self, ids: &[u32]) -> candle_core::Result<f32> {
        let ids = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let logits = self.model.forward(&ids, None, None)?;
        let shares = candle_nn::ops::softmax(&logits, D::Minus1)?.squeeze(0)?;
        let shares = shares.to_vec1::<f32>()?;
        Ok(self.positive.iter().map(|label| shares[*label]).sum())
    }
}

fn malformed(file: &Path, reason: &dyn Display) -> LoadError {
    LoadError::Malformed {
        file: file.to_owned(),
        reason: first_line(reason),
    }
}

/// What went wrong, without the stack that may follow.
fn first_line(error: &dyn Display) -> String {
    let error = error.to_string();
    error.lines().next().unwrap_or_default().to_owned()
}
