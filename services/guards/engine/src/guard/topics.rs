//! Topics: what a text is about, by its words.
//!
//! Lexical: words of a topic weigh something, and where enough of them stand near each other, each is
//! a finding. The policy brings topics of its own, or takes some that come with the guard, in
//! English. A text that goes round the words is not found; one that speaks of a topic to warn of it,
//! or in a novel, is. Where that matters, take a model, and this as its prefilter.

mod builtin;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::BuildError;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::order;
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, Values, wrong};
use crate::preview::Preview;
use crate::scan::Hit;
use crate::words::Words;
use builtin::{BUILTIN, IDS};

/// Id of the guard.
pub(crate) const ID: &str = "topics";

const CATEGORY: &str = "topic";
/// The rule of topics of the policy, after those that come with the guard.
const CUSTOM: usize = BUILTIN.len();

/// How near to each other words must stand, in bytes.
const NEAR: usize = 200;
/// Most topics of a policy.
const MOST_TOPICS: usize = 20;
/// Most words of a topic.
const MOST_WORDS: usize = 500;
/// Longest word and longest name of a topic, in characters.
const LONGEST: usize = 40;
/// Greatest weight of a word.
const HEAVIEST: f64 = 10.0;

/// A topic to look for.
struct Topic {
    rule: usize,
    name: String,
    /// Weight of different words near each other that makes a finding, in hundredths.
    enough: u32,
}

struct Topics {
    wanted: Vec<Topic>,
    words: Words,
    /// For each word, its topic and its weight in hundredths.
    weights: Vec<(usize, u32)>,
}

/// Words that stand near each other; each counts once.
#[derive(Default)]
struct Near {
    count_of: HashMap<usize, usize>,
    weight: u32,
}

/// Words of the policy before they are compiled.
#[derive(Default)]
struct Draft {
    topics: Vec<Topic>,
    words: Vec<String>,
    weights: Vec<(usize, u32)>,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Topics",
    description: "What a text is about, by its words, also encoded: topics of your own, and some common ones.",
    categories: &[CATEGORY],
    rules,
    cost: Cost::Cheap,
    by_default: false,
    sight: Sight::Sought {
        original: false,
        words: true,
    },
    extent: Extent::Local,
    parameters: &[
        Parameter {
            name: "deny",
            description: "Topics that are found, of those that come with the guard, in English",
            shape: Shape::Choices {
                of: &IDS,
                default: &[],
            },
        },
        Parameter {
            name: "threshold",
            description: "What the words of such a topic must weigh together; a word weighs 0.75 to 3",
            shape: Shape::Number {
                least: 1.0,
                most: 100.0,
                default: 3.0,
            },
        },
        Parameter {
            name: "custom",
            description: "Topics of your own, at most 20, by their names: \
                          {\"cooking\": {\"words\": {\"oven\": 2, \"recipe\": 1}, \"threshold\": 2}}. \
                          Words may be a list, and weigh 1; the threshold is 1 when not given",
            shape: Shape::Object {
                most_bytes: 256 * 1024,
            },
        },
    ],
    build: |values| Ok(Arc::new(Topics::compile(values)?)),
};

fn rules() -> Vec<RuleInfo> {
    let rule = |id, description| RuleInfo {
        id,
        description,
        category: CATEGORY,
        severity: Severity::Medium,
    };
    let builtin = BUILTIN
        .iter()
        .map(|topic| rule(topic.id, topic.description));
    builtin
        .chain([rule("custom_topic", "Topic of the policy")])
        .collect()
}

// === impl Topics ===

impl Topics {
    fn compile(values: &Values<'_>) -> Result<Self, BuildError> {
        let mut draft = Draft::default();
        for (rule, topic) in BUILTIN.iter().enumerate() {
            if values.texts("deny").contains(&topic.id) {
                let number = draft.topic(rule, topic.id, values.number("threshold"));
                for (word, weight) in topic.words() {
                    draft.word(number, word, weight);
                }
            }
        }
        if let Some(Value::Object(topics)) = values.object("custom") {
            if topics.len() > MOST_TOPICS {
                return Err(wrong(
                    "custom",
                    format!("must have at most {MOST_TOPICS} topics"),
                ));
            }
            for (name, topic) in topics {
                draft.custom(name, topic)?;
            }
        }
        Ok(Self {
            words: Words::compile(draft.words.iter().map(String::as_str))?,
            wanted: draft.topics,
            weights: draft.weights,
        })
    }
}

