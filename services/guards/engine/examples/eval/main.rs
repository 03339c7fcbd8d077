//! Measures detection on documents that it generates: precision, recall and F1 of each guard.
//!
//!     eval CARD DATE      renews the figures between the marks of CARD
//!     eval --misses       prints every value that was missed and every finding that was not planted
//!     eval --blind-misses does so for prompt injection: who reads it tunes on texts that are blind no more
//!
//! A document is a frame (a letter, a log, a chat, a configuration, in several languages) with
//! values planted in it, and things beside them that only look like values. Frames and values are
//! written from what the formats' publishers say, not from the rules and not from the tables of the
//! tests, which pass by construction and are not counted. Seeds are fixed: the same commit gives
//! the same figures.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a tool that reports, and stops where its own tables are wrong"
)]

mod attack;
mod blind;
mod checksum;
mod code;
mod document;
mod draw;
mod frame;
mod hidden;
mod personal;
mod score;
mod secret;
mod sentence;
mod snippet;
mod speech;

use guardmesh_guard_engine::Engine;
use serde_json::{Value, json};

use document::Document;
use score::Score;

/// Draws the documents of a guard.
type Documents = fn() -> Vec<Document>;

/// Parameters of a guard.
type Parameters = fn() -> Value;

/// What is measured: a guard, its parameters, and its documents.
const SETS: [(&str, Parameters, Documents); 14] = [
    ("pii", defaults, personal::documents),
    ("secrets", defaults, secret::documents),
    ("sql_shell_injection", defaults, attack::injections),
    ("exfiltration", defaults, attack::exfiltrations),
    ("urls", defaults, attack::addresses),
    ("insecure_code", defaults, code::documents),
    ("invisible_text", defaults, hidden::invisible),
    ("homoglyphs", defaults, hidden::homoglyphs),
    ("language", sentence::english, sentence::languages),
    ("code", defaults, snippet::documents),
    ("gibberish", defaults, sentence::strange),
    ("topics", speech::all_topics, speech::topics),
    ("toxicity", defaults, speech::hurting),
    ("system_prompt_leak", speech::the_prompt, speech::leaks),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let engine = Engine::standard().expect("the rules compile");
    let scores: Vec<Score> = SETS
        .iter()
        .map(|(id, parameters, documents)| {
            let guard = engine.guard(id).expect("a guard of the registry");
            let parameters = parameters();
            let parameters = parameters.as_object().expect("an object");
            let guard = guard.with_parameters(parameters).expect("good parameters");
            Score::of(&guard, &documents())
        })
        .collect();
    match &arguments[..] {
        [flag] if flag == "--misses" => scores.iter().for_each(Score::print_misses),
        [flag] if flag == "--blind-misses" => blind::print_misses(&engine),
        [card, date] => {
            let mut report = score::report(&scores, date);
            report += &confusions(&engine);
            report += "\n";
            report += &blind::report(&engine);
            print!("{report}");
            renew(card, &report);
        }
        _ => panic!("eval CARD DATE, eval --misses or eval --blind-misses"),
    }
}

/// The parameters that a guard has by itself.
fn defaults() -> Value {
    json!({})
}

/// What languages, of code and of people, are taken for.
fn confusions(engine: &Engine) -> String {
    let code = engine.guard("code").expect("a guard of the registry");
    let guesses = sentence::guesses().into_iter();
    let guesses: Vec<_> = guesses.map(|(is, guess)| (is, guess.to_owned())).collect();
    score::confusion("Languages of code", &snippet::taken_for(code))
        + &score::confusion("Languages of sentences", &guesses)
}

/// Writes the figures between the two marks of the card.
fn renew(card: &str, figures: &str) {
    const MARKS: [&str; 2] = ["<!-- figures -->\n", "<!-- /figures -->"];
    let text = std::fs::read_to_string(card).expect("the card");
    let (before, rest) = text.split_once(MARKS[0]).expect("the first mark");
    let (_, after) = rest.split_once(MARKS[1]).expect("the second mark");
    let text = format!("{before}{}{figures}{}{after}", MARKS[0], MARKS[1]);
    std::fs::write(card, text).expect("the card is written");
}
