//! What a model says of itself in `config.json`: its architecture, its sizes, its labels.
//!
//! Everything that candle would divide by, allocate or index with is bounded here. No file is read.

use std::collections::HashMap;
use std::path::Path;

use candle_transformers::models::debertav2::Config;
use serde::Deserialize;

use super::{LoadError, malformed};

/// The value of `model_type` that can be computed.
const KIND: &str = "deberta-v2";
const ARCHITECTURE: &str = "DebertaV2ForSequenceClassification";
/// Labels that mean an injection wherever they are used, in upper case.
const USUAL: [&str; 3] = ["INJECTION", "JAILBREAK", "MALICIOUS"];
/// What the second of two labels is called that nobody named; it is the positive one by custom.
const UNNAMED: &str = "LABEL_1";
const MOST_LABELS: usize = 64;

/// What a model says of itself.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) model: Config,
    /// The label of each output.
    pub(super) labels: HashMap<u32, String>,
}

/// What is wrong with a configuration.
#[derive(Debug)]
pub(super) enum Broken {
    Document(serde_json::Error),
    Field(&'static str, String),
}

#[derive(Deserialize)]
struct Kind {
    model_type: String,
    #[serde(default)]
    architectures: Vec<String>,
}

// === impl Broken ===

impl Broken {
    /// As an error that names the file.
    pub(super) fn of(self, file: &Path) -> LoadError {
        match self {
            Self::Document(error) => malformed(file, &error),
            Self::Field(field, rule) => LoadError::Field {
                file: file.to_owned(),
                field,
                rule,
            },
        }
    }
}

// === impl Declared ===

impl Declared {
    /// Reads a configuration and checks every size in it.
    pub(super) fn parse(text: &str) -> Result<Self, Broken> {
        let kind: Kind = serde_json::from_str(text).map_err(Broken::Document)?;
        if kind.model_type != KIND {
            let rule = format!("is {:?}: only {KIND} can be computed", kind.model_type);
            return Err(Broken::Field("model_type", rule));
        }
        if !kind.architectures.iter().any(|one| one == ARCHITECTURE) {
            let rule =
                format!("does not have {ARCHITECTURE}: only classifiers of texts can be asked");
            return Err(Broken::Field("architectures", rule));
        }
        let model: Config = serde_json::from_str(text).map_err(Broken::Document)?;
        check_sizes(&model)?;
        let unnamed = || [0, 1].map(|index| (index, format!("LABEL_{index}")));
        let labels = model.id2label.clone();
        let labels = labels.unwrap_or_else(|| unnamed().into_iter().collect());
        let numbered = (0..)
            .zip(0..labels.len())
            .all(|(id, _)| labels.contains_key(&id));
        if !numbered || !(2..=MOST_LABELS).contains(&labels.len()) {
            let rule = format!("must number 2 to {MOST_LABELS} labels from 0");
            return Err(Broken::Field("id2label", rule));
        }
        Ok(Self { model, labels })
    }

    /// The outputs whose labels are in `names`, separated by commas; the usual ones if there are none.
    pub(super) fn positive(&self, names: &str) -> Result<Vec<usize>, Broken> {
        let names = names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let names: Vec<&str> = names.collect();
        let places = |name: &str| {
            let of = |(id, label): (&u32, &String)| {
                label.eq_ignore_ascii_case(name).then_some(*id as usize)
            };
            self.labels.iter().filter_map(of).collect::<Vec<_>>()
        };
        let known = || {
            let mut labels: Vec<_> = self.labels.iter().collect();
            labels.sort();
            let labels: Vec<_> = labels
                .into_iter()
                .map(|(_, label)| label.as_str())
                .collect();
            labels.join(", ")
        };
        let mut found = Vec::new();
        for name in &names {
            let places = places(name);
            if places.is_empty() {
                let rule = format!(
                    "has no {name}, which GUARDS_INJECTION_MODEL_LABELS names, but {}",
                    known()
                );
                return Err(Broken::Field("id2label", rule));
            }
            found.extend(places);
        }
        if names.is_empty() {
            found.extend(USUAL.iter().flat_map(|name| places(name)));
            if found.is_empty() && self.labels.len() == 2 {
                found = places(UNNAMED);
            }
        }
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            let rule = format!(
                "has no label that is known to mean an injection, but {}: name it in GUARDS_INJECTION_MODEL_LABELS",
                known()
            );
            return Err(Broken::Field("id2label", rule));
        }
        if found.len() == self.labels.len() {
            let rule = "has no label left that means no injection".to_owned();
            return Err(Broken::Field("id2label", rule));
        }
        Ok(found)
    }
}

/// Sizes are within bounds, fit each other, and ask for nothing that is not computed.
fn check_sizes(model: &Config) -> Result<(), Broken> {
    let bounded = [
        ("vocab_size", model.vocab_size, 1, 1 << 20),
        ("hidden_size", model.hidden_size, 1, 4096),
        ("num_hidden_layers", model.num_hidden_layers, 1, 64),
        ("num_attention_heads", model.num_attention_heads, 1, 128),
        ("intermediate_size", model.intermediate_size, 1, 1 << 14),
        (
            "max_position_embeddings",
            model.max_position_embeddings,
            32,
            1 << 14,
        ),
        ("type_vocab_size", model.type_vocab_size, 0, 16),
        ("embedding_size", model.embedding_size.unwrap_or(1), 1, 4096),
        (
            "conv_kernel_size",
            model.conv_kernel_size.unwrap_or(0),
            0,
            0,
        ),
    ];
    for (field, value, least, most) in bounded {
        if !(least..=most).contains(&value) {
            let rule = format!("is {value}, and must be {least} to {most}");
            return Err(Broken::Field(field, rule));
        }
    }
    let wrong = |field, rule: &str| Err(Broken::Field(field, rule.to_owned()));
    if !model.hidden_size.is_multiple_of(model.num_attention_heads) {
        return wrong("num_attention_heads", "must divide hidden_size");
    }
    let head = model.hidden_size / model.num_attention_heads;
    if model.attention_head_size.is_some_and(|size| size != head) {
        return wrong(
            "attention_head_size",
            "must be hidden_size by num_attention_heads",
        );
    }
    if model.pooler_hidden_size.unwrap_or(model.hidden_size) != model.hidden_size {
        return wrong("pooler_hidden_size", "must be hidden_size");
    }
    // With 1 logarithms would be of nothing.
    if !matches!(model.max_relative_positions, -1 | 0 | 2..=16384) {
        return wrong("max_relative_positions", "must be -1, or 2 to 16384");
    }
    if !matches!(model.position_buckets, None | Some(-1 | 0 | 2..=4096)) {
        return wrong("position_buckets", "must be -1, or 2 to 4096");
    }
    Ok(())
}