impl Detect for Topics {
    fn is_idle(&self) -> bool {
        self.wanted.is_empty()
    }

    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        if self.wanted.is_empty() {
            return;
        }
        let mut of_topic = vec![Vec::new(); self.wanted.len()];
        let found = self.words.find(text, pace);
        let found = order::sorted(
            found,
            |(_, span)| span.start,
            |(word, span), (other, place)| (span, word).cmp(&(place, other)),
            pace,
        );
        for (word, span) in pace.along(found.into_iter()) {
            of_topic[self.weights[word].0].push((word, span));
        }
        for (topic, found) in self.wanted.iter().zip(of_topic) {
            self.weigh(topic, &found, pace, hits);
        }
    }
}

impl Topics {
    /// Reports the words of a topic around which enough stands.
    fn weigh(&self, topic: &Topic, found: &[(usize, Span)], pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut near = Near::default();
        let (mut first, mut next) = (0, 0);
        for (_, span) in found.iter().take_while(|_| pace.step()) {
            let comes = |at: usize| {
                found
                    .get(at)
                    .filter(|(_, at)| at.start <= span.start + NEAR)
            };
            while let Some((word, _)) = comes(next) {
                near.add(*word, self.weights[*word].1);
                next += 1;
            }
            while found[first].1.start + NEAR < span.start {
                near.remove(found[first].0, self.weights[found[first].0].1);
                first += 1;
            }
            if near.weight >= topic.enough {
                let over = f64::from(near.weight) / f64::from(topic.enough);
                #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
                let score = (0.6 + 0.3 * (over - 1.0).min(1.0)) as f32;
                hits.push(Hit {
                    rule: topic.rule,
                    span: *span,
                    score,
                    preview: Preview::of(format_args!("topic {}", topic.name)),
                });
            }
        }
    }
}

// === impl Near ===

impl Near {
    fn add(&mut self, word: usize, weight: u32) {
        let count = self.count_of.entry(word).or_default();
        *count += 1;
        if *count == 1 {
            self.weight += weight;
        }
    }

    fn remove(&mut self, word: usize, weight: u32) {
        let count = self.count_of.entry(word).or_default();
        *count -= 1;
        if *count == 0 {
            self.weight -= weight;
        }
    }
}

// === impl Draft ===

impl Draft {
    fn topic(&mut self, rule: usize, name: &str, enough: f64) -> usize {
        self.topics.push(Topic {
            rule,
            name: name.to_owned(),
            enough: hundredths(enough),
        });
        self.topics.len() - 1
    }

    fn word(&mut self, topic: usize, word: &str, weight: f64) {
        self.words.push(word.to_owned());
        self.weights.push((topic, hundredths(weight)));
    }

    /// A topic of the policy.
    fn custom(&mut self, name: &str, topic: &Value) -> Result<(), BuildError> {
        let at = format!("custom.{}", name.chars().take(LONGEST).collect::<String>());
        let refused = |place: &str, rule: &str| Err(wrong(format!("{at}{place}"), rule));
        let Value::Object(parts) = topic else {
            return refused("", "must be an object with words");
        };
        if !has_length(name) {
            return refused("", "must have a name of 1 to 40 characters");
        }
        if parts
            .keys()
            .any(|part| part != "words" && part != "threshold")
        {
            return refused("", "must have words and a threshold alone");
        }
        let threshold = match parts.get("threshold") {
            None => Some(1.0),
            Some(given) => given
                .as_f64()
                .filter(|given| (0.01..=1000.0).contains(given)),
        };
        let Some(threshold) = threshold else {
            return refused(".threshold", "must be a number, 0.01 to 1000");
        };
        let words: Option<Vec<(&str, f64)>> = match parts.get("words") {
            Some(Value::Array(words)) => words
                .iter()
                .map(|word| Some((word.as_str()?, 1.0)))
                .collect(),
            Some(Value::Object(words)) => {
                let heavy =
                    |weight: &Value| weight.as_f64().filter(|w| (0.01..=HEAVIEST).contains(w));
                (words.iter())
                    .map(|(word, weight)| Some((word.as_str(), heavy(weight)?)))
                    .collect()
            }
            _ => None,
        };
        let fits = |words: &Vec<(&str, f64)>| {
            words.len() <= MOST_WORDS && words.iter().all(|(word, _)| has_length(word))
        };
        let Some(words) = words.filter(fits) else {
            let rule = "must be up to 500 words of 1 to 40 characters, with weights of 0.01 to 10";
            return refused(".words", rule);
        };
        let number = self.topic(CUSTOM, name, threshold);
        for (word, weight) in words {
            self.word(number, word, weight);
        }
        Ok(())
    }
}

fn has_length(text: &str) -> bool {
    (1..=LONGEST).contains(&text.trim().chars().count())
}

/// Weights are bounded where they come from.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 1000"
)]
fn hundredths(weight: f64) -> u32 {
    (weight * 100.0).round() as u32
}
