//! Inputs to begin with, from the crate's test tables.

use crate::formats::FORMATS;
use crate::named::NAMED;
use crate::pieces::{FILL, LONG, PIECES};
use crate::tokens::Draw;

/// The names of the targets.
pub const TARGETS: [&str; 4] = ["guards", "parameters", "reading", "stream"];

/// Parameters as a line of JSON, by guard.
const PARAMETERS: [&str; 6] = [
    r#"{"keywords": {"ban": ["zebra", "é"], "allow": ["zebra crossing"], "whole_words": false}}"#,
    r#"{"regex": {"patterns": ["[A-D]+-\\d", "(?i)é|x{2,9}"], "ignore_case": true}}"#,
    r#"{"urls": {"allow": ["y.de"], "protect": ["acme.test"]}, "exfiltration": {"allow": ["h"]}}"#,
    r#"{"token_limit": {"most": 3}, "insecure_code": {"rules": ["code_eval"]}}"#,
    r#"{"system_prompt_leak": {"prompts": ["you are the very model of"], "least_words": 3}}"#,
    r#"{"secrets": {}, "pii": {}, "prompt_injection": {}}"#,
];

/// Pieces that rules care about.
pub const fn pieces() -> &'static [&'static str] {
    PIECES
}

/// Inputs for a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let texts = texts();
    let head = |number: usize| match target {
        "parameters" => format!("{}\n", PARAMETERS[number % PARAMETERS.len()]).into_bytes(),
        "stream" => vec![6, u8::try_from(number % 200).unwrap_or_default()],
        _ => vec![u8::try_from(number % 251).unwrap_or_default()],
    };
    let inputs = texts.iter().enumerate();
    inputs
        .map(|(number, text)| [&*head(number), text.as_bytes()].concat())
        .collect()
}

/// Tokens of every known format, pieces that rules care about, both between prose, and what is read
/// as one and is long.
fn texts() -> Vec<String> {
    const PROSE: &str = " and then she walked along the quiet river in 1987, 42 of them. ";
    let tokens = FORMATS.iter().chain(NAMED);
    let tokens: Vec<String> = tokens
        .map(|(_, template)| Draw::seeded(7).token(template))
        .collect();
    let mixed = PIECES.chunks(4).map(|pieces| pieces.join(PROSE));
    let long = tokens.chunks(6).map(|tokens| tokens.join(&PROSE.repeat(4)));
    let constructs = LONG.iter().flat_map(|(open, close)| {
        FILL.iter().map(move |fill| {
            let filled = fill.repeat(1200 / fill.len());
            format!("{PROSE}{open}{filled}{close}{}", PROSE.repeat(12))
        })
    });
    let all = tokens.iter().cloned().chain(mixed).chain(long);
    all.chain(constructs).collect()
}
